/*
 * What v6.12 has otherwise in fs/ext4/page-io.c.
 */

/* Clears the writeback bit; one buffer or two of a folio. */
static void ext4_finish_bio(struct bio *bio)
{
	struct folio *folio = bio->bi_private;

	folio_end_writeback(folio);
}

/* Unwritten extents become written, then writeback ends. */
static int ext4_end_io_end(ext4_io_end_t *io_end)
{
	handle_t *handle = io_end->handle;
	int ret = 0;

	if (unlikely(io_end->flag & EXT4_IO_END_FAILED)) {
		ret = -EIO;
	} else {
		ret = ext4_convert_unwritten_io_end_vec(handle, io_end);
	}

	ext4_clear_io_unwritten_flag(io_end);
	ext4_release_io_end(io_end);
	return ret;
}

/* Buffers that can be written go under writeback and into the bio, the rest leaves the folio dirty. */
int ext4_bio_write_folio(struct ext4_io_submit *io, struct folio *folio, size_t len)
{
	struct inode *inode = folio->mapping->host;
	struct buffer_head *bh, *head = folio_buffers(folio);
	bool keep_towrite = false;
	int nr_to_submit = 0;

	bh = head;
	do {
		if (bh_offset(bh) >= len) {
			clear_buffer_dirty(bh);
			continue;
		}
		if (!buffer_dirty(bh) || buffer_delay(bh) ||
		    !buffer_mapped(bh) || buffer_unwritten(bh)) {
			if (buffer_dirty(bh) && !folio_test_dirty(folio))
				folio_redirty_for_writepage(io->io_wbc, folio);
			keep_towrite |= buffer_dirty(bh);
			continue;
		}
		set_buffer_async_write(bh);
		clear_buffer_dirty(bh);
		nr_to_submit++;
	} while ((bh = bh->b_this_page) != head);

	__folio_start_writeback(folio, keep_towrite);
	if (!nr_to_submit) {
		folio_end_writeback(folio);
		return 0;
	}

	do {
		if (buffer_async_write(bh))
			io_submit_add_bh(io, inode, folio, folio, bh);
	} while ((bh = bh->b_this_page) != head);

	return 0;
}
