/*
 * What v5.10 orders otherwise in fs/xfs/xfs_file.c: a direct write whose pages cannot
 * be invalidated falls back to buffered I/O.
 */

/*
 * Direct write: shared IOLOCK when aligned to blocks, else exclusive with all other
 * direct I/O drained.
 */
static ssize_t
xfs_file_dio_aio_write(struct kiocb *iocb, struct iov_iter *from)
{
	struct inode *inode = iocb->ki_filp->f_mapping->host;
	struct xfs_inode *ip = XFS_I(inode);
	struct xfs_mount *mp = ip->i_mount;
	int unaligned_io = 0, iolock;
	size_t count = iov_iter_count(from);
	ssize_t ret;

	if ((iocb->ki_pos & mp->m_blockmask) ||
	    ((iocb->ki_pos + count) & mp->m_blockmask)) {
		unaligned_io = 1;
		if (xfs_is_cow_inode(ip))
			return -ENOTBLK;
		iolock = XFS_IOLOCK_EXCL;
	} else {
		iolock = XFS_IOLOCK_SHARED;
	}

	if (iocb->ki_flags & IOCB_NOWAIT) {
		if (unaligned_io)
			return -EAGAIN;
		if (!xfs_ilock_nowait(ip, iolock))
			return -EAGAIN;
	} else {
		xfs_ilock(ip, iolock);
	}

	ret = xfs_file_aio_write_checks(iocb, from, &iolock);
	if (ret)
		goto out;

	if (unaligned_io) {
		inode_dio_wait(inode);
	} else if (iolock == XFS_IOLOCK_EXCL) {
		xfs_ilock_demote(ip, XFS_IOLOCK_EXCL);
		iolock = XFS_IOLOCK_SHARED;
	}

	ret = iomap_dio_rw(iocb, from, &xfs_direct_write_iomap_ops,
			   &xfs_dio_write_ops,
			   is_sync_kiocb(iocb) || unaligned_io);
out:
	xfs_iunlock(ip, iolock);
	return ret;
}

/* -ENOTBLK: reflinked files, and an invalidation that failed. */
static ssize_t
xfs_file_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	ssize_t ret;

	if (iocb->ki_flags & IOCB_DIRECT) {
		ret = xfs_file_dio_aio_write(iocb, from);
		if (ret != -ENOTBLK)
			return ret;
	}
	return xfs_file_buffered_aio_write(iocb, from);
}
