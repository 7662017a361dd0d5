/*
 * What v6.1 has otherwise in fs/xfs/xfs_bmap_util.c.
 */

/* Frees the whole blocks of the range, zeroes the edges, writes a partial last page. */
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

	error = xfs_zero_range(ip, offset, len, NULL);
	if (error)
		return error;

	if (offset + len >= XFS_ISIZE(ip) && offset_in_page(offset + len) > 0) {
		error = filemap_write_and_wait_range(VFS_I(ip)->i_mapping,
				round_down(offset + len, PAGE_SIZE), LLONG_MAX);
	}
	return error;
}

/* Allocates the range unwritten. The transaction comes with the ILOCK. */
int
xfs_alloc_file_space(struct xfs_inode *ip, xfs_off_t offset, xfs_off_t len)
{
	xfs_mount_t *mp = ip->i_mount;
	xfs_fileoff_t startoffset_fsb = XFS_B_TO_FSBT(mp, offset);
	xfs_filblks_t allocatesize_fsb = XFS_B_TO_FSB(mp, len);
	xfs_bmbt_irec_t imaps[1], *imapp = &imaps[0];
	int nimaps = 1, error = 0;
	xfs_trans_t *tp;

	while (allocatesize_fsb && !error) {
		error = xfs_trans_alloc_inode(ip, &M_RES(mp)->tr_write,
				resblks, 0, false, &tp);
		if (error)
			break;

		error = xfs_bmapi_write(tp, ip, startoffset_fsb,
				allocatesize_fsb, XFS_BMAPI_PREALLOC, 0, imapp, &nimaps);
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
