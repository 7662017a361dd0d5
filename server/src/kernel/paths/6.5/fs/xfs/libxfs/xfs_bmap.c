/*
 * XFS extent map: conversion of a delayed extent for writeback.
 * As in fs/xfs/libxfs/xfs_bmap.c, v6.12: the blocks become UNWRITTEN, and the end
 * of writeback converts them.
 */

/*
 * The leaf xfs_bmapi_allocate() turns the delayed extent bma.got into a real one,
 * unwritten where bma.flags has XFS_BMAPI_PREALLOC. Ordering as in v6.12.
 */
static int
xfs_bmapi_convert_one_delalloc(struct xfs_inode *ip, int whichfork, xfs_off_t offset,
		struct iomap *iomap, unsigned int *seq)
{
	struct xfs_ifork *ifp = xfs_ifork_ptr(ip, whichfork);
	xfs_fileoff_t offset_fsb = XFS_B_TO_FSBT(ip->i_mount, offset);
	struct xfs_bmalloca bma = { NULL };
	struct xfs_trans *tp;
	int error;

	error = xfs_trans_alloc(ip->i_mount, &M_RES(ip->i_mount)->tr_write, 0, 0,
			XFS_TRANS_RESERVE, &tp);
	if (error)
		return error;

	xfs_ilock(ip, XFS_ILOCK_EXCL);

	if (!xfs_iext_lookup_extent(ip, ifp, offset_fsb, &bma.icur, &bma.got) ||
	    bma.got.br_startoff > offset_fsb) {
		error = -EAGAIN;
		goto out_trans_cancel;
	}

	if (!isnullstartblock(bma.got.br_startblock)) {
		xfs_bmbt_to_iomap(ip, iomap, &bma.got, 0, 0, 0);
		goto out_trans_cancel;
	}

	bma.wasdel = true;
	bma.flags = XFS_BMAPI_PREALLOC;
	if (whichfork == XFS_COW_FORK)
		bma.flags |= XFS_BMAPI_COWFORK;

	error = xfs_bmapi_allocate(&bma);
	if (error)
		goto out_trans_cancel;

	xfs_bmbt_to_iomap(ip, iomap, &bma.got, 0, 0, 0);

	error = xfs_trans_commit(tp);
	xfs_iunlock(ip, XFS_ILOCK_EXCL);
	return error;

out_trans_cancel:
	xfs_trans_cancel(tp);
	xfs_iunlock(ip, XFS_ILOCK_EXCL);
	return error;
}

/* Goes on until the extent at the offset is real. */
int
xfs_bmapi_convert_delalloc(struct xfs_inode *ip, int whichfork, loff_t offset,
		struct iomap *iomap, unsigned int *seq)
{
	int error;

	do {
		error = xfs_bmapi_convert_one_delalloc(ip, whichfork, offset, iomap, seq);
	} while (!error && iomap->offset + iomap->length <= offset);

	return error;
}
