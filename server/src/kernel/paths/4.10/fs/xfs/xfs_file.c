/*
 * XFS file operations: the ordering of v4.10. The IOLOCK is inode->i_rwsem from
 * this release on. Cut: DAX, limits, setuid bits, time stamps, alignment checks.
 */

int
xfs_zero_range(struct xfs_inode *ip, xfs_off_t pos, xfs_off_t count, bool *did_zero)
{
	return iomap_zero_range(VFS_I(ip), pos, count, NULL, &xfs_iomap_ops);
}

/* Direct read under the shared IOLOCK. */
static ssize_t
xfs_file_dio_aio_read(struct kiocb *iocb, struct iov_iter *to)
{
	struct xfs_inode *ip = XFS_I(file_inode(iocb->ki_filp));
	ssize_t ret;

	xfs_ilock(ip, XFS_IOLOCK_SHARED);
	ret = iomap_dio_rw(iocb, to, &xfs_iomap_ops, NULL);
	xfs_iunlock(ip, XFS_IOLOCK_SHARED);
	return ret;
}

/* Buffered read under the shared IOLOCK. */
static ssize_t
xfs_file_buffered_aio_read(struct kiocb *iocb, struct iov_iter *to)
{
	struct xfs_inode *ip = XFS_I(file_inode(iocb->ki_filp));
	ssize_t ret;

	xfs_ilock(ip, XFS_IOLOCK_SHARED);
	ret = generic_file_read_iter(iocb, to);
	xfs_iunlock(ip, XFS_IOLOCK_SHARED);
	return ret;
}

static ssize_t
xfs_file_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	ssize_t ret;

	if (iocb->ki_flags & IOCB_DIRECT)
		ret = xfs_file_dio_aio_read(iocb, to);
	else
		ret = xfs_file_buffered_aio_read(iocb, to);
	return ret;
}

/* Zeroes between the old and the new end of file. */
int
xfs_zero_eof(struct xfs_inode *ip, xfs_off_t offset, xfs_fsize_t isize, bool *did_zeroing)
{
	return xfs_zero_range(ip, isize, offset - isize, did_zeroing);
}

/*
 * A write beyond i_size gets the exclusive lock, drains direct I/O and zeroes the
 * gap.
 */
static ssize_t
xfs_file_aio_write_checks(struct kiocb *iocb, struct iov_iter *from, int *iolock)
{
	struct inode *inode = iocb->ki_filp->f_mapping->host;
	struct xfs_inode *ip = XFS_I(inode);
	bool drained_dio = false, zero = false;
	ssize_t error;

restart:
	error = xfs_break_layouts(inode, iolock);
	if (error)
		return error;

	if (*iolock == XFS_IOLOCK_SHARED && !IS_NOSEC(inode)) {
		xfs_iunlock(ip, *iolock);
		*iolock = XFS_IOLOCK_EXCL;
		xfs_ilock(ip, *iolock);
		goto restart;
	}

	if (iocb->ki_pos > i_size_read(inode)) {
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
		error = xfs_zero_eof(ip, iocb->ki_pos, i_size_read(inode), &zero);
	}
	return error;
}

/* i_size moves first, then the extent is converted; from v4.12 on the other way round. */
static int
xfs_dio_write_end_io(struct kiocb *iocb, ssize_t size, unsigned flags)
{
	struct inode *inode = file_inode(iocb->ki_filp);
	struct xfs_inode *ip = XFS_I(inode);
	loff_t offset = iocb->ki_pos;
	bool update_size = false;
	int error = 0;

	if (size <= 0)
		return size;

	if (offset + size > i_size_read(inode)) {
		i_size_write(inode, offset + size);
		update_size = true;
	}

	if (flags & IOMAP_DIO_COW) {
		error = xfs_reflink_end_cow(ip, offset, size);
		if (error)
			return error;
	}

	if (flags & IOMAP_DIO_UNWRITTEN)
		error = xfs_iomap_write_unwritten(ip, offset, size);
	else if (update_size)
		error = xfs_setfilesize(ip, offset, size);
	return error;
}

