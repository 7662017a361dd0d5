/** Rules that the user silences, and what stays in sight of them. */

import { describe, expect, it } from 'vitest';
import { codeActionsOf } from '../../server/src/lsp/code-actions.js';
import { codeLensesOf } from '../../server/src/lsp/code-lenses.js';
import { explainOf } from '../../server/src/lsp/explain.js';
import { readSettings } from '../../server/src/lsp/settings.js';
import { statusOf } from '../../server/src/lsp/status.js';
import { renderJson } from '../../server/src/render/json.js';
import { renderMarkdown } from '../../server/src/render/markdown.js';
import { renderSarif } from '../../server/src/render/sarif.js';
import { renderText } from '../../server/src/render/text.js';
import type { Finding, Report } from '../../server/src/review/report.js';
import { readSilence, silenced, silenceText, type Silence } from '../../server/src/review/silence.js';
import { viewOf } from '../lsp/views.js';
import { introduced, patchText } from '../render/reports.js';

const finding: Finding = introduced.findings[0]!;

function silence(text: string): Silence {
  const read = readSilence(text);
  if (!read.ok) throw new Error(read.what);
  return read.silence;
}

const hides = (text: string, file: string): boolean =>
  silenced([{ ...finding, file }], [silence(text)]).shown.length === 0;

describe('a silence', () => {
  it.each([
    ['stale-data-exposure', 'mails/a.patch', true],
    ['P1', 'mails/a.patch', true],
    ['stale-data-exposure:a.patch', 'a.patch', true],
    ['stale-data-exposure:a.patch', 'mails/a.patch', true],
    ['stale-data-exposure:mails/a.patch', 'mails/a.patch', true],
    ['stale-data-exposure:a.patch', 'mails/aa.patch', false],
    ['stale-data-exposure:b.patch', 'mails/a.patch', false],
    ['stale-page-cache', 'mails/a.patch', false],
  ])('%s: of a finding in %s: %s', (text, file, is) => {
    expect(hides(text, file)).toBe(is);
  });

  it.each([
    ['stale-pages', /^stale-pages: no such rule: give one of stale-data-exposure, .*barrier-misuse$/],
    ['constructor:a', /no such rule/],
    ['', /no such rule/],
    ['deadlock:', /the file is missing/],
  ])('%j is refused in one line', (text, what) => {
    expect(readSilence(text)).toEqual({ ok: false, what: expect.stringMatching(what) as string });
  });

  it('is written as it is read', () => {
    expect(['deadlock', 'deadlock:a:b'].map((text) => silenceText(silence(text)))).toEqual([
      'deadlock',
      'deadlock:a:b',
    ]);
  });

  it('is the same in the settings, where one that is not understood is named', () => {
    const { settings, problems } = readSettings({ silence: ['deadlock:a.patch', 'deadlok'] });
    expect(settings.silence).toEqual(['deadlock:a.patch']);
    expect(problems).toEqual([
      expect.stringMatching(/^dioOrdering\.silence: deadlok: no such rule: .*: ignored$/),
    ]);
  });
});

describe('a silenced finding', () => {
  const { shown, silenced: all } = silenced(introduced.findings, [silence('stale-data-exposure')]);
  const report: Report = { ...introduced, findings: shown, silenced: all };
  const outcome = {
    kind: 'checked',
    report,
    definitions: {},
    patchLines: new Map<number, string>(),
    functions: [],
  } as const;
  const count = '1 silenced (stale-data-exposure)';

  it.each([
    ['text', renderText(report, { width: 200, colour: false, explain: false, patchText })],
    ['Markdown', renderMarkdown(report, { explain: false, patchText }).replaceAll('\\', '')],
    ['Explain', explainOf('a.patch', outcome).replaceAll('\\', '')],
    ['the status', statusOf(viewOf(report), outcome, 'done', 'lkmm').summary],
    ['a lens', codeLensesOf(viewOf(report))[0]!.command!.title],
  ])('is counted and not told in %s', (_, whole) => {
    expect(whole).toContain(count);
    expect(whole).not.toContain(finding.message);
  });

  it('is suppressed in SARIF and listed apart in JSON', () => {
    const { runs } = JSON.parse(renderSarif(report)) as { runs: { results: object[] }[] };
    expect(runs[0]!.results).toMatchObject([{ suppressions: [{ kind: 'external' }] }]);
    const json = JSON.parse(renderJson(report, false)) as { findings: object[]; silenced: object[] };
    expect(json.findings).toEqual([]);
    expect(json.silenced).toMatchObject([{ id: finding.id, rule: finding.rule }]);
  });
});

it('a finding has an action that silences its rule for this patch', () => {
  const view = viewOf(introduced);
  const range = {
    start: { line: finding.line - 1, character: 0 },
    end: { line: finding.line - 1, character: 0 },
  };
  const titles = codeActionsOf(view, range, { diagnostics: [] }, true).map(({ title }) => title);
  expect(titles).toContain('Silence stale-data-exposure for this patch');
});
