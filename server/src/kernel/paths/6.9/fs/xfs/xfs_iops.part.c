/*
 * What v6.12 has otherwise in fs/xfs/xfs_iops.c: iomap_zero_range() itself writes back
 * what is dirty over unwritten blocks.
 */

/*
 * Under IOLOCK and MMAPLOCK: drains direct I/O, zeroes at the new or old end, sets
 * i_size and drops pages, writes back what the on-disk size does not cover, frees
 * blocks.
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
