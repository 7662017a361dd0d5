/*
 * Writeback's walk over dirty pages, v4.10: the order of its events. Not here: cyclic
 * ranges, limits, bandwidth, errors.
 */

/*
 * Each dirty page of the range, found by its tag: locked, looked at again, waited for if it
 * is under writeback (or passed over), clean, then handed on.
 */
int write_cache_pages(struct address_space *mapping,
		struct writeback_control *wbc, writepage_t writepage,
		void *data)
{
	int ret = 0, nr_pages, i;
	struct pagevec pvec;
	pgoff_t index = wbc->range_start >> PAGE_SHIFT;
	pgoff_t end = wbc->range_end >> PAGE_SHIFT;
	int tag = PAGECACHE_TAG_DIRTY;

	if (wbc->sync_mode == WB_SYNC_ALL || wbc->tagged_writepages)
		tag = PAGECACHE_TAG_TOWRITE;
	while (index <= end) {
		nr_pages = pagevec_lookup_tag(&pvec, mapping, &index, tag,
			      min(end - index, (pgoff_t)PAGEVEC_SIZE-1) + 1);
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

			ret = (*writepage)(page, wbc, data);
		}
		pagevec_release(&pvec);
	}

	return ret;
}

/* File systems have their own ->writepages, or go page by page. */
int do_writepages(struct address_space *mapping, struct writeback_control *wbc)
{
	int ret;

	if (mapping->a_ops->writepages)
		ret = mapping->a_ops->writepages(mapping, wbc);
	else
		ret = generic_writepages(mapping, wbc);
	return ret;
}

/* Puts a page back among the dirty ones. */
int redirty_page_for_writepage(struct writeback_control *wbc, struct page *page)
{
	return set_page_dirty(page);
}
