/** Hunks that lost lone braces and their indentation, beside blocks that the base has and the kernel does not. */

import { describe, expect, it } from 'vitest';
import { placePatch } from '../../server/src/source/place.js';
import { bundled, damaged, lostIndentation, matters, patchOf } from './helpers.js';

const PATH = 'fs/f.c';
const BASE = bundled(
  PATH,
  `
static int demo_drop(struct inode *inode)
{
	inode_dio_wait(inode);
	ret = prepare(inode);
	if (ret)
		return ret;

	if (inode->blocks > 0) {
		filemap_invalidate_lock(mapping);
		truncate_pagecache(inode, 0);
	}
	return 0;
}
`,
);

const placing = (...head: readonly string[]) => {
  const lines = [
    ' inode_dio_wait(inode);',
    ' ret = prepare(inode);',
    ' if (ret)',
    ' return ret;',
    ...head,
    '-filemap_invalidate_lock(mapping);',
    '-truncate_pagecache(inode, 0);',
    '+drop(inode);',
  ];
  const text = `--- a/${PATH}\n+++ b/${PATH}\n@@ -10,6 +10,5 @@ static int demo_drop(struct inode *inode)\n`;
  return placePatch(damaged(patchOf(text + lines.join('\n')), lostIndentation), BASE, matters);
};

describe('a line of a damaged hunk', () => {
  it('is not the one in a block of which the hunk shows no head', () => {
    const { unplaced } = placing();
    expect(unplaced.map(({ reason }) => reason)).toEqual([
      'the removed line `filemap_invalidate_lock(mapping);` is not in the bundled demo_drop of 9.9 there',
      'the removed line `truncate_pagecache(inode, 0);` is not in the bundled demo_drop of 9.9 there',
    ]);
  });

  it('is the one in the block where the hunk shows its head, be it by another condition', () => {
    expect(placing(' if (inode->blocks > 0) {').unplaced).toEqual([]);
    expect(placing(' if (inode->nr_blocks > 0) {').unplaced).toEqual([]);
  });
});