/*
 * Direct write: shared lock for block aligned I/O; unaligned I/O keeps the exclusive
 * lock and drains.
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
		iolock = XFS_IOLOCK_EXCL;
	} else {
		iolock = XFS_IOLOCK_SHARED;
	}

	xfs_ilock(ip, iolock);

	ret = xfs_file_aio_write_checks(iocb, from, &iolock);
	if (ret)
		goto out;

	if (unaligned_io)
		inode_dio_wait(inode);
	else if (iolock == XFS_IOLOCK_EXCL) {
		xfs_ilock_demote(ip, XFS_IOLOCK_EXCL);
		iolock = XFS_IOLOCK_SHARED;
	}

	if (xfs_is_reflink_inode(ip) && !unaligned_io) {
		ret = xfs_reflink_allocate_cow_range(ip, iocb->ki_pos, count);
		if (ret)
			goto out;
	}

	ret = iomap_dio_rw(iocb, from, &xfs_iomap_ops, xfs_dio_write_end_io);
out:
	xfs_iunlock(ip, iolock);
	return ret;
}

/* Buffered write under the exclusive IOLOCK. Cut: the retry when space runs out. */
static ssize_t
xfs_file_buffered_aio_write(struct kiocb *iocb, struct iov_iter *from)
{
	struct xfs_inode *ip = XFS_I(iocb->ki_filp->f_mapping->host);
	int iolock = XFS_IOLOCK_EXCL;
	ssize_t ret;

	xfs_ilock(ip, iolock);

	ret = xfs_file_aio_write_checks(iocb, from, &iolock);
	if (ret)
		goto out;

	ret = iomap_file_buffered_write(iocb, from, &xfs_iomap_ops);
	if (ret >= 0)
		iocb->ki_pos += ret;
out:
	xfs_iunlock(ip, iolock);
	return ret;
}

/* Only a copy on write of a shared block may fall back to buffered I/O. */
static ssize_t
xfs_file_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	ssize_t ret;

	if (iocb->ki_flags & IOCB_DIRECT) {
		ret = xfs_file_dio_aio_write(iocb, from);
		if (ret == -EREMCHG)
			goto buffered;
	} else {
buffered:
		ret = xfs_file_buffered_aio_write(iocb, from);
	}

	if (ret > 0)
		ret = generic_write_sync(iocb, ret);
	return ret;
}

/* The MMAPLOCK comes after the layouts here. A plain allocation may move i_size. */
static long
xfs_file_fallocate(struct file *file, int mode, loff_t offset, loff_t len)
{
	struct inode *inode = file_inode(file);
	struct xfs_inode *ip = XFS_I(inode);
	uint iolock = XFS_IOLOCK_EXCL;
	loff_t new_size = 0;
	bool do_file_insert = 0;
	long error;

	xfs_ilock(ip, iolock);
	error = xfs_break_layouts(inode, &iolock);
	if (error)
		goto out_unlock;

	xfs_ilock(ip, XFS_MMAPLOCK_EXCL);
	iolock |= XFS_MMAPLOCK_EXCL;

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

/* A write fault on a mapped page, under the shared MMAPLOCK. */
static int
xfs_filemap_page_mkwrite(struct vm_area_struct *vma, struct vm_fault *vmf)
{
	struct inode *inode = file_inode(vma->vm_file);
	int ret;

	xfs_ilock(XFS_I(inode), XFS_MMAPLOCK_SHARED);
	ret = iomap_page_mkwrite(vma, vmf, &xfs_iomap_ops);
	ret = block_page_mkwrite_return(ret);
	xfs_iunlock(XFS_I(inode), XFS_MMAPLOCK_SHARED);
	return ret;
}

static int
xfs_filemap_fault(struct vm_area_struct *vma, struct vm_fault *vmf)
{
	struct inode *inode = file_inode(vma->vm_file);
	int ret;

	xfs_ilock(XFS_I(inode), XFS_MMAPLOCK_SHARED);
	ret = filemap_fault(vma, vmf);
	xfs_iunlock(XFS_I(inode), XFS_MMAPLOCK_SHARED);
	return ret;
}

static const struct vm_operations_struct xfs_file_vm_ops = {
	.fault = xfs_filemap_fault,
	.page_mkwrite = xfs_filemap_page_mkwrite,
};

const struct file_operations xfs_file_operations = {
	.read_iter = xfs_file_read_iter,
	.write_iter = xfs_file_write_iter,
	.fallocate = xfs_file_fallocate,
};
