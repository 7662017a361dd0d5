/** A bundled function may have a condition in its own words: who removes it with what stands under it removes that one. */

import { describe, expect, it } from 'vitest';
import { placePatch } from '../../server/src/source/place.js';
import { bundled, code, damaged, lostBlankLines, matters, patchOf } from './helpers.js';

const PATH = 'fs/demo/direct-io.c';
const BASE = bundled(
  PATH,
  `
ssize_t
demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter, unsigned int dio_flags)
{
	struct address_space *mapping = iocb->ki_filp->f_mapping;
	loff_t pos = iocb->ki_pos, end = pos + iov_iter_count(iter) - 1, ret = 0;

	if (dio_flags & DEMO_DIO_OVERWRITE_ONLY) {
		ret = -EAGAIN;
		if (end >= dio->i_size)
			goto out_free_dio;
	}

	ret = filemap_write_and_wait_range(mapping, pos, end);
	if (ret)
		goto out_free_dio;

	inode_dio_begin(inode);
out_free_dio:
	return ret;
}
`,
);

const removing = (condition: string) =>
  placePatch(
    patchOf(`--- a/${PATH}
+++ b/${PATH}
@@ -10,12 +10,7 @@ demo_dio_rw(struct kiocb *iocb, struct iov_iter *iter, unsigned int dio_flags)
-	if (dio_flags & DEMO_DIO_OVERWRITE_ONLY) {
-		ret = -EAGAIN;
-		if (${condition})
-			goto out_free_dio;
-	}
-
-	ret = filemap_write_and_wait_range(mapping, pos, end);
+	ret = filemap_write_and_wait_range(mapping, iocb->ki_pos, end);
 	if (ret)
 		goto out_free_dio;
`),
    BASE,
    matters,
  );

describe('a removed condition that the base has in other words', () => {
  it('goes with the statement under it, and governs nothing that the patch adds', () => {
    const placement = removing('pos >= dio->i_size || pos + count > dio->i_size');
    expect(placement.unplaced.map(({ reason }) => reason)).toEqual([]);
    const text = code(placement.after.universe.get('demo_dio_rw')).join('\n');
    expect(text).not.toContain('i_size');
    expect(text).toContain('filemap_write_and_wait_range(mapping, iocb->ki_pos, end)');
  });

  it('is said where it is another one', () => {
    const placement = removing('demo_is_shared(inode)');
    expect(placement.unplaced.map(({ reason }) => reason)).toEqual([
      'the removed line `goto out_free_dio;` stands under `if (end >= dio->i_size)` in the bundled demo_dio_rw of 9.9, which stays',
    ]);
  });
});

describe('a head traded for another over a statement that the base has cut with it', () => {
  const READ = bundled(
    PATH,
    `
ssize_t demo_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	filemap_write_and_wait(mapping);
	return demo_file_read(iocb, to);
}
`,
  );
  const PATCH = patchOf(`--- a/${PATH}
+++ b/${PATH}
@@ -10,9 +10,11 @@ ssize_t demo_read_iter(struct kiocb *iocb, struct iov_iter *to)
 	filemap_write_and_wait(mapping);
 
-	if (demo_is_dax(file_inode(iocb->ki_filp)))
+	struct inode *inode = file_inode(iocb->ki_filp);
+
+	if (demo_is_dax(inode))
 		return demo_dax_read(iocb, to);
 
-	return demo_file_read(iocb, to);
+	inode_dio_wait(inode);
+	return demo_file_read(iocb, to);
 }
`);
  const placed = (patch: typeof PATCH) => placePatch(patch, READ, matters);

  it('leaves the rest of the function whole', () => {
    expect(placed(PATCH).unplaced.filter(({ half }) => half.length > 0)).toEqual([]);
  });

  it('does so where the mail has lost its blank lines as well', () => {
    const placement = placed(damaged(PATCH, lostBlankLines));
    expect(placement.unplaced.filter(({ half }) => half.length > 0)).toEqual([]);
    expect(code(placement.after.universe.get('demo_read_iter'))).toContain('inode_dio_wait(inode);');
  });

  it('does so where the patch takes away what stands before it as well', () => {
    const placement = placed(
      patchOf(`--- a/${PATH}
+++ b/${PATH}
@@ -10,8 +10,8 @@ ssize_t demo_read_iter(struct kiocb *iocb, struct iov_iter *to)
-	filemap_write_and_wait(mapping);
-	if (!eof && inode->i_nlink)
+	if (inode->i_nlink)
 		demo_orphan_del(inode);
+	inode_dio_wait(inode);
 	return demo_file_read(iocb, to);
 }
`),
    );
    expect(placement.unplaced.filter(({ half }) => half.length > 0)).toEqual([]);
    expect(code(placement.after.universe.get('demo_read_iter'))).toEqual([
      'ssize_t demo_read_iter(struct kiocb *iocb, struct iov_iter *to)',
      '{',
      'inode_dio_wait(inode);',
      'return demo_file_read(iocb, to);',
      '}',
    ]);
  });
});
