/**
 * Calls and fields that the scenario decides: what a mount option, the inode's format or the actor's kind of I/O
 * make of a condition. Anything not in these tables and not tracked is unknown, and both ways are explored.
 */

import type { ActorRole, Configuration, FileSystem } from './configuration.js';
import { blockBytes, ioBytes, PAGE_AT, PAGE_BYTES, PAGE_INDEX, partBytes, ZERO_PAGE } from './model.js';
import {
  bits,
  flagNames,
  flags,
  functionValue,
  int,
  POSITIVE,
  ONE,
  pointer,
  UNKNOWN,
  ZERO,
  type Value,
} from './value.js';

export interface Situation {
  readonly configuration: Configuration;
  readonly role: ActorRole;
  /** The function that the actor entered the kernel by: one actor may write first and read after. */
  readonly entry: string;
}

type Decision = (situation: Situation, args: readonly Value[], argTexts: readonly string[]) => Value;

const yes: Decision = () => ONE;
const no: Decision = () => ZERO;
const bool = (value: boolean): Value => (value ? ONE : ZERO);
const isWriter = ({ role, entry }: Situation): boolean =>
  (role.kind === 'dio-completion' && role.version > 0) || /write/.test(entry);

function mountOption(
  { configuration }: Situation,
  _args: readonly Value[],
  argTexts: readonly string[],
): Value {
  switch (argTexts[1]) {
    case 'DELALLOC':
      return bool(configuration.delalloc);
    case 'DIOREAD_NOLOCK':
      return bool(configuration.dioreadNolock);
    case 'NODELALLOC':
      return bool(!configuration.delalloc);
    default:
      return UNKNOWN;
  }
}

function inodeFlag(
  { configuration }: Situation,
  _args: readonly Value[],
  argTexts: readonly string[],
): Value {
  if (argTexts[1] === 'EXT4_INODE_EXTENTS') return bool(configuration.extents);
  return /EXT4_INODE_(?:JOURNAL_DATA|ENCRYPT|VERITY|DAX|INLINE_DATA)/.test(argTexts[1] ?? '')
    ? ZERO
    : UNKNOWN;
}

/** Never fails, and is no null pointer: allocation failures and journal aborts are not explored. */
const succeeds: Decision = () => POSITIVE;

const blockBits = ({ configuration }: Situation): number => (configuration.blocksPerPage === 2 ? 11 : 12);
const BLOCK_BYTES: FieldRule = ({ configuration }) => int(blockBytes(configuration));

export const ioLength = ({ configuration, role }: Situation): Value => int(ioBytes(configuration, role));
const LENGTH = ioLength;

const isUnaligned: Decision = ({ configuration, role }) =>
  bool(configuration.blockInHalves === true && role.blocks.length === 1);

/** Whether i_size is shared state of the scenario. */
export const sizeMoves = ({ sizeAtStart }: Configuration): boolean => sizeAtStart !== undefined;

const PAGE_START = int(PAGE_AT);
const pageStart: Decision = () => PAGE_START;
const pageIndex: Decision = () => int(PAGE_INDEX);

/** Where the I/O begins: that decides whether it extends the file, and whether it is aligned. */
const position: FieldRule = ({ configuration, role }) =>
  sizeMoves(configuration) || configuration.blockInHalves
    ? int(PAGE_AT + role.blocks[0]! * partBytes(configuration))
    : PAGE_START;

/** What the inode on disk says; a write that is being done has not moved it yet. */
const diskSize: FieldRule = ({ configuration }) =>
  sizeMoves(configuration) ? int(PAGE_AT + configuration.sizeAtStart! * partBytes(configuration)) : INSIDE;
/** Of i_size, which is not tracked: somewhere behind all I/O of the scenario. */
export const INSIDE = int(1 << 16);
const PAGE_SIZE = int(PAGE_BYTES);

const withinPage = (at: Value | undefined): Value =>
  at?.kind === 'int' ? int(at.value % PAGE_BYTES) : UNKNOWN;

/** XFS counts in file system blocks; with one extent, bytes do as well. */
const sameUnit: Decision = (_situation, args) => args[1] ?? UNKNOWN;

