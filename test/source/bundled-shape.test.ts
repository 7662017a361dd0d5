/** Bundled functions ask and call in the kernel's order, so that a patch to several of them finds all of its lines. */

import { describe, expect, it } from 'vitest';
import { matters } from '../../server/src/review/placement.js';
import { loadEra } from '../../server/src/source/bundled.js';
import type { EraId } from '../../server/src/source/eras.js';
import { placeBackwards } from '../../server/src/source/place-backwards.js';
import { placePatch } from '../../server/src/source/place.js';
import { code, patchOf } from './helpers.js';

const placedOn = (era: EraId, path: string, hunks: string, place: typeof placePatch = placePatch) =>
  place(patchOf(`--- a/${path}\n+++ b/${path}\n${hunks}`), loadEra(era), matters);

describe('ext4_fallocate() of 5.15', () => {
  const branch = (mode: string, call: string): string =>
    ` 	if (mode & FALLOC_FL_${mode}) {
-		ret = ext4_${call}(file, offset, len);
+		ret = ext4_${call}(file, offset, end - offset);
 		goto exit;
 	}
 
`;

  it('takes holes first, and then what moves blocks', () => {
    const { unplaced, after } = placedOn(
      '5.15',
      'fs/ext4/extents.c',
      `@@ -10,5 +10,5 @@ long ext4_fallocate(struct file *file, int mode, loff_t offset, loff_t len)
${branch('PUNCH_HOLE', 'punch_hole')}@@ -30,10 +30,10 @@ long ext4_fallocate(struct file *file, int mode, loff_t offset, loff_t len)
${branch('COLLAPSE_RANGE', 'collapse_range')}${branch('INSERT_RANGE', 'insert_range')}`,
    );
    expect(unplaced).toEqual([]);
    const calls = code(after.universe.get('ext4_fallocate')).filter((line) => line.includes('end - offset'));
    expect(calls.map((line) => /ext4_\w+/.exec(line)?.[0])).toEqual([
      'ext4_punch_hole',
      'ext4_collapse_range',
      'ext4_insert_range',
    ]);
  });
});

describe('ext4_punch_hole() of 5.3', () => {
  it('gives inline data up before all else, and says so in the state of the inode', () => {
    const { unplaced, before } = placedOn(
      '5.3',
      'fs/ext4/inode.c',
      `@@ -10,3 +10,11 @@ int ext4_punch_hole(struct inode *inode, loff_t offset, loff_t length)
 	trace_ext4_punch_hole(inode, offset, length, 0);
 
+	ext4_clear_inode_state(inode, EXT4_STATE_MAY_INLINE_DATA);
+	if (ext4_has_inline_data(inode)) {
+		down_write(&EXT4_I(inode)->i_mmap_sem);
+		ret = ext4_convert_inline_data(inode);
+		up_write(&EXT4_I(inode)->i_mmap_sem);
+		if (ret)
+			return ret;
+	}
 	/* Nothing may be dirty. */
`,
      placeBackwards,
    );
    expect(unplaced).toEqual([]);
    expect(code(before.universe.get('ext4_punch_hole')).join('\n')).not.toContain('inline');
  });
});

describe('ext4_handle_inode_extension() of 5.15', () => {
  it('has a flag for what is to be truncated, and a block for doing so', () => {
    const { unplaced, after } = placedOn(
      '5.15',
      'fs/ext4/file.c',
      `@@ -10,14 +10,14 @@ static ssize_t ext4_handle_inode_extension(struct inode *inode, loff_t offset,
-	if (written_blk < end_blk && ext4_can_truncate(inode))
-		truncate = true;
-
 	ext4_journal_stop(handle);
 
-	if (truncate) {
-truncate:
+	return written;
+}
+
+static void demo_extension_cleanup(struct inode *inode, bool failed)
+{
+	if (failed) {
 		ext4_truncate_failed_write(inode);
 	}
-
-	return written;
 }
`,
    );
    expect(unplaced).toEqual([]);
    expect(code(after.universe.get('ext4_handle_inode_extension')).join('\n')).not.toContain('failed_write');
    expect(code(after.universe.get('demo_extension_cleanup'))).toContain(
      'ext4_truncate_failed_write(inode);',
    );
  });
});
