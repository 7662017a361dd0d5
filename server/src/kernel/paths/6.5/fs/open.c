/* truncate(2) and ftruncate(2), v6.12: what the file system does is under i_rwsem. */
int do_truncate(struct mnt_idmap *idmap, struct dentry *dentry,
		loff_t length, unsigned int time_attrs, struct file *filp)
{
	struct iattr newattrs = { .ia_size = length, .ia_valid = ATTR_SIZE | time_attrs };
	int ret;

	inode_lock(dentry->d_inode);
	ret = notify_change(idmap, dentry, &newattrs, NULL);
	inode_unlock(dentry->d_inode);
	return ret;
}

/* Of fs/attr.c: the call of the file system alone. */
int notify_change(struct mnt_idmap *idmap, struct dentry *dentry,
		struct iattr *attr, struct inode **delegated_inode)
{
	return dentry->d_inode->i_op->setattr(idmap, dentry, attr);
}
