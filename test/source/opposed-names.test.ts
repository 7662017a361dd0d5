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
});
