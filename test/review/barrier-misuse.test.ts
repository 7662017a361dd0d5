/** P9: a barrier that is missing, found by exploring again with it. */

import { describe, expect, it } from 'vitest';
import type { Report } from '../../server/src/review/report.js';
import { COUNT } from '../fixtures/positive/count.js';
import { report } from './patches.js';
import { diffOfWritten, type Written } from './written.js';

const writtenAs = (name: string): Written => {
  const { what, era, files } = COUNT.find((one) => one.what === name)!;
  return [what, era, ...files];
};

const misuses = ({ findings }: Report) => findings.filter(({ rule }) => rule === 'barrier-misuse');

describe('writeback that looks at i_dio_count', () => {
  it('needs a barrier after inode_dio_begin(): the pair is named, in the race and alone', async () => {
    const all = await report(diffOfWritten(writtenAs('the count without a barrier')), { kernel: '5.6' });
    const [misuse] = misuses(all);
    expect(misuse).toMatchObject({
      change: 'introduced',
      severity: 'warning',
      memory: ['lkmm'],
      function: 'iomap_dio_rw',
      missingBarriers: [
        {
          barrier: 'smp_mb__after_atomic()',
          actor: 'DIO read',
          earlier: { text: 'inode_dio_begin(inode)' },
          later: { text: 'invalidate_inode_pages2_range()' },
        },
      ],
    });
    const race = all.findings.find(({ property, memory }) => property === 'P1' && !memory.includes('sc'));
    expect(race?.missingBarriers).toEqual(misuse?.missingBarriers);
    expect(misuse?.timeline.steps.some(({ reordered }) => reordered === 'late')).toBe(true);
  });

  it('needs none where it is there', async () => {
    const written = writtenAs('the count before the invalidation, read with the pages locked');
    expect(misuses(await report(diffOfWritten(written), { kernel: '5.6' }))).toEqual([]);
  });

  it('needs none where nothing is reordered', async () => {
    const text = diffOfWritten(writtenAs('the count without a barrier'));
    expect(misuses(await report(text, { kernel: '5.6', memory: 'sc' }))).toEqual([]);
  });
});
