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

/**
 * What a call by this name does that is not modelled, as "what filemap_flush() has written back", or null. Atomic
 * operations are told by what they work on, which stands in the text of the call.
 */
export function unmodelledCall(name: string, text = ''): string | null {
  if (ATOMIC.test(name) && ON_THE_COUNT.test(text)) return `what ${name}() does to i_dio_count`;
  const row = ROWS.find(({ names }) => names.test(name));
  return row ? `what ${name}() ${row.does}` : null;
}

/** Whether a line names such a call. */
export const namesUnmodelledCall = (text: string): boolean =>
  text.match(/\w+(?=\s*\()/g)?.some((name) => unmodelledCall(name) !== null) ?? false;
