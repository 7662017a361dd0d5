/*
 * What v4.19 has otherwise in fs/ext4/inode.c: no flag keeps direct reads under dioread_nolock
 * out while a truncate waits; they take i_rwsem, too.
 */

/*
 * Change of size, under the exclusive inode lock of the caller: i_size first,
 * then the wait for direct I/O. Cut: everything but ATTR_SIZE, ordered data.
 */
int ext4_setattr(struct dentry *dentry, struct iattr *attr)
{
	struct inode *inode = d_inode(dentry);
	int error = 0;

	if (attr->ia_valid & ATTR_SIZE) {
		handle_t *handle;
		loff_t oldsize = inode->i_size;
		int shrink = (attr->ia_size <= inode->i_size);
		int orphan = 0;

		if (attr->ia_size != inode->i_size) {
			handle = ext4_journal_start(inode, EXT4_HT_INODE, 0);
			if (IS_ERR(handle)) {
				error = PTR_ERR(handle);
				goto err_out;
			}
			if (ext4_handle_valid(handle) && shrink)
				orphan = 1;
			down_write(&EXT4_I(inode)->i_data_sem);
			EXT4_I(inode)->i_disksize = attr->ia_size;
			i_size_write(inode, attr->ia_size);
			up_write(&EXT4_I(inode)->i_data_sem);
			ext4_journal_stop(handle);
		}
		if (!shrink)
			pagecache_isize_extended(inode, oldsize, inode->i_size);

		if (orphan) {
			if (!ext4_should_journal_data(inode)) {
				inode_dio_wait(inode);
			} else
				ext4_wait_for_tail_page_commit(inode);
		}

		down_write(&EXT4_I(inode)->i_mmap_sem);
		truncate_pagecache(inode, inode->i_size);
		if (shrink)
			ext4_truncate(inode);
		up_write(&EXT4_I(inode)->i_mmap_sem);
	}

err_out:
	return error;
}
