/*
 * What v6.1 has otherwise in fs/ext4/page-io.c.
 */

/* As in v6.1. */
static void ext4_release_io_end(ext4_io_end_t *io_end)
{
	ext4_finish_bio(io_end->bio);
	ext4_free_io_end_vec(io_end);
	kmem_cache_free(io_end_cachep, io_end);
}

/* Unwritten extents become written, then writeback ends. As in v6.1. */
static int ext4_end_io_end(ext4_io_end_t *io_end)
{
	handle_t *handle = io_end->handle;
	int ret = 0;

	io_end->handle = NULL;
	ret = ext4_convert_unwritten_io_end_vec(handle, io_end);
	ext4_clear_io_unwritten_flag(io_end);
	ext4_release_io_end(io_end);
	return ret;
}

/* Last reference gone, not in process context. As in v6.1. */
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

/* Last reference gone, in process context. As in v6.1. */
int ext4_put_io_end(ext4_io_end_t *io_end)
{
	int err = 0;

	if (refcount_dec_and_test(&io_end->count)) {
		if (io_end->flag & EXT4_IO_END_UNWRITTEN) {
			err = ext4_convert_unwritten_io_end_vec(io_end->handle,
								io_end);
			io_end->handle = NULL;
			ext4_clear_io_unwritten_flag(io_end);
		}
		ext4_release_io_end(io_end);
	}
	return err;
}

/* As in v6.1. */
void ext4_io_submit(struct ext4_io_submit *io)
{
	struct bio *bio = io->io_bio;

	if (bio) {
		if (io->io_wbc->sync_mode == WB_SYNC_ALL)
			io->io_bio->bi_opf |= REQ_SYNC;
		submit_bio(io->io_bio);
	}
	io->io_bio = NULL;
}

/*
 * The page goes under writeback, its buffers that can be written into the bio,
 * the rest leaves it dirty; then it is unlocked. As in v6.1.
 */
int ext4_bio_write_page(struct ext4_io_submit *io,
			struct page *page,
			int len,
			bool keep_towrite)
{
	struct page *bounce_page = NULL;
	struct inode *inode = page->mapping->host;
	unsigned block_start;
	struct buffer_head *bh, *head;
	int ret = 0;
	int nr_submitted = 0;
	int nr_to_submit = 0;
	struct writeback_control *wbc = io->io_wbc;

	if (keep_towrite)
		set_page_writeback_keepwrite(page);
	else
		set_page_writeback(page);

	bh = head = page_buffers(page);
	do {
		block_start = bh_offset(bh);
		if (block_start >= len) {
			clear_buffer_dirty(bh);
			set_buffer_uptodate(bh);
			continue;
		}
		if (!buffer_dirty(bh) || buffer_delay(bh) ||
		    !buffer_mapped(bh) || buffer_unwritten(bh)) {
			if (!buffer_mapped(bh))
				clear_buffer_dirty(bh);
			if (buffer_dirty(bh) && !PageDirty(page))
				redirty_page_for_writepage(wbc, page);
			if (io->io_bio)
				ext4_io_submit(io);
			continue;
		}
		if (buffer_new(bh))
			clear_buffer_new(bh);
		set_buffer_async_write(bh);
		clear_buffer_dirty(bh);
		nr_to_submit++;
	} while ((bh = bh->b_this_page) != head);

	bh = head = page_buffers(page);

	do {
		if (!buffer_async_write(bh))
			continue;
		io_submit_add_bh(io, inode, page, bounce_page, bh);
		nr_submitted++;
	} while ((bh = bh->b_this_page) != head);

	unlock_page(page);
	if (!nr_submitted)
		end_page_writeback(page);
	return ret;
}
