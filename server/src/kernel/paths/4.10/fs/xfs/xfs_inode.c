/* The shared ILOCK for a lookup. Cut: exclusive for an extent list still on disk. */
uint
xfs_ilock_data_map_shared(struct xfs_inode *ip)
{
	uint lock_mode = XFS_ILOCK_SHARED;

	xfs_ilock(ip, lock_mode);
	return lock_mode;
}
