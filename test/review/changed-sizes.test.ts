/** ext4 may find a block below i_size and above i_disksize; no scenario does. */

import { describe, expect, it } from 'vitest';
import { diffOf, report, type Replacement } from './patches.js';

const notes = async (...replacements: readonly Replacement[]): Promise<readonly string[]> =>
  (await report(diffOf('6.5', 'fs/ext4/inode.c', ...replacements), { kernel: '6.5' })).notModelled.map(
    ({ reason }) => reason,
  );

const ASKS = '((loff_t)map->m_lblk << blkbits) >= i_size_read(inode))';

describe('a condition that asks for another size', () => {
  it('is said', async () => {
    const other = '((loff_t)map->m_lblk << blkbits) >=\n\t    READ_ONCE(EXT4_I(inode)->i_disksize))';
    expect(await notes([ASKS, other])).toEqual([
      'ext4_iomap_alloc() asks for i_disksize where it asked for i_size, and that the two may differ is not modelled (6.5-6.6)',
    ]);
  });

  it('is none where the same size is asked for in other words', async () => {
    expect(await notes([ASKS, '((loff_t)map->m_lblk << blkbits) >= inode->i_size)'])).toEqual([]);
  });
});
