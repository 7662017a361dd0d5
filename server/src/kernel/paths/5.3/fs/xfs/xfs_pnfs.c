/*
 * No layout is leased to a pNFS client in the model, so the IOLOCK is never
 * dropped here as it is in fs/xfs/xfs_pnfs.c, v5.3.
 */
int
xfs_break_leased_layouts(
	struct inode		*inode,
	uint			*iolock,
	bool			*did_unlock)
{
	return 0;
}
