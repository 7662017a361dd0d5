/*
 * What v6.12 orders otherwise in fs/xfs/xfs_file.c: fallocate flushes and unmaps in
 * each operation. The fault handler is that of v6.6.
 */

/* Buffered write under the exclusive IOLOCK; iomap moves ki_pos. */
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
			&xfs_buffered_write_iomap_ops, NULL);
out:
	if (iolock)
		xfs_iunlock(ip, iolock);

	if (ret > 0)
		ret = generic_write_sync(iocb, ret);
	return ret;
}

/* Where a preallocation moves EOF; collapse and insert move it, too, which is cut. */
static int
xfs_falloc_newsize(struct file *file, int mode, loff_t offset, loff_t len, loff_t *new_size)
{
	struct inode *inode = file_inode(file);

	if ((mode & FALLOC_FL_KEEP_SIZE) || offset + len <= i_size_read(inode))
		return 0;
	*new_size = offset + len;
	return inode_newsize_ok(inode, *new_size);
}

static int
xfs_falloc_setsize(struct file *file, loff_t new_size)
{
	struct iattr iattr;

	if (!new_size)
		return 0;
	iattr.ia_valid = ATTR_SIZE;
	iattr.ia_size = new_size;
	return xfs_vn_setattr_size(file_mnt_idmap(file), file_dentry(file),
			&iattr);
}

/* The operations of fallocate. */
static int
xfs_falloc_collapse_range(struct file *file, loff_t offset, loff_t len)
{
	struct inode *inode = file_inode(file);
	int error;

	error = xfs_collapse_file_space(XFS_I(inode), offset, len);
	return error;
}

static int
xfs_falloc_insert_range(struct file *file, loff_t offset, loff_t len)
{
	struct inode *inode = file_inode(file);

	return xfs_insert_file_space(XFS_I(inode), offset, len);
}

/* Frees the range and allocates it anew. */
static int
xfs_falloc_zero_range(struct file *file, int mode, loff_t offset, loff_t len)
{
	struct inode *inode = file_inode(file);
	loff_t new_size = 0;
	int error;

	error = xfs_falloc_newsize(file, mode, offset, len, &new_size);
	if (error)
		return error;

	error = xfs_free_file_space(XFS_I(inode), offset, len);
	if (error)
		return error;

	error = xfs_alloc_file_space(XFS_I(inode), offset, len);
	if (error)
		return error;
	return xfs_falloc_setsize(file, new_size);
}

static int
xfs_falloc_allocate_range(struct file *file, int mode, loff_t offset, loff_t len)
{
	struct inode *inode = file_inode(file);
	loff_t new_size = 0;
	int error;

	error = xfs_falloc_newsize(file, mode, offset, len, &new_size);
	if (error)
		return error;

	error = xfs_alloc_file_space(XFS_I(inode), offset, len);
	if (error)
		return error;
	return xfs_falloc_setsize(file, new_size);
}

/* Locks, wait for direct I/O, then the operation. Cut: unsharing. */
static long
xfs_file_fallocate(struct file *file, int mode, loff_t offset, loff_t len)
{
	struct inode *inode = file_inode(file);
	struct xfs_inode *ip = XFS_I(inode);
	uint iolock = XFS_IOLOCK_EXCL | XFS_MMAPLOCK_EXCL;
	long error;

	xfs_ilock(ip, iolock);
	error = xfs_break_layouts(inode, &iolock, BREAK_UNMAP);
	if (error)
		goto out_unlock;

	inode_dio_wait(inode);

	switch (mode & FALLOC_FL_MODE_MASK) {
	case FALLOC_FL_PUNCH_HOLE:
		error = xfs_free_file_space(ip, offset, len);
		break;
	case FALLOC_FL_ZERO_RANGE:
		error = xfs_falloc_zero_range(file, mode, offset, len);
		break;
	case FALLOC_FL_ALLOCATE_RANGE:
		error = xfs_falloc_allocate_range(file, mode, offset, len);
		break;
	case FALLOC_FL_COLLAPSE_RANGE:
		error = xfs_falloc_collapse_range(file, offset, len);
		break;
	case FALLOC_FL_INSERT_RANGE:
		error = xfs_falloc_insert_range(file, offset, len);
		break;
	}

out_unlock:
	xfs_iunlock(ip, iolock);
	return error;
}

/*
 * A write fault takes the MMAPLOCK (= invalidate_lock) here; the read part takes it in
 * filemap_fault().
 */
static vm_fault_t
__xfs_filemap_fault(struct vm_fault *vmf, unsigned int order, bool write_fault)
{
	struct inode *inode = file_inode(vmf->vma->vm_file);
	vm_fault_t ret;

	if (IS_DAX(inode)) {
		xfs_ilock(XFS_I(inode), XFS_MMAPLOCK_SHARED);
		ret = xfs_dax_fault(vmf, order, write_fault);
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
	return __xfs_filemap_fault(vmf, 0,
			IS_DAX(file_inode(vmf->vma->vm_file)) && xfs_is_write_fault(vmf));
}

static vm_fault_t
xfs_filemap_page_mkwrite(struct vm_fault *vmf)
{
	return __xfs_filemap_fault(vmf, 0, true);
}
