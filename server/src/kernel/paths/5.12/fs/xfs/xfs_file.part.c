/*
 * Of v5.12 in fs/xfs/xfs_file.c: IOCB_NOWAIT in every way to the lock, and the unaligned
 * direct write on its own, which shares the lock where it only overwrites.
 */

static int
xfs_ilock_iocb(struct kiocb *iocb, unsigned int lock_mode)
{
	struct xfs_inode *ip = XFS_I(file_inode(iocb->ki_filp));

	if (iocb->ki_flags & IOCB_NOWAIT) {
		if (!xfs_ilock_nowait(ip, lock_mode))
			return -EAGAIN;
	} else
		xfs_ilock(ip, lock_mode);
	return 0;
}

/* Direct read under the shared IOLOCK. */
static ssize_t
xfs_file_dio_read(struct kiocb *iocb, struct iov_iter *to)
{
	struct xfs_inode *ip = XFS_I(file_inode(iocb->ki_filp));
	ssize_t ret;

	ret = xfs_ilock_iocb(iocb, XFS_IOLOCK_SHARED);
	if (ret)
		return ret;
	ret = iomap_dio_rw(iocb, to, &xfs_read_iomap_ops, NULL, 0);
	xfs_iunlock(ip, XFS_IOLOCK_SHARED);
	return ret;
}

/* Buffered read under the shared IOLOCK. */
static ssize_t
xfs_file_buffered_read(struct kiocb *iocb, struct iov_iter *to)
{
	struct xfs_inode *ip = XFS_I(file_inode(iocb->ki_filp));
	ssize_t ret;

	ret = xfs_ilock_iocb(iocb, XFS_IOLOCK_SHARED);
	if (ret)
		return ret;
	ret = generic_file_read_iter(iocb, to);
	xfs_iunlock(ip, XFS_IOLOCK_SHARED);
	return ret;
}

static ssize_t
xfs_file_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	ssize_t ret;

	if (iocb->ki_flags & IOCB_DIRECT)
		ret = xfs_file_dio_read(iocb, to);
	else
		ret = xfs_file_buffered_read(iocb, to);
	return ret;
}

/*
 * A write beyond EOF takes the lock exclusively and waits for direct I/O before the
 * gap is zeroed.
 */
static ssize_t
xfs_file_write_checks(struct kiocb *iocb, struct iov_iter *from,
		unsigned int *iolock)
{
	struct file *file = iocb->ki_filp;
	struct inode *inode = file->f_mapping->host;
	struct xfs_inode *ip = XFS_I(inode);
	bool drained_dio = false;
	ssize_t error;
	loff_t isize;

restart:
	error = generic_write_checks(iocb, from);
	if (error <= 0)
		return error;

	error = xfs_break_layouts(inode, iolock, BREAK_WRITE);
	if (error)
		return error;

	if (*iolock == XFS_IOLOCK_SHARED && !IS_NOSEC(inode)) {
		xfs_iunlock(ip, *iolock);
		*iolock = XFS_IOLOCK_EXCL;
		error = xfs_ilock_iocb(iocb, *iolock);
		if (!error)
			goto restart;
		*iolock = 0;
		return error;
	}

	isize = i_size_read(inode);
	if (iocb->ki_pos > isize) {
		if (iocb->ki_flags & IOCB_NOWAIT)
			return -EAGAIN;

		if (!drained_dio) {
			if (*iolock == XFS_IOLOCK_SHARED) {
				xfs_iunlock(ip, *iolock);
				*iolock = XFS_IOLOCK_EXCL;
				xfs_ilock(ip, *iolock);
			}
			inode_dio_wait(inode);
			drained_dio = true;
			goto restart;
		}

		error = iomap_zero_range(inode, isize, iocb->ki_pos - isize,
				NULL, &xfs_buffered_write_iomap_ops);
		if (error)
			return error;
	}

	return file_modified(file);
}

/* Direct write of whole blocks: shared IOLOCK for the I/O. */
static ssize_t
xfs_file_dio_write_aligned(struct xfs_inode *ip, struct kiocb *iocb,
		struct iov_iter *from)
{
	unsigned int iolock = XFS_IOLOCK_SHARED;
	ssize_t ret;

