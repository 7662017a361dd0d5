/** How a value comes about is often cut in a bundled function, which has a way of its own to it. */

import { describe, expect, it } from 'vitest';
import { placePatch } from '../../server/src/source/place.js';
import { bundled, code, patchOf } from './helpers.js';

const PATH = 'mm/demo.c';
const matters = (text: string): boolean => /\b(?:filemap_\w+|copy_folio\w*|inode_(?:un)?lock)\b/.test(text);

const BASE = bundled(
  PATH,
  `
static int demo_write(struct inode *inode, struct iov_iter *i, loff_t offset, loff_t len)
{
	size_t bytes = iov_iter_count(i);
	loff_t end = offset + len - 1;
	int ret;

	inode_lock(inode);
	ret = copy_folio_from_iter_atomic(folio, 0, bytes, i);
	ret = filemap_write_and_wait_range(mapping, offset, end);
	inode_unlock(inode);
	return ret;
}
`,
);

const head = `--- a/${PATH}\n+++ b/${PATH}\n`;
const after = (body: string): readonly string[] => {
  const { after: merged, unplaced } = placePatch(patchOf(head + body.replace(/^\n/, '')), BASE, matters);
  expect(unplaced).toEqual([]);
  return code(merged.universe.get('demo_write'));
};

describe('a value that the base comes to in its own way', () => {
  it('stays so where the patch spells out anew what is cut', () => {
    const respelt = `
@@ -10,7 +10,7 @@ static int demo_write(struct inode *inode, struct iov_iter *i, loff_t offset,
 	inode_lock(inode);
 	chunk = mapping_max_folio_size(mapping);
-	bytes = min(chunk - offset, bytes);
+	bytes = min_t(size_t, chunk - offset, bytes);
 	ret = copy_folio_from_iter_atomic(folio, 0, bytes, i);
 	ret = filemap_write_and_wait_range(mapping, offset, end);
`;
    expect(after(respelt).join()).not.toContain('min_t');
  });

  it('is that of the patch where it says a range', () => {
    const range = `
@@ -10,7 +10,7 @@ static int demo_write(struct inode *inode, struct iov_iter *i, loff_t offset,
 	inode_lock(inode);
 	ret = copy_folio_from_iter_atomic(folio, 0, bytes, i);
-	end = round_up(offset + len, PAGE_SIZE) - 1;
+	end = round_up(offset + len, rounding) - 1;
 	ret = filemap_write_and_wait_range(mapping, offset, end);
 	inode_unlock(inode);
`;
    expect(after(range)).toContain('end = round_up(offset + len, rounding) - 1;');
  });

  it('is that of the patch where nothing that it sets is taken away', () => {
    const added = `
@@ -10,6 +10,7 @@ static int demo_write(struct inode *inode, struct iov_iter *i, loff_t offset,
 	inode_lock(inode);
+	bytes = min(bytes, PAGE_SIZE);
 	ret = copy_folio_from_iter_atomic(folio, 0, bytes, i);
 	ret = filemap_write_and_wait_range(mapping, offset, end);
`;
    expect(after(added)).toContain('bytes = min(bytes, PAGE_SIZE);');
  });

  it('is that of the patch where the base has one of those that it takes away', () => {
    const called = `
@@ -10,10 +10,8 @@ static int demo_write(struct inode *inode, struct iov_iter *i, loff_t offset,
 	inode_lock(inode);
 	ret = copy_folio_from_iter_atomic(folio, 0, bytes, i);
-	if (ret)
-		ret = filemap_write_and_wait_range(mapping, offset, end);
-	else
-		ret = dio->error;
+	ret = ops->flush(mapping, offset, end, ret);
 	inode_unlock(inode);
`;
    expect(after(called)).toContain('ret = ops->flush(mapping, offset, end, ret);');
  });
});
