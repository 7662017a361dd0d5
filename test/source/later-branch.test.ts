/** Branches that the bundle begins with, and the kernel has others before. */

import { describe, expect, it } from 'vitest';
import { placePatch, type Placement } from '../../server/src/source/place.js';
import { bundled, changes, matters, patchOf } from './helpers.js';

const PATH = 'fs/demo/alloc.c';

const placed = (base: string, removed: string, added: string): Placement =>
  placePatch(
    patchOf(`--- a/${PATH}
+++ b/${PATH}
@@ -10,6 +10,6 @@ demo_alloc(
 	if (flags & DEMO_DAX)
 		map = DEMO_ZERO;
-${removed}
${added}
 		map = DEMO_CREATE;
 	else
 		map = DEMO_UNWRITTEN;
`),
    bundled(
      PATH,
      `
int
demo_alloc(struct inode *inode, loff_t pos)
{
	int map;

${base}
		map = DEMO_CREATE;
	else
		map = DEMO_UNWRITTEN;

	return filemap_write_and_wait_range(inode->i_mapping, pos, map);
}
`,
    ),
    matters,
  );

describe('an `else if` of which the base has cut the branch before', () => {
  it('is written anew as the first branch', () => {
    const { changed, unplaced } = placed(
      '	if (pos >= inode->i_size)',
      '	else if (pos >= inode->i_size)',
      '+	else if (pos > inode->i_size)',
    );
    expect(unplaced).toEqual([]);
    expect(changed.flatMap(changes)).toEqual(['0- if (pos >= inode->i_size)', '0+ if (pos > inode->i_size)']);
  });

  it('keeps its `else` where the base has it', () => {
    const { changed } = placed(
      '	if (flags & DEMO_DAX)\n		map = DEMO_ZERO;\n	else if (pos >= inode->i_size)',
      '	else if (pos >= inode->i_size)',
      '+	else if (pos > inode->i_size)',
    );
    expect(changed.flatMap(changes)).toEqual([
      '0- else if (pos >= inode->i_size)',
      '0+ else if (pos > inode->i_size)',
    ]);
  });

  it('is no other one that stands in the next hunk', () => {
    const { changed } = placed(
      '	if (pos >= inode->i_size)',
      '	else if (pos >= inode->i_size)',
      '@@ -30,3 +29,4 @@ demo_alloc(\n+	else if (pos > inode->i_size)',
    );
    expect(changed.flatMap(changes).filter((line) => line.includes('- '))).toEqual([]);
  });

  it('is none of the base where it asks for something else', () => {
    const { changed } = placed(
      '	if (pos >= inode->i_size)',
      '	else if (pos >= demo_end(inode))',
      '+	else if (pos > demo_end(inode))',
    );
    expect(changed.flatMap(changes).filter((line) => line.includes('- '))).toEqual([]);
  });
});
