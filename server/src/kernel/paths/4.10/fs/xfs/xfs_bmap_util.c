/*
 * XFS: freeing, allocating and moving of a file's range, the ordering of v4.10. Cut:
 * quota, realtime, size hints, partial blocks at the edges.
 */

/* Drains direct I/O, writes back and drops the pages, in that order. */
static int
xfs_flush_unmap_range(struct xfs_inode *ip, xfs_off_t offset, xfs_off_t len)
{
	struct inode *inode = VFS_I(ip);
	xfs_off_t rounding, start, end;
	int error;

	inode_dio_wait(inode);

	rounding = max_t(xfs_off_t, 1 << ip->i_mount->m_sb.sb_blocklog, PAGE_SIZE);
	start = round_down(offset, rounding);
	end = round_up(offset + len, rounding) - 1;
	error = filemap_write_and_wait_range(inode->i_mapping, start, end);
	if (error)
		return error;
	truncate_pagecache_range(inode, start, end);
	return 0;
}

/* Flushes and unmaps, then frees the whole blocks of the range. */
int
xfs_free_file_space(struct xfs_inode *ip, xfs_off_t offset, xfs_off_t len)
{
	struct xfs_mount *mp = ip->i_mount;
	xfs_fileoff_t startoffset_fsb, endoffset_fsb;
	int done = 0, error;

	error = xfs_flush_unmap_range(ip, offset, len);
	if (error)
		return error;

	startoffset_fsb = XFS_B_TO_FSB(mp, offset);
	endoffset_fsb = XFS_B_TO_FSBT(mp, offset + len);

	if (endoffset_fsb > startoffset_fsb) {
		while (!done) {
			error = xfs_unmap_extent(ip, startoffset_fsb,
					endoffset_fsb - startoffset_fsb, &done);
			if (error)
				return error;
		}
	}
	return 0;
}

/* Allocates the range unwritten. */
int
xfs_alloc_file_space(struct xfs_inode *ip, xfs_off_t offset, xfs_off_t len, int alloc_type)
{
	xfs_mount_t *mp = ip->i_mount;
	xfs_fileoff_t startoffset_fsb = XFS_B_TO_FSBT(mp, offset);
	xfs_filblks_t allocatesize_fsb = XFS_B_TO_FSB(mp, len);
	xfs_bmbt_irec_t imaps[1], *imapp = &imaps[0];
	int nimaps = 1, error = 0;
	xfs_trans_t *tp;

	while (allocatesize_fsb && !error) {
		xfs_trans_alloc(mp, &M_RES(mp)->tr_write, resblks, 0, 0, &tp);
		xfs_ilock(ip, XFS_ILOCK_EXCL);

		error = xfs_bmapi_write(tp, ip, startoffset_fsb,
				allocatesize_fsb, alloc_type,
				0, resblks, imapp, &nimaps);
		if (error)
			goto error1;

		error = xfs_trans_commit(tp);
		xfs_iunlock(ip, XFS_ILOCK_EXCL);
		allocatesize_fsb -= imapp->br_blockcount;
	}
	return error;

error1:
	xfs_trans_cancel(tp);
	xfs_iunlock(ip, XFS_ILOCK_EXCL);
	return error;
}

/* Frees the range and allocates it anew. */
int
xfs_zero_file_space(struct xfs_inode *ip, xfs_off_t offset, xfs_off_t len)
{
	int error;

	error = xfs_free_file_space(ip, offset, len);
	if (error)
		goto out;

	error = xfs_alloc_file_space(ip, offset, len, XFS_BMAPI_PREALLOC);
out:
	return error;
}

/* Writes back, drops the pages and moves the extents behind the offset. */
static int
xfs_shift_file_space(struct xfs_inode *ip, xfs_off_t offset, xfs_off_t len,
		enum shift_direction direction)
{
	struct xfs_mount *mp = ip->i_mount;
	xfs_fileoff_t stop_fsb, next_fsb, shift_fsb = XFS_B_TO_FSB(mp, len);
	struct xfs_trans *tp;
	int done = 0, error;

	if (direction == SHIFT_LEFT) {
		next_fsb = XFS_B_TO_FSB(mp, offset + len);
		stop_fsb = XFS_B_TO_FSB(mp, VFS_I(ip)->i_size);
	} else {
		next_fsb = NULLFSBLOCK;
		stop_fsb = XFS_B_TO_FSB(mp, offset);
	}

	error = filemap_write_and_wait_range(VFS_I(ip)->i_mapping,
					     offset, -1);
	if (error)
		return error;
	error = invalidate_inode_pages2_range(VFS_I(ip)->i_mapping,
					offset >> PAGE_SHIFT, -1);

	while (!error && !done) {
		xfs_trans_alloc(mp, &M_RES(mp)->tr_write, 0, 0, 0, &tp);
		xfs_ilock(ip, XFS_ILOCK_EXCL);

		error = xfs_bmap_shift_extents(tp, ip, &next_fsb, shift_fsb,
				&done, stop_fsb, &first_block, &dfops,
				direction, XFS_BMAP_MAX_SHIFT_EXTENTS);
		if (error)
			goto out_trans_cancel;

		error = xfs_trans_commit(tp);
	}
	return error;

out_trans_cancel:
	xfs_trans_cancel(tp);
	return error;
}

int
xfs_collapse_file_space(struct xfs_inode *ip, xfs_off_t offset, xfs_off_t len)
{
	int error;

	error = xfs_free_file_space(ip, offset, len);
	if (error)
		return error;
	return xfs_shift_file_space(ip, offset, len, SHIFT_LEFT);
}

int
xfs_insert_file_space(struct xfs_inode *ip, loff_t offset, loff_t len)
{
	return xfs_shift_file_space(ip, offset, len, SHIFT_RIGHT);
}
