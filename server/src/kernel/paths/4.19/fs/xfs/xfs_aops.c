/*
 * The address space side of XFS, v4.19: writeback of its own on iomap pages,
 * its completion and page fill, cut down to the order of their events. iomap
 * has writeback from v5.5 on.
 */

static void
xfs_finish_page_writeback(struct inode *inode, struct bio_vec *bvec, int error)
{
	struct iomap_page *iop = to_iomap_page(bvec->bv_page);

	if (error) {
		SetPageError(bvec->bv_page);
		mapping_set_error(inode->i_mapping, -EIO);
	}

	if (!iop || atomic_dec_and_test(&iop->write_count))
		end_page_writeback(bvec->bv_page);
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
 * in fs/xfs/xfs_aops.c, v4.19. Cut: shutdown.
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
 * Looks the extent of a dirty block up and allocates a delayed one, page
 * locked. In the model an extent that is found
 * covers the block. Cut: reflink, reuse of the mapping of the block before.
 */
static int
xfs_map_blocks(struct xfs_writepage_ctx *wpc, struct inode *inode, loff_t offset)
{
	struct xfs_inode *ip = XFS_I(inode);
	struct xfs_mount *mp = ip->i_mount;
	xfs_fileoff_t offset_fsb = XFS_B_TO_FSBT(mp, offset);
	struct xfs_bmbt_irec imap;
	int whichfork = XFS_DATA_FORK;
	struct xfs_iext_cursor icur;
	int error = 0;

	xfs_ilock(ip, XFS_ILOCK_SHARED);
	if (!xfs_iext_lookup_extent(ip, &ip->i_df, offset_fsb, &icur, &imap))
		imap.br_startblock = HOLESTARTBLOCK;
	xfs_iunlock(ip, XFS_ILOCK_SHARED);

	if (imap.br_startblock == HOLESTARTBLOCK) {
		wpc->io_type = XFS_IO_HOLE;
	} else {
		if (isnullstartblock(imap.br_startblock)) {
			wpc->io_type = XFS_IO_DELALLOC;
			goto allocate_blocks;
		}

		if (imap.br_state == XFS_EXT_UNWRITTEN)
			wpc->io_type = XFS_IO_UNWRITTEN;
		else
			wpc->io_type = XFS_IO_OVERWRITE;
	}

	wpc->imap = imap;
	return 0;
allocate_blocks:
	error = xfs_iomap_write_allocate(ip, whichfork, offset, &imap);
	if (error)
		return error;
	wpc->imap = imap;
	return 0;
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

	if (status) {
		ioend->io_bio->bi_status = errno_to_blk_status(status);
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
		struct block_device *bdev, sector_t sector)
{
	struct xfs_ioend *ioend;

	ioend = kzalloc(sizeof(*ioend), GFP_NOFS);
	ioend->io_type = type;
	ioend->io_inode = inode;
	ioend->io_size = 0;
	ioend->io_offset = offset;
	ioend->io_append_trans = NULL;
	return ioend;
}

/*
 * Adds a block to the ioend of its kind or starts a new one. Cut: chaining of bios.
 */
static void
xfs_add_to_ioend(struct inode *inode, xfs_off_t offset, struct page *page,
		struct iomap_page *iop, struct xfs_writepage_ctx *wpc, struct writeback_control *wbc,
		struct list_head *iolist)
{
	struct xfs_inode *ip = XFS_I(inode);
	struct block_device *bdev = xfs_find_bdev_for_inode(inode);
	unsigned len = i_blocksize(inode);
	unsigned poff = offset & (PAGE_SIZE - 1);
	sector_t sector;

	sector = xfs_fsb_to_db(ip, wpc->imap.br_startblock);

	if (!wpc->ioend ||
	    wpc->io_type != wpc->ioend->io_type ||
	    sector != bio_end_sector(wpc->ioend->io_bio) ||
	    offset != wpc->ioend->io_offset + wpc->ioend->io_size) {
		if (wpc->ioend)
			list_add(&wpc->ioend->io_list, iolist);
		wpc->ioend = xfs_alloc_ioend(inode, wpc->io_type,
				offset, bdev, sector);
	}

	if (iop)
		atomic_inc(&iop->write_count);
	bio_add_page(wpc->ioend->io_bio, page, len, poff);

	wpc->ioend->io_size += len;
}

/*
 * Maps and queues the blocks of a locked dirty page, puts it under writeback,
 * unlocks it. One round stands for the blocks
 * of the page. Cut: blocks that are not uptodate, ioends that end before the
 * page does.
 */
static int
xfs_writepage_map(struct xfs_writepage_ctx *wpc, struct writeback_control *wbc,
		struct inode *inode, struct page *page, uint64_t end_offset)
{
	LIST_HEAD(submit_list);
	struct iomap_page *iop = to_iomap_page(page);
	unsigned len = i_blocksize(inode);
	uint64_t file_offset;
	int error = 0, count = 0, i;

	for (i = 0, file_offset = page_offset(page);
	     i < 1;
	     i++, file_offset += len) {
		error = xfs_map_blocks(wpc, inode, file_offset);
		if (error)
			break;
		if (wpc->io_type == XFS_IO_HOLE)
			continue;
		xfs_add_to_ioend(inode, file_offset, page, iop, wpc, wbc,
				 &submit_list);
		count++;
	}

	if (error) {
		if (!count) {
			xfs_aops_discard_page(page);
			ClearPageUptodate(page);
			unlock_page(page);
			goto done;
		}

		set_page_writeback_keepwrite(page);
	} else {
		clear_page_dirty_for_io(page);
		set_page_writeback(page);
	}

	unlock_page(page);

	if (!count)
		end_page_writeback(page);
done:
	return error;
}

/*
 * Writes one dirty page, locked by the caller.
 * Cut: refusing memory reclaim, a page partly or wholly beyond EOF.
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

	return xfs_writepage_map(wpc, wbc, inode, page, end_offset);
}

static int
xfs_vm_writepages(struct address_space *mapping, struct writeback_control *wbc)
{
	struct xfs_writepage_ctx wpc = { };
	int ret;

	ret = write_cache_pages(mapping, wbc, xfs_do_writepage, &wpc);
	if (wpc.ioend)
		ret = xfs_submit_ioend(wbc, wpc.ioend, ret);
	return ret;
}

static int
xfs_vm_readpage(struct file *unused, struct page *page)
{
	return iomap_readpage(page, &xfs_iomap_ops);
}

const struct address_space_operations xfs_address_space_operations = {
	.readpage = xfs_vm_readpage,
	.writepages = xfs_vm_writepages,
	.set_page_dirty = iomap_set_page_dirty,
};
