/*
 * What v4.11 has otherwise in fs/xfs/xfs_file.c.
 */

/*
 * A write fault on a mapped page, as in fs/xfs/xfs_file.c, v4.11. Cut: DAX,
 * freezing.
 */
STATIC int
xfs_filemap_page_mkwrite(
	struct vm_fault		*vmf)
{
	struct inode		*inode = file_inode(vmf->vma->vm_file);
	int			ret;

	sb_start_pagefault(inode->i_sb);
	file_update_time(vmf->vma->vm_file);
	xfs_ilock(XFS_I(inode), XFS_MMAPLOCK_SHARED);

	ret = iomap_page_mkwrite(vmf, &xfs_iomap_ops);
	ret = block_page_mkwrite_return(ret);

	xfs_iunlock(XFS_I(inode), XFS_MMAPLOCK_SHARED);
	sb_end_pagefault(inode->i_sb);

	return ret;
}

/*
 * As in fs/xfs/xfs_file.c, v4.11. Cut: DAX.
 */
STATIC int
xfs_filemap_fault(
	struct vm_fault		*vmf)
{
	struct inode		*inode = file_inode(vmf->vma->vm_file);
	int			ret;

	xfs_ilock(XFS_I(inode), XFS_MMAPLOCK_SHARED);
	ret = filemap_fault(vmf);
	xfs_iunlock(XFS_I(inode), XFS_MMAPLOCK_SHARED);

	return ret;
}
