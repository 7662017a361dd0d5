/*
 * XFS: freeing, allocating and moving of a file's range, the ordering of v5.5, where
 * fallocate has flushed and unmapped the range. Cut: quota, realtime, size hints.
 */

/* Flushes the range and drops its pages; direct I/O is drained by the callers. */
int
xfs_flush_unmap_range(struct xfs_inode *ip, xfs_off_t offset, xfs_off_t len)
{
	struct inode *inode = VFS_I(ip);
	xfs_off_t rounding, start, end;
	int error;

	rounding = max_t(xfs_off_t, 1 << ip->i_mount->m_sb.sb_blocklog, PAGE_SIZE);
	start = round_down(offset, rounding);
	end = round_up(offset + len, rounding) - 1;
	error = filemap_write_and_wait_range(inode->i_mapping, start, end);
	if (error)
		return error;
	truncate_pagecache_range(inode, start, end);
	return 0;
}

/* Frees the whole blocks of the range, zeroes the edges. */
int
xfs_free_file_space(struct xfs_inode *ip, xfs_off_t offset, xfs_off_t len)
{
	struct xfs_mount *mp = ip->i_mount;
	xfs_fileoff_t startoffset_fsb, endoffset_fsb;
	int done = 0, error;

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

	error = iomap_zero_range(VFS_I(ip), offset, len, NULL,
			&xfs_buffered_write_iomap_ops);
	return error;
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
				allocatesize_fsb, alloc_type, 0, imapp, &nimaps);
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

/* Writes back and drops the pages from the block before the offset on. */
static int
xfs_prepare_shift(struct xfs_inode *ip, loff_t offset)
{
	struct xfs_mount *mp = ip->i_mount;
	int error;

	offset = round_down(offset, 1 << mp->m_sb.sb_blocklog);
	if (offset)
		offset -= (1 << mp->m_sb.sb_blocklog);

	error = xfs_flush_unmap_range(ip, offset, XFS_ISIZE(ip));
	return error;
}

/* Frees the range, then moves the extents behind it there, in one transaction. */
int
xfs_collapse_file_space(struct xfs_inode *ip, xfs_off_t offset, xfs_off_t len)
{
	struct xfs_mount *mp = ip->i_mount;
	xfs_fileoff_t next_fsb = XFS_B_TO_FSB(mp, offset + len), shift_fsb = XFS_B_TO_FSB(mp, len);
	struct xfs_trans *tp;
	bool done = false;
	int error;

	error = xfs_free_file_space(ip, offset, len);
	if (error)
		return error;

	error = xfs_prepare_shift(ip, offset);
	if (error)
		return error;

	xfs_trans_alloc(mp, &M_RES(mp)->tr_write, 0, 0, 0, &tp);
	xfs_ilock(ip, XFS_ILOCK_EXCL);

	while (!done) {
		error = xfs_bmap_collapse_extents(tp, ip, &next_fsb, shift_fsb,
				&done);
		if (error)
			goto out_trans_cancel;
	}

	error = xfs_trans_commit(tp);
out_unlock:
	xfs_iunlock(ip, XFS_ILOCK_EXCL);
	return error;

out_trans_cancel:
	xfs_trans_cancel(tp);
	goto out_unlock;
}

/* Moves the extents behind the offset away from it, in one transaction. */
int
xfs_insert_file_space(struct xfs_inode *ip, loff_t offset, loff_t len)
{
	struct xfs_mount *mp = ip->i_mount;
	xfs_fileoff_t stop_fsb = XFS_B_TO_FSB(mp, offset), shift_fsb = XFS_B_TO_FSB(mp, len);
	xfs_fileoff_t next_fsb = NULLFSBLOCK;
	struct xfs_trans *tp;
	bool done = false;
	int error;

	error = xfs_prepare_shift(ip, offset);
	if (error)
		return error;

	xfs_trans_alloc(mp, &M_RES(mp)->tr_write, 0, 0, 0, &tp);
	xfs_ilock(ip, XFS_ILOCK_EXCL);

	do {
		error = xfs_bmap_insert_extents(tp, ip, &next_fsb, shift_fsb,
				&done, stop_fsb);
		if (error)
			goto out_trans_cancel;
	} while (!done);

	error = xfs_trans_commit(tp);
out_unlock:
	xfs_iunlock(ip, XFS_ILOCK_EXCL);
	return error;

out_trans_cancel:
	xfs_trans_cancel(tp);
	goto out_unlock;
}
