/** A function made into two: git shows what the second one keeps of the first as context, in one hunk or in two. */

import { describe, expect, it } from 'vitest';
import type { Placement } from '../../server/src/source/place.js';
import { placePatch } from '../../server/src/source/place.js';
import { bundled, code, damaged, lostBlankLines, matters, patchOf } from './helpers.js';

const PATH = 'fs/demo/file.c';
const BASE = bundled(
  PATH,
  `
static int demo_extend(struct inode *inode, loff_t offset, bool failed)
{
	demo_update_size(inode, offset);

	if (failed) {
		inode_dio_wait(inode);
		filemap_write_and_wait(inode->i_mapping);
	}
	return 0;
}

static int demo_end_io(struct inode *inode)
{
	return demo_extend(inode, 0, true);
}
`,
);

const textsOf = ({ after, unplaced }: Placement) => ({
  old: code(after.universe.get('demo_extend')),
  added: code(after.universe.get('demo_cleanup')),
  unplaced: unplaced.map(({ reason }) => reason),
});

const SPLIT = {
  old: [
    'static int demo_extend(struct inode *inode, loff_t offset, bool failed)',
    '{',
    'demo_update_size(inode, offset);',
    'return 0;',
    '}',
  ],
  added: [
    'static void demo_cleanup(struct inode *inode, bool failed)',
    '{',
    'if (failed) {',
    'inode_dio_wait(inode);',
    'filemap_write_and_wait(inode->i_mapping);',
    '}',
    '}',
  ],
  unplaced: [],
};

const ONE = patchOf(`--- a/${PATH}
+++ b/${PATH}
@@ -10,12 +10,16 @@ static int demo_extend(struct inode *inode, loff_t offset, bool failed)
 	demo_update_size(inode, offset);
 
+	return 0;
+}
+
+static void demo_cleanup(struct inode *inode, bool failed)
+{
 	if (failed) {
 		inode_dio_wait(inode);
 		filemap_write_and_wait(inode->i_mapping);
 	}
-	return 0;
 }
 
 static int demo_end_io(struct inode *inode)
`);

const TWO = patchOf(`--- a/${PATH}
+++ b/${PATH}
@@ -10,7 +10,12 @@ static int demo_extend(struct inode *inode, loff_t offset, bool failed)
 	demo_update_size(inode, offset);
 
+	return 0;
+}
+
+static void demo_cleanup(struct inode *inode, bool failed)
+{
 	if (failed) {
 		inode_dio_wait(inode);
 		/*
 		 * What was allocated is of no use now, and nobody has
@@ -20,8 +25,7 @@ static int demo_extend(struct inode *inode, loff_t offset, bool failed)
 		 * it yet.
 		 */
 		filemap_write_and_wait(inode->i_mapping);
 	}
-	return 0;
 }
 
 static int demo_end_io(struct inode *inode)
`);

describe('the rest of a function that the patch makes into one of its own', () => {
  const placed = (patch: typeof ONE) => textsOf(placePatch(patch, BASE, matters));

  it('leaves the function that ends before it', () => {
    expect(placed(ONE)).toEqual(SPLIT);
  });

  it('goes on in the next hunk, where only a comment is left out between the two', () => {
    const { added, ...rest } = placed(TWO);
    const { added: own, ...others } = SPLIT;
    expect(rest).toEqual(others);
    expect(added.filter((line) => own.includes(line))).toEqual(own);
  });

  it('does not where lines are lost, of which one may have ended it', () => {
    expect(placed(damaged(TWO, lostBlankLines)).unplaced).toContainEqual(
      'the hunk ends before the new function demo_cleanup does',
    );
  });
});
