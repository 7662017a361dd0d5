/*
 * What v6.7 orders otherwise in fs/xfs/xfs_file.c: a reflink remaps the file under the
 * shared locks, so that writes and write faults take them exclusively until it is done.
 * Stable updates brought it to v6.1 and v6.6.
 */

/* Exclusive while a reflink remaps the file (since 6.7). */
static int
xfs_ilock_iocb_for_write(struct kiocb *iocb, unsigned int *lock_mode)
{
	struct xfs_inode *ip = XFS_I(file_inode(iocb->ki_filp));
	ssize_t ret;

	ret = xfs_ilock_iocb(iocb, *lock_mode);
	if (ret)
		return ret;

	if (*lock_mode == XFS_IOLOCK_SHARED &&
	    xfs_iflags_test(ip, XFS_IREMAPPING)) {
		xfs_iunlock(ip, *lock_mode);
		*lock_mode = XFS_IOLOCK_EXCL;
		return xfs_ilock_iocb(iocb, *lock_mode);
	}
	return 0;
}

/* Direct write of whole blocks: shared IOLOCK for the I/O. */
static ssize_t
xfs_file_dio_write_aligned(struct xfs_inode *ip, struct kiocb *iocb,
		struct iov_iter *from)
{
	unsigned int iolock = XFS_IOLOCK_SHARED;
	ssize_t ret;

	ret = xfs_ilock_iocb_for_write(iocb, &iolock);
	if (ret)
		goto out;
	ret = xfs_file_write_checks(iocb, from, &iolock);
	if (ret)
		goto out_unlock;

	if (iolock == XFS_IOLOCK_EXCL) {
		xfs_ilock_demote(ip, XFS_IOLOCK_EXCL);
		iolock = XFS_IOLOCK_SHARED;
	}
	ret = iomap_dio_rw(iocb, from, &xfs_direct_write_iomap_ops,
			   &xfs_dio_write_ops, 0, NULL, 0);
out_unlock:
	if (iolock)
		xfs_iunlock(ip, iolock);
out:
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

	ret = xfs_ilock_iocb_for_write(iocb, &iolock);
	if (ret)
		goto out;

	ret = xfs_file_write_checks(iocb, from, &iolock);
	if (ret)
		goto out_unlock;

	if (flags & IOMAP_DIO_FORCE_WAIT)
		inode_dio_wait(VFS_I(ip));

	ret = iomap_dio_rw(iocb, from, &xfs_direct_write_iomap_ops,
			   &xfs_dio_write_ops, flags, NULL, 0);
	if (ret == -EAGAIN && !(iocb->ki_flags & IOCB_NOWAIT)) {
		xfs_iunlock(ip, iolock);
		goto retry_exclusive;
	}

out_unlock:
	if (iolock)
		xfs_iunlock(ip, iolock);
out:
	return ret;
}

/* The lock of a write fault; exclusive while a reflink remaps. */
static unsigned int
xfs_ilock_for_write_fault(struct xfs_inode *ip)
{
	xfs_ilock(ip, XFS_MMAPLOCK_SHARED);
	if (!xfs_iflags_test(ip, XFS_IREMAPPING))
		return XFS_MMAPLOCK_SHARED;

	xfs_iunlock(ip, XFS_MMAPLOCK_SHARED);
	xfs_ilock(ip, XFS_MMAPLOCK_EXCL);
	return XFS_MMAPLOCK_EXCL;
}

/*
 * A write fault takes the MMAPLOCK (= invalidate_lock) here; the read part takes it in
 * filemap_fault().
 */
static vm_fault_t
__xfs_filemap_fault(struct vm_fault *vmf, unsigned int order, bool write_fault)
{
	struct inode *inode = file_inode(vmf->vma->vm_file);
	unsigned int lock_mode = 0;
	vm_fault_t ret;

	if (IS_DAX(inode) || write_fault)
		lock_mode = xfs_ilock_for_write_fault(XFS_I(inode));

	if (write_fault) {
		ret = iomap_page_mkwrite(vmf, &xfs_page_mkwrite_iomap_ops);
	} else {
		ret = filemap_fault(vmf);
	}

	if (lock_mode)
		xfs_iunlock(XFS_I(inode), lock_mode);
	return ret;
}
