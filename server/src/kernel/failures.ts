/**
 * What calls return when they fail, for actors whose calls do; see `ActorRole.faults`. The error number is one that no
 * caller compares with, so that a failure takes the general way out and not the way to buffered I/O: from 6.5 on, direct
 * writes fall back for any error of the flush but -EAGAIN. An invalidation that fails always leads there.
 */

import { int, ZERO, type Value } from './value.js';

const EIO = int(-5);
const EAGAIN = int(-11);
const EINTR = int(-4);
const NULL_POINTER = ZERO;

const returning = (value: Value, names: readonly string[]) => names.map((name) => [name, value] as const);

const FAILURES: ReadonlyMap<string, Value> = new Map([
  ...returning(EIO, [
    'ext4_map_blocks',
    'ext4_convert_unwritten_extents',
    'ext4_convert_unwritten_io_end_vec',
    'ext4_insert_delayed_block',
    'ext4_insert_delayed_blocks',
    'xfs_bmapi_reserve_delalloc',
    'xfs_bmapi_read',
    'xfs_bmapi_write',
    'xfs_iomap_write_unwritten',
    'xfs_trans_alloc',
    'xfs_trans_alloc_inode',
    'xfs_trans_commit',
    'xfs_qm_dqattach',
    'xfs_qm_dqattach_locked',
    'xfs_break_layouts',
    'xfs_zero_range',
    'xfs_zero_eof',
    'iomap_zero_range',
    'xfs_truncate_page',
    'iomap_truncate_page',
    'xfs_free_file_space',
    'xfs_alloc_file_space',
    'xfs_unmap_extent',
    'ext4_break_layouts',
    'ext4_zero_partial_blocks',
    'ext4_block_truncate_page',
    'ext4_convert_inline_data',
    'ext4_ext_remove_space',
    'ext4_ind_remove_space',
    'bio_iov_iter_get_pages',
    'sb_init_dio_done_wq',
    'generic_write_checks',
    'ext4_write_checks',
    'ext4_generic_write_checks',
    'file_update_time',
    'file_remove_privs',
    'file_modified',
    'kiocb_modified',
    // These three as an error pointer.
    'ext4_journal_start',
    'ext4_journal_start_with_reserve',
    'dio_get_page',
  ]),
  ...returning(EINTR, ['inode_lock_killable', 'down_read_killable', 'down_write_killable']),
  ...returning(EAGAIN, ['filemap_write_and_wait_range', 'filemap_write_and_wait']),
  ...returning(NULL_POINTER, ['kmalloc', 'kzalloc', 'kmem_cache_alloc', 'ext4_init_io_end']),
]);

/** What a call returns that fails, or null where a call of this name does not. */
export const failureOf = (name: string): Value | null => FAILURES.get(name) ?? null;

/** What a call returns that is known by no table, where it fails and its result goes to `err` or the like. */
export const UNKNOWN_FAILURE = EIO;
