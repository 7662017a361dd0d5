/*
 * Turns a delayed extent into a real one. In the data fork no flag is set: the blocks are WRITTEN before their
 * data is on disk; from v5.8 on they are unwritten. The kernel calls
 * xfs_bmapi_allocate(&bma) here, with the same flags. Cut: a delayed extent
 * that is gone, the retry, the sequence number.
 */
int
xfs_bmapi_convert_delalloc(struct xfs_inode *ip, int whichfork, xfs_fileoff_t offset_fsb,
		struct xfs_bmbt_irec *imap, unsigned int *seq)
{
	struct xfs_trans *tp;
	int flags = XFS_BMAPI_DELALLOC;
	int nimaps = 1;
	int error;

	xfs_ilock(ip, XFS_ILOCK_EXCL);

	if (whichfork == XFS_COW_FORK)
		flags = XFS_BMAPI_COWFORK | XFS_BMAPI_PREALLOC;

	error = xfs_bmapi_write(tp, ip, offset_fsb, 1, flags, 0, imap,
				&nimaps);

	error = xfs_trans_commit(tp);
	xfs_iunlock(ip, XFS_ILOCK_EXCL);
	return error;
}