const CALLS: Readonly<Record<string, Decision>> = {
  iov_iter_rw: (situation) => int(isWriter(situation) ? 1 : 0),
  i_size_read: () => INSIDE,
  'inode->i_size': () => INSIDE,
  page_offset: pageStart,
  folio_pos: pageStart,
  folio_size: () => PAGE_SIZE,
  folio_nr_pages: yes,
  mapping_max_folio_size: () => PAGE_SIZE,
  mapping_large_folio_support: no,
  i_blocks_per_folio: ({ configuration }) => int(configuration.blocksPerPage),
  folio_next_index: () => int(PAGE_INDEX + 1),
  folio_test_set_dirty: no,
  TestSetPageDirty: no,
  submit_bio_wait: no,
  page_index: pageIndex,
  folio_index: pageIndex,
  linear_page_index: pageIndex,
  buffer_new: no,
  set_buffer_dirty: no,
  test_set_buffer_dirty: no,
  generic_write_checks: LENGTH,
  ext4_write_checks: LENGTH,
  ext4_generic_write_checks: LENGTH,
  ext4_unaligned_aio: isUnaligned,
  fault_in_iov_iter_readable: no,
  iov_iter_fault_in_readable: no,
  i_blocksize: BLOCK_BYTES,
  bio_iov_iter_get_pages: no,
  bdev_logical_block_size: () => int(512),
  // The smallest part of a block that the model tells apart, as if the device had sectors of that size.
  blksize_bits: ({ configuration }) => int(Math.log2(partBytes(configuration))),
  bdev_iter_is_aligned: yes,
  sb_init_dio_done_wq: no,
  IS_NOSEC: yes,
  iocb_is_dsync: no,
  // The ranges that are freed begin and end with a block: there are no edges to zero.
  ext4_zero_partial_blocks: no,
  ext4_block_truncate_page: no,
  ext4_block_zero_page_range: no,
  iomap_zero_range: no,
  iomap_truncate_page: no,
  xfs_zero_range: no,
  xfs_truncate_page: no,
  EXT4_BLOCK_SIZE_BITS: (situation) => int(blockBits(situation)),
  EXT4_CLUSTER_SIZE: BLOCK_BYTES,
  // Of I/O that is one block.
  EXT4_MAX_BLOCKS: yes,
  xfs_inode_alloc_unitsize: BLOCK_BYTES,
  xfs_is_falloc_aligned: yes,
  xfs_valid_startblock: yes,
  // Damaged metadata and injected errors.
  XFS_IS_CORRUPT: no,
  XFS_TEST_ERROR: no,
  // Which extents there are is known by the blocks alone.
  ext4_find_extent: succeeds,
  ext4_es_lookup_extent: no,
  ext4_split_extent_at: no,
  xfs_can_free_eofblocks: no,
  // How much is reserved beyond the write decides nothing here.
  xfs_iomap_prealloc_size: no,
  xfs_trans_alloc: no,
  xfs_trans_alloc_inode: no,
  xfs_trans_commit: no,
  xfs_trans_reserve_quota_nblks: no,
  xfs_qm_dqattach: no,
  xfs_qm_dqattach_locked: no,
  bdi_write_congested: no,
  // Throttling sleeps; nobody here waits for the one who is throttled.
  balance_dirty_pages: no,
  balance_dirty_pages_ratelimited: no,
  balance_dirty_pages_ratelimited_flags: no,
  iocb_is_direct: ({ entry }) => bool(/dio/.test(entry)),
  is_sync_kiocb: ({ role, entry }) => bool(!role.aio || /buffered/.test(entry)),
  test_opt: mountOption,
  ext4_test_inode_flag: inodeFlag,
  ext4_should_dioread_nolock: ({ configuration }) =>
    bool(configuration.dioreadNolock && configuration.delalloc && configuration.extents),
  ext4_should_journal_data: no,
  ext4_has_inline_data: no,
  ext4_test_inode_state: no,
  ext4_nonda_switch: ({ configuration }) => bool(configuration.lowSpace),
  ext4_forced_shutdown: no,
  ext4_inode_datasync_dirty: no,
  ext4_update_inode_size: no,
  // FS_IOC_ENABLE_VERITY writes its tree beyond EOF, and leaves i_size alone.
  ext4_verity_in_progress: no,
  ext4_handle_valid: ({ configuration }) => bool(configuration.journal !== false),
  ext4_journal_start: succeeds,
  ext4_journal_start_with_reserve: succeeds,
  ext4_journal_current_handle: no,
  ext4_init_io_end: succeeds,
  ext4_convert_inline_data: no,
  ext4_should_retry_alloc: no,
  ext4_bh_delay_or_unwritten: yes,
  ext4_walk_page_buffers: yes,
  ext4_iomap_is_delalloc: no,
  ext4_unaligned_io: isUnaligned,
  ext4_extending_io: no,
  ext4_dio_supported: yes,
  ext4_can_truncate: yes,
  // Whose calls fail may be told so here as well: a file system option, or the alignment of the buffer.
  ext4_should_use_dio: ({ role }) => (role.faults ? UNKNOWN : ONE),
  ext4_inode_is_fast_symlink: no,
  ext4_emergency_state: no,
  ext4_inode_journal_mode: () => UNKNOWN,
  IS_DAX: no,
  IS_DAX_INODE: no,
  IS_IMMUTABLE: no,
  IS_SWAPFILE: no,
  IS_ENCRYPTED: no,
  S_ISREG: yes,
  S_ISDIR: no,
  S_ISLNK: no,
  XFS_FORCED_SHUTDOWN: no,
  xfs_is_shutdown: no,
  xfs_is_always_cow_inode: no,
  xfs_is_cow_inode: no,
  xfs_is_reflink_inode: no,
  xfs_inode_has_cow_data: no,
  xfs_inode_has_bigrtalloc: no,
  xfs_has_reflink: no,
  XFS_IS_REALTIME_INODE: no,
  XFS_ISIZE: () => INSIDE,
  xfs_iflags_test: (_situation, _args, argTexts) => (argTexts[1] === 'XFS_IREMAPPING' ? ZERO : UNKNOWN),
  xfs_get_extsz_hint: no,
  xfs_ilock_data_map_shared: () => flags('XFS_ILOCK_SHARED'),
  xfs_ilock_attr_map_shared: () => flags('XFS_ILOCK_SHARED'),
  need_excl_ilock: no,
  to_iomap_page: no,
  // What a short copy leaves reserved is given back; copies that fail are not explored.
  iomap_file_buffered_write_punch_delalloc: no,
  iomap_write_delalloc_release: no,
  iomap_page_create: no,
  ifs_alloc: no,
  iomap_ioend_from_bio: () => pointer('iomap_ioend'),
  iomap_can_add_to_ioend: yes,
  bio_add_folio: yes,
  file_update_time: no,
  file_remove_privs: no,
  file_modified: no,
  kiocb_modified: no,
  kmalloc: succeeds,
  kmem_cache_alloc: succeeds,
  bio_alloc: succeeds,
  dio_get_page: succeeds,
  ZERO_PAGE: () => pointer(ZERO_PAGE),
  /** Only matters to who completes, and a submitter of asynchronous I/O never does. */
  buffer_defer_completion: no,
  kzalloc: succeeds,
  alloc_page: succeeds,
  page_cache_alloc: succeeds,
  __page_cache_alloc: succeeds,
  filemap_alloc_folio: succeeds,
  filemap_check_errors: no,
  fatal_signal_pending: no,
  bdi_cap_writeback_dirty: yes,
  mapping_can_writeback: yes,
  mapping_cap_writeback_dirty: yes,
  dax_mapping: no,
  page_has_private: yes,
  page_has_buffers: yes,
  folio_buffers: () => pointer('buffer_head'),
  create_page_buffers: () => pointer('buffer_head'),
  folio_create_buffers: () => pointer('buffer_head'),
  create_empty_buffers: () => pointer('buffer_head'),
  alloc_page_buffers: () => pointer('buffer_head'),
  page_buffers: () => pointer('buffer_head'),
  buffer_uptodate: yes,
  // Asked by whoever writes back.
  buffer_dirty: yes,
  user_backed_iter: no,
  iter_is_iovec: no,
  inode_newsize_ok: no,
};

