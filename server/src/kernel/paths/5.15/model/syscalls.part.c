/*
 * What v6.1 has otherwise in model/syscalls.c.
 */

/* ftruncate(2) to nothing. */
int ext4_ftruncate(struct dentry *dentry, loff_t length)
{
	return do_truncate(&init_user_ns, dentry, length, 0, NULL);
}

/* ftruncate(2) to nothing. */
int xfs_ftruncate(struct dentry *dentry, loff_t length)
{
	return do_truncate(&init_user_ns, dentry, length, 0, NULL);
}
