/*
 * What v6.12 has otherwise in model/syscalls.c.
 */

/* ftruncate(2) to nothing. */
int ext4_ftruncate(struct dentry *dentry, loff_t length)
{
	return do_truncate(&nop_mnt_idmap, dentry, length, 0, NULL);
}

/* ftruncate(2) to nothing. */
int xfs_ftruncate(struct dentry *dentry, loff_t length)
{
	return do_truncate(&nop_mnt_idmap, dentry, length, 0, NULL);
}
