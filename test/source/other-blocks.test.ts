/** One function asks for `error` again and again, and the base has cut some of that: like blocks are not the same block. */

import { describe, expect, it } from 'vitest';
import { placePatch } from '../../server/src/source/place.js';
import { bundled, code, patchOf } from './helpers.js';

const PATH = 'fs/demo.c';
const matters = (text: string): boolean =>
  /\b(?:inode_dio_wait|filemap_invalidate_\w+|down_write|up_write|folio_(?:un)?lock|lock_page)\b/.test(text);

const BASE = bundled(
  PATH,
  `
static long demo_zero_range(struct inode *inode, loff_t offset, loff_t len)
{
	long error;

	demo_lock(inode);
	error = demo_flush(inode, offset, len);
	if (error)
		goto out_unlock;

	if (len > 0) {
		filemap_invalidate_lock(mapping);

		error = demo_break_layouts(inode);
		if (error) {
			filemap_invalidate_unlock(mapping);
			goto out_unlock;
		}

		error = demo_free(inode, offset, len);
		filemap_invalidate_unlock(mapping);
	}
	if (error)
		goto out_unlock;

	error = demo_convert(inode);
out_unlock:
	demo_unlock(inode);
	return error;
}

static int demo_setattr(struct inode *inode, bool shrink)
{
	if (shrink) {
		inode_dio_wait(inode);
	}

	filemap_invalidate_lock(mapping);
	return demo_truncate(inode);
}

static int demo_mkwrite(struct vm_fault *vmf, struct folio *folio)
{
	folio_lock(folio);
	if (demo_check(folio) < 0)
		goto out_unlock;
	return VM_FAULT_LOCKED;
out_unlock:
	folio_unlock(folio);
	return VM_FAULT_NOPAGE;
}
`,
);

const head = `--- a/${PATH}\n+++ b/${PATH}\n`;
const placed = (body: string) => placePatch(patchOf(head + body.replace(/^\n/, '')), BASE, matters);
const reasons = (body: string): readonly string[] => placed(body).unplaced.map(({ reason }) => reason);

describe('a test of what a call returned', () => {
  it('is not that of another call: a line before it is not put there', () => {
    expect(
      reasons(`
@@ -10,8 +10,9 @@ static long demo_zero_range(struct inode *inode, loff_t offset, loff_t len)
 	if (demo_is_frozen(inode))
 		demo_thaw(inode);
 
+	inode_dio_wait(inode);
 	error = demo_modified(file);
 	if (error)
 		goto out_unlock;
 
`),
    ).toEqual([expect.stringContaining('the added line `inode_dio_wait(inode);` was not placed')]);
  });
});

describe('a removed line', () => {
  it('is not its like in the block of another test', () => {
    const [first, second] = reasons(`
@@ -24,7 +24,7 @@ static long demo_zero_range(struct inode *inode, loff_t offset, loff_t len)
 		error = demo_update_disksize(inode, offset, len);
 		if (error) {
-			filemap_invalidate_unlock(mapping);
+			up_write(&mapping->invalidate_lock);
 			goto out_unlock;
 		}
 		/* Now release the pages */
`);
    expect(first).toMatch(/^the removed line .*is not in .*there, but under another condition$/);
    expect(second).toContain('was not placed: it stands under `if (error) {`');
  });
});

describe('an added line in a block that begins above the hunk', () => {
  const moved = `
@@ -40,6 +40,6 @@ static int demo_setattr(struct inode *inode, bool shrink)
 				demo_begin_ordered_truncate(inode);
+				inode_dio_wait(inode);
 			}
-		inode_dio_wait(inode);
 	}
 
 	filemap_invalidate_lock(mapping);
`;

  it('is not placed where the base has not got its end', () => {
    expect(reasons(moved)).toEqual([
      'the added line `inode_dio_wait(inode);` was not placed: it stands in a block that the bundled demo_setattr of 9.9 does not have there',
    ]);
  });
});

describe('a page', () => {
  it('is the folio of the base', () => {
    const { after, unplaced } = placed(`
@@ -52,5 +52,6 @@ static int demo_mkwrite(struct vm_fault *vmf, struct page *page)
 	lock_page(page);
+	inode_dio_wait(inode);
 	if (demo_check(page) < 0)
 		goto out_unlock;
 	return VM_FAULT_LOCKED;
`);
    expect(unplaced).toEqual([]);
    const text = code(after.universe.get('demo_mkwrite'));
    expect(text.slice(text.indexOf('folio_lock(folio);') + 1)[0]).toBe('inode_dio_wait(inode);');
  });
});

