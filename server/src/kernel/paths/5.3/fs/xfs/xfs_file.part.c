/*
 * What v5.4 orders otherwise in fs/xfs/xfs_file.c: layouts are broken under both
 * locks, and unaligned direct I/O waits for itself; and end_io, which v5.3 passes as it
 * is, stands in a table.
 */

/*
 * A write beyond i_size gets the exclusive lock, drains direct I/O and zeroes the
 * gap.
 */
static ssize_t
xfs_file_aio_write_checks(struct kiocb *iocb, struct iov_iter *from, int *iolock)
{
	struct inode *inode = iocb->ki_filp->f_mapping->host;
	struct xfs_inode *ip = XFS_I(inode);
	bool drained_dio = false;
	ssize_t error;
	loff_t isize;

restart:
	error = xfs_break_layouts(inode, iolock, BREAK_WRITE);
	if (error)
		return error;

	if (*iolock == XFS_IOLOCK_SHARED && !IS_NOSEC(inode)) {
		xfs_iunlock(ip, *iolock);
		*iolock = XFS_IOLOCK_EXCL;
		xfs_ilock(ip, *iolock);
		goto restart;
	}

	isize = i_size_read(inode);
	if (iocb->ki_pos > isize) {
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
				NULL, &xfs_iomap_ops);
	}
	return error;
}

/*
 * Unwritten extents become written, which moves i_size as well; else i_size goes up
 * here, before the on-disk size.
 */
static int
xfs_dio_write_end_io(struct kiocb *iocb, ssize_t size, int error, unsigned flags)
{
	struct inode *inode = file_inode(iocb->ki_filp);
	struct xfs_inode *ip = XFS_I(inode);
	loff_t offset = iocb->ki_pos;

	if (error || !size)
		return error;

	if (flags & IOMAP_DIO_COW) {
		error = xfs_reflink_end_cow(ip, offset, size);
		if (error)
			goto out;
	}

	if (flags & IOMAP_DIO_UNWRITTEN) {
		error = xfs_iomap_write_unwritten(ip, offset, size, true);
		goto out;
	}

	if (offset + size > i_size_read(inode)) {
		i_size_write(inode, offset + size);
		error = xfs_setfilesize(ip, offset, size);
	}
out:
	return error;
}

static const struct iomap_dio_ops xfs_dio_write_ops = {
	.end_io = xfs_dio_write_end_io,
};

/*
 * Direct write: shared lock for block aligned I/O; unaligned I/O keeps the exclusive
 * lock, drains before and waits for itself after.
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
			return -EREMCHG;
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

	ret = iomap_dio_rw(iocb, from, &xfs_iomap_ops, &xfs_dio_write_ops);
	if (ret == -EIOCBQUEUED && unaligned_io)
		inode_dio_wait(inode);
out:
	xfs_iunlock(ip, iolock);
	return ret;
}

/* Buffered write under the exclusive IOLOCK; synced here, not by the caller. */
static ssize_t
xfs_file_buffered_aio_write(struct kiocb *iocb, struct iov_iter *from)
{
	struct xfs_inode *ip = XFS_I(iocb->ki_filp->f_mapping->host);
	ssize_t ret;
	int iolock;

	if (iocb->ki_flags & IOCB_NOWAIT)
		return -EOPNOTSUPP;

	iolock = XFS_IOLOCK_EXCL;
	xfs_ilock(ip, iolock);

	ret = xfs_file_aio_write_checks(iocb, from, &iolock);
	if (ret)
		goto out;

	ret = iomap_file_buffered_write(iocb, from, &xfs_iomap_ops);
	if (ret >= 0)
		iocb->ki_pos += ret;
out:
	if (iolock)
		xfs_iunlock(ip, iolock);

	if (ret > 0)
		ret = generic_write_sync(iocb, ret);
	return ret;
}

/* Only a copy on write of a shared block may fall back to buffered I/O. */
static ssize_t
xfs_file_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	ssize_t ret;

	if (iocb->ki_flags & IOCB_DIRECT) {
		ret = xfs_file_dio_aio_write(iocb, from);
		if (ret != -EREMCHG)
			return ret;
	}
	return xfs_file_buffered_aio_write(iocb, from);
}

int
xfs_break_layouts(struct inode *inode, uint *iolock, enum layout_break_reason reason)
{
	bool retry;

	return xfs_break_leased_layouts(inode, iolock, &retry);
}

/* Both locks from the start. A plain allocation may move i_size. */
static long
xfs_file_fallocate(struct file *file, int mode, loff_t offset, loff_t len)
{
	struct inode *inode = file_inode(file);
	struct xfs_inode *ip = XFS_I(inode);
	uint iolock = XFS_IOLOCK_EXCL | XFS_MMAPLOCK_EXCL;
	loff_t new_size = 0;
	bool do_file_insert = 0;
	long error;

	xfs_ilock(ip, iolock);
	error = xfs_break_layouts(inode, &iolock, BREAK_UNMAP);
	if (error)
		goto out_unlock;

	if (mode & FALLOC_FL_PUNCH_HOLE) {
		error = xfs_free_file_space(ip, offset, len);
	} else if (mode & FALLOC_FL_COLLAPSE_RANGE) {
		error = xfs_collapse_file_space(ip, offset, len);
	} else if (mode & FALLOC_FL_INSERT_RANGE) {
		do_file_insert = 1;
	} else {
		if (!(mode & FALLOC_FL_KEEP_SIZE) &&
		    offset + len > i_size_read(inode))
			new_size = offset + len;

		if (mode & FALLOC_FL_ZERO_RANGE)
			error = xfs_zero_file_space(ip, offset, len);
		else
			error = xfs_alloc_file_space(ip, offset, len,
						     XFS_BMAPI_PREALLOC);
	}
	if (error)
		goto out_unlock;

	if (new_size) {
		struct iattr iattr;

		iattr.ia_valid = ATTR_SIZE;
		iattr.ia_size = new_size;
		error = xfs_vn_setattr_size(file_dentry(file), &iattr);
		if (error)
			goto out_unlock;
	}

	if (do_file_insert)
		error = xfs_insert_file_space(ip, offset, len);

out_unlock:
	xfs_iunlock(ip, iolock);
	return error;
}
