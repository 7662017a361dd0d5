/** What verdicts take for granted, and what was not judged: said once, on every surface. */

import { describe, expect, it } from 'vitest';
import { diagnosticsOf } from '../../server/src/lsp/diagnostics.js';
import { explainOf } from '../../server/src/lsp/explain.js';
import { codeLensesOf } from '../../server/src/lsp/code-lenses.js';
import { statusOf } from '../../server/src/lsp/status.js';
import { renderJson } from '../../server/src/render/json.js';
import { renderMail } from '../../server/src/render/mail.js';
import { renderMarkdown } from '../../server/src/render/markdown.js';
import { renderSarif } from '../../server/src/render/sarif.js';
import { renderText } from '../../server/src/render/text.js';
import {
  NO_STEP,
  NOT_JUDGED,
  type InputSummary,
  type Report,
  type SkippedScenario,
} from '../../server/src/review/report.js';
import { places, viewOf } from '../lsp/views.js';
import { introduced, nothing, PATCH, patchText } from './reports.js';

const CONDITION = 'judged alone: patch 3 of 7; patches 1-2 and 4-7 were not given';
const DEBUGGING = 'a debugging diff, no proposal: it is not signed off, adds printk() and does nothing else';

const withInput = (report: Report, more: Partial<InputSummary>): Report => ({
  ...report,
  inputs: report.inputs.map((input) => ({ ...input, ...more })),
});

const conditional: Report = {
  ...withInput(introduced, { conditions: [{ line: 50, text: CONDITION }] }),
  findings: introduced.findings.map((finding) => ({ ...finding, condition: CONDITION })),
};
const withoutFinding: Report = { ...conditional, findings: [] };
const passedOver: Report = withInput(
  { ...nothing, explanation: { ...nothing.explanation, releases: [] } },
  { passedOver: [{ line: 12, kind: 'debugging', text: DEBUGGING }] },
);
const quoted = { kind: 'quoted', text: 'a quoted diff, no proposal of its own' } as const;

const text = (report: Report): string =>
  renderText(report, { width: 200, colour: false, explain: false, patchText });
const diagnostics = (report: Report): readonly string[] =>
  diagnosticsOf(viewOf(report), { enabled: true, levels: {} }, places).map(({ message }) => String(message));
const outcome = (report: Report) =>
  ({
    kind: 'checked',
    report,
    definitions: {},
    patchLines: new Map<number, string>(),
    functions: [],
  }) as const;
const status = (report: Report): string => statusOf(viewOf(report), outcome(report), 'done', 'lkmm').summary;
const times = (whole: string, part: string): number => whole.split(part).length - 1;

describe('a conditional finding', () => {
  const finding = conditional.findings[0]!;

  it.each([
    ['text', text(conditional)],
    ['Markdown', renderMarkdown(conditional, { explain: false, patchText })],
    ['a diagnostic', diagnostics(conditional).join('\n')],
    ['Explain', explainOf('a.patch', outcome(conditional))],
  ])('says its condition once in %s', (_, whole) => {
    expect(times(whole.replaceAll('\\', ''), CONDITION)).toBe(1);
  });

  it('says it in a mail, in JSON and in SARIF', () => {
    const flat = renderMail(conditional, finding, patchText).replace(/\s+/g, ' ');
    expect(flat).toContain(CONDITION);
    expect(flat).toContain('INTRODUCED (conditional):');
    expect(renderJson(conditional, false)).toContain(`"condition": "${CONDITION}"`);
    const { runs } = JSON.parse(renderSarif(conditional)) as {
      runs: { results: { message: { text: string } }[] }[];
    };
    expect(runs[0]!.results[0]!.message.text).toContain(`; conditional: ${CONDITION}`);
  });

  it('is called so in headline, lens and status', () => {
    expect(text(conditional)).toContain('INTRODUCED (conditional):');
    expect(codeLensesOf(viewOf(conditional))[0]!.command!.title).toContain('introduced (conditional)');
    expect(status(conditional)).toBe('1 race introduced, conditional');
  });
});

