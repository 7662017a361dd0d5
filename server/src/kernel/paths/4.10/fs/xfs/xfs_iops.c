/*
 * XFS: change of size, the ordering of v4.10. Cut: empty files, permissions, time
 * stamps, attributes other than the size.
 */

/*
 * Under IOLOCK and MMAPLOCK: drains direct I/O, zeroes at the new or old end, writes
 * back what the on-disk size does not cover, sets i_size and drops pages, frees blocks.
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
		error = xfs_zero_eof(ip, newsize, oldsize, &did_zeroing);
	} else {
		error = iomap_truncate_page(inode, newsize, &did_zeroing,
				&xfs_iomap_ops);
	}
	if (error)
		return error;

	if (did_zeroing || newsize > ip->i_d.di_size) {
		error = filemap_write_and_wait_range(VFS_I(ip)->i_mapping,
						      ip->i_d.di_size, newsize);
		if (error)
			return error;
	}

	truncate_setsize(inode, newsize);

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

int
xfs_vn_setattr_size(struct dentry *dentry, struct iattr *iattr)
{
	struct xfs_inode *ip = XFS_I(d_inode(dentry));

	return xfs_setattr_size(ip, iattr);
}

/* The VFS holds the IOLOCK already; the MMAPLOCK comes after the layouts here. */
static int
xfs_vn_setattr(struct dentry *dentry, struct iattr *iattr)
{
	int error = 0;

	if (iattr->ia_valid & ATTR_SIZE) {
		struct xfs_inode *ip = XFS_I(d_inode(dentry));
		uint iolock = XFS_IOLOCK_EXCL;

		error = xfs_break_layouts(d_inode(dentry), &iolock);
		if (error)
			return error;

		xfs_ilock(ip, XFS_MMAPLOCK_EXCL);
		error = xfs_vn_setattr_size(dentry, iattr);
		xfs_iunlock(ip, XFS_MMAPLOCK_EXCL);
	}
	return error;
}

static const struct inode_operations xfs_inode_operations = {
	.setattr = xfs_vn_setattr,
};
