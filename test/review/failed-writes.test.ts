/** A system call that came back with an error has written nothing that could be missed, and read nothing stale or short. */

import { describe, expect, it } from 'vitest';
import { changes, diffOf, report } from './patches.js';

const EARLY: readonly (readonly [file: string, name: string, value: string])[] = [
  ['fs/ext4/file.c', 'ext4_file_write_iter', '-EINVAL'],
  ['fs/ext4/file.c', 'ext4_buffered_write_iter', '-EOPNOTSUPP'],
  ['fs/ext4/file.c', 'ext4_dio_write_iter', '-EINVAL'],
  ['fs/xfs/xfs_file.c', 'xfs_file_write_iter', '-EINVAL'],
  ['fs/xfs/xfs_file.c', 'xfs_file_dio_write_aligned', 'demo_error(iocb)'],
  ['fs/iomap/direct-io.c', '__iomap_dio_rw', 'ERR_PTR(-EINVAL)'],
  // ext4 may go on through the page cache, of which the write has only one block.
  ['fs/ext4/inode.c', 'ext4_iomap_begin', '-EIO'],
  ['fs/ext4/inode.c', 'ext4_iomap_alloc', '-EIO'],
  ['fs/iomap/direct-io.c', 'iomap_dio_bio_iter', '-EIO'],
  // Writeback gives the page up, and fsync() says so.
  ['fs/xfs/xfs_aops.c', 'xfs_map_blocks', '-EIO'],
  // What is read back is an error.
  ['fs/ext4/file.c', 'ext4_file_read_iter', '-EIO'],
  ['fs/xfs/xfs_file.c', 'xfs_file_read_iter', '-EIO'],
  ['mm/filemap.c', 'generic_file_read_iter', '-EIO'],
];

describe('an error instead of a write or a read', () => {
  it.each(EARLY)('in %s, %s() is no race', async (file, name, value) => {
    const declarations = new RegExp(`(\\n(?:static |struct )?[\\w *]*\\s\\*?${name}\\([^]*?\\n\\n)`);
    const check = `$1\tif (demo_length(iocb) > 3)\n\t\treturn ${value};\n\n`;
    const { findings, notModelled, ...rest } = await report(diffOf('5.15', file, [declarations, check]), {
      kernel: '5.15',
      memory: 'sc',
    });
    expect(notModelled).toEqual([]);
    expect(changes({ findings, notModelled, ...rest })).toEqual([]);
    expect(findings).toEqual([]);
    expect(rest.verdicts.length).toBeGreaterThan(0);
  });
});
