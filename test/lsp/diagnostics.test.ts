import { DiagnosticSeverity } from 'vscode-languageserver';
import { describe, expect, it } from 'vitest';
import { diagnosticsFor, diagnosticsOf } from '../../server/src/lsp/diagnostics.js';
import type { Settings } from '../../server/src/lsp/protocol.js';
import { DEFAULTS } from '../../server/src/lsp/settings.js';
import type { Report } from '../../server/src/review/report.js';
import { clean, damaged, fixed, introduced, left, notModelled, nothing } from '../render/reports.js';
import { places, URI, viewOf } from './views.js';

const of = (report: Report | null, levels: Settings['diagnostics']['levels'] = {}) =>
  diagnosticsOf(viewOf(report), { ...DEFAULTS.diagnostics, levels }, places);

describe('a race', () => {
  it('that the patch introduces is an error on the lines that carry the blame', () => {
    const [one, ...others] = of(introduced);
    expect(others).toEqual([]);
    expect(one).toMatchObject({
      range: { start: { line: 62, character: 0 }, end: { line: 62, character: 25 } },
      severity: DiagnosticSeverity.Error,
      source: 'dio-ordering',
      code: 'stale-data-exposure',
      data: { finding: 'a41f07c2' },
    });
  });

  it('names the page of its rule', () => {
    expect(of(introduced)[0]?.codeDescription?.href).toMatch(
      /^file:\/\/\/.*\/docs\/rules\/stale-data-exposure\.md$/,
    );
  });

  it('has the severity of its change', () => {
    const [finding] = introduced.findings;
    const as = { ...introduced, findings: [{ ...finding!, change: 'left', severity: 'warning' }] } as const;
    expect(of(as).map(({ severity }) => severity)).toEqual([DiagnosticSeverity.Warning]);
  });

  it('lists the steps of the other actors in order, with where they stand', () => {
    const related = of(left)[0]!.relatedInformation!;
    expect(related.map(({ message }) => message.replace(/:.*/s, ''))).toEqual([
      '1. CPU0',
      '4. CPU2',
      '5. CPU0',
      '6. CPU0',
    ]);
    expect(related[0]).toEqual({
      location: {
        uri: 'bundled:/5.5-5.8/fs/ext4/inode.c',
        range: { start: { line: 60, character: 0 }, end: { line: 60, character: 0 } },
      },
      message: '1. CPU0: flusher, ext4_writepages(): atomic_read(&i_dio_count): 0',
    });
  });

  it('lists no more of them than leave room for the timeline: those that the race turns on', () => {
    const [finding] = left.findings;
    const [first, ...rest] = finding!.timeline.steps;
    const idle = (n: number) => ({ ...first!, n, text: 'PageDirty(page): true' });
    const steps = [...Array.from({ length: 20 }, (_, at) => idle(at + 1)), first!, ...rest];
    const numbered = steps.map((step, at) => ({ ...step, n: at + 1 }));
    const long = { ...finding!, timeline: { ...finding!.timeline, steps: numbered } };
    const related = of({ ...left, findings: [long] })[0]!.relatedInformation!;
    expect(related.map(({ message }) => parseInt(message))).toEqual([1, 2, 3, 24, 25, 26]);
  });

  it('points into the document for steps on lines of the patch', () => {
    const [finding] = introduced.findings;
    const report = {
      ...introduced,
      findings: [{ ...finding!, line: 53, endLine: 53, function: 'elsewhere' }],
    };
    const own = of(report)[0]!.relatedInformation!.filter(({ location }) => location.uri === URI);
    expect(own.map(({ location }) => location.range.start.line)).toEqual([55, 63]);
  });

  it('that the patch closes is no diagnostic', () => {
    expect(of(fixed)).toEqual([]);
  });
});

describe('levels', () => {
  it('of a rule go before the severity of the change', () => {
    expect(of(introduced, { 'stale-data-exposure': 'hint' })[0]?.severity).toBe(DiagnosticSeverity.Hint);
  });

  it('switch a rule off, and notes too', () => {
    expect(of(introduced, { 'stale-data-exposure': 'off' })).toEqual([]);
    expect(of(notModelled).length).toBeGreaterThan(0);
    expect(of(notModelled, { 'not-modelled': 'off' })).toEqual([]);
  });

  it('are nothing where diagnostics are switched off', () => {
    expect(diagnosticsOf(viewOf(introduced), { enabled: false, levels: {} }, places)).toEqual([]);
  });
});

describe('what is no race', () => {
  it('is information: code that is not modelled', () => {
    for (const one of of(notModelled)) {
      expect(one).toMatchObject({ severity: DiagnosticSeverity.Information, code: 'not-modelled' });
      expect(one.message).toMatch(/^not modelled: /);
    }
  });

  it('is information: damage, once for like repairs, on the first of their lines', () => {
    const inputs = [
      {
        ...damaged.inputs[0]!,
        patches: [
          {
            path: 'fs/iomap/direct-io.c',
            hunks: 1,
            damage: [
              { line: 59, what: 'context line lost its blank' },
              { line: 54, what: 'context line lost its blank' },
              { line: 66, what: 'signature after the last hunk: left out' },
            ],
          },
        ],
      },
    ];
    const found = of({ ...introduced, inputs }, { 'stale-data-exposure': 'off' });
    expect(
      found.map(({ range, severity, message, code }) => [range.start.line, severity, code, message]),
    ).toEqual([
      [
        53,
        DiagnosticSeverity.Information,
        'damaged-mail',
        'repaired: context line lost its blank (lines 54, 59)',
      ],
    ]);
  });

  it('is nothing in a patch that touches nothing modelled, damaged or not', () => {
    expect(of({ ...nothing, inputs: damaged.inputs })).toEqual([]);
    expect(of(clean)).toEqual([]);
    expect(of(null)).toEqual([]);
  });
});

describe('after an edit', () => {
  const edited = (line: number, endLine: number, text: string) => {
    const view = viewOf(introduced);
    const range = { start: { line, character: 0 }, end: { line: endLine, character: 0 } };
    const { document, edits } = view.document.changed([{ range, text }], 2);
    const checked = { ...view.checked!, lines: view.checked!.lines.after(edits) };
    return diagnosticsOf({ document, checked }, DEFAULTS.diagnostics, places);
  };

  it('diagnostics move with their lines', () => {
    expect(edited(3, 3, 'new\nlines\n')[0]?.range).toEqual({
      start: { line: 64, character: 0 },
      end: { line: 64, character: 25 },
    });
  });

  it('the diagnostic of a deleted line goes with it', () => {
    expect(edited(62, 63, '')).toEqual([]);
  });
});

describe('a document that cannot be checked', () => {
  it('says on its first line why: a setting names what there is not', () => {
    const outcome = { kind: 'refused', what: '7.x: not a kernel release: give one such as 5.7' } as const;
    const said = (enabled: boolean) =>
      diagnosticsFor({ view: viewOf(null), outcome }, { ...DEFAULTS.diagnostics, enabled }, places);
    expect(said(true)).toMatchObject([
      {
        range: { start: { line: 0 } },
        severity: DiagnosticSeverity.Warning,
        message: 'not checked: 7.x: not a kernel release: give one such as 5.7',
      },
    ]);
    expect(said(false)).toEqual([]);
  });
});
