/*
 * XFS extent map: conversion of a delayed extent for writeback.
 * The ordering of v5.8: the blocks become unwritten, and are
 * converted when the data is on disk (since v5.8).
 */

/* In the model a delayed extent starts at DELAYSTARTBLOCK. */
static inline int
isnullstartblock(xfs_fsblock_t x)
{
	return x == DELAYSTARTBLOCK;
}

/*
 * The leaf xfs_bmapi_allocate() turns the delayed extent bma.got into a real one:
 * written, or unwritten where bma.flags has XFS_BMAPI_PREALLOC.
 */
int
xfs_bmapi_convert_delalloc(struct xfs_inode *ip, int whichfork, xfs_off_t offset,
		struct iomap *iomap, unsigned int *seq)
{
	struct xfs_ifork *ifp = XFS_IFORK_PTR(ip, whichfork);
	xfs_fileoff_t offset_fsb = XFS_B_TO_FSBT(ip->i_mount, offset);
	struct xfs_bmalloca bma = { NULL };
	struct xfs_trans *tp;
	int error;

	xfs_trans_alloc(ip->i_mount, &M_RES(ip->i_mount)->tr_write, 0, 0,
			XFS_TRANS_RESERVE, &tp);
	xfs_ilock(ip, XFS_ILOCK_EXCL);

	if (!xfs_iext_lookup_extent(ip, ifp, offset_fsb, &bma.icur, &bma.got)) {
		error = -EAGAIN;
		goto out_trans_cancel;
	}

	if (!isnullstartblock(bma.got.br_startblock)) {
		xfs_bmbt_to_iomap(ip, iomap, &bma.got, 0);
		goto out_trans_cancel;
	}

	bma.wasdel = true;
	bma.flags = XFS_BMAPI_PREALLOC;
	if (whichfork == XFS_COW_FORK)
		bma.flags |= XFS_BMAPI_COWFORK;

	error = xfs_bmapi_allocate(&bma);
	if (error)
		goto out_trans_cancel;

	xfs_bmbt_to_iomap(ip, iomap, &bma.got, 0);

	error = xfs_trans_commit(tp);
	xfs_iunlock(ip, XFS_ILOCK_EXCL);
	return error;

out_trans_cancel:
	xfs_trans_cancel(tp);
	xfs_iunlock(ip, XFS_ILOCK_EXCL);
	return error;
}
