/**
 * Functions that a primitive is made of, and that no path calls by itself: the model has the whole as it is. Names of all
 * releases.
 */

const PARTS: Readonly<Record<string, readonly string[]>> = {
  filemap_add_folio: ['__add_to_page_cache_locked', 'add_to_page_cache_locked', '__filemap_add_folio'],
  invalidate_inode_pages2_range: [
    'invalidate_complete_page2',
    'invalidate_complete_folio2',
    'do_launder_page',
    'do_launder_folio',
    'folio_launder',
    'unmap_mapping_folio',
  ],
  truncate_inode_pages_range: [
    'truncate_cleanup_page',
    'truncate_cleanup_folio',
    'truncate_complete_page',
    'truncate_inode_page',
    'truncate_inode_folio',
    'truncate_inode_partial_folio',
    'delete_from_page_cache_batch',
    'filemap_remove_folio',
    '__filemap_remove_folio',
    '__delete_from_page_cache',
    'page_cache_delete',
    'page_cache_delete_batch',
    'page_cache_tree_delete',
    'page_cache_tree_delete_batch',
  ],
  inode_dio_wait: ['__inode_dio_wait', 'inode_dio_finished'],
  folio_start_writeback: ['__folio_start_writeback', '__test_set_page_writeback', '__folio_end_writeback'],
  ext4_map_blocks: [
    'ext4_ext_map_blocks',
    'ext4_ind_map_blocks',
    'ext4_map_query_blocks',
    'ext4_map_create_blocks',
    'ext4_ext_handle_unwritten_extents',
    'ext4_convert_unwritten_extents_endio',
  ],
  ext4_io_submit: [
    'ext4_end_bio',
    'ext4_end_io',
    'ext4_end_io_end',
    'ext4_convert_unwritten_io_end_vec',
    'ext4_finish_bio',
    'ext4_add_complete_io',
    'ext4_do_flush_completed_IO',
    'ext4_put_io_end_defer',
    'ext4_release_io_end',
  ],
  // The end of XFS's writeback.
  iomap_submit_ioend: [
    'xfs_end_io',
    'xfs_end_ioend',
    'xfs_end_bio',
    'xfs_destroy_ioend',
    'xfs_finish_page_writeback',
    'iomap_finish_ioend',
    'iomap_finish_ioends',
    'iomap_finish_ioend_buffered',
    'iomap_finish_page_writeback',
    'iomap_finish_folio_write',
    'iomap_writepage_end_bio',
  ],
  xfs_bmapi_write: ['xfs_bmapi_allocate', 'xfs_bmapi_convert_unwritten'],
};

const all = new Set(Object.values(PARTS).flat());

/** Whether a primitive calls the function of this name. */
export const isPartOfPrimitive = (name: string): boolean => all.has(name);

/** Whether a line names one. */
export const namesPartOfPrimitive = (text: string): boolean =>
  (text.match(/\w+/g) ?? []).some(isPartOfPrimitive);
