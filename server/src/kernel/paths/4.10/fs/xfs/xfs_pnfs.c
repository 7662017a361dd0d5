/*
 * No layout is leased to a pNFS client in the model, so that the IOLOCK is never
 * dropped here, as it is in v4.10.
 */
int
xfs_break_layouts(struct inode *inode, uint *iolock)
{
	return 0;
}