/** Calls whose answer follows from the values of their arguments. */
const COMPUTED: Readonly<Record<string, Decision>> = {
  offset_in_folio: (_situation, [, at]) => withinPage(at),
  offset_in_page: (_situation, [at]) => withinPage(at),
  generic_write_sync: (_situation, args) => args[1] ?? UNKNOWN,
  XFS_B_TO_FSB: sameUnit,
  XFS_B_TO_FSBT: sameUnit,
  XFS_FSB_TO_B: sameUnit,
  isnullstartblock: (_situation, [start]) => {
    const names = flagNames(start ?? UNKNOWN);
    return names ? bool(names.includes('DELAYSTARTBLOCK')) : UNKNOWN;
  },
};

/** What a call returns in this scenario, or null when the tables do not say. */
export function decideCall(
  name: string,
  situation: Situation,
  args: readonly Value[],
  argTexts: readonly string[],
): Value | null {
  if (!decidesCall(name, sizeMoves(situation.configuration))) return null;
  return DECISIONS.get(name)!(situation, args, argTexts);
}

const DECISIONS: ReadonlyMap<string, Decision> = new Map(Object.entries({ ...CALLS, ...COMPUTED }));

/** Calls whose answer is i_size, or follows from it, and those that zero what lies between the old end and the new. */
const ASK_SIZE: ReadonlySet<string> = new Set([
  'i_size_read',
  'inode->i_size',
  'XFS_ISIZE',
  'ext4_update_inode_size',
  'ext4_extending_io',
  'xfs_zero_range',
  'iomap_zero_range',
]);