describe('a conditional verdict without a finding', () => {
  it.each([
    ['text', text(withoutFinding)],
    ['Markdown', renderMarkdown(withoutFinding, { explain: false, patchText })],
    ['a diagnostic', diagnostics(withoutFinding).join('\n')],
    ['Explain', explainOf('a.patch', outcome(withoutFinding))],
    ['SARIF', renderSarif(withoutFinding)],
  ])('says its condition once in %s', (_, whole) => {
    expect(times(whole.replaceAll('\\', ''), `conditional: ${CONDITION}`)).toBe(1);
  });

  it('says it once for all patches of the input', () => {
    const note = { line: 50, text: CONDITION };
    const several = withInput(withoutFinding, { conditions: [note, { ...note, line: 60 }] });
    expect(times(text(several), CONDITION)).toBe(1);
    expect(diagnostics(several).filter((message) => message.includes(CONDITION))).toHaveLength(1);
  });
});

describe('a diff that was not judged', () => {
  it('is named with the way to have it judged, and nothing is said of its ordering', () => {
    expect(text(passedOver)).toBe(`${PATCH}:12: not judged: ${DEBUGGING}; --all judges it\n`);
    expect(diagnostics(passedOver)).toEqual([
      `not judged: ${DEBUGGING}; the command Check DIO Ordering judges it`,
    ]);
    expect(explainOf('a.patch', outcome(passedOver))).toMatch(/^Nothing was judged\.$/m);
    expect(status(passedOver)).toBe('not judged: no proposal in it');
    expect(renderSarif(passedOver)).toContain(`not judged: ${DEBUGGING}`);
    expect(renderJson(passedOver, false)).toContain('"kind": "debugging"');
  });

  it('is silent where it was quoted beside a patch that was judged', () => {
    expect(text(withInput(introduced, { passedOver: [{ line: 12, ...quoted }] }))).toBe(text(introduced));
  });

  it('is counted with those like it', () => {
    const notes = [12, 30, 40].map((line) => ({ line, ...quoted }));
    expect(text({ ...passedOver, inputs: withInput(passedOver, { passedOver: notes }).inputs })).toBe(
      `${PATCH}:12: not judged: ${quoted.text}, and 2 more like it; --all judges it\n`,
    );
  });
});

describe('a patch of which a part is modelled, and changes no step', () => {
  const skipped = [{ file: PATCH, scenario: 'xfs/dio-read+truncate@6.9-6.13', reason: NO_STEP }];
  const note = { file: PATCH, line: 14, reason: 'f in fs/xfs/xfs_file.c is not modelled in 6.9-6.13' };
  const unchanged = (...more: readonly SkippedScenario[]): Report => ({
    ...nothing,
    notModelled: [note],
    explanation: { ...nothing.explanation, skipped: [...skipped, ...more] },
  });

  it('is told so, beside what is not modelled', () => {
    expect(text(unchanged())).toMatch(/^what is modelled of it changes no step; 1 not modelled$/m);
    expect(status(unchanged())).toBe('no step changed, 1 not modelled');
  });

  it('has no verdict where a scenario of it could not be judged', () => {
    const half = unchanged({ ...skipped[0]!, reason: `${NOT_JUDGED}not all of f() was placed` });
    expect(text(half)).toMatch(/^no verdict; 1 not modelled$/m);
    expect(status(half)).toBe('no verdict, 1 not modelled');
  });
});

describe('an input that lacks changes', () => {
  const lost = { line: 14, what: 'hunk counts do not match: 1 removed line lost', lost: 'changes' } as const;
  const touching = (report: Report): Report =>
    withInput(report, { incomplete: 'changes', patches: [{ path: 'fs/iomap.c', hunks: 1, damage: [lost] }] });

  it('has no race in what is there of it, and no more is said', () => {
    expect(text(touching(withoutFinding))).toMatch(
      /^no race introduced, left or fixed by what is there of it;/m,
    );
  });

  it('is never quiet, whatever it touches', () => {
    expect(text(touching(nothing))).toBe(`${PATCH}: repaired: ${lost.what} (line 14)\nno verdict\n`);
    expect(diagnostics(touching(nothing))).toEqual([`repaired: ${lost.what} (line 14)`]);
    expect(status(touching(nothing))).toBe('no verdict');
    expect(explainOf('a.patch', outcome(touching(nothing)))).not.toContain('No ordering');
  });
});
