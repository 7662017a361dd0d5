/*
 * What v4.14 orders otherwise in fs/xfs/xfs_file.c: IOCB_NOWAIT, one fault handler,
 * and i_size that moves after the conversion.
 */

/* Buffered read under the shared IOLOCK. */
static ssize_t
xfs_file_buffered_aio_read(struct kiocb *iocb, struct iov_iter *to)
{
	struct xfs_inode *ip = XFS_I(file_inode(iocb->ki_filp));
	ssize_t ret;

	if (iocb->ki_flags & IOCB_NOWAIT) {
		if (!xfs_ilock_nowait(ip, XFS_IOLOCK_SHARED))
			return -EAGAIN;
	} else {
		xfs_ilock(ip, XFS_IOLOCK_SHARED);
	}
	ret = generic_file_read_iter(iocb, to);
	xfs_iunlock(ip, XFS_IOLOCK_SHARED);
	return ret;
}

/* An unwritten extent is converted, which moves i_size as well; else i_size moves here. */
static int
xfs_dio_write_end_io(struct kiocb *iocb, ssize_t size, unsigned flags)
{
	struct inode *inode = file_inode(iocb->ki_filp);
	struct xfs_inode *ip = XFS_I(inode);
	loff_t offset = iocb->ki_pos;
	int error = 0;

	if (size <= 0)
		return size;

	if (flags & IOMAP_DIO_COW) {
		error = xfs_reflink_end_cow(ip, offset, size);
		if (error)
			return error;
	}

	if (flags & IOMAP_DIO_UNWRITTEN)
		return xfs_iomap_write_unwritten(ip, offset, size, true);

	if (offset + size > i_size_read(inode)) {
		i_size_write(inode, offset + size);
		error = xfs_setfilesize(ip, offset, size);
	}
	return error;
}

/*
 * Direct write: shared lock for block aligned I/O; unaligned I/O keeps the exclusive
 * lock and drains. With IOCB_NOWAIT it does not drain, and returns with the lock held
 * where it would have to.
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

	if (iocb->ki_flags & IOCB_NOWAIT) {
		if (!xfs_ilock_nowait(ip, iolock))
			return -EAGAIN;
	} else {
		xfs_ilock(ip, iolock);
	}

	ret = xfs_file_aio_write_checks(iocb, from, &iolock);
	if (ret)
		goto out;

	if (unaligned_io) {
		if (iocb->ki_flags & IOCB_NOWAIT) {
			if (atomic_read(&inode->i_dio_count))
				return -EAGAIN;
		} else {
			inode_dio_wait(inode);
		}
	} else if (iolock == XFS_IOLOCK_EXCL) {
		xfs_ilock_demote(ip, XFS_IOLOCK_EXCL);
		iolock = XFS_IOLOCK_SHARED;
	}

	ret = iomap_dio_rw(iocb, from, &xfs_iomap_ops, xfs_dio_write_end_io);
out:
	xfs_iunlock(ip, iolock);
	return ret;
}

/* Both halves of a fault under the shared MMAPLOCK: a write fault reserves and dirties. */
static int
__xfs_filemap_fault(struct vm_fault *vmf, enum page_entry_size pe_size, bool write_fault)
{
	struct inode *inode = file_inode(vmf->vma->vm_file);
	int ret;

	xfs_ilock(XFS_I(inode), XFS_MMAPLOCK_SHARED);
	if (write_fault)
		ret = iomap_page_mkwrite(vmf, &xfs_iomap_ops);
	else
		ret = filemap_fault(vmf);
	xfs_iunlock(XFS_I(inode), XFS_MMAPLOCK_SHARED);
	return ret;
}

static int
xfs_filemap_fault(struct vm_fault *vmf)
{
	return __xfs_filemap_fault(vmf, PE_SIZE_PTE, false);
}

static int
xfs_filemap_page_mkwrite(struct vm_fault *vmf)
{
	return __xfs_filemap_fault(vmf, PE_SIZE_PTE, true);
}
