/*
 * Writeback of a page by ext4: its bio, and the end of it, which converts an
 * unwritten extent before the writeback bit is cleared. Ordering as in
 * fs/ext4/page-io.c, v4.10. ext4_io_submit() and ext4_put_io_end() are leafs.
 * Cut: encryption, errors, the workqueue between the halves of the end.
 */

/* Clears the writeback bit; one buffer or two of a page. */
static void ext4_finish_bio(struct bio *bio)
{
	struct page *page = bio->bi_private;

	end_page_writeback(page);
}

static void ext4_release_io_end(ext4_io_end_t *io_end)
{
	ext4_finish_bio(io_end->bio);
	kmem_cache_free(io_end_cachep, io_end);
}

/* Unwritten extents become written, then writeback ends. */
static int ext4_end_io(ext4_io_end_t *io)
{
	struct inode *inode = io->inode;
	loff_t offset = io->offset;
	ssize_t size = io->size;
	handle_t *handle = io->handle;
	int ret;

	ret = ext4_convert_unwritten_extents(handle, inode, offset, size);
	ext4_clear_io_unwritten_flag(io);
	ext4_release_io_end(io);
	return ret;
}

/* Last reference gone, not in process context. */
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
 * direct write to unwritten blocks.
 */
int ext4_put_io_end(ext4_io_end_t *io_end)
{
	int err = 0;

	if (atomic_dec_and_test(&io_end->count)) {
		if (io_end->flag & EXT4_IO_END_UNWRITTEN) {
			err = ext4_convert_unwritten_extents(io_end->handle,
						io_end->inode, io_end->offset,
						io_end->size);
			ext4_clear_io_unwritten_flag(io_end);
		}
		ext4_release_io_end(io_end);
	}
	return err;
}

/* End of the bio. */
static void ext4_end_bio(struct bio *bio)
{
	ext4_io_end_t *io_end = bio->bi_private;

	if (io_end->flag & EXT4_IO_END_UNWRITTEN) {
		bio->bi_private = xchg(&io_end->bio, bio);
		ext4_put_io_end_defer(io_end);
	} else {
		ext4_put_io_end_defer(io_end);
		ext4_finish_bio(bio);
	}
}

void ext4_io_submit(struct ext4_io_submit *io)
{
	if (io->io_bio) {
		submit_bio(io->io_bio);
	}
	io->io_bio = NULL;
}

/*
 * The page goes under writeback, its buffers that can be written into the bio,
 * the rest leaves it dirty; then it is unlocked.
 */
int ext4_bio_write_page(struct ext4_io_submit *io, struct page *page, int len, struct writeback_control *wbc,
		bool keep_towrite)
{
	struct inode *inode = page->mapping->host;
	struct buffer_head *bh, *head = page_buffers(page);
	int ret = 0, nr_submitted = 0;

	if (keep_towrite)
		set_page_writeback_keepwrite(page);
	else
		set_page_writeback(page);

	bh = head;
	do {
		if (bh_offset(bh) >= len || !buffer_mapped(bh))
			clear_buffer_dirty(bh);
		else if (buffer_dirty(bh) && !buffer_delay(bh) && !buffer_unwritten(bh))
			set_buffer_async_write(bh);
	} while ((bh = bh->b_this_page) != head);

	do {
		if (!buffer_async_write(bh))
			continue;
		ret = io_submit_add_bh(io, inode, page, bh);
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
