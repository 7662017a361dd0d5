/*
 * What v6.11 orders otherwise in fs/xfs/xfs_file.c: the write fault is a function of its
 * own. v6.9 and v6.10 have the same order in one.
 */

/* A write fault: the MMAPLOCK (= invalidate_lock) shared, and exclusive while a reflink remaps. */
static vm_fault_t
xfs_write_fault(struct vm_fault *vmf, unsigned int order)
{
	struct xfs_inode *ip = XFS_I(file_inode(vmf->vma->vm_file));
	unsigned int lock_mode = XFS_MMAPLOCK_SHARED;
	vm_fault_t ret;

	xfs_ilock(ip, XFS_MMAPLOCK_SHARED);
	if (xfs_iflags_test(ip, XFS_IREMAPPING)) {
		xfs_iunlock(ip, XFS_MMAPLOCK_SHARED);
		xfs_ilock(ip, XFS_MMAPLOCK_EXCL);
		lock_mode = XFS_MMAPLOCK_EXCL;
	}

	ret = iomap_page_mkwrite(vmf, &xfs_page_mkwrite_iomap_ops);
	xfs_iunlock(ip, lock_mode);
	return ret;
}

/* The read part takes the lock in filemap_fault(). */
static vm_fault_t
__xfs_filemap_fault(struct vm_fault *vmf, unsigned int order, bool write_fault)
{
	if (write_fault)
		return xfs_write_fault(vmf, order);
	return filemap_fault(vmf);
}
