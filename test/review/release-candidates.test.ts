/** Fixes of what was never released, and other patches of which a release has the new side alone. */

import { describe, expect, it } from 'vitest';
import { FILLED_UNLOCKED } from '../fixtures/filling.js';
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

describe('a patch that the release has', () => {
  /** A file that no release has bundled. */
  const READAHEAD = `diff --git a/mm/readahead.c b/mm/readahead.c
--- a/mm/readahead.c
+++ b/mm/readahead.c
@@ -100,2 +100,4 @@ void page_cache_ra_unbounded(struct readahead_control *ractl)
+	filemap_invalidate_lock_shared(ractl->mapping);
 	read_pages(ractl);
+	filemap_invalidate_unlock_shared(ractl->mapping);
 	memalloc_nofs_restore(nofs);
`;

  it('is seen to be there although a part of it is in a file that is not modelled, and that part is named', async () => {
    const takes = revertOfWritten(['', '6.5', ['mm/filemap.c', FILLED_UNLOCKED]]);
    const { findings, notModelled } = await report(takes + READAHEAD, { kernel: '6.8' });
    expect(findings.map(({ change, rule }) => [change, rule])).toEqual([['fixed', 'stale-page-cache']]);
    expect(notModelled.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^the added line .* page_cache_ra_unbounded in mm\/readahead\.c is not modelled/),
      expect.stringMatching(/^the added line .* page_cache_ra_unbounded in mm\/readahead\.c is not modelled/),
    ]);
  });
});

describe('a patch to what the release has in other words, before and after', () => {
  const otherSize = (position: string): string =>
    [
      'diff --git a/fs/ext4/inode.c b/fs/ext4/inode.c',
      '--- a/fs/ext4/inode.c',
      '+++ b/fs/ext4/inode.c',
      '@@ -3385,7 +3385,7 @@ static int ext4_iomap_alloc(struct inode *inode, struct ext4_map_blocks *map,',
      ' \tif (flags & IOMAP_DAX)',
      ' \t\tm_flags = EXT4_GET_BLOCKS_CREATE_ZERO;',
      `-\telse if (${position} >= i_size_read(inode))`,
      `+\telse if (${position} >= EXT4_I(inode)->i_disksize)`,
      ' \t\tm_flags = EXT4_GET_BLOCKS_CREATE;',
      ' \telse if (ext4_test_inode_flag(inode, EXT4_INODE_EXTENTS))',
      ' \t\tm_flags = EXT4_GET_BLOCKS_IO_CREATE_EXT;',
      '',
    ].join('\n');

  it('is not taken for one that the release has', async () => {
    const { findings, notModelled } = await report(otherSize('map->m_lblk << blkbits'), { kernel: '6.12' });
    expect(findings).toEqual([]);
    expect(notModelled.map(({ line, reason }) => [line, reason])).toEqual([
      [7, expect.stringMatching(/^the removed line .* is not in the bundled ext4_iomap_alloc of 6\.9-6\.13/)],
    ]);
  });

  it('is placed where all that the release lacks is a branch before it', async () => {
    const { findings, notModelled, explanation } = await report(
      otherSize('((loff_t)map->m_lblk << blkbits)'),
      { kernel: '6.12' },
    );
    expect(findings).toEqual([]);
    expect(notModelled.map(({ line, reason }) => [line, reason])).toEqual([
      [8, expect.stringMatching(/^ext4_iomap_alloc\(\) asks for i_disksize where it asked for i_size/)],
    ]);
    expect(explanation.releases.map(({ why }) => why)).toEqual(['the release is set to 6.12']);
  });
});
