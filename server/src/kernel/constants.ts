/** Enumerators and macros whose numeric value decides conditions. Other upper-case names stand for themselves. */

import { flags, int, type Value } from './value.js';

/** include/uapi/asm-generic/errno-base.h and errno.h; 5xx from include/linux/errno.h. */
const ERRNO: Readonly<Record<string, number>> = {
  EPERM: 1,
  ENOENT: 2,
  EINTR: 4,
  EIO: 5,
  ENXIO: 6,
  EAGAIN: 11,
  EWOULDBLOCK: 11,
  ENOMEM: 12,
  EFAULT: 14,
  ENOTBLK: 15,
  EBUSY: 16,
  EEXIST: 17,
  EINVAL: 22,
  EFBIG: 27,
  ENOSPC: 28,
  EROFS: 30,
  ENOSYS: 38,
  ENODATA: 61,
  EREMCHG: 78,
  EOPNOTSUPP: 95,
  EUCLEAN: 117,
  EFSCORRUPTED: 117,
  EDQUOT: 122,
  ERESTARTSYS: 512,
  EIOCBQUEUED: 529,
};

const NUMBERS: Readonly<Record<string, number>> = {
  NULL: 0,
  READ: 0,
  WRITE: 1,
  ITER_DEST: 0,
  ITER_SOURCE: 1,
  true: 1,
  false: 0,
  PAGE_SHIFT: 12,
  PAGE_SIZE: 4096,
  PAGE_MASK: -4096,
  DIO_MAX_BLOCKS: 4096,
  EXT4_MAX_LOGICAL_BLOCK: 0xfffffffe,
  LLONG_MAX: Number.MAX_SAFE_INTEGER,
  LONG_MAX: Number.MAX_SAFE_INTEGER,
  ULONG_MAX: Number.MAX_SAFE_INTEGER,
  MAX_LFS_FILESIZE: Number.MAX_SAFE_INTEGER,
  WB_SYNC_NONE: 0,
  WB_SYNC_ALL: 1,
  /** include/uapi/linux/falloc.h, 6.11: the mode without a flag. */
  FALLOC_FL_ALLOCATE_RANGE: 0,
  AOP_WRITEPAGE_ACTIVATE: 0x80000,
  AOP_TRUNCATED_PAGE: 0x80001,
};

/** Composite flags: of fs/ext4/ext4.h, whose parts are what `ext4_map_blocks` tests, and of fallocate(2). */
const COMPOSITE: Readonly<Record<string, readonly string[]>> = {
  EXT4_GET_BLOCKS_CREATE_UNWRIT_EXT: ['EXT4_GET_BLOCKS_UNWRIT_EXT', 'EXT4_GET_BLOCKS_CREATE'],
  EXT4_GET_BLOCKS_UNINIT_EXT: ['EXT4_GET_BLOCKS_UNWRIT_EXT'],
  EXT4_GET_BLOCKS_CREATE_UNINIT_EXT: ['EXT4_GET_BLOCKS_UNWRIT_EXT', 'EXT4_GET_BLOCKS_CREATE'],
  EXT4_GET_BLOCKS_IO_CREATE_EXT: [
    'EXT4_GET_BLOCKS_PRE_IO',
    'EXT4_GET_BLOCKS_UNWRIT_EXT',
    'EXT4_GET_BLOCKS_CREATE',
  ],
  EXT4_GET_BLOCKS_IO_CONVERT_EXT: ['EXT4_GET_BLOCKS_CONVERT', 'EXT4_GET_BLOCKS_CREATE_UNWRIT_CONVERT'],
  // Tells ext4_map_blocks() that the reservation is there already: no event depends on it.
  EXT4_GET_BLOCKS_DELALLOC_RESERVE: [],
  EXT4_GET_BLOCKS_CREATE_ZERO: ['EXT4_GET_BLOCKS_CREATE', 'EXT4_GET_BLOCKS_ZERO'],
  // include/linux/mm_types.h; before 4.19 include/linux/mm.h.
  VM_FAULT_ERROR: [
    'VM_FAULT_OOM',
    'VM_FAULT_SIGBUS',
    'VM_FAULT_SIGSEGV',
    'VM_FAULT_HWPOISON',
    'VM_FAULT_HWPOISON_LARGE',
    'VM_FAULT_FALLBACK',
  ],
  // fs/xfs/xfs_file.c.
  XFS_FALLOC_FL_SUPPORTED: [
    'FALLOC_FL_KEEP_SIZE',
    'FALLOC_FL_PUNCH_HOLE',
    'FALLOC_FL_COLLAPSE_RANGE',
    'FALLOC_FL_ZERO_RANGE',
    'FALLOC_FL_INSERT_RANGE',
    'FALLOC_FL_UNSHARE_RANGE',
  ],
  // include/linux/falloc.h, from 6.11 on.
  FALLOC_FL_MODE_MASK: [
    'FALLOC_FL_PUNCH_HOLE',
    'FALLOC_FL_COLLAPSE_RANGE',
    'FALLOC_FL_ZERO_RANGE',
    'FALLOC_FL_INSERT_RANGE',
    'FALLOC_FL_UNSHARE_RANGE',
  ],
};

/** Constants that are more to the model than their name: numbers, flags of several parts, and those parts. */
const MODELLED: ReadonlySet<string> = new Set(
  [NUMBERS, ERRNO, COMPOSITE].flatMap(Object.keys).concat(Object.values(COMPOSITE).flat()),
);

export const isModelledConstant = (name: string): boolean => MODELLED.has(name);

/** The value of a constant's name, or null when the name is not a constant (lower case, or unknown case). */
export function constant(name: string): Value | null {
  const number = NUMBERS[name];
  if (number !== undefined) return int(number);
  const errno = ERRNO[name];
  if (errno !== undefined) return int(errno);
  const parts = COMPOSITE[name];
  if (parts) return flags(...parts);
  return /^[A-Z][A-Z0-9_]*$/.test(name) ? flags(name) : null;
}
