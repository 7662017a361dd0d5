/*
 * What v5.5 orders otherwise in fs/xfs/xfs_file.c: direct I/O is told to wait by an
 * argument, and fallocate drains before it flushes.
 */

/* Direct read under the shared IOLOCK. */
static ssize_t
xfs_file_dio_aio_read(struct kiocb *iocb, struct iov_iter *to)
{
	struct xfs_inode *ip = XFS_I(file_inode(iocb->ki_filp));
	ssize_t ret;

	if (iocb->ki_flags & IOCB_NOWAIT) {
		if (!xfs_ilock_nowait(ip, XFS_IOLOCK_SHARED))
			return -EAGAIN;
	} else {
		xfs_ilock(ip, XFS_IOLOCK_SHARED);
	}
	ret = iomap_dio_rw(iocb, to, &xfs_read_iomap_ops, NULL,
			is_sync_kiocb(iocb));
	xfs_iunlock(ip, XFS_IOLOCK_SHARED);
	return ret;
}

/*
 * A write beyond EOF takes the lock exclusively and waits for direct I/O before the
 * gap is zeroed.
 */
static ssize_t
xfs_file_aio_write_checks(struct kiocb *iocb, struct iov_iter *from, int *iolock)
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
				NULL, &xfs_buffered_write_iomap_ops);
		if (error)
			return error;
	}

	return file_modified(file);
}

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

	ret = iomap_dio_rw(iocb, from, &xfs_direct_write_iomap_ops,
			   &xfs_dio_write_ops,
			   is_sync_kiocb(iocb) || unaligned_io);
out:
	xfs_iunlock(ip, iolock);
	return ret;
}

/* Buffered write under the exclusive IOLOCK. Cut: the retry when space runs out. */
static ssize_t
xfs_file_buffered_aio_write(struct kiocb *iocb, struct iov_iter *from)
{
	struct xfs_inode *ip = XFS_I(iocb->ki_filp->f_mapping->host);
	ssize_t ret;
	int iolock;

	iolock = XFS_IOLOCK_EXCL;
	xfs_ilock(ip, iolock);

	ret = xfs_file_aio_write_checks(iocb, from, &iolock);
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

/* Locks, wait for direct I/O, flush and unmap, then the operation. Cut: the change of size. */
static long
xfs_file_fallocate(struct file *file, int mode, loff_t offset, loff_t len)
{
	struct inode *inode = file_inode(file);
	struct xfs_inode *ip = XFS_I(inode);
	uint iolock = XFS_IOLOCK_EXCL | XFS_MMAPLOCK_EXCL;
	loff_t new_size = 0;
	bool do_file_insert = false;
	long error;

	xfs_ilock(ip, iolock);
	error = xfs_break_layouts(inode, &iolock, BREAK_UNMAP);
	if (error)
		goto out_unlock;

	inode_dio_wait(inode);

	if (mode & (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_COLLAPSE_RANGE |
		    FALLOC_FL_ZERO_RANGE)) {
		error = xfs_flush_unmap_range(ip, offset, len);
		if (error)
			goto out_unlock;
	}

	if (mode & FALLOC_FL_PUNCH_HOLE) {
		error = xfs_free_file_space(ip, offset, len);
	} else if (mode & FALLOC_FL_COLLAPSE_RANGE) {
		error = xfs_collapse_file_space(ip, offset, len);
	} else if (mode & FALLOC_FL_INSERT_RANGE) {
		do_file_insert = true;
	} else {
		if (!(mode & FALLOC_FL_KEEP_SIZE) &&
		    offset + len > i_size_read(inode))
			new_size = offset + len;

		if (mode & FALLOC_FL_ZERO_RANGE) {
			error = xfs_free_file_space(ip, offset, len);
			if (error)
				goto out_unlock;
		}

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

/* Both halves of a fault under the shared MMAPLOCK. */
static vm_fault_t
__xfs_filemap_fault(struct vm_fault *vmf, enum page_entry_size pe_size,
		bool write_fault)
{
	struct inode *inode = file_inode(vmf->vma->vm_file);
	vm_fault_t ret;

	xfs_ilock(XFS_I(inode), XFS_MMAPLOCK_SHARED);
	if (write_fault)
		ret = iomap_page_mkwrite(vmf,
				&xfs_buffered_write_iomap_ops);
	else
		ret = filemap_fault(vmf);
	xfs_iunlock(XFS_I(inode), XFS_MMAPLOCK_SHARED);
	return ret;
}
