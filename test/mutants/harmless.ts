/**
 * Mutants that no property notices, and why that is right: read one by one against the kernel source of 6.9. What is
 * noticed nowhere and stands in no row here is a step, a scenario or a property that is missing.
 */

interface Row {
  /** Of `function: mutant`, as `npm run mutants` prints them. */
  readonly mutants: RegExp;
  readonly why: string;
}

const ROWS: readonly Row[] = [
  {
    mutants: /: (?:drop|swap|move) folio_wait_stable#/,
    why: 'Stable pages are for devices that checksum what they write; which bytes of a store under way reach the disk is no race.',
  },
  {
    mutants: /^ext4_(?:collapse_range|insert_range|punch_hole): (?:drop|swap|move) ext4_es_remove_extent#/,
    why: 'The status tree repeats the extent map but for delayed blocks, and the flush has left none in the range.',
  },
  {
    mutants: /: drop mapping_tagged#\d+, giving 1/,
    why: 'It saves a scan that finds no dirty page.',
  },
  {
    mutants: /^ext4_punch_hole: drop mapping_tagged#\d+, giving [01]/,
    why: 'The flush before the lock saves time under it: what counts is the one that follows under invalidate_lock.',
  },
  {
    mutants:
      /^ext4_zero_range: (?:swap inode_lock|drop inode_dio_wait|swap inode_dio_wait|move inode_dio_wait)/,
    why: 'ext4 zeroes a range in place: a bio in flight there goes to the same file, and its data or zeros are both right.',
  },
  {
    mutants: /^ext4_zero_range: (?:swap filemap_invalidate_lock|weaken inode_lock)/,
    why: 'What follows the lock drops pages and converts blocks, which direct I/O in flight may do in either order.',
  },
  {
    mutants: /^ext4_(?:collapse|insert)_range: (?:swap|move) truncate_pagecache#\d+ (?:with|to the end)/,
    why: 'invalidate_lock keeps faults and reads from filling the cache until it is dropped, and the range was flushed under it.',
  },
  {
    mutants:
      /^(?:ext4_setattr|xfs_vn_setattr): (?:no|weaken|swap|move) \S*(?:invalidate_lock|xfs_ilock|XFS_IOLOCK)/,
    why: 'EOF has moved before the pages go, and is looked at under the page lock by everybody who would bring one back.',
  },
  {
    mutants: /^ext4_dio_write_iter: drop invalidate_mapping_pages#/,
    why: 'Clean pages that a fallback to the page cache has written back hold what the disk holds.',
  },
  {
    mutants: /^filemap_invalidate_pages: drop invalidate_inode_pages2_range#/,
    why: 'The invalidation behind the write drops what this one leaves; until the write is done a reader may get either data.',
  },
  {
    mutants:
      /^(?:kiocb_write_and_wait: drop filemap_range_needs_writeback|filemap_invalidate_pages: drop filemap_range_has_page)#/,
    why: 'It is asked with IOCB_NOWAIT alone, and its answer sends the caller away before he has done anything.',
  },
  {
    mutants: /: drop (?:inode_trylock(?:_shared)?|xfs_ilock_nowait|folio_trylock)#\d+, giving 0/,
    why: 'A lock that is not had with IOCB_NOWAIT sends the caller away; a folio that is not had so is waited for.',
  },
  {
    mutants: /^(?:block_page_mkwrite|fault_dirty_shared_page): (?:drop|swap|move) folio_mark_dirty#/,
    why: 'A write fault dirties its folio twice under one folio lock: in page_mkwrite and in fault_dirty_shared_page().',
  },
  {
    mutants: /^__iomap_write_end: move filemap_dirty_folio#/,
    why: 'The folio is locked until iomap_write_end() is through.',
  },
  {
    mutants: /: drop folio_test_writeback#\d+, giving 0|: drop folio_test_dirty#\d+, giving 1/,
    why: 'Whether there is something to do is asked again by folio_clear_dirty_for_io() under the folio lock.',
  },
  {
    mutants:
      /^(?:xfs_iomap_write_\w+|xfs_alloc_file_space|xfs_read_iomap_begin|xfs_direct_write_iomap_begin): .*(?:xfs_iunlock|xfs_ilock_for_iomap)#/,
    why: 'The ILOCK is not followed: each lookup and each change of the extent map is one step by itself.',
  },
  {
    mutants: /^do_read_fault: (?:drop|swap|move) finish_fault#/,
    why: 'A mapping that is only read needs no page table entry here: what it reads is the page.',
  },
  {
    mutants: /^(?:ext4|xfs)_store_again: drop user_store#/,
    why: 'It is the process that stores again, and no kernel code.',
  },
  {
    mutants: /: drop folio_test_uptodate#\d+, giving 0/,
    why: 'A folio that is up to date is locked and looked at once more.',
  },
  {
    mutants:
      /^(?:filemap_update_page: (?:drop|move) folio_put_wait_locked|filemap_read_folio: drop folio_wait_locked_killable)#/,
    why: 'Who does not wait for the folio looks it up again until it is up to date.',
  },
  {
    mutants:
      /^filemap_update_page: (?:no filemap_invalidate_lock_shared|swap filemap_invalidate_unlock_shared#)/,
    why: 'The folio that is read is in the cache and locked: who frees its blocks drops it before, and waits for that lock.',
  },
  {
    mutants: /^filemap_fault: drop folio_unlock#/,
    why: 'The folio was truncated before it was locked: it is in no cache, and nobody finds it again.',
  },
  {
    mutants: /^ext4_write_begin: (?:no folio_lock|swap folio_lock|move folio_lock)/,
    why: 'The folio stays locked, or is locked later: what is dropped in between is the order of the journal and folio locks.',
  },
  {
    mutants: /: drop ext4_map_blocks#\d+, giving 0|^ext4_map_query_blocks: drop ext4_\w+#\d+, giving 0/,
    why: 'A block that was not found is looked for again by who allocates it, under the lock of the extent map.',
  },
  {
    mutants: /^iomap_writepage_map: (?:swap folio_unlock|move folio_start_writeback)#/,
    why: 'Who waits for the folio waits for its lock or for its writeback, and it has one of the two all the time.',
  },
];

/** Why a survivor is none to mind, or null for one that nobody has explained. */
export const whyHarmless = (mutant: string): string | null =>
  ROWS.find(({ mutants }) => mutants.test(mutant))?.why ?? null;
