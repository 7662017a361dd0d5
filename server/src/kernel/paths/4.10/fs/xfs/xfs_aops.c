/*
 * The address space side of XFS, v4.10, still on buffer heads: writeback, its
 * completion and page fill, cut down to the order of their events.
 */

/*
 * Ends writeback of the buffers of one bio segment. bh->b_end_io is end_buffer_async_write.
 */
static void
xfs_finish_page_writeback(struct inode *inode, struct bio_vec *bvec, int error)
{
	struct buffer_head *head, *bh, *next;

	bh = head = page_buffers(bvec->bv_page);

	do {
		next = bh->b_this_page;
		bh->b_end_io(bh, !error);
	} while ((bh = next) != head);
}

/*
 * The chain of bios is cut to one bio, its
 * segments to one.
 */
static void
xfs_destroy_ioend(struct xfs_ioend *ioend, int error)
{
	struct inode *inode = ioend->io_inode;
	struct bio *bio = &ioend->io_inline_bio;
	struct bio_vec *bvec = bio->bi_io_vec;

	xfs_finish_page_writeback(inode, bvec, error);

	bio_put(bio);
}

static inline bool
xfs_ioend_is_append(struct xfs_ioend *ioend)
{
	return ioend->io_offset + ioend->io_size >
		XFS_I(ioend->io_inode)->i_d.di_size;
}

/*
 * In the model the append transaction is
 * always to be had.
 */
static int
xfs_setfilesize_trans_alloc(struct xfs_ioend *ioend)
{
	struct xfs_mount *mp = XFS_I(ioend->io_inode)->i_mount;
	struct xfs_trans *tp;

	xfs_trans_alloc(mp, &M_RES(mp)->tr_fsyncts, 0, 0, 0, &tp);

	ioend->io_append_trans = tp;

	return 0;
}

/*
 * The on-disk size after the data is written.
 */
static int
__xfs_setfilesize(struct xfs_inode *ip, struct xfs_trans *tp, xfs_off_t offset,
		size_t size)
{
	xfs_fsize_t isize;

	xfs_ilock(ip, XFS_ILOCK_EXCL);
	isize = xfs_new_eof(ip, offset + size);
	if (!isize) {
		xfs_iunlock(ip, XFS_ILOCK_EXCL);
		xfs_trans_cancel(tp);
		return 0;
	}

	ip->i_d.di_size = isize;

	return xfs_trans_commit(tp);
}

/*
 * Cut: failing to get a transaction.
 */
int
xfs_setfilesize(struct xfs_inode *ip, xfs_off_t offset, size_t size)
{
	struct xfs_mount *mp = ip->i_mount;
	struct xfs_trans *tp;

	xfs_trans_alloc(mp, &M_RES(mp)->tr_fsyncts, 0, 0, 0, &tp);

	return __xfs_setfilesize(ip, tp, offset, size);
}

static int
xfs_setfilesize_ioend(struct xfs_ioend *ioend, int error)
{
	struct xfs_inode *ip = XFS_I(ioend->io_inode);
	struct xfs_trans *tp = ioend->io_append_trans;

	if (error) {
		xfs_trans_cancel(tp);
		return error;
	}

	return __xfs_setfilesize(ip, tp, ioend->io_offset, ioend->io_size);
}

/*
 * Completion of writeback in a worker: conversion, size, end of writeback, as
 * in fs/xfs/xfs_aops.c, v4.10. Cut: shutdown.
 */
static void
xfs_end_io(struct work_struct *work)
{
	struct xfs_ioend *ioend =
		container_of(work, struct xfs_ioend, io_work);
	struct xfs_inode *ip = XFS_I(ioend->io_inode);
	xfs_off_t offset = ioend->io_offset;
	size_t size = ioend->io_size;
	int error = ioend->io_bio->bi_error;

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
		error = xfs_iomap_write_unwritten(ip, offset, size);
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
		xfs_destroy_ioend(ioend, bio->bi_error);
}

/*
 * Looks the extent of a dirty block up and allocates a delayed one, page
 * locked. Cut: reflink, limits.
 */
