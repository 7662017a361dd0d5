import { describe, expect, it } from 'vitest';
import { defaultFinding, inlayHintsOf, tooltipOf, type HintData } from '../../server/src/lsp/inlay-hints.js';
import type { Report, TimelineStep } from '../../server/src/review/report.js';
import { clean, everything, fixed, introduced, PATCH } from '../render/reports.js';
import { viewOf } from './views.js';

const ALL = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
const hintsOf = (view: ReturnType<typeof viewOf>) =>
  inlayHintsOf(view, defaultFinding(view), ALL).map(({ position, label }) => [position.line, label]);

/** The report of an introduced race, with some of its steps changed, by number. */
function withSteps(changed: Readonly<Record<number, Partial<TimelineStep>>>): Report {
  const [finding] = introduced.findings;
  const steps = finding!.timeline.steps.map((step) => ({ ...step, ...changed[step.n] }));
  return { ...introduced, findings: [{ ...finding!, timeline: { ...finding!.timeline, steps } }] };
}

const called = (line: number) => ({ calledAt: { kind: 'patch', file: PATCH, line } }) as const;

/** The label of the second step, which stands on a line of the patch. */
const labelWith = (step: Partial<TimelineStep>) => hintsOf(viewOf(withSteps({ 2: step })))[0]![1];

function tooltipAt(view: ReturnType<typeof viewOf>, line: number): string {
  const hints = inlayHintsOf(view, defaultFinding(view), ALL);
  return tooltipOf(view, hints.find(({ position }) => position.line === line)!.data as HintData)!;
}

describe('inlay hints', () => {
  it('stand at the end of each line of the patch that takes part: actor, step, effect', () => {
    expect(hintsOf(viewOf(introduced))).toEqual([
      [55, 'CPU0 #2 i_dio_count 0→1'],
      [63, 'CPU0 #6 block 0 is mapped'],
    ]);
  });

  it('stand too where a call leads to steps elsewhere: one for all, with what the race turns on most', () => {
    expect(hintsOf(viewOf(withSteps({ 3: called(53), 4: called(53), 5: called(53) })))).toEqual([
      [52, 'CPU1 #3-5 block 0 →mapped'],
      [55, 'CPU0 #2 i_dio_count 0→1'],
      [63, 'CPU0 #6 block 0 is mapped'],
    ]);
  });

  it('are one where a line has steps of its own, and leads to others', () => {
    expect(hintsOf(viewOf(withSteps({ 7: called(64), 4: called(64) })))).toEqual([
      [55, 'CPU0 #2 i_dio_count 0→1'],
      [63, 'CPU1 #4 page locked  CPU0 #6 block 0 is mapped  #7 buffer STALE'],
    ]);
  });

  it('name the numbers that lie apart, and leave out what the race does not turn on', () => {
    const steps = { 1: called(53), 3: { ...called(53), quiet: true } as const, 7: called(53) };
    expect(hintsOf(viewOf(withSteps(steps)))[0]).toEqual([52, 'CPU0 #1,7 buffer STALE']);
  });

  it.each([
    ['i_mmap_sem/invalidate_lock readers 0→1', 'i_mmap_sem/inv… →1'],
    ['block unwritten→mapped', 'block →mapped'],
    ['disk of block old data→data 1', 'disk of b… →data 1'],
    ['read got the page that it had', 'read got the page…'],
  ])('cut an effect so that what it comes to stays: %s', (effect, shown) => {
    expect(labelWith({ effects: [effect] })).toBe(`CPU0 #2 ${shown}`);
  });

  it.each([
    ['atomic_read(&inode->i_dio_count): reads 0', 'i_dio_count: 0'],
    ['atomic_read(&inode->i_dio_count): reads > 0', 'i_dio_count > 0'],
    ['mapping->nrpages: reads 1', 'nrpages: 1'],
    ['i_size_read(inode): reads 4096', 'i_size_read: 4096'],
    ['find_get_page(mapping, index): not in the cache', 'not in the cache'],
    ['wait_on_page_locked(page)', 'wait_on_page_lock…'],
    ['lock_page(page)', 'lock_page'],
  ])('have of a step without effect what it saw, or else the call without arguments: %s', (text, shown) => {
    expect(labelWith({ text, effects: [] })).toBe(`CPU0 #2 ${shown}`);
  });

  it('say of a step which the memory model moves that it is issued here, or takes effect here', () => {
    expect(labelWith({ reordered: 'issued', effects: [] })).toBe('CPU0 #2 inode_dio_begin (issued)');
    expect(labelWith({ reordered: 'late' })).toBe('CPU0 #2 i_dio_count 0→1 (late)');
  });

  it('have of several effects the one that the race turns on', () => {
    const effects = ['page locked 1→0', 'block 0 hole→mapped'];
    expect(labelWith({ effects })).toBe('CPU0 #2 block 0 →mapped');
  });

  it('say which lines keep a race closed', () => {
    expect(hintsOf(viewOf(fixed))).toEqual([
      [56, 'load-bearing'],
      [57, 'CPU0 #1 page 0 dropped'],
    ]);
  });

  it('are there for the most serious finding until another one is chosen', () => {
    const view = viewOf(everything);
    expect(defaultFinding(view)).toBe(introduced.findings[0]!.id);
    expect(inlayHintsOf(view, null, ALL)).toEqual([]);
    expect(inlayHintsOf(view, 'unknown', ALL)).toEqual([]);
  });

  it('are none in a patch without findings', () => {
    expect(hintsOf(viewOf(clean))).toEqual([]);
    expect(hintsOf(viewOf(null))).toEqual([]);
  });

  it('are made only for the lines that are asked for', () => {
    const view = viewOf(introduced);
    const range = { start: { line: 60, character: 0 }, end: { line: 70, character: 0 } };
    expect(inlayHintsOf(view, defaultFinding(view), range)).toHaveLength(1);
  });

  it('have the whole in the tooltip, and the off switch', () => {
    const view = viewOf(withSteps({ 2: { effects: ['i_mmap_sem/invalidate_lock readers 0→1'] } }));
    expect(tooltipAt(view, 55)).toBe(
      '2. CPU0: DIO read, iomap_dio_rw(): inode_dio_begin(); i_mmap_sem/invalidate_lock readers 0→1\n' +
        'Switch these hints off with the setting dioOrdering.inlayHints.enabled.',
    );
  });

  it('have all steps that a call leads to in the tooltip', () => {
    const tooltip = tooltipAt(viewOf(withSteps({ 4: called(53), 5: called(53) })), 52);
    expect(tooltip.split('\n').map((line) => line.replace(/:.*/s, ''))).toEqual([
      '4. CPU1',
      '5. CPU1',
      'Switch these hints off with the setting dioOrdering.inlayHints.enabled.',
    ]);
  });
});
