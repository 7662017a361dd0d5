/*
 * The shared ILOCK for a lookup, as in fs/xfs/xfs_inode.c, v4.10. Cut: the
 * exclusive lock for an extent list that is still on disk.
 */
uint
xfs_ilock_data_map_shared(
	struct xfs_inode	*ip)
{
	uint			lock_mode = XFS_ILOCK_SHARED;

	xfs_ilock(ip, lock_mode);
	return lock_mode;
}
