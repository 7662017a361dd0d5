/*
 * What v6.12 has otherwise in fs/ext4/page-io.c.
 */

/* Clears the writeback bit. As in v6.12; one buffer or two of a folio. */
static void ext4_finish_bio(struct bio *bio)
{
	struct folio *folio = bio->bi_private;

	folio_end_writeback(folio);
}

/* Unwritten extents become written, then writeback ends. As in v6.12. */
static int ext4_end_io_end(ext4_io_end_t *io_end)
{
	handle_t *handle = io_end->handle;
	int ret = 0;

	io_end->handle = NULL;
	if (unlikely(io_end->flag & EXT4_IO_END_FAILED)) {
		ret = -EIO;
	} else {
		ret = ext4_convert_unwritten_io_end_vec(handle, io_end);
	}

	ext4_clear_io_unwritten_flag(io_end);
	ext4_release_io_end(io_end);
	return ret;
}

/*
 * Buffers that can be written go under writeback and into the bio, the rest
 * leaves the folio dirty. As in v6.12.
 */
int ext4_bio_write_folio(struct ext4_io_submit *io, struct folio *folio,
		size_t len)
{
	struct folio *io_folio = folio;
	struct inode *inode = folio->mapping->host;
	unsigned block_start;
	struct buffer_head *bh, *head;
	int ret = 0;
	int nr_to_submit = 0;
	struct writeback_control *wbc = io->io_wbc;
	bool keep_towrite = false;

	bh = head = folio_buffers(folio);
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
			if (buffer_dirty(bh) ||
			    (buffer_jbd(bh) && buffer_jbddirty(bh))) {
				if (!folio_test_dirty(folio))
					folio_redirty_for_writepage(wbc, folio);
				keep_towrite = true;
			}
			continue;
		}
		if (buffer_new(bh))
			clear_buffer_new(bh);
		set_buffer_async_write(bh);
		clear_buffer_dirty(bh);
		nr_to_submit++;
	} while ((bh = bh->b_this_page) != head);

	if (!nr_to_submit) {
		__folio_start_writeback(folio, keep_towrite);
		folio_end_writeback(folio);
		return 0;
	}

	bh = head = folio_buffers(folio);

	__folio_start_writeback(folio, keep_towrite);

	do {
		if (!buffer_async_write(bh))
			continue;
		io_submit_add_bh(io, inode, folio, io_folio, bh);
	} while ((bh = bh->b_this_page) != head);

	return ret;
}
