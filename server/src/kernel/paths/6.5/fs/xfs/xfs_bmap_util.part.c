/*
 * What v6.12 orders otherwise in fs/xfs/xfs_bmap_util.c.
 */

/* Flushes and unmaps, frees the whole blocks of the range, zeroes the edges. */
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

	error = xfs_zero_range(ip, offset, len, NULL);
	return error;
}
