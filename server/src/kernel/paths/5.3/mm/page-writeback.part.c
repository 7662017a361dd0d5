/*
 * What v5.3 has otherwise in mm/page-writeback.c. Not here: that an error ends a walk that
 * waits for nothing.
 */

/*
 * Each dirty page of the range, found by its tag: locked, looked at again, waited for if it
 * is under writeback (or passed over), clean, then handed on.
 */
int write_cache_pages(struct address_space *mapping,
		struct writeback_control *wbc, writepage_t writepage,
		void *data)
{
	int ret = 0, error, nr_pages, i;
	struct pagevec pvec;
	pgoff_t index = wbc->range_start >> PAGE_SHIFT;
	pgoff_t end = wbc->range_end >> PAGE_SHIFT;
	xa_mark_t tag = PAGECACHE_TAG_DIRTY;

	if (wbc->sync_mode == WB_SYNC_ALL || wbc->tagged_writepages)
		tag = PAGECACHE_TAG_TOWRITE;
	while (index <= end) {
		nr_pages = pagevec_lookup_range_tag(&pvec, mapping, &index, end,
				tag);
		if (nr_pages == 0)
			break;

		for (i = 0; i < nr_pages; i++) {
			struct page *page = pvec.pages[i];

			lock_page(page);

			if (unlikely(page->mapping != mapping)) {
continue_unlock:
				unlock_page(page);
				continue;
			}

			if (!PageDirty(page)) {
				goto continue_unlock;
			}

			if (PageWriteback(page)) {
				if (wbc->sync_mode == WB_SYNC_NONE)
					goto continue_unlock;
				wait_on_page_writeback(page);
			}

			if (!clear_page_dirty_for_io(page))
				goto continue_unlock;

			error = (*writepage)(page, wbc, data);
			if (error && !ret)
				ret = error;
		}
		pagevec_release(&pvec);
	}

	return ret;
}