/** `moving`: in a scenario in which i_size moves, where it is looked at and not known beforehand. */
export const decidesCall = (name: string, moving = false): boolean =>
  DECISIONS.has(name) && !(moving && ASK_SIZE.has(name));

/** Decided calls whose answer chooses how direct I/O and what it meets are done: under which lock, by which get_block. */
const CHOOSES_A_WAY: ReadonlySet<string> = new Set([
  'ext4_should_dioread_nolock',
  'ext4_nonda_switch',
  'ext4_unaligned_io',
  'ext4_unaligned_aio',
  'ext4_extending_io',
  'ext4_dio_supported',
  'ext4_should_use_dio',
  'ext4_zero_partial_blocks',
  'ext4_block_truncate_page',
  'iomap_truncate_page',
  'is_sync_kiocb',
  'iocb_is_dsync',
  'need_excl_ilock',
  'xfs_ilock_data_map_shared',
  'xfs_is_cow_inode',
]);

export const choosesAWay = (name: string): boolean => CHOOSES_A_WAY.has(name);

/** Whether the values of a decided call's arguments matter. */
export const looksAtArguments = (name: string): boolean => Object.hasOwn(COMPUTED, name);

type FieldRule = (situation: Situation) => Value;

const table =
  (ext4: string, xfs: string): FieldRule =>
  ({ configuration }) =>
    pointer(`table:${configuration.fs === 'ext4' ? ext4 : xfs}`);

/** Tables that objects of a file system point to before the actor starts; others are reached by their names. */
export const TABLES: Readonly<Record<FileSystem, readonly string[]>> = {
  ext4: [
    'ext4_da_aops',
    'ext4_aops',
    'ext4_file_vm_ops',
    'ext4_file_operations',
    'ext4_file_inode_operations',
    'ext4_dio_write_ops',
  ],
  xfs: [
    'xfs_address_space_operations',
    'xfs_file_vm_ops',
    'xfs_file_operations',
    'xfs_inode_operations',
    'xfs_dio_write_ops',
  ],
};

/** Functions that such objects hold by themselves. */
export const POINTED_FUNCTIONS: readonly string[] = ['xfs_dio_write_end_io', 'ext4_end_io_dio'];

/** What nobody here asks for. */
const NOT_ASKED = ['APPEND', 'ATOMIC', 'DSYNC', 'SYNC', 'HIPRI', 'NOIO', 'WAITQ', 'DIO_CALLER_COMP'].map(
  (name) => `IOCB_${name}`,
);

/** The submitter waits, but where calls may fail: there it may also say IOCB_NOWAIT, and be turned away. */
function kiocbFlags({ entry, role }: Situation): Value {
  const isDirect = /dio/.test(entry);
  if (role.faults !== true) return isDirect ? flags('IOCB_DIRECT') : ZERO;
  return isDirect ? bits(['IOCB_DIRECT'], NOT_ASKED) : bits([], ['IOCB_DIRECT', ...NOT_ASKED]);
}

/** Answers to undecided questions that everybody takes for granted: a timeline does not list them. */
const USUAL =
  /^(?:\w+->ki_flags & IOCB_NOWAIT is false|!\(?\w+->ki_flags & IOCB_NOWAIT\)? is true) in \w+\(\)$/;

