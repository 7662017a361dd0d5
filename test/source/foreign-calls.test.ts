/** Functions of later releases that order the page cache: with one of them left out, what is around it says little. */

import { describe, expect, it } from 'vitest';
import { codeBaseOf, type CodeBase } from '../../server/src/source/code-base.js';
import type { SourceFiles } from '../../server/src/source/files.js';
import { isForeign } from '../../server/src/source/foreign-calls.js';
import { placeBackwards } from '../../server/src/source/place-backwards.js';
import { placePatch } from '../../server/src/source/place.js';
import { placeOnTree } from '../../server/src/source/tree.js';
import { matters, patchOf, sourceLines } from './helpers.js';

const FILE = 'fs/ext4/extents.c';
const FUNCTION = (call: string): string => `
static long ext4_demo_range(struct inode *inode, loff_t offset, loff_t end)
{
	int ret;

	filemap_invalidate_lock(inode->i_mapping);
${call}	ret = ext4_demo_free(inode, offset, end);
	filemap_invalidate_unlock(inode->i_mapping);
	return ret;
}
`;
const LATER = '\text4_drop_page_cache_blocks(inode, offset, end);\n';
const PATCH = patchOf(`--- a/${FILE}
+++ b/${FILE}
@@ -10,5 +10,6 @@ static long ext4_demo_range(struct inode *inode, loff_t offset, loff_t end)
 	filemap_invalidate_lock(inode->i_mapping);
 ${LATER.trimEnd()}
+	truncate_pagecache(inode, offset);
 	ret = ext4_demo_free(inode, offset, end);
 	filemap_invalidate_unlock(inode->i_mapping);
 	return ret;
`);
const base = (call: string): CodeBase =>
  codeBaseOf('9.9', new Map([[FILE, sourceLines(FILE, FUNCTION(call))]]));

describe('a call that no release here has', () => {
  it.each([
    ['ext4_drop_page_cache_blocks', true],
    ['xfs_flush_unmap_all', true],
    ['ext4_block_truncate_page', false],
    ['xfs_flush_unmap_range', false],
    ['truncate_pagecache', false],
    ['ext4_update_super', false],
    ['btrfs_invalidate_folio', false],
  ])('%s: %s', (name, expected) => {
    expect(isForeign(name)).toBe(expected);
  });

  it('beside what the patch changes makes it a function that the base does not have', () => {
    expect(placePatch(PATCH, base(''), matters).unplaced).toEqual([
      {
        line: 6,
        reason:
          'ext4_drop_page_cache_blocks(), which the patch has there, is not in the bundled ext4_demo_range of 9.9',
        half: ['ext4_demo_range'],
      },
    ]);
  });

  it('that the patch adds or takes away is as unknown', () => {
    const adding = patchOf(`--- a/${FILE}
+++ b/${FILE}
@@ -10,4 +10,5 @@ static long ext4_demo_range(struct inode *inode, loff_t offset, loff_t end)
 	filemap_invalidate_lock(inode->i_mapping);
+${LATER.trimEnd()}
 	ret = ext4_demo_free(inode, offset, end);
 	filemap_invalidate_unlock(inode->i_mapping);
`);
    for (const place of [placePatch, placeBackwards])
      expect(place(adding, base(''), matters).unplaced.flatMap(({ half }) => half)).toContain(
        'ext4_demo_range',
      );
  });

  it('is nothing to speak of where the base has it too', () => {
    expect(placePatch(PATCH, base(LATER), matters).unplaced).toEqual([]);
  });

  it('is read from another file of a kernel tree', () => {
    const files: Readonly<Record<string, string>> = {
      [FILE]: FUNCTION(LATER),
      'fs/ext4/inode.c':
        'void ext4_drop_page_cache_blocks(struct inode *inode, loff_t offset, loff_t end)\n{\n\ttruncate_pagecache_range(inode, offset, end);\n}\n',
    };
    const tree: SourceFiles = {
      name: 'memory',
      version: '9.9',
      read: (path) =>
        files[path] === undefined ? { ok: false, reason: 'none' } : { ok: true, text: files[path] },
    };
    const nothing: CodeBase = { release: '9.9', universe: new Map(), tables: new Map(), files: new Map() };
    const { unplaced, after } = placeOnTree(PATCH, tree, nothing, matters);
    expect(unplaced).toEqual([]);
    expect(after.universe.get('ext4_drop_page_cache_blocks')?.path).toBe('fs/ext4/inode.c');
  });
});

describe('a call that only other releases have', () => {
  it('is said where it stays: what the patch moves beside it may be what it goes by', () => {
    const moved = patchOf(`--- a/${FILE}
+++ b/${FILE}
@@ -10,6 +10,6 @@ static long ext4_demo_range(struct inode *inode, loff_t offset, loff_t end)
-	filemap_invalidate_lock(inode->i_mapping);
 	ext4_update_disksize_before_punch(inode, offset, end);
 	kiocb_invalidate_post_direct_write(iocb, end);
+	filemap_invalidate_lock(inode->i_mapping);
 	ret = ext4_demo_free(inode, offset, end);
`);
    expect(placePatch(moved, base(''), matters).unplaced.map(({ reason }) => reason)).toContain(
      'kiocb_invalidate_post_direct_write(), which the patch has there, is not in the bundled ext4_demo_range of 9.9',
    );
  });
});
