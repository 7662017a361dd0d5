import { describe, expect, it } from 'vitest';
import { explainOf } from '../../server/src/lsp/explain.js';
import { exportOf } from '../../server/src/lsp/export.js';
import { statusOf } from '../../server/src/lsp/status.js';
import type { Outcome } from '../../server/src/lsp/worker-protocol.js';
import type { Report } from '../../server/src/review/report.js';
import { clean, everything, introduced, nothing, notModelled, patchText } from '../render/reports.js';
import { URI, viewOf } from './views.js';

const outcome = (report: Report): Outcome => ({
  kind: 'checked',
  report,
  definitions: {},
  patchLines: new Map(),
  functions: [],
});

describe('explain', () => {
  it('says what was extracted, which scenarios ran with how many states, and what was skipped', () => {
    const text = explainOf('a.patch', outcome(everything));
    expect(text).toMatch(/^# What was checked in `a\.patch`\n/);
    for (const section of ['Release', 'Ordering extracted', 'Scenarios', 'Skipped'])
      expect(text).toContain(`\n${section}`);
    expect(text).toContain('1,204 states');
    for (const { id } of everything.findings) expect(text).toContain(`(${id})`);
  });

  it('says so when nothing is touched, when there is no patch, and when the check failed', () => {
    expect(explainOf('a', outcome(nothing))).toContain('No ordering of direct I/O');
    expect(explainOf('a', { kind: 'no-patch', what: 'no diff in it' })).toContain('no diff in it');
    expect(explainOf('a', { kind: 'failed', what: 'out of memory' })).toContain('out of memory');
  });
});

describe('export', () => {
  const [finding] = introduced.findings;

  it('gives the whole report, or one finding', () => {
    const json = (only: typeof finding | null) =>
      (JSON.parse(exportOf(everything, only ?? null, 'json', patchText)!) as Report).findings.length;
    expect([json(null), json(finding!)]).toEqual([3, 1]);
    expect(exportOf(everything, null, 'sarif', patchText)).toContain('"version": "2.1.0"');
    expect(exportOf(everything, null, 'text', patchText)).toContain('CPU0: DIO read');
    expect(exportOf(introduced, finding!, 'markdown', patchText)).toContain('## INTRODUCED: ');
  });

  it('as mail quotes the patch with the timeline below, 72 columns wide', () => {
    const text = exportOf(introduced, finding!, 'mail', patchText)!;
    expect(text).toMatch(/^> /);
    expect(text).toContain('CPU0: DIO read');
    expect(text.split('\n').filter((line) => line.length > 72 && !line.startsWith('> '))).toEqual([]);
  });

  it('as mail needs a finding', () => {
    expect(exportOf(introduced, null, 'mail', patchText)).toBeNull();
  });
});

describe('status', () => {
  const status = (report: Report) => statusOf(viewOf(report), outcome(report), 'done', 'lkmm');

  it('counts the races and says where they are', () => {
    expect(status(everything)).toMatchObject({
      uri: URI,
      state: 'done',
      memory: 'lkmm',
      summary: '1 race introduced, 1 left, 1 fixed, 1 not modelled',
      introduced: 1,
      left: 1,
      fixed: 1,
    });
    expect(status(introduced).findings).toEqual([
      {
        id: 'a41f07c2',
        line: 62,
        title: 'P1 stale data exposure, ext4 nodelalloc dioread_lock extents: introduced',
      },
    ]);
  });

  it('has words for a patch without a race, and for one that touches nothing modelled', () => {
    expect(status(clean).summary).toBe('no race found');
    expect(status(notModelled).summary).toBe('no verdict, 2 not modelled');
    expect(status(nothing).summary).toBe('nothing here is modelled');
    expect(statusOf(viewOf(null), { kind: 'no-patch', what: 'long' }, 'done', 'sc').summary).toBe(
      'no patch found',
    );
    expect(statusOf(viewOf(null), null, 'waiting', 'sc')).toMatchObject({ summary: '', findings: [] });
  });
});
