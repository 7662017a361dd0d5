/*
 * What v5.3 has otherwise in fs/xfs/xfs_aops.c.
 */

/*
 * Completion of writeback: conversion, size, end of writeback. Cut: shutdown, ioends merged into this one.
 */
static void
xfs_end_ioend(struct xfs_ioend *ioend)
{
	struct xfs_inode *ip = XFS_I(ioend->io_inode);
	xfs_off_t offset = ioend->io_offset;
	size_t size = ioend->io_size;
	int error;

	error = blk_status_to_errno(ioend->io_bio->bi_status);
	if (error) {
		if (ioend->io_fork == XFS_COW_FORK)
			xfs_reflink_cancel_cow_range(ip, offset, size, true);
		goto done;
	}

	if (ioend->io_fork == XFS_COW_FORK)
		error = xfs_reflink_end_cow(ip, offset, size);
	else if (ioend->io_state == XFS_EXT_UNWRITTEN)
		error = xfs_iomap_write_unwritten(ip, offset, size, false);

done:
	if (ioend->io_append_trans)
		error = xfs_setfilesize_ioend(ioend, error);
	xfs_destroy_ioend(ioend, error);
}

/*
 * The worker of an inode: every ioend that waits. Cut: sorting and merging.
 */
void
xfs_end_io(struct work_struct *work)
{
	struct xfs_inode *ip;
	struct xfs_ioend *ioend;
	struct list_head completion_list;
	unsigned long flags;

	ip = container_of(work, struct xfs_inode, i_ioend_work);

	spin_lock_irqsave(&ip->i_ioend_lock, flags);
	list_replace_init(&ip->i_ioend_list, &completion_list);
	spin_unlock_irqrestore(&ip->i_ioend_lock, flags);

	while (!list_empty(&completion_list)) {
		ioend = list_first_entry(&completion_list, struct xfs_ioend,
				io_list);
		list_del_init(&ioend->io_list);
		xfs_end_ioend(ioend);
	}
}

/*
 * End of the bio, in interrupt context.
 */
static void
xfs_end_bio(struct bio *bio)
{
	struct xfs_ioend *ioend = bio->bi_private;
	struct xfs_inode *ip = XFS_I(ioend->io_inode);
	struct xfs_mount *mp = ip->i_mount;
	unsigned long flags;

	if (ioend->io_fork == XFS_COW_FORK ||
	    ioend->io_state == XFS_EXT_UNWRITTEN ||
	    ioend->io_append_trans != NULL) {
		spin_lock_irqsave(&ip->i_ioend_lock, flags);
		if (list_empty(&ip->i_ioend_list))
			WARN_ON_ONCE(!queue_work(mp->m_unwritten_workqueue,
						 &ip->i_ioend_work));
		list_add_tail(&ioend->io_list, &ip->i_ioend_list);
		spin_unlock_irqrestore(&ip->i_ioend_lock, flags);
	} else
		xfs_destroy_ioend(ioend, blk_status_to_errno(bio->bi_status));
}

/*
 * Allocates the delayed extent.
 * xfs_bmapi_convert_delalloc() makes the blocks of the data fork WRITTEN
 * before their data is on disk (unwritten only from v5.8 on). Cut: repeating
 * it while free space is fragmented.
 */
static int
xfs_convert_blocks(struct xfs_writepage_ctx *wpc, struct xfs_inode *ip,
		xfs_fileoff_t offset_fsb)
{
	int error;

	error = xfs_bmapi_convert_delalloc(ip, wpc->fork, offset_fsb,
			&wpc->imap, wpc->fork == XFS_COW_FORK ?
				&wpc->cow_seq : &wpc->data_seq);
	if (error)
		return error;

	return 0;
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
	struct xfs_iext_cursor icur;
	int error = 0;

	xfs_ilock(ip, XFS_ILOCK_SHARED);
	if (!xfs_iext_lookup_extent(ip, &ip->i_df, offset_fsb, &icur, &imap))
		imap.br_startblock = HOLESTARTBLOCK;
	wpc->data_seq = READ_ONCE(ip->i_df.if_seq);
	xfs_iunlock(ip, XFS_ILOCK_SHARED);

	wpc->fork = XFS_DATA_FORK;

	if (imap.br_startblock != HOLESTARTBLOCK &&
	    isnullstartblock(imap.br_startblock))
		goto allocate_blocks;

	wpc->imap = imap;
	return 0;
allocate_blocks:
	error = xfs_convert_blocks(wpc, ip, offset_fsb);
	if (error) {
		return error;
	}

	return 0;
}

/*
 * Submits the bio of an ioend. Cut: reflink.
 */
static int
xfs_submit_ioend(struct writeback_control *wbc, struct xfs_ioend *ioend, int status)
{
	if (!status &&
	    (ioend->io_fork == XFS_COW_FORK ||
	     ioend->io_state != XFS_EXT_UNWRITTEN) &&
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
xfs_alloc_ioend(struct inode *inode, int fork, xfs_exntst_t state,
		xfs_off_t offset, struct block_device *bdev, sector_t sector, struct writeback_control *wbc)
{
	struct xfs_ioend *ioend;

	ioend = kzalloc(sizeof(*ioend), GFP_NOFS);
	ioend->io_fork = fork;
	ioend->io_state = state;
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
	    wpc->fork != wpc->ioend->io_fork ||
	    wpc->imap.br_state != wpc->ioend->io_state ||
	    sector != bio_end_sector(wpc->ioend->io_bio) ||
	    offset != wpc->ioend->io_offset + wpc->ioend->io_size) {
		if (wpc->ioend)
			list_add(&wpc->ioend->io_list, iolist);
		wpc->ioend = xfs_alloc_ioend(inode, wpc->fork,
				wpc->imap.br_state, offset, bdev, sector, wbc);
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
		if (wpc->imap.br_startblock == HOLESTARTBLOCK)
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
