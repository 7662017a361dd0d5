/*
 * What v4.11 has otherwise in fs/xfs/xfs_iomap.c: a reservation is told apart as new.
 */

/* Buffered write and write fault: finds the extent or reserves space for it. */
static int
xfs_file_iomap_begin_delay(struct inode *inode, loff_t offset, loff_t count,
		unsigned flags, struct iomap *iomap)
{
	struct xfs_inode *ip = XFS_I(inode);
	struct xfs_ifork *ifp = XFS_IFORK_PTR(ip, XFS_DATA_FORK);
	xfs_fileoff_t offset_fsb = XFS_B_TO_FSBT(ip->i_mount, offset);
	xfs_fileoff_t end_fsb = XFS_B_TO_FSB(ip->i_mount, offset + count);
	struct xfs_bmbt_irec got;
	xfs_extnum_t idx;
	int error = 0, eof;

	xfs_ilock(ip, XFS_ILOCK_EXCL);

	eof = !xfs_iext_lookup_extent(ip, ifp, offset_fsb, &idx, &got);
	if (!eof && got.br_startoff <= offset_fsb)
		goto done;

	error = xfs_bmapi_reserve_delalloc(ip, XFS_DATA_FORK, offset_fsb,
			end_fsb - offset_fsb, prealloc_blocks, &got, &idx, eof);
	if (error)
		goto out_unlock;

	iomap->flags = IOMAP_F_NEW;
done:
	if (isnullstartblock(got.br_startblock))
		got.br_startblock = DELAYSTARTBLOCK;
	xfs_bmbt_to_iomap(ip, iomap, &got);
out_unlock:
	xfs_iunlock(ip, XFS_ILOCK_EXCL);
	return error;
}

static int
xfs_file_iomap_end(struct inode *inode, loff_t offset, loff_t length, ssize_t written,
		unsigned flags, struct iomap *iomap)
{
	if ((flags & IOMAP_WRITE) && iomap->type == IOMAP_DELALLOC)
		return xfs_file_iomap_end_delalloc(XFS_I(inode), offset,
				length, written, iomap);
	return 0;
}
