/**
 * Calls that order something of which the model keeps nothing. Most calls that the model does not know order nothing; a
 * patch that adds or drops one of these would be judged by what is left of it.
 */

interface Row {
  readonly names: RegExp;
  /** After "what it ...", for people. */
  readonly does: string;
}

const ROWS: readonly Row[] = [
  {
    names: /^ext4_(?:ioend_wait|flush_unwritten_io|flush_completed_IO)$/,
    does: 'waits for',
  },
  { names: /^inode_dio_wait_interruptible$/, does: 'leaves undone when a signal comes' },
  { names: /^(?:wait_event|wait_var_event|wait_on_bit|wait_for_completion)(?:_\w+)?$/, does: 'waits for' },
  { names: /^(?:flush|drain)_(?:work|workqueue|delayed_work)$/, does: 'waits for' },
  { names: /^cancel_(?:delayed_)?work_sync$/, does: 'waits for' },
  { names: /^synchronize_s?rcu(?:_expedited)?$/, does: 'waits for' },
  { names: /^(?:filemap_flush|filemap_fdatawrite)(?:_\w+)?$/, does: 'has written back, and when,' },
  { names: /^(?:write_inode_now|sync_inodes_sb|sync_filesystem)$/, does: 'has written back, and when,' },
  { names: /^(?:try_to_)?writeback_inodes_sb(?:_nr)?$/, does: 'has written back, and when,' },
  { names: /^ext4_finish_bio$/, does: 'ends the writeback of, and when,' },
  { names: /^iomap_write_failed$/, does: 'takes away behind EOF' },
  { names: /^ext4_alloc_da_blocks$/, does: 'has written back, and when,' },
];

const ATOMIC = /^atomic_/;
const ON_THE_COUNT = /\bi_dio_count\b/;

const ON_SEMAPHORE = /^(?:(?:down|up)_(?:read|write)|downgrade_write)(?:_\w+)?$/;
/** Those that are modelled or told of (`UNJUDGED`), and those that guard no blocks and no pages of a file. */
const OTHER_SEMAPHORES =
  /\b(?:i_mmap_sem|i_mmaplock|invalidate_lock|i_rwsem|i_data_sem|xattr_sem|s_umount|mmap_(?:sem|lock)|i_mmap_rwsem)\b/;

/** Of the argument of a call. */
const LAST_NAME = /(\w+)\s*\)$/;

/**
 * What a call by this name does that is not modelled, as "what filemap_flush() has written back", or null. Atomic
 * operations and semaphores are told by what they work on, which stands in the text of the call.
 */
export function unmodelledCall(name: string, text = ''): string | null {
  if (ATOMIC.test(name) && ON_THE_COUNT.test(text)) return `what ${name}() does to i_dio_count`;
  if (ON_SEMAPHORE.test(name) && text !== '' && !OTHER_SEMAPHORES.test(text))
    return `what ${name}() does with ${LAST_NAME.exec(text)?.[1] ?? 'another lock'}`;
  const row = ROWS.find(({ names }) => names.test(name));
  return row ? `what ${name}() ${row.does}` : null;
}

interface UnjudgedRow {
  readonly names: RegExp;
  /** What in the text of the call tells it from others of the name. */
  readonly on?: RegExp;
  /** After "what the call", for people. */
  readonly does: string;
  readonly because: string;
}

/** Calls that decide no verdict that the model gives: a patch that moves one is judged, and told what that leaves out. */
const UNJUDGED: readonly UnjudgedRow[] = [
  {
    names: /^xfs_i(?:un)?lock(?:_\w+)?$/,
    on: /\bXFS_ILOCK_|\blockmode\b/,
    does: 'does with XFS_ILOCK',
    because: 'each operation on extents is one step',
  },
  {
    names: /^(?:(?:down|up)_(?:read|write)|downgrade_write)(?:_\w+)?$/,
    on: /\bi_data_sem\b/,
    does: 'does with i_data_sem',
    because: 'each operation on extents is one step',
  },
  {
    names: /^(?:(?:ext4_)?block|xfs|iomap)_truncate_page$|^pagecache_isize_extended$/,
    does: 'does to the rest of the block behind EOF',
    because: 'no truncate ends inside a block',
  },
  {
    names: /^(?:generic_write_sync|vfs_fsync_range)$/,
    does: 'puts on stable storage, and when,',
    because: 'no write is O_DSYNC',
  },
];

/** What is to be said of a call that a patch moves, adds or drops, or null. */
export function unjudgedCall(name: string, text: string): string | null {
  const row = UNJUDGED.find(({ names, on }) => names.test(name) && (on === undefined || on.test(text)));
  return row ? `what ${name}() ${row.does} is not modelled: ${row.because}` : null;
}

/** Whether a line names a call that ends the judging of a scenario. */
export const namesUnmodelledCall = (text: string): boolean =>
  text.match(/\w+(?=\s*\()/g)?.some((name) => unmodelledCall(name) !== null) ?? false;
