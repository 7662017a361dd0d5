/*
 * Writeback of a page by ext4: its bio, and the end of it, which converts an
 * unwritten extent before the writeback bit is cleared.
 * As in fs/ext4/page-io.c, v4.10. ext4_io_submit() and ext4_put_io_end() are
 * leafs. Cut: encryption, errors, the workqueue between the halves of the end.
 */

/* Clears the writeback bit. As in v4.10; one buffer or two of a page. */
static void ext4_finish_bio(struct bio *bio)
{
	struct page *page = bio->bi_private;

	end_page_writeback(page);
}

/* As in v4.10. */
static void ext4_release_io_end(ext4_io_end_t *io_end)
{
	ext4_finish_bio(io_end->bio);
	kmem_cache_free(io_end_cachep, io_end);
}

/* Unwritten extents become written, then writeback ends. As in v4.10. */
static int ext4_end_io(ext4_io_end_t *io)
{
	struct inode *inode = io->inode;
	loff_t offset = io->offset;
	ssize_t size = io->size;
	handle_t *handle = io->handle;
	int ret = 0;

	io->handle = NULL;
	ret = ext4_convert_unwritten_extents(handle, inode, offset, size);
	ext4_clear_io_unwritten_flag(io);
	ext4_release_io_end(io);
	return ret;
}

/* Last reference gone, not in process context. As in v4.10. */
void ext4_put_io_end_defer(ext4_io_end_t *io_end)
{
	if (atomic_dec_and_test(&io_end->count)) {
		if (!(io_end->flag & EXT4_IO_END_UNWRITTEN) || !io_end->size) {
			ext4_release_io_end(io_end);
			return;
		}
		ext4_add_complete_io(io_end);
	}
}

/*
 * Last reference gone, in process context: of writeback, or of an asynchronous
 * direct write to unwritten blocks. As in v4.10.
 */
int ext4_put_io_end(ext4_io_end_t *io_end)
{
	int err = 0;

	if (atomic_dec_and_test(&io_end->count)) {
		if (io_end->flag & EXT4_IO_END_UNWRITTEN) {
			err = ext4_convert_unwritten_extents(io_end->handle,
						io_end->inode, io_end->offset,
						io_end->size);
			io_end->handle = NULL;
			ext4_clear_io_unwritten_flag(io_end);
		}
		ext4_release_io_end(io_end);
	}
	return err;
}

/* End of the bio. As in v4.10. */
static void ext4_end_bio(struct bio *bio)
{
	ext4_io_end_t *io_end = bio->bi_private;

	bio->bi_end_io = NULL;

	if (io_end->flag & EXT4_IO_END_UNWRITTEN) {
		bio->bi_private = xchg(&io_end->bio, bio);
		ext4_put_io_end_defer(io_end);
	} else {
		ext4_put_io_end_defer(io_end);
		ext4_finish_bio(bio);
		bio_put(bio);
	}
}

/* As in v4.10. */
void ext4_io_submit(struct ext4_io_submit *io)
{
	struct bio *bio = io->io_bio;

	if (bio) {
		int io_op_flags = io->io_wbc->sync_mode == WB_SYNC_ALL ?
				  REQ_SYNC : 0;
		bio_set_op_attrs(io->io_bio, REQ_OP_WRITE, io_op_flags);
		submit_bio(io->io_bio);
	}
	io->io_bio = NULL;
}

/*
 * The page goes under writeback, its buffers that can be written into the bio,
 * the rest leaves it dirty; then it is unlocked. As in v4.10.
 */
int ext4_bio_write_page(struct ext4_io_submit *io,
			struct page *page,
			int len,
			struct writeback_control *wbc,
			bool keep_towrite)
{
	struct page *data_page = NULL;
	struct inode *inode = page->mapping->host;
	unsigned block_start;
	struct buffer_head *bh, *head;
	int ret = 0;
	int nr_submitted = 0;

	if (keep_towrite)
		set_page_writeback_keepwrite(page);
	else
		set_page_writeback(page);

	bh = head = page_buffers(page);
	do {
		block_start = bh_offset(bh);
		if (block_start >= len) {
			clear_buffer_dirty(bh);
			continue;
		}
		if (!buffer_dirty(bh) || buffer_delay(bh) ||
		    !buffer_mapped(bh) || buffer_unwritten(bh)) {
			if (!buffer_mapped(bh))
				clear_buffer_dirty(bh);
			if (io->io_bio)
				ext4_io_submit(io);
			continue;
		}
		set_buffer_async_write(bh);
	} while ((bh = bh->b_this_page) != head);

	bh = head = page_buffers(page);
	do {
		if (!buffer_async_write(bh))
			continue;
		ret = io_submit_add_bh(io, inode, data_page ? data_page : page, bh);
		if (ret)
			break;
		nr_submitted++;
		clear_buffer_dirty(bh);
	} while ((bh = bh->b_this_page) != head);

	unlock_page(page);
	if (!nr_submitted)
		end_page_writeback(page);
	return ret;
}
