/** Fixes of what was never released, and other patches of which a release has the new side alone. */

import { describe, expect, it } from 'vitest';
import { COMPLETION } from '../fixtures/positive/completion.js';
import type { RacePatch } from '../fixtures/positive/race-patch.js';
import { SPELLING } from '../fixtures/harmless/spelling.js';
import { changes, report } from './patches.js';
import { revertOfWritten } from './written.js';

/** The patch that leads to the release from what opens a race in it. */
const fixOf = ({ what, era, files }: RacePatch): string => revertOfWritten([what, era, ...files]);

describe('a fix of what no release had', () => {
  const fixes = COMPLETION.filter(({ opens, closes }) => opens.length > 0 && closes === undefined).slice(
    0,
    3,
  );

  it.each(fixes)('$era: not $what', async (patch) => {
    const all = await report(fixOf(patch), { kernel: patch.era });
    expect(all.notModelled).toEqual([]);
    const fixed = patch.opens.map((id) => expect.stringContaining(id) as string);
    expect(changes(all).filter((one) => one.endsWith('race -> none fixed'))).toEqual(
      expect.arrayContaining(fixed),
    );
    expect(all.findings.every(({ change }) => change === 'fixed')).toBe(true);
  });

  it.each(SPELLING.slice(0, 6).map((one) => ({ what: one[0], era: one[1], one })))(
    '$era: nothing is said of the reverse of: $what',
    async ({ one }) => {
      const all = await report(revertOfWritten(one), { kernel: one[1] });
      expect([all.findings, all.notModelled]).toEqual([[], []]);
    },
  );
});
