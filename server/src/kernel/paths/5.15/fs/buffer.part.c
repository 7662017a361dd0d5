/*
 * What 5.15 to 6.4 have otherwise in fs/buffer.c, in the words of v6.1.
 */

/* Only one that was clean makes its page dirty. */
void mark_buffer_dirty(struct buffer_head *bh)
{
	if (!test_set_buffer_dirty(bh)) {
		struct page *page = bh->b_page;

		if (!TestSetPageDirty(page))
			__set_page_dirty(page, page_mapping(page), 0);
	}
}

/* Maps the buffers that the write covers, reads or zeroes what it leaves over of them. */
int __block_write_begin_int(struct folio *folio, loff_t pos, unsigned len,
		get_block_t *get_block, const struct iomap *iomap)
{
	struct inode *inode = folio->mapping->host;
	unsigned from = pos & (PAGE_SIZE - 1), to = from + len;
	unsigned block_start = 0, block_end, blocksize;
	struct buffer_head *bh, *head;
	sector_t block = 0;
	int err = 0;

	head = create_page_buffers(&folio->page, inode, 0);
	blocksize = head->b_size;

	for (bh = head; bh != head || !block_start;
	    block++, block_start=block_end, bh = bh->b_this_page) {
		block_end = block_start + blocksize;
		if (block_end <= from || block_start >= to)
			continue;
		if (!buffer_mapped(bh)) {
			err = get_block(inode, block, bh, 1);
			if (err)
				break;

			if (buffer_new(bh)) {
				if (folio_test_uptodate(folio)) {
					set_buffer_uptodate(bh);
					mark_buffer_dirty(bh);
					continue;
				}
				if (block_end > to || block_start < from)
					folio_zero_segments(folio,
						to, block_end,
						block_start, from);
				continue;
			}
		}
		if (folio_test_uptodate(folio))
			continue;
		if (!buffer_uptodate(bh) && !buffer_delay(bh) &&
		    !buffer_unwritten(bh) &&
		     (block_start < from || block_end > to))
			bh_read_nowait(bh, 0);
	}
	return err;
}

/* For file systems without iomap. */
int __block_write_begin(struct page *page, loff_t pos, unsigned len,
		get_block_t *get_block)
{
	return __block_write_begin_int(page_folio(page), pos, len, get_block,
				       NULL);
}
