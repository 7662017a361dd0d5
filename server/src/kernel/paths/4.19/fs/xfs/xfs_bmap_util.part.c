/*
 * What v4.20 orders otherwise in fs/xfs/xfs_bmap_util.c: before extents move, the pages
 * are dropped as for a hole. The commit of a transaction drops the ILOCK.
 */

/* Writes back and drops the pages from the offset on. */
static int
xfs_prepare_shift(struct xfs_inode *ip, loff_t offset)
{
	int error;

	error = xfs_flush_unmap_range(ip, offset, XFS_ISIZE(ip));
	return error;
}

/* Frees the range, then moves the extents behind it there, one transaction each. */
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

	while (!error && !done) {
		xfs_trans_alloc(mp, &M_RES(mp)->tr_write, 0, 0, 0, &tp);
		xfs_ilock(ip, XFS_ILOCK_EXCL);

		error = xfs_bmap_collapse_extents(tp, ip, &next_fsb, shift_fsb,
				&done);
		if (error)
			goto out_trans_cancel;

		error = xfs_trans_commit(tp);
	}
	return error;

out_trans_cancel:
	xfs_trans_cancel(tp);
	return error;
}

/* Moves the extents behind the offset away from it, one transaction each. */
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

	while (!error && !done) {
		xfs_trans_alloc(mp, &M_RES(mp)->tr_write, 0, 0, 0, &tp);
		xfs_ilock(ip, XFS_ILOCK_EXCL);

		error = xfs_bmap_insert_extents(tp, ip, &next_fsb, shift_fsb,
				&done, stop_fsb);
		if (error)
			goto out_trans_cancel;

		error = xfs_trans_commit(tp);
	}
	return error;

out_trans_cancel:
	xfs_trans_cancel(tp);
	return error;
}
