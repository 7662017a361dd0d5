/*
 * No layout is leased to a pNFS client in the model, so the IOLOCK is never
 * dropped here as it is in fs/xfs/xfs_pnfs.c, v4.10.
 */
int
xfs_break_layouts(
	struct inode		*inode,
	uint			*iolock)
{
	return 0;
}