	ret = xfs_ilock_iocb(iocb, iolock);
	if (ret)
		return ret;
	ret = xfs_file_write_checks(iocb, from, &iolock);
	if (ret)
		goto out_unlock;

	if (iolock == XFS_IOLOCK_EXCL) {
		xfs_ilock_demote(ip, XFS_IOLOCK_EXCL);
		iolock = XFS_IOLOCK_SHARED;
	}
	ret = iomap_dio_rw(iocb, from, &xfs_direct_write_iomap_ops,
			   &xfs_dio_write_ops, 0);
out_unlock:
	if (iolock)
		xfs_iunlock(ip, iolock);
	return ret;
}

/*
 * Direct write of parts of blocks: shared as long as it only overwrites, else
 * exclusive with all other direct I/O drained.
 */
static ssize_t
xfs_file_dio_write_unaligned(struct xfs_inode *ip, struct kiocb *iocb,
		struct iov_iter *from)
{
	ssize_t ret;
	size_t isize = i_size_read(VFS_I(ip)), count = iov_iter_count(from);
	unsigned int iolock = XFS_IOLOCK_SHARED;
	unsigned int flags = IOMAP_DIO_OVERWRITE_ONLY;

	if (iocb->ki_pos > isize || iocb->ki_pos + count >= isize) {
		if (iocb->ki_flags & IOCB_NOWAIT)
			return -EAGAIN;
retry_exclusive:
		iolock = XFS_IOLOCK_EXCL;
		flags = IOMAP_DIO_FORCE_WAIT;
	}

	ret = xfs_ilock_iocb(iocb, iolock);
	if (ret)
		return ret;

	if (xfs_is_cow_inode(ip)) {
		ret = -ENOTBLK;
		goto out_unlock;
	}

	ret = xfs_file_write_checks(iocb, from, &iolock);
	if (ret)
		goto out_unlock;

	if (flags & IOMAP_DIO_FORCE_WAIT)
		inode_dio_wait(VFS_I(ip));

	ret = iomap_dio_rw(iocb, from, &xfs_direct_write_iomap_ops,
			   &xfs_dio_write_ops, flags);
	if (ret == -EAGAIN && !(iocb->ki_flags & IOCB_NOWAIT)) {
		xfs_iunlock(ip, iolock);
		goto retry_exclusive;
	}

out_unlock:
	if (iolock)
		xfs_iunlock(ip, iolock);
	return ret;
}

static ssize_t
xfs_file_dio_write(struct kiocb *iocb, struct iov_iter *from)
{
	struct xfs_inode *ip = XFS_I(file_inode(iocb->ki_filp));
	size_t count = iov_iter_count(from);

	if ((iocb->ki_pos | count) & ip->i_mount->m_blockmask)
		return xfs_file_dio_write_unaligned(ip, iocb, from);
	return xfs_file_dio_write_aligned(ip, iocb, from);
}

/* Buffered write under the exclusive IOLOCK. */
static ssize_t
xfs_file_buffered_write(struct kiocb *iocb, struct iov_iter *from)
{
	struct xfs_inode *ip = XFS_I(iocb->ki_filp->f_mapping->host);
	unsigned int iolock;
	ssize_t ret;

	iolock = XFS_IOLOCK_EXCL;
	ret = xfs_ilock_iocb(iocb, iolock);
	if (ret)
		return ret;

	ret = xfs_file_write_checks(iocb, from, &iolock);
	if (ret)
		goto out;

	ret = iomap_file_buffered_write(iocb, from,
			&xfs_buffered_write_iomap_ops);
	if (ret >= 0)
		iocb->ki_pos += ret;
out:
	if (iolock)
		xfs_iunlock(ip, iolock);

	if (ret > 0)
		ret = generic_write_sync(iocb, ret);
	return ret;
}

/* -ENOTBLK: reflinked files, and an invalidation that failed. */
static ssize_t
xfs_file_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	ssize_t ret;

	if (iocb->ki_flags & IOCB_DIRECT) {
		ret = xfs_file_dio_write(iocb, from);
		if (ret != -ENOTBLK)
			return ret;
	}
	return xfs_file_buffered_write(iocb, from);
}
