/*
 * What v6.14 has otherwise in fs/xfs/xfs_file.c: zeroing up to a write beyond EOF is a
 * function of its own and keeps page faults out.
 */

/* Zeroes up to a write beyond EOF; 1 where the locks were let go, so that all is checked anew. */
static ssize_t
xfs_file_write_zero_eof(struct kiocb *iocb, struct iov_iter *from,
		unsigned int *iolock, size_t count, bool *drained_dio)
{
	struct xfs_inode *ip = XFS_I(iocb->ki_filp->f_mapping->host);
	loff_t isize;
	int error;

	isize = i_size_read(VFS_I(ip));
	if (iocb->ki_pos <= isize)
		return 0;

	if (iocb->ki_flags & IOCB_NOWAIT)
		return -EAGAIN;

	if (!*drained_dio) {
		if (*iolock == XFS_IOLOCK_SHARED) {
			xfs_iunlock(ip, *iolock);
			*iolock = XFS_IOLOCK_EXCL;
			xfs_ilock(ip, *iolock);
		}
		inode_dio_wait(VFS_I(ip));
		*drained_dio = true;
		return 1;
	}

	xfs_ilock(ip, XFS_MMAPLOCK_EXCL);
	error = xfs_zero_range(ip, isize, iocb->ki_pos - isize, NULL);
	xfs_iunlock(ip, XFS_MMAPLOCK_EXCL);

	return error;
}

/*
 * A write beyond EOF takes the lock exclusively and waits for direct I/O before the
 * gap is zeroed.
 */
static ssize_t
xfs_file_write_checks(struct kiocb *iocb, struct iov_iter *from,
		unsigned int *iolock)
{
	struct inode *inode = iocb->ki_filp->f_mapping->host;
	bool drained_dio = false;
	size_t count = iov_iter_count(from);
	ssize_t error;

restart:
	error = generic_write_checks(iocb, from);
	if (error <= 0)
		return error;

	error = xfs_break_layouts(inode, iolock, BREAK_WRITE);
	if (error)
		return error;

	if (*iolock == XFS_IOLOCK_SHARED && !IS_NOSEC(inode)) {
		xfs_iunlock(XFS_I(inode), *iolock);
		*iolock = XFS_IOLOCK_EXCL;
		error = xfs_ilock_iocb(iocb, *iolock);
		if (!error)
			goto restart;
		*iolock = 0;
		return error;
	}

	if (iocb->ki_pos > i_size_read(inode)) {
		error = xfs_file_write_zero_eof(iocb, from, iolock, count, &drained_dio);
		if (error == 1)
			goto restart;
		if (error)
			return error;
	}

	return kiocb_modified(iocb);
}
