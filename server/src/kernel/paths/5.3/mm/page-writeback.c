/*
 * Writeback's walk over dirty pages, v5.3, cut down to the order of its
 * events.
 */

/*
 * Finds dirty pages by tag, locks and rechecks each, clears dirty, calls
 * writepage, as in mm/page-writeback.c, v5.3. Cut: the end of the range,
 * cyclic ranges, limits, errors.
 */
int write_cache_pages(struct address_space *mapping,
		      struct writeback_control *wbc, writepage_t writepage,
		      void *data)
{
	int ret = 0;
	int done = 0;
	struct pagevec pvec;
	int nr_pages;
	pgoff_t index;
	pgoff_t end;
	xa_mark_t tag;

	index = wbc->range_start >> PAGE_SHIFT;
	end = wbc->range_end >> PAGE_SHIFT;
	if (wbc->sync_mode == WB_SYNC_ALL || wbc->tagged_writepages)
		tag = PAGECACHE_TAG_TOWRITE;
	else
		tag = PAGECACHE_TAG_DIRTY;
	if (wbc->sync_mode == WB_SYNC_ALL || wbc->tagged_writepages)
		tag_pages_for_writeback(mapping, index, end);
	while (!done) {
		int i;

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
				if (wbc->sync_mode != WB_SYNC_NONE)
					wait_on_page_writeback(page);
				else
					goto continue_unlock;
			}

			if (!clear_page_dirty_for_io(page))
				goto continue_unlock;

			ret = (*writepage)(page, wbc, data);
		}
		pagevec_release(&pvec);
	}

	return ret;
}

/*
 * As in mm/page-writeback.c, v5.3. Cut: nr_to_write, which no caller here uses
 * up.
 */
int do_writepages(struct address_space *mapping, struct writeback_control *wbc)
{
	int ret;

	while (1) {
		if (mapping->a_ops->writepages)
			ret = mapping->a_ops->writepages(mapping, wbc);
		else
			ret = generic_writepages(mapping, wbc);
		if ((ret != -ENOMEM) || (wbc->sync_mode != WB_SYNC_ALL))
			break;
		cond_resched();
	}
	return ret;
}

/*
 * Puts a page back among the dirty ones, as in mm/page-writeback.c, v5.3.
 */
int redirty_page_for_writepage(struct writeback_control *wbc, struct page *page)
{
	int ret;

	wbc->pages_skipped++;
	ret = set_page_dirty(page);
	return ret;
}