describe('a block of which the base has nothing, and that is left by a return', () => {
  const TWICE = bundled(
    PATH,
    `
static int demo_write_end(struct folio *folio, loff_t pos)
{
	i_size_write(inode, pos);
	folio_unlock(folio);
	folio_put(folio);
	return copied;
}

static int demo_page_mkwrite(struct vm_fault *vmf)
{
	if (delalloc) {
		err = block_page_mkwrite(vma, vmf, demo_get_block_prep);
		goto out_ret;
	}
	folio_lock(folio);
	size = i_size_read(inode);
	if (folio->mapping != mapping) {
		folio_unlock(folio);
		goto out;
	}
	folio_unlock(folio);
	filemap_invalidate_lock(mapping);
	down_write(&inode->i_demo_sem);
	up_write(&inode->i_demo_sem);
	filemap_invalidate_unlock(mapping);
	err = block_page_mkwrite(vma, vmf, get_block);
out:
	return err;
}
`,
  );
  const matters = (text: string): boolean => /\b(?:folio_(?:un)?lock|block_page_mkwrite)\b/.test(text);
  const removed = (body: string) => {
    const text = `--- a/${PATH}\n+++ b/${PATH}\n${body.replace(/^\n/, '')}`;
    const { edits, unplaced } = placePatch(patchOf(text), TWICE, matters);
    return { edits, reasons: unplaced.map(({ reason }) => reason) };
  };

  it('has nothing in common with what stands less deep', () => {
    const { edits, reasons } = removed(`
@@ -20,7 +20,6 @@ static int demo_write_end(struct folio *folio, loff_t pos)
 	handle_t *handle;

 	if (unlikely(!folio_buffers(folio))) {
-		folio_unlock(folio);
 		folio_put(folio);
 		return -EIO;
 	}
`);
    expect(edits).toEqual([]);
    expect(reasons).toEqual([
      'the removed line `folio_unlock(folio);` is not in the bundled demo_write_end of 9.9 there',
    ]);
  });

  it('nor what stands before a call that it comes after', () => {
    const { reasons } = removed(`
@@ -60,7 +60,6 @@ static int demo_page_mkwrite(struct vm_fault *vmf)
 	if (!demo_should_journal_data(inode)) {
 		err = block_page_mkwrite(vma, vmf, get_block);
 	} else {
-		folio_lock(folio);
 		size = i_size_read(inode);
 		/* Page got truncated from under us? */
 		if (folio->mapping != mapping) {
`);
    expect(reasons).toEqual([
      'the removed line `folio_lock(folio);` stands on the other side of `err = block_page_mkwrite(vma, vmf, get_block);` in the bundled demo_page_mkwrite of 9.9',
    ]);
  });
});

describe('a head without braces over one statement', () => {
  const ASKS = bundled(
    PATH,
    `
static int demo_punch(struct inode *inode, loff_t first, loff_t stop)
{
	filemap_invalidate_lock(mapping);
	demo_zero(inode);
	down_write(&inode->i_demo_sem);
	demo_es_remove(inode);
	if (demo_has_extents(inode))
		ret = demo_ext_remove(inode, first, stop);
	up_write(&inode->i_demo_sem);
	filemap_invalidate_unlock(mapping);
	return ret;
}
`,
  );

  it('is not the same head over another: what the patch puts before it stands before all that comes between', () => {
    const text = `--- a/${PATH}
+++ b/${PATH}
@@ -20,7 +20,9 @@ static int demo_punch(struct inode *inode, loff_t first, loff_t stop)
 	demo_zero(inode);
 
+	filemap_invalidate_unlock(mapping);
+	filemap_invalidate_lock(mapping);
 	if (demo_has_extents(inode))
 		credits = demo_writepage_credits(inode);
 	else
`;
    const { after, unplaced } = placePatch(patchOf(text), ASKS, matters);
    const lines = code(after.universe.get('demo_punch')).map((line) => line.trim());
    expect(unplaced).toEqual([]);
    expect(lines.indexOf('filemap_invalidate_unlock(mapping);')).toBe(lines.indexOf('demo_zero(inode);') + 1);
  });
});

describe('a head without braces that the patch does not show', () => {
  const LOCKS = bundled(
    PATH,
    `
static int demo_fault(struct inode *inode)
{
	update_time(inode);
	if (demo_is_write(inode))
		mode = demo_lock_page(inode);
	filemap_fault(inode);
	return ret;
}
`,
  );
  const placed = (...added: readonly string[]) => {
    const lines = [' \tupdate_time(inode);', '-\tmode = demo_lock_page(inode);', ...added];
    const hunk = ['@@ -20,4 +20,5 @@ static int demo_fault(struct inode *inode)', ...lines];
    const text = [`--- a/${PATH}`, `+++ b/${PATH}`, ...hunk, ' \tfilemap_fault(inode);', ' \treturn ret;'];
    return placePatch(patchOf(text.join('\n')), LOCKS, matters);
  };

  it('governs the first alone of several statements in the place of the one under it', () => {
    const { unplaced } = placed('+\tlock_page(page);', '+\tmode = demo_mode(inode);');
    expect(unplaced.map(({ reason }) => reason)).toEqual([
      'the removed line `mode = demo_lock_page(inode);` stands under `if (demo_is_write(inode))` in the bundled demo_fault of 9.9, which stays',
    ]);
  });

  it('governs one statement as it did the other', () => {
    expect(placed('+\tlock_page(page);').unplaced).toEqual([]);
  });
});

describe('a line behind the end of a block', () => {
  const MORE = bundled(
    PATH,
    `
static int demo_complete(struct inode *inode, int ret)
{
	if (likely(!ret)) {
		ret = demo_size(inode);
		demo_move(inode, ret);
	}
	demo_invalidate(inode);
	return ret;
}
`,
  );

  it('stands behind it, be there more in the block than the patch shows', () => {
    const text = `--- a/${PATH}
+++ b/${PATH}
@@ -20,6 +20,8 @@ static int demo_complete(struct inode *inode, int ret)
 		ret = demo_size(inode);
 	}
 
+	inode_dio_wait(inode);
+
 	/*
 	 * Once more.
 	 */
`;
    const { after, unplaced } = placePatch(patchOf(text), MORE, matters);
    expect(unplaced).toEqual([]);
    expect(code(after.universe.get('demo_complete')).map((line) => line.trim())).toEqual(
      expect.arrayContaining(['demo_move(inode, ret);', '}', 'inode_dio_wait(inode);']),
    );
    const lines = code(after.universe.get('demo_complete')).map((line) => line.trim());
    expect(lines[lines.indexOf('inode_dio_wait(inode);') - 1]).toBe('}');
  });
});