static int
xfs_map_blocks(struct inode *inode, loff_t offset, struct xfs_bmbt_irec *imap, int type)
{
	struct xfs_inode *ip = XFS_I(inode);
	struct xfs_mount *mp = ip->i_mount;
	ssize_t count = 1 << inode->i_blkbits;
	xfs_fileoff_t offset_fsb, end_fsb;
	int error = 0;
	int bmapi_flags = XFS_BMAPI_ENTIRE;
	int nimaps = 1;

	if (type == XFS_IO_UNWRITTEN)
		bmapi_flags |= XFS_BMAPI_IGSTATE;

	xfs_ilock(ip, XFS_ILOCK_SHARED);
	end_fsb = XFS_B_TO_FSB(mp, (xfs_ufsize_t)offset + count);
	offset_fsb = XFS_B_TO_FSBT(mp, offset);
	error = xfs_bmapi_read(ip, offset_fsb, end_fsb - offset_fsb,
				imap, &nimaps, bmapi_flags);
	xfs_iunlock(ip, XFS_ILOCK_SHARED);

	if (error)
		return error;

	if (type == XFS_IO_DELALLOC &&
	    (!nimaps || isnullstartblock(imap->br_startblock))) {
		error = xfs_iomap_write_allocate(ip, XFS_DATA_FORK, offset,
				imap);
		return error;
	}

	return 0;
}

/*
 * In the model a mapping always covers its block. In the kernel it is compared
 * with the offset (fs/xfs/xfs_aops.c, v4.10).
 */
static bool
xfs_imap_valid(struct inode *inode, struct xfs_bmbt_irec *imap, xfs_off_t offset)
{
	return true;
}

static void
xfs_start_buffer_writeback(struct buffer_head *bh)
{
	mark_buffer_async_write(bh);
	set_buffer_uptodate(bh);
	clear_buffer_dirty(bh);
}

/*
 * The page goes under writeback, then it is unlocked.
 */
static void
xfs_start_page_writeback(struct page *page, int clear_dirty)
{
	if (clear_dirty) {
		clear_page_dirty_for_io(page);
		set_page_writeback(page);
	} else
		set_page_writeback_keepwrite(page);

	unlock_page(page);
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
		ioend->io_bio->bi_error = status;
		bio_endio(ioend->io_bio);
		return status;
	}

	submit_bio(ioend->io_bio);
	return 0;
}

/*
 * The kernel finds the ioend around a bio of its
 * bio set; here it is an object of its own.
 */
static struct xfs_ioend *
xfs_alloc_ioend(struct inode *inode, unsigned int type, xfs_off_t offset,
		struct buffer_head *bh)
{
	struct xfs_ioend *ioend;

	ioend = kzalloc(sizeof(*ioend), GFP_NOFS);
	ioend->io_type = type;
	ioend->io_inode = inode;
	ioend->io_size = 0;
	ioend->io_offset = offset;
	INIT_WORK(&ioend->io_work, xfs_end_io);
	ioend->io_append_trans = NULL;
	return ioend;
}

/*
 * Adds a block to the ioend of its kind or starts a new one. Cut: chaining of bios.
 */
static void
xfs_add_to_ioend(struct inode *inode, struct buffer_head *bh, xfs_off_t offset,
		struct xfs_writepage_ctx *wpc, struct writeback_control *wbc, struct list_head *iolist)
{
	if (!wpc->ioend || wpc->io_type != wpc->ioend->io_type ||
	    bh->b_blocknr != wpc->last_block + 1 ||
	    offset != wpc->ioend->io_offset + wpc->ioend->io_size) {
		if (wpc->ioend)
			list_add(&wpc->ioend->io_list, iolist);
		wpc->ioend = xfs_alloc_ioend(inode, wpc->io_type, offset, bh);
	}

	xfs_bio_add_buffer(wpc->ioend->io_bio, bh);

	wpc->ioend->io_size += bh->b_size;
	wpc->last_block = bh->b_blocknr;
	xfs_start_buffer_writeback(bh);
}

/*
 * Cut: computing the block number.
 */
