import { describe, expect, it } from 'vitest';
import { defaultFinding, inlayHintsOf, tooltipOf, type HintData } from '../../server/src/lsp/inlay-hints.js';
import { clean, everything, fixed, introduced } from '../render/reports.js';
import { viewOf } from './views.js';

const ALL = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
const hintsOf = (view: ReturnType<typeof viewOf>) =>
  inlayHintsOf(view, defaultFinding(view), ALL).map(({ position, label }) => [position.line, label]);

describe('inlay hints', () => {
  it('stand at the end of each line of the patch that takes part: actor, step, effect', () => {
    expect(hintsOf(viewOf(introduced))).toEqual([
      [55, 'CPU0 #2 i_dio_count 0→1'],
      [63, 'CPU0 #6 block 0 is mapped'],
    ]);
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

  it('cut a long effect; the tooltip has the whole, and the off switch', () => {
    const [finding] = introduced.findings;
    const steps = finding!.timeline.steps.map((step) =>
      step.n === 2 ? { ...step, effects: ['i_mmap_sem/invalidate_lock readers 0→1'] } : step,
    );
    const view = viewOf({
      ...introduced,
      findings: [{ ...finding!, timeline: { ...finding!.timeline, steps } }],
    });
    const [hint] = inlayHintsOf(view, finding!.id, ALL);
    expect(hint?.label).toBe('CPU0 #2 i_mmap_sem/invalidate_l…');
    expect(tooltipOf(view, hint!.data as HintData)).toBe(
      '2. CPU0: DIO read, iomap_dio_rw(): inode_dio_begin(); i_mmap_sem/invalidate_lock readers 0→1\n' +
        'Switch these hints off with the setting dioOrdering.inlayHints.enabled.',
    );
  });
});
