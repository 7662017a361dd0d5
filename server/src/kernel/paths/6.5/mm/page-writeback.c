/*
 * Writeback's walk over dirty folios, v6.12: the order of its events. Not here: cyclic
 * ranges, limits, bandwidth.
 */

/* Looks again, now that the folio is locked; waits for its writeback or skips it; cleans it. */
static bool folio_prepare_writeback(struct address_space *mapping,
		struct writeback_control *wbc, struct folio *folio)
{
	if (unlikely(folio->mapping != mapping))
		return false;

	if (!folio_test_dirty(folio))
		return false;

	if (folio_test_writeback(folio)) {
		if (wbc->sync_mode != WB_SYNC_NONE)
			folio_wait_writeback(folio);
		else
			return false;
	}

	if (!folio_clear_dirty_for_io(folio))
		return false;
	return true;
}

/* The tag to look for. */
static xa_mark_t wbc_to_tag(struct writeback_control *wbc)
{
	if (wbc->sync_mode == WB_SYNC_ALL || wbc->tagged_writepages)
		return PAGECACHE_TAG_TOWRITE;
	return PAGECACHE_TAG_DIRTY;
}

/* The last index of the range. */
static pgoff_t wbc_end(struct writeback_control *wbc)
{
	return wbc->range_cyclic ? -1 : wbc->range_end >> PAGE_SHIFT;
}

/* The next dirty folio, locked and clean. */
static struct folio *writeback_get_folio(struct address_space *mapping,
		struct writeback_control *wbc)
{
	struct folio *folio;

retry:
	folio = folio_batch_next(&wbc->fbatch);
	if (!folio) {
		filemap_get_folios_tag(mapping, &wbc->index, wbc_end(wbc),
				wbc_to_tag(wbc), &wbc->fbatch);
		folio = folio_batch_next(&wbc->fbatch);
		if (!folio)
			return NULL;
	}

	folio_lock(folio);
	if (unlikely(!folio_prepare_writeback(mapping, wbc, folio))) {
		folio_unlock(folio);
		goto retry;
	}

	return folio;
}

/* One folio after the other; with WB_SYNC_ALL an error does not end the walk. */
struct folio *writeback_iter(struct address_space *mapping,
		struct writeback_control *wbc, struct folio *folio, int *error)
{
	if (!folio) {
		folio_batch_init(&wbc->fbatch);
		wbc->saved_err = *error = 0;
		wbc->index = wbc->range_start >> PAGE_SHIFT;
	} else if (*error) {
		if (wbc->sync_mode != WB_SYNC_ALL)
			return NULL;
		if (!wbc->saved_err)
			wbc->saved_err = *error;
	}

	folio = writeback_get_folio(mapping, wbc);
	if (!folio)
		*error = wbc->saved_err;
	return folio;
}

/* File systems have their own ->writepages. */
int do_writepages(struct address_space *mapping, struct writeback_control *wbc)
{
	int ret;

	ret = mapping->a_ops->writepages(mapping, wbc);
	return ret;
}
