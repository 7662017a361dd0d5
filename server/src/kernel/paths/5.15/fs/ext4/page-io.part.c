/*
 * What v6.1 has otherwise in fs/ext4/page-io.c.
 */

static void ext4_release_io_end(ext4_io_end_t *io_end)
{
	ext4_finish_bio(io_end->bio);
	ext4_free_io_end_vec(io_end);
	kmem_cache_free(io_end_cachep, io_end);
}

/* Unwritten extents become written, then writeback ends. */
static int ext4_end_io_end(ext4_io_end_t *io_end)
{
	handle_t *handle = io_end->handle;
	int ret;

	ret = ext4_convert_unwritten_io_end_vec(handle, io_end);
	ext4_clear_io_unwritten_flag(io_end);
	ext4_release_io_end(io_end);
	return ret;
}

/* Last reference gone, not in process context. */
void ext4_put_io_end_defer(ext4_io_end_t *io_end)
{
	if (refcount_dec_and_test(&io_end->count)) {
		if (!(io_end->flag & EXT4_IO_END_UNWRITTEN) ||
				list_empty(&io_end->list_vec)) {
			ext4_release_io_end(io_end);
			return;
		}
		ext4_add_complete_io(io_end);
	}
}

/* Last reference gone, in process context. */
int ext4_put_io_end(ext4_io_end_t *io_end)
{
	int err = 0;

	if (refcount_dec_and_test(&io_end->count)) {
		if (io_end->flag & EXT4_IO_END_UNWRITTEN) {
			err = ext4_convert_unwritten_io_end_vec(io_end->handle, io_end);
			ext4_clear_io_unwritten_flag(io_end);
		}
		ext4_release_io_end(io_end);
	}
	return err;
}

/*
 * The page goes under writeback, its buffers that can be written into the bio,
 * the rest leaves it dirty; then it is unlocked.
 */
int ext4_bio_write_page(struct ext4_io_submit *io, struct page *page, int len, bool keep_towrite)
{
	struct inode *inode = page->mapping->host;
	struct buffer_head *bh, *head = page_buffers(page);
	int nr_submitted = 0;

	if (keep_towrite)
		set_page_writeback_keepwrite(page);
	else
		set_page_writeback(page);

	bh = head;
	do {
		if (bh_offset(bh) >= len || !buffer_mapped(bh)) {
			clear_buffer_dirty(bh);
			continue;
		}
		if (!buffer_dirty(bh) || buffer_delay(bh) || buffer_unwritten(bh)) {
			if (buffer_dirty(bh) && !PageDirty(page))
				redirty_page_for_writepage(io->io_wbc, page);
			continue;
		}
		set_buffer_async_write(bh);
		clear_buffer_dirty(bh);
	} while ((bh = bh->b_this_page) != head);

	do {
		if (!buffer_async_write(bh))
			continue;
		io_submit_add_bh(io, inode, page, NULL, bh);
		nr_submitted++;
	} while ((bh = bh->b_this_page) != head);

	unlock_page(page);
	if (!nr_submitted)
		end_page_writeback(page);
	return 0;
}