/** Whether an assumption of `Reached.assumptions` goes without saying. */
export const isUsual = (assumption: string): boolean => USUAL.test(assumption);

/** Fields of objects that exist before the actor starts, by the field's name, with the object's type where that alone is too general. */
const FIELDS: ReadonlyMap<string, FieldRule> = new Map(
  Object.entries<FieldRule>({
    a_ops: (situation) =>
      table(
        situation.configuration.delalloc ? 'ext4_da_aops' : 'ext4_aops',
        'xfs_address_space_operations',
      )(situation),
    vm_ops: table('ext4_file_vm_ops', 'xfs_file_vm_ops'),
    f_op: table('ext4_file_operations', 'xfs_file_operations'),
    i_op: table('ext4_file_inode_operations', 'xfs_inode_operations'),
    ki_flags: kiocbFlags,
    i_disksize: diskSize,
    i_size: () => INSIDE,
    i_blkbits: (situation) => int(blockBits(situation)),
    // The one buffer of b_this_page stands for all of the page's.
    b_size: () => int(4096),
    b_this_page: () => pointer('buffer_head'),
    // struct dio; said by do_blockdev_direct_IO() of the submitter.
    is_async: ({ role }) => bool(role.aio),
    handle: () => POSITIVE,
    m_len: () => ONE,
    m_flags: () => ZERO,
    pgoff: () => int(PAGE_INDEX),
    index: () => int(PAGE_INDEX),
    ki_pos: position,
    // Where on the disk decides nothing; what follows one block of I/O is next to it.
    b_blocknr: () => ZERO,
    bi_size: LENGTH,
    bi_status: () => ZERO,
    bi_error: () => ZERO,
    length: LENGTH,
    len: LENGTH,
    count: LENGTH,
    offset: () => PAGE_START,
    br_startoff: () => PAGE_START,
    br_blockcount: () => PAGE_SIZE,
    m_blockmask: (situation) => int(2 ** blockBits(situation) - 1),
    bt_logical_sectormask: () => int(511),
    // As xfs_get_extsz_hint() says: no inode here has an extent size.
    i_extsize: () => ZERO,
    s_blocksize: BLOCK_BYTES,
    sb_blocklog: (situation) => int(blockBits(situation)),
    s_maxbytes: () => int(Number.MAX_SAFE_INTEGER),
    s_bitmap_maxbytes: () => int(Number.MAX_SAFE_INTEGER),
    nr_to_write: () => POSITIVE,
    range_cyclic: () => ZERO,
    tagged_writepages: () => ZERO,
    writeback_index: () => ZERO,
    range_start: () => ZERO,
    range_end: () => int(Number.MAX_SAFE_INTEGER),
    // Made once and kept; to make it can fail.
    s_dio_done_wq: ({ role }) => (role.faults === true ? UNKNOWN : POSITIVE),
    h_sync: () => ZERO,
    'iov_iter.type': () => flags('ITER_IOVEC'),
    /** What iomap keeps for blocks smaller than the folio (ifs, iop): which of them are dirty is not tracked. */
    'folio.private': () => ZERO,
    end_io: ({ configuration }) =>
      functionValue(configuration.fs === 'ext4' ? 'ext4_end_io_dio' : 'xfs_dio_write_end_io'),
    /** The issuer's, outside of the model: who waits for asynchronous I/O is an actor of its own. */
    ki_complete: () => functionValue('ki_complete'),
    /** Before 4.14 writeback always maps what it finds. */
    do_map: () => ONE,
    dops: table('ext4_dio_write_ops', 'xfs_dio_write_ops'),
  }),
);

/** The value that a field has before anybody wrote it, or null when that is not known. */
export function decideField(type: string, name: string, situation: Situation): Value | null {
  const rule = FIELDS.get(`${type}.${name}`) ?? FIELDS.get(name);
  return rule ? rule(situation) : null;
}

/** What a system call is given, by the parameter's name; unknown where the scenario does not say. */
export function decideArgument(name: string, { role: { range } }: Situation): Value {
  if (!range) return UNKNOWN;
  switch (name) {
    case 'offset':
    // ftruncate(2)
    case 'length':
      return int(PAGE_AT + range.at);
    case 'len':
      return int(range.length);
    default:
      return UNKNOWN;
  }
}
