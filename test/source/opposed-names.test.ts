/** A function that a release has no more may be there under another name, but not under that of its opposite. */

import { describe, expect, it } from 'vitest';
import { matters } from '../../server/src/review/placement.js';
import { loadEra } from '../../server/src/source/bundled.js';
import { placePatch } from '../../server/src/source/place.js';
import { patchOf } from './helpers.js';

const PATH = 'fs/xfs/xfs_file.c';

/** Lines of xfs_file_buffered_write() of 5.12, under the head of another function. */
const changedIn = (name: string): readonly (string | null)[] => {
  const hunk = [
    `@@ -500,8 +500,9 @@ ${name}(`,
    ' \tret = xfs_file_write_checks(iocb, from, &iolock);',
    ' \tif (ret)',
    ' \t\tgoto out;',
    ' ',
    '+\tinode_dio_wait(VFS_I(ip));',
    ' \tret = iomap_file_buffered_write(iocb, from,',
    ' \t\t\t&xfs_buffered_write_iomap_ops);',
    ' \tif (ret >= 0)',
    ' \t\tiocb->ki_pos += ret;',
    '',
  ].join('\n');
  const placement = placePatch(patchOf(`--- a/${PATH}\n+++ b/${PATH}\n${hunk}`), loadEra('5.12'), matters);
  return placement.changed.map(({ afterName }) => afterName);
};

describe('a function of other releases', () => {
  it('is found under the name that it has got', () => {
    expect(changedIn('xfs_file_buffered_aio_write')).toEqual(['xfs_file_buffered_write']);
  });

  it('is not the one for the other kind of I/O, or the other way', () => {
    expect(changedIn('xfs_file_dio_aio_write')).toEqual([]);
    expect(changedIn('xfs_file_buffered_aio_read')).toEqual([]);
  });

  it('is not one that stands beside it in the release that has both', () => {
    const hunk = [
      '@@ -1294,12 +1294,12 @@ xfs_write_fault(',
      ' struct inode *inode = file_inode(vmf->vma->vm_file);',
      ' unsigned int lock_mode;',
      ' vm_fault_t ret;',
      '-lock_mode = xfs_ilock_for_write_fault(XFS_I(inode));',
      '+xfs_ilock(XFS_I(inode), lock_mode);',
      ' ret = iomap_page_mkwrite(vmf, &xfs_page_mkwrite_iomap_ops);',
      ' xfs_iunlock(XFS_I(inode), lock_mode);',
      ' return ret;',
      '',
    ].join('\n');
    const patch = patchOf(`--- a/${PATH}\n+++ b/${PATH}\n${hunk}`);
    expect(placePatch(patch, loadEra('6.7'), matters).changed).toEqual([]);
    expect(placePatch(patch, loadEra('6.9'), matters).changed.map(({ afterName }) => afterName)).toEqual([
      'xfs_write_fault',
    ]);
  });
});
