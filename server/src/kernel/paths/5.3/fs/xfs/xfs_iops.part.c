/*
 * What v5.3 orders otherwise in fs/xfs/xfs_iops.c.
 */

/*
 * Under IOLOCK and MMAPLOCK: drains direct I/O, zeroes at the new or old end, sets
 * i_size and drops pages, writes back what the on-disk size does not cover, frees
 * blocks.
 */
int
xfs_setattr_size(struct xfs_inode *ip, struct iattr *iattr)
{
	struct xfs_mount *mp = ip->i_mount;
	struct inode *inode = VFS_I(ip);
	xfs_off_t oldsize = inode->i_size, newsize = iattr->ia_size;
	bool did_zeroing = false;
	struct xfs_trans *tp;
	int error;

	inode_dio_wait(inode);

	if (newsize > oldsize) {
		error = iomap_zero_range(inode, oldsize, newsize - oldsize,
				&did_zeroing, &xfs_iomap_ops);
	} else {
		error = iomap_truncate_page(inode, newsize, &did_zeroing,
				&xfs_iomap_ops);
	}
	if (error)
		return error;

	truncate_setsize(inode, newsize);

	/* unverified: whether v5.3 has newsize or newsize - 1 here. */
	if (did_zeroing || newsize > ip->i_d.di_size) {
		error = filemap_write_and_wait_range(VFS_I(ip)->i_mapping,
						ip->i_d.di_size, newsize - 1);
		if (error)
			return error;
	}

	xfs_trans_alloc(mp, &M_RES(mp)->tr_itruncate, 0, 0, 0, &tp);
	xfs_ilock(ip, XFS_ILOCK_EXCL);
	ip->i_d.di_size = newsize;

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

/* The VFS holds the IOLOCK already; layouts are broken under both locks. */
static int
xfs_vn_setattr(struct dentry *dentry, struct iattr *iattr)
{
	int error = 0;

	if (iattr->ia_valid & ATTR_SIZE) {
		struct inode *inode = d_inode(dentry);
		struct xfs_inode *ip = XFS_I(inode);
		uint iolock = XFS_IOLOCK_EXCL | XFS_MMAPLOCK_EXCL;

		xfs_ilock(ip, XFS_MMAPLOCK_EXCL);
		error = xfs_break_layouts(inode, &iolock, BREAK_UNMAP);
		if (!error)
			error = xfs_vn_setattr_size(dentry, iattr);
		xfs_iunlock(ip, XFS_MMAPLOCK_EXCL);
	}
	return error;
}