static void
xfs_map_buffer(struct inode *inode, struct buffer_head *bh, struct xfs_bmbt_irec *imap,
		xfs_off_t offset)
{
	bh->b_blocknr = xfs_fsb_to_db(XFS_I(inode), imap->br_startblock);
	set_buffer_mapped(bh);
}

static void
xfs_map_at_offset(struct inode *inode, struct buffer_head *bh,
		struct xfs_bmbt_irec *imap, xfs_off_t offset)
{
	xfs_map_buffer(inode, bh, imap, offset);
	set_buffer_mapped(bh);
	clear_buffer_delay(bh);
	clear_buffer_unwritten(bh);
}

/*
 * Maps and queues the blocks of a locked dirty page. The kind of a block is taken from its buffer
 * head. Cut: reflink, blocks beyond EOF, holes in the page and blocks that are
 * not uptodate, ioends that end before the page does.
 */
static int
xfs_writepage_map(struct xfs_writepage_ctx *wpc, struct writeback_control *wbc,
		struct inode *inode, struct page *page, loff_t offset, __uint64_t end_offset)
{
	LIST_HEAD(submit_list);
	struct buffer_head *bh, *head;
	ssize_t len = 1 << inode->i_blkbits;
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
	__uint64_t end_offset;

	offset = i_size_read(inode);
	end_offset = (xfs_off_t)(page->index + 1) << PAGE_SHIFT;

	return xfs_writepage_map(wpc, wbc, inode, page, offset, end_offset);
}

/*
 * Cut: DAX.
 */
static int
xfs_vm_writepages(struct address_space *mapping, struct writeback_control *wbc)
{
	struct xfs_writepage_ctx wpc = {
		.io_type = XFS_IO_INVALID,
	};
	int ret;

	ret = write_cache_pages(mapping, wbc, xfs_do_writepage, &wpc);
	if (wpc.ioend)
		ret = xfs_submit_ioend(wbc, wpc.ioend, ret);
	return ret;
}

/*
 * Page fill's lookup: a hole, a delayed or an unwritten extent stays
 * unmapped. Cut: limits, trimming.
 */
static int
xfs_get_blocks(struct inode *inode, sector_t iblock, struct buffer_head *bh_result,
		int create)
{
	struct xfs_inode *ip = XFS_I(inode);
	struct xfs_mount *mp = ip->i_mount;
	xfs_fileoff_t offset_fsb, end_fsb;
	int error = 0;
	int lockmode = 0;
	struct xfs_bmbt_irec imap;
	int nimaps = 1;
	xfs_off_t offset;
	ssize_t size;

	offset = (xfs_off_t)iblock << inode->i_blkbits;
	size = bh_result->b_size;

	if (offset >= i_size_read(inode))
		return 0;

	lockmode = xfs_ilock_data_map_shared(ip);

	end_fsb = XFS_B_TO_FSB(mp, (xfs_ufsize_t)offset + size);
	offset_fsb = XFS_B_TO_FSBT(mp, offset);

	error = xfs_bmapi_read(ip, offset_fsb, end_fsb - offset_fsb,
				&imap, &nimaps, XFS_BMAPI_ENTIRE);
	if (error)
		goto out_unlock;

	if (nimaps) {
		xfs_iunlock(ip, lockmode);
	} else {
		goto out_unlock;
	}

	if (imap.br_startblock != HOLESTARTBLOCK &&
	    imap.br_startblock != DELAYSTARTBLOCK &&
	    imap.br_state != XFS_EXT_UNWRITTEN)
		xfs_map_buffer(inode, bh_result, &imap, offset);

	bh_result->b_bdev = xfs_find_bdev_for_inode(inode);
	return 0;

out_unlock:
	xfs_iunlock(ip, lockmode);
	return error;
}

static int
xfs_vm_readpage(struct file *unused, struct page *page)
{
	return mpage_readpage(page, xfs_get_blocks);
}

const struct address_space_operations xfs_address_space_operations = {
	.readpage = xfs_vm_readpage,
	.writepages = xfs_vm_writepages,
};
