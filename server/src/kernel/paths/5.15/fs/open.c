/* truncate(2) and ftruncate(2). As in fs/open.c, v6.1; security checks cut. */
int do_truncate(struct user_namespace *mnt_userns, struct dentry *dentry,
		loff_t length, unsigned int time_attrs, struct file *filp)
{
	int ret;
	struct iattr newattrs;

	newattrs.ia_size = length;
	newattrs.ia_valid = ATTR_SIZE | time_attrs;

	inode_lock(dentry->d_inode);
	ret = notify_change(mnt_userns, dentry, &newattrs, NULL);
	inode_unlock(dentry->d_inode);
	return ret;
}

/* As in fs/attr.c, v6.1: the call of the file system alone. */
int notify_change(struct user_namespace *mnt_userns, struct dentry *dentry,
		struct iattr *attr, struct inode **delegated_inode)
{
	struct inode *inode = dentry->d_inode;

	return inode->i_op->setattr(mnt_userns, dentry, attr);
}
