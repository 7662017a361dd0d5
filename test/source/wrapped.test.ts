/** A release of an era may have the whole function where a later one has put a wrapper of its name before it. */

import { describe, expect, it } from 'vitest';
import { matters } from '../../server/src/review/placement.js';
import { loadEra } from '../../server/src/source/bundled.js';
import { placePatch } from '../../server/src/source/place.js';
import { patchOf } from './helpers.js';

const PATH = 'fs/iomap/direct-io.c';

/** What a hunk under the head of iomap_dio_rw() changes in 5.9 to 5.11, of which 5.10 has the wrapper. */
function placed(...lines: readonly string[]) {
  const hunk = ['@@ -470,9 +470,9 @@ iomap_dio_rw(struct kiocb *iocb, struct iov_iter *iter,', ...lines, ''];
  const patch = patchOf(`--- a/${PATH}\n+++ b/${PATH}\n${hunk.join('\n')}`);
  const { changed, unplaced } = placePatch(patch, loadEra('5.9'), matters);
  return { changed: changed.map(({ afterName }) => afterName), unplaced };
}

describe('a hunk that names the wrapper', () => {
  it('stands in the function behind it, where it shows what that does', () => {
    const lines = [
      ' \tret = filemap_write_and_wait_range(mapping, pos, end);',
      ' \tif (ret)',
      ' \t\tgoto out_free_dio;',
      ' ',
      '+\tinode_dio_begin(inode);',
      ' \tif (iov_iter_rw(iter) == WRITE) {',
      ' \t\tif (invalidate_inode_pages2_range(mapping, pos >> PAGE_SHIFT,',
      ' \t\t\t\tend >> PAGE_SHIFT)) {',
    ];
    expect(placed(...lines)).toEqual({ changed: ['__iomap_dio_rw'], unplaced: [] });
  });

  it('stands in the wrapper, where it shows that', () => {
    const lines = [
      ' \tdio = __iomap_dio_rw(iocb, iter, ops, dops, wait_for_completion);',
      ' \tif (IS_ERR_OR_NULL(dio))',
      ' \t\treturn PTR_ERR_OR_ZERO(dio);',
      '+\tinode_dio_wait(file_inode(iocb->ki_filp));',
      ' \treturn iomap_dio_complete(dio);',
    ];
    expect(placed(...lines)).toEqual({ changed: ['iomap_dio_rw'], unplaced: [] });
  });

  it('is not placed by the little that both of them are like', () => {
    const lines = [' \tif (foo)', ' \t\treturn ret;', '+\tinode_dio_wait(inode);', ' \tbar(iocb);'];
    expect(placed(...lines).changed).toEqual([]);
  });
});
