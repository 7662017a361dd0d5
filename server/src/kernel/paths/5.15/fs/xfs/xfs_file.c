/*
 * XFS file operations: the ordering of v6.1 as it came out, whose spelling stands for 5.15
 * to 6.4. Cut: DAX but for its locks, alignment to sectors, retries when space runs out.
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
	ret = iomap_dio_rw(iocb, to, &xfs_read_iomap_ops, NULL, 0, NULL, 0);
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
 * No layout is leased to a client and no page is DAX in the model, so that the locks
 * are never dropped here, as they are in v6.1.
 */
int
xfs_break_layouts(struct inode *inode, uint *iolock, enum layout_break_reason reason)
{
	return 0;
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

		error = xfs_zero_range(ip, isize, iocb->ki_pos - isize, NULL);
		if (error)
			return error;
	}

	return kiocb_modified(iocb);
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
			   &xfs_dio_write_ops, 0, NULL, 0);
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
			   &xfs_dio_write_ops, flags, NULL, 0);
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

/*
 * Locks, wait for direct I/O, flush and unmap, then the operation. Cut: the change of
 * size, unsharing.
 */
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

	error = file_modified(file);
	if (error)
		goto out_unlock;

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

		error = xfs_alloc_file_space(ip, offset, len);
	}
	if (error)
		goto out_unlock;

	if (new_size) {
		struct iattr iattr = { .ia_valid = ATTR_SIZE, .ia_size = new_size };

		error = xfs_vn_setattr_size(file_mnt_user_ns(file),
					    file_dentry(file), &iattr);
		if (error)
			goto out_unlock;
	}

	if (do_file_insert)
		error = xfs_insert_file_space(ip, offset, len);

out_unlock:
	xfs_iunlock(ip, iolock);
	return error;
}

/*
 * A write fault takes the MMAPLOCK (= invalidate_lock) here; the read part takes it in
 * filemap_fault().
 */
static vm_fault_t
__xfs_filemap_fault(struct vm_fault *vmf, enum page_entry_size pe_size,
		bool write_fault)
{
	struct inode *inode = file_inode(vmf->vma->vm_file);
	vm_fault_t ret;

	if (IS_DAX(inode)) {
		xfs_ilock(XFS_I(inode), XFS_MMAPLOCK_SHARED);
		ret = xfs_dax_fault(vmf, pe_size, write_fault);
		xfs_iunlock(XFS_I(inode), XFS_MMAPLOCK_SHARED);
	} else {
		if (write_fault) {
			xfs_ilock(XFS_I(inode), XFS_MMAPLOCK_SHARED);
			ret = iomap_page_mkwrite(vmf, &xfs_page_mkwrite_iomap_ops);
			xfs_iunlock(XFS_I(inode), XFS_MMAPLOCK_SHARED);
		} else {
			ret = filemap_fault(vmf);
		}
	}
	return ret;
}

static vm_fault_t
xfs_filemap_fault(struct vm_fault *vmf)
{
	return __xfs_filemap_fault(vmf, PE_SIZE_PTE,
			IS_DAX(file_inode(vmf->vma->vm_file)) && xfs_is_write_fault(vmf));
}

static vm_fault_t
xfs_filemap_page_mkwrite(struct vm_fault *vmf)
{
	return __xfs_filemap_fault(vmf, PE_SIZE_PTE, true);
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
