/** Where XFS takes the locks of faults and of direct I/O, release by release: the mainline form, which patches show. */

import { describe, expect, it } from 'vitest';
import { matters } from '../../server/src/review/placement.js';
import { loadEra } from '../../server/src/source/bundled.js';
import type { EraId } from '../../server/src/source/eras.js';
import { placePatch } from '../../server/src/source/place.js';
import { patchOf } from '../source/helpers.js';

const PATH = 'fs/xfs/xfs_file.c';

/** What a hunk of these lines in this function changes, and what of it finds no place. */
function placed(era: EraId, name: string, ...lines: readonly string[]) {
  const hunk = [`@@ -900,9 +900,9 @@ ${name}(`, ...lines, ''].join('\n');
  const { changed, unplaced } = placePatch(
    patchOf(`--- a/${PATH}\n+++ b/${PATH}\n${hunk}`),
    loadEra(era),
    matters,
  );
  return { changed: changed.map(({ afterName }) => afterName), unplaced };
}

const wholly = (name: string) => ({ changed: [name], unplaced: [] });

describe('a fault of XFS', () => {
  it.each(['5.15', '6.5'] as const)('%s: takes the lock apart for DAX and for a write', (era) => {
    const inBoth = placed(
      era,
      '__xfs_filemap_fault',
      ' \tif (IS_DAX(inode)) {',
      '-\t\txfs_ilock(XFS_I(inode), XFS_MMAPLOCK_SHARED);',
      '+\t\txfs_ilock(XFS_I(inode), mode);',
      ' \t\tret = xfs_dax_fault(vmf, write_fault);',
      '-\t\txfs_iunlock(XFS_I(inode), XFS_MMAPLOCK_SHARED);',
      '+\t\txfs_iunlock(XFS_I(inode), mode);',
      ' \t} else {',
      ' \t\tif (write_fault) {',
      '-\t\t\txfs_ilock(XFS_I(inode), XFS_MMAPLOCK_SHARED);',
      '+\t\t\txfs_ilock(XFS_I(inode), mode);',
      ' \t\t\tret = iomap_page_mkwrite(vmf,',
      ' \t\t\t\t\t&xfs_page_mkwrite_iomap_ops);',
      '-\t\t\txfs_iunlock(XFS_I(inode), XFS_MMAPLOCK_SHARED);',
      '+\t\t\txfs_iunlock(XFS_I(inode), mode);',
      ' \t\t} else {',
    );
    expect(inBoth).toEqual(wholly('__xfs_filemap_fault'));
  });

  it('6.7: asks once which lock a write takes', () => {
    const lines = [
      '-\t\tlock_mode = xfs_ilock_for_write_fault(XFS_I(inode));',
      ' ',
      ' \tif (IS_DAX(inode)) {',
    ];
    const context = ' \tif (IS_DAX(inode) || write_fault)';
    expect(placed('6.7', '__xfs_filemap_fault', context, ...lines).changed).toEqual(['__xfs_filemap_fault']);
  });

  it('6.9: has a function of its own for a write, as 6.11 to 6.13 spell it', () => {
    const lines = [
      ' \telse',
      ' \t\tret = iomap_page_mkwrite(vmf, &xfs_page_mkwrite_iomap_ops);',
      '-\txfs_iunlock(ip, lock_mode);',
      ' ',
      ' \tsb_end_pagefault(inode->i_sb);',
      '+\txfs_iunlock(ip, lock_mode);',
      ' \treturn ret;',
    ];
    expect(placed('6.9', 'xfs_write_fault', ...lines).changed).toEqual(['xfs_write_fault']);
  });
});

describe('direct I/O of XFS', () => {
  it.each(['5.5', '5.9'] as const)('%s: a read that must not wait tries the lock', (era) => {
    const read = placed(
      era,
      'xfs_file_dio_aio_read',
      '-\tif (iocb->ki_flags & IOCB_NOWAIT) {',
      '-\t\tif (!xfs_ilock_nowait(ip, XFS_IOLOCK_SHARED))',
      '-\t\t\treturn -EAGAIN;',
      '-\t} else {',
      '-\t\txfs_ilock(ip, XFS_IOLOCK_SHARED);',
      '-\t}',
      '+\txfs_ilock(ip, XFS_IOLOCK_EXCL);',
      ' \tret = iomap_dio_rw(iocb, to, &xfs_read_iomap_ops, NULL,',
      ' \t\t\tis_sync_kiocb(iocb));',
    );
    expect(read).toEqual(wholly('xfs_file_dio_aio_read'));
  });

  const shared = (name: string) => [
    ' \tssize_t\t\t\tret;',
    ' ',
    `-\tret = ${name};`,
    '+\tret = xfs_ilock_iocb(iocb, XFS_IOLOCK_EXCL);',
    ' \tif (ret)',
    ' \t\treturn ret;',
    ' \tret = xfs_file_write_checks(iocb, from, &iolock);',
  ];
  it.each([
    ['5.15', 'xfs_ilock_iocb(iocb, iolock)'],
    ['6.5', 'xfs_ilock_iocb(iocb, iolock)'],
    ['6.7', 'xfs_ilock_iocb_for_write(iocb, &iolock)'],
  ] as const)('%s: a write begins with %s', (era, call) => {
    expect(placed(era, 'xfs_file_dio_write_aligned', ...shared(call))).toEqual(
      wholly('xfs_file_dio_write_aligned'),
    );
  });
});
