/*
 * What v6.5 has otherwise in fs/xfs/xfs_iops.c.
 */

/*
 * Under IOLOCK and MMAPLOCK: drains direct I/O, zeroes at the new or old end, sets
 * i_size and drops pages, writes back what the on-disk size does not cover, frees
 * blocks. The page of the new end is written back before it is zeroed.
 */
static int
xfs_setattr_size(struct mnt_idmap *idmap, struct dentry *dentry, struct xfs_inode *ip,
		struct iattr *iattr)
{
	struct xfs_mount *mp = ip->i_mount;
	struct inode *inode = VFS_I(ip);
	xfs_off_t oldsize = inode->i_size, newsize = iattr->ia_size;
	bool did_zeroing = false;
	struct xfs_trans *tp;
	int error;

	inode_dio_wait(inode);

	if (newsize > oldsize) {
		error = xfs_zero_range(ip, oldsize, newsize - oldsize,
				&did_zeroing);
	} else {
		error = filemap_write_and_wait_range(inode->i_mapping, newsize,
						     newsize);
		if (!error)
			error = xfs_truncate_page(ip, newsize, &did_zeroing);
	}
	if (error)
		return error;

	truncate_setsize(inode, newsize);

	if (did_zeroing || newsize > ip->i_disk_size) {
		error = filemap_write_and_wait_range(VFS_I(ip)->i_mapping,
						ip->i_disk_size, newsize - 1);
		if (error)
			return error;
	}

	error = xfs_trans_alloc(mp, &M_RES(mp)->tr_itruncate, 0, 0, 0, &tp);
	if (error)
		return error;
	xfs_ilock(ip, XFS_ILOCK_EXCL);
	ip->i_disk_size = newsize;

	if (newsize <= oldsize) {
		error = xfs_itruncate_extents(&tp, ip, XFS_DATA_FORK, newsize);
		if (error)
			goto out_trans_cancel;
	}

	error = xfs_trans_commit(tp);
out_unlock:
	xfs_iunlock(ip, XFS_ILOCK_EXCL);
	return error;

out_trans_cancel:
	xfs_trans_cancel(tp);
	goto out_unlock;
}

int
xfs_vn_setattr_size(struct mnt_idmap *idmap, struct dentry *dentry, struct iattr *iattr)
{
	struct xfs_inode *ip = XFS_I(d_inode(dentry));

	return xfs_setattr_size(idmap, dentry, ip, iattr);
}

/* The VFS holds the IOLOCK already. */
static int
xfs_vn_setattr(struct mnt_idmap *idmap, struct dentry *dentry, struct iattr *iattr)
{
	int error = 0;

	if (iattr->ia_valid & ATTR_SIZE) {
		struct inode *inode = d_inode(dentry);
		struct xfs_inode *ip = XFS_I(inode);
		uint iolock = XFS_IOLOCK_EXCL | XFS_MMAPLOCK_EXCL;

		xfs_ilock(ip, XFS_MMAPLOCK_EXCL);
		error = xfs_break_layouts(inode, &iolock, BREAK_UNMAP);
		if (!error)
			error = xfs_vn_setattr_size(idmap, dentry, iattr);
		xfs_iunlock(ip, XFS_MMAPLOCK_EXCL);
	}
	return error;
}
