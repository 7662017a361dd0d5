/*
 * What v4.11 has otherwise in fs/xfs/xfs_aops.c.
 */

/*
 * Looks the extent of a dirty block up and allocates a delayed one, page
 * locked. Cut: reflink, limits.
 */
static int
xfs_map_blocks(struct inode *inode, loff_t offset, struct xfs_bmbt_irec *imap, int type)
{
	struct xfs_inode *ip = XFS_I(inode);
	struct xfs_mount *mp = ip->i_mount;
	ssize_t count = i_blocksize(inode);
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

	if (xfs_bmap_is_real_extent(&imap))
		xfs_map_buffer(inode, bh_result, &imap, offset);

	bh_result->b_bdev = xfs_find_bdev_for_inode(inode);
	return 0;

out_unlock:
	xfs_iunlock(ip, lockmode);
	return error;
}
