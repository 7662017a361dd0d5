/*
 * What v4.14 has otherwise in fs/xfs/xfs_aops.c.
 */

/*
 * Completion of writeback in a worker: conversion, size, end of writeback, as
 * in fs/xfs/xfs_aops.c, v4.14. Cut: shutdown.
 */
static void
xfs_end_io(struct work_struct *work)
{
	struct xfs_ioend *ioend =
		container_of(work, struct xfs_ioend, io_work);
	struct xfs_inode *ip = XFS_I(ioend->io_inode);
	xfs_off_t offset = ioend->io_offset;
	size_t size = ioend->io_size;
	int error;

	error = blk_status_to_errno(ioend->io_bio->bi_status);
	if (error) {
		switch (ioend->io_type) {
		case XFS_IO_COW:
			xfs_reflink_cancel_cow_range(ip, offset, size, true);
			break;
		}

		goto done;
	}

	switch (ioend->io_type) {
	case XFS_IO_COW:
		error = xfs_reflink_end_cow(ip, offset, size);
		break;
	case XFS_IO_UNWRITTEN:
		error = xfs_iomap_write_unwritten(ip, offset, size, false);
		break;
	default:
		break;
	}

done:
	if (ioend->io_append_trans)
		error = xfs_setfilesize_ioend(ioend, error);
	xfs_destroy_ioend(ioend, error);
}

/*
 * End of the bio, in interrupt context.
 */
static void
xfs_end_bio(struct bio *bio)
{
	struct xfs_ioend *ioend = bio->bi_private;
	struct xfs_mount *mp = XFS_I(ioend->io_inode)->i_mount;

	if (ioend->io_type == XFS_IO_UNWRITTEN || ioend->io_type == XFS_IO_COW)
		queue_work(mp->m_unwritten_workqueue, &ioend->io_work);
	else if (ioend->io_append_trans)
		queue_work(mp->m_data_workqueue, &ioend->io_work);
	else
		xfs_destroy_ioend(ioend, blk_status_to_errno(bio->bi_status));
}

/*
 * Submits the bio of an ioend. Cut: reflink.
 */
static int
xfs_submit_ioend(struct writeback_control *wbc, struct xfs_ioend *ioend, int status)
{
	if (!status &&
	    ioend->io_type != XFS_IO_UNWRITTEN &&
	    xfs_ioend_is_append(ioend) &&
	    !ioend->io_append_trans)
		status = xfs_setfilesize_trans_alloc(ioend);

	ioend->io_bio->bi_private = ioend;
	ioend->io_bio->bi_end_io = xfs_end_bio;
	ioend->io_bio->bi_opf = REQ_OP_WRITE | wbc_to_write_flags(wbc);

	if (status) {
		ioend->io_bio->bi_status = errno_to_blk_status(status);
		bio_endio(ioend->io_bio);
		return status;
	}

	submit_bio(ioend->io_bio);
	return 0;
}

/*
 * Maps and queues the blocks of a locked dirty page. The kind of a block is taken from its buffer
 * head. Cut: reflink, blocks beyond EOF, holes in the page and blocks that are
 * not uptodate, ioends that end before the page does.
 */
static int
xfs_writepage_map(struct xfs_writepage_ctx *wpc, struct writeback_control *wbc,
		struct inode *inode, struct page *page, loff_t offset, uint64_t end_offset)
{
	LIST_HEAD(submit_list);
	struct buffer_head *bh, *head;
	ssize_t len = i_blocksize(inode);
	int error = 0;
	int count = 0;
	unsigned int new_type;

	bh = head = page_buffers(page);
	offset = page_offset(page);
	do {
		if (buffer_unwritten(bh))
			new_type = XFS_IO_UNWRITTEN;
		else if (buffer_delay(bh))
			new_type = XFS_IO_DELALLOC;
		else
			new_type = XFS_IO_OVERWRITE;

		if (wpc->io_type != new_type) {
			wpc->io_type = new_type;
			wpc->imap_valid = false;
		}

		if (wpc->imap_valid)
			wpc->imap_valid = xfs_imap_valid(inode, &wpc->imap,
							 offset);
		if (!wpc->imap_valid) {
			error = xfs_map_blocks(inode, offset, &wpc->imap,
					     wpc->io_type);
			if (error)
				goto out;
			wpc->imap_valid = xfs_imap_valid(inode, &wpc->imap,
							 offset);
		}
		if (wpc->imap_valid) {
			lock_buffer(bh);
			if (wpc->io_type != XFS_IO_OVERWRITE)
				xfs_map_at_offset(inode, bh, &wpc->imap, offset);
			xfs_add_to_ioend(inode, bh, offset, wpc, wbc, &submit_list);
			count++;
		}

	} while (offset += len, ((bh = bh->b_this_page) != head));

out:
	if (count) {
		xfs_start_page_writeback(page, !error);
	} else if (error) {
		xfs_aops_discard_page(page);
		ClearPageUptodate(page);
		unlock_page(page);
	} else {
		xfs_start_page_writeback(page, 1);
		end_page_writeback(page);
	}

	return error;
}

/*
 * Writes one dirty page, locked by the caller. Cut: refusing memory reclaim, a page partly or wholly beyond EOF.
 */
static int
xfs_do_writepage(struct page *page, struct writeback_control *wbc, void *data)
{
	struct xfs_writepage_ctx *wpc = data;
	struct inode *inode = page->mapping->host;
	loff_t offset;
	uint64_t end_offset;

	offset = i_size_read(inode);
	end_offset = (xfs_off_t)(page->index + 1) << PAGE_SHIFT;

	return xfs_writepage_map(wpc, wbc, inode, page, offset, end_offset);
}
