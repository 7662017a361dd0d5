/** Locks and calls that no verdict hangs on: a patch that moves one is told so, beside its verdicts. */

import { describe, expect, it } from 'vitest';
import type { EraId } from '../../server/src/source/eras.js';
import { diffOf, report, type Replacement } from './patches.js';

async function notes(
  era: EraId,
  path: string,
  ...changes: readonly Replacement[]
): Promise<readonly string[]> {
  const { notModelled } = await report(diffOf(era, path, ...changes), { kernel: era });
  return notModelled.map(({ reason }) => reason.replace(/ \(.*/, ''));
}

const ILOCK = 'what xfs_ilock() does with XFS_ILOCK is not modelled: each operation on extents is one step';

describe('the ILOCK of XFS', () => {
  it('is said where it is not taken any more', async () => {
    expect(await notes('6.9', 'fs/xfs/xfs_aops.c', [/\txfs_ilock\(ip, XFS_ILOCK_SHARED\);\n/, ''])).toEqual([
      ILOCK,
    ]);
  });

  it('is said where an operation on extents comes out of it', async () => {
    const read = /(\txfs_ilock\(ip, XFS_ILOCK_SHARED\);\n)([^]*?)(\txfs_iunlock\(ip, XFS_ILOCK_SHARED\);\n)/;
    expect(await notes('6.9', 'fs/xfs/xfs_aops.c', [read, '$1$3$2'])).toEqual([
      ILOCK.replace('xfs_ilock', 'xfs_iunlock'),
    ]);
  });

  it('is none of a change of the IOLOCK', async () => {
    const all = await notes('6.9', 'fs/xfs/xfs_file.c', [/XFS_IOLOCK_EXCL/, 'XFS_IOLOCK_SHARED']);
    expect(all.filter((one) => one.includes('XFS_ILOCK'))).toEqual([]);
  });

  it('is none of a patch to what stands beside it', async () => {
    expect(
      await notes('6.9', 'fs/xfs/xfs_aops.c', [
        /\txfs_ilock\(ip, XFS_ILOCK_SHARED\);\n/,
        '\tcond_resched();\n$&',
      ]),
    ).toEqual([]);
  });
});

describe('i_data_sem', () => {
  const WAIT =
    /(int ext4_collapse_range[^]*?)(\tinode_dio_wait\(inode\);\n)([^]*?\tfilemap_invalidate_lock\(mapping\);\n)/;

  it('is none of two calls before it that change places', async () => {
    expect(await notes('5.15', 'fs/ext4/extents.c', [WAIT, '$1$3$2'])).not.toContainEqual(
      expect.stringContaining('i_data_sem'),
    );
  });

  it('is said where a call from before it comes behind it', async () => {
    const behind = /(\tdown_write\(&EXT4_I\(inode\)->i_data_sem\);\n)/;
    expect(
      await notes('5.15', 'fs/ext4/extents.c', [WAIT, '$1$3'], [behind, '$1\tinode_dio_wait(inode);\n']),
    ).toContainEqual(expect.stringContaining('down_write() does with i_data_sem'));
  });
});

describe('the rest of the block behind a new EOF', () => {
  it('is said where nobody looks after it any more', async () => {
    const extended = /\t+pagecache_isize_extended\([^;]*;\n/;
    expect(await notes('6.9', 'fs/ext4/inode.c', [extended, ''])).toEqual([
      'what pagecache_isize_extended() does to the rest of the block behind EOF is not modelled: no truncate ends inside a block',
    ]);
  });
});

describe('the sync of an O_DSYNC write', () => {
  const SYNC = /(\tif \(ret > 0 && [^]*?generic_write_sync\(iocb, ret\);\n)\n?(\tinode_dio_end\([^;]*;\n)/;

  it('is said where the count is given back before it', async () => {
    expect(await notes('5.6', 'fs/iomap/direct-io.c', [SYNC, '$2$1'])).toEqual([
      'what generic_write_sync() puts on stable storage, and when, is not modelled: no write is O_DSYNC',
    ]);
  });

  it('is none of a patch that adds a call beside it', async () => {
    const all = await notes('5.6', 'fs/iomap/direct-io.c', [SYNC, '$1\tsmp_mb();\n$2']);
    expect(all.filter((one) => one.includes('generic_write_sync'))).toEqual([]);
  });
});
