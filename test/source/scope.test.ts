/** Which files of the kernel can hold paths of the modelled file systems. */

import { expect, it } from 'vitest';
import { loadEra } from '../../server/src/source/bundled.js';
import { isInScope } from '../../server/src/source/scope.js';

const base = loadEra('5.15');

it.each([
  'fs/ext4/inode.c',
  'fs/xfs/libxfs/xfs_bmap.c',
  'fs/iomap/direct-io.c',
  'fs/direct-io.c',
  'fs/ext4/a-new-file.c',
  'mm/filemap.c',
  'include/linux/pagemap.h',
  'block/fops.c',
  'inode.c',
])('%s can', (path) => {
  expect(isInScope(path, base)).toBe(true);
});

it.each([
  'fs/btrfs/file.c',
  'fs/f2fs/data.c',
  'net/core/dev.c',
  'drivers/block/loop.c',
  'fs/ext4/Kconfig',
  'MAINTAINERS',
  'Documentation/filesystems/locking.rst',
])('%s cannot', (path) => {
  expect(isInScope(path, base)).toBe(false);
});
