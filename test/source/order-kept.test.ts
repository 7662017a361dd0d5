/** What a patch moves, and where it newly leaves a function: lost in placing, either passes for no change at all. */

import { describe, expect, it } from 'vitest';
import { placeBackwards } from '../../server/src/source/place-backwards.js';
import { placePatch } from '../../server/src/source/place.js';
import { bundled, patchOf } from './helpers.js';

const PATH = 'mm/demo.c';
const matters = (text: string): boolean =>
  /\b(?:filemap_\w+|truncate_pagecache|inode_(?:un)?lock)\b/.test(text);

const BASE = bundled(
  PATH,
  `
static int demo_create_folio(struct file *file, struct folio *folio)
{
	int error;

	filemap_invalidate_lock_shared(mapping);
	error = filemap_add_folio(mapping, folio, index);
	if (!error)
		error = filemap_read_folio(file, folio);
	if (error)
		goto error;

	filemap_invalidate_unlock_shared(mapping);
	return 0;
error:
	filemap_invalidate_unlock_shared(mapping);
	return error;
}

static int demo_collapse(struct inode *inode, loff_t offset)
{
	loff_t ioffset;
	int ret;

	inode_lock(inode);
	ioffset = round_down(offset, PAGE_SIZE);
	ret = filemap_write_and_wait_range(mapping, ioffset, offset);
	if (ret)
		goto out;
	truncate_pagecache(inode, ioffset);
	ret = demo_shift(inode);
out:
	inode_unlock(inode);
	return ret;
}
`,
);

const head = `--- a/${PATH}\n+++ b/${PATH}\n`;
const reasons = (body: string, place: typeof placePatch = placePatch): readonly string[] =>
  place(patchOf(head + body.replace(/^\n/, '')), BASE, matters).unplaced.map(({ reason }) => reason);

describe('a call that the patch moves over one that stays', () => {
  it('is not put where the removed one stood', () => {
    const moved = `
@@ -10,10 +10,11 @@ static int demo_create_folio(struct file *file,
 	if (error)
 		goto error;
 
+	filemap_invalidate_unlock_shared(mapping);
 	error = filemap_read_folio(file, folio);
-	if (error)
-		goto error;
+	if (error) {
+		return error;
+	}
 
-	filemap_invalidate_unlock_shared(mapping);
 	return 0;
 error:
`;
    expect(reasons(moved)).toEqual([
      'the added line `filemap_invalidate_unlock_shared(mapping);` was not placed: it would stand on the other side of `error = filemap_read_folio(file, folio);` in the bundled demo_create_folio of 9.9',
    ]);
  });

  it('is not taken for the base, where that spells the other in other words', () => {
    const moved = `
@@ -30,8 +30,8 @@ static int demo_collapse(struct inode *inode, loff_t offset)
+	truncate_pagecache(inode, start);
+
 	ret = filemap_write_and_wait_range(mapping, start, last);
 	if (ret)
 		return ret;
 
-	truncate_pagecache(inode, start);
-
 	ret = demo_shift(inode);
 out:
`;
    expect(reasons(moved, placeBackwards)).toEqual([
      'the added line `truncate_pagecache(inode, start);` stands on the other side of `ret = filemap_write_and_wait_range(mapping, start, last);` in the bundled demo_collapse of 9.9',
    ]);
  });
});

describe('a return that the patch adds under a lock', () => {
  it('is said where what it stands under is cut from the base', () => {
    const leak = `
@@ -30,6 +30,6 @@ static int demo_collapse(struct inode *inode, loff_t offset)
 	inode_lock(inode);
 	ret = demo_modified(inode);
 	if (ret)
-		goto out;
+		return ret;
 
 	ioffset = round_down(offset, PAGE_SIZE);
`;
    expect(reasons(leak)).toEqual([
      'the added line `return ret;` was not placed: it stands under `if (ret)`, which the bundled demo_collapse of 9.9 does not have there',
    ]);
  });

  it('is said in a function that is not modelled', () => {
    const leak = `
@@ -90,6 +90,8 @@ static int demo_zero_eof(struct inode *inode)
 	inode_lock(inode);
 	error = demo_zero_range(inode);
+	if (error)
+		return error;
 	inode_unlock(inode);
 
 	return error;
`;
    expect(reasons(leak)).toEqual([
      `the added line \`return error;\` was not placed: demo_zero_eof in ${PATH} is not modelled in 9.9`,
    ]);
  });

  it.each([
    [
      'before it is taken',
      ' 	int error;\n+	if (!inode)\n+		return 0;\n 	inode_lock(inode);\n 	inode_unlock(inode);\n',
    ],
    [
      'when it is dropped',
      ' 	inode_lock(inode);\n+	if (!inode) {\n+		demo_unlock(inode);\n+		return 0;\n+	}\n 	demo_go(inode);\n',
    ],
  ])('is none %s', (_, lines) => {
    expect(reasons(`@@ -90,6 +90,8 @@ static int demo_zero_eof(struct inode *inode)\n${lines}`)).toEqual([]);
  });
});

describe('a lock that the patch moves over a way out', () => {
  const over = (way: string): string => `
@@ -30,10 +30,10 @@ static int demo_collapse(struct inode *inode, loff_t offset)
 	loff_t ioffset;
 	int ret;
 
+	inode_lock(inode);
 	if (offset & 511)
 		${way}
 
-	inode_lock(inode);
 	ioffset = round_down(offset, PAGE_SIZE);
 	ret = filemap_write_and_wait_range(mapping, ioffset, offset);
`;

  it.each(['return -EINVAL;', 'goto out_ret;'])('that the base has cut is said: %s', (way) => {
    expect(reasons(over(way))).toEqual([
      expect.stringMatching(/^the line `inode_lock\(inode\);` moves over `[^`]*;`, which is not in/),
    ]);
  });

  it('is placed where only what decides lies between', () => {
    expect(reasons(over('offset = 0;'))).toEqual([]);
  });
});

describe('a lock that the patch moves over a wait that the base has not', () => {
  it('is said: on which side of it the lock is taken is all that changes', () => {
    expect(
      reasons(`
@@ -28,9 +28,9 @@ static int demo_collapse(struct inode *inode, loff_t offset)
 	loff_t ioffset;
 	int ret;
 
-	inode_lock(inode);
 	filemap_wait_for_others(inode);
+	inode_lock(inode);
 	ioffset = round_down(offset, PAGE_SIZE);
 	ret = filemap_write_and_wait_range(mapping, ioffset, offset);
 	if (ret)
`),
    ).toEqual([
      'the line `inode_lock(inode);` moves over `filemap_wait_for_others(inode);`, which is not in the bundled demo_collapse of 9.9',
    ]);
  });
});
