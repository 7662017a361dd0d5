/*
 * What v6.14 has otherwise in fs/ext4/extents.c: ext4_fallocate() waits and locks for all
 * that it calls.
 */

/*
 * Zero range, under the locks of ext4_fallocate(): drops the pages, makes the blocks
 * unwritten. Cut: edges that are no whole block, a new size.
 */
static long ext4_zero_range(struct file *file, loff_t offset, loff_t len, int mode)
{
	struct inode *inode = file_inode(file);
	handle_t *handle = NULL;
	loff_t new_size = 0;
	loff_t end = offset + len;
	ext4_lblk_t start_lblk, end_lblk;
	unsigned int blkbits = inode->i_blkbits;
	int ret, flags;

	if (!(ext4_test_inode_flag(inode, EXT4_INODE_EXTENTS)))
		return -EOPNOTSUPP;

	flags = EXT4_GET_BLOCKS_CREATE_UNWRIT_EXT;

	ret = ext4_truncate_page_cache_block_range(inode, offset, end);
	if (ret)
		return ret;

	start_lblk = EXT4_B_TO_LBLK(inode, offset);
	end_lblk = end >> blkbits;
	if (end_lblk > start_lblk) {
		ext4_lblk_t zero_blks = end_lblk - start_lblk;

		flags |= EXT4_GET_BLOCKS_CONVERT_UNWRITTEN;
		ret = ext4_alloc_file_blocks(file, start_lblk, zero_blks, new_size, flags);
		if (ret)
			return ret;
	}

	return ret;
}

/*
 * Collapse range, under the locks of ext4_fallocate(): writes back what stays or moves,
 * drops the pages to the end of the file, frees the range, moves what is behind it. Cut:
 * the change of size.
 */
static int ext4_collapse_range(struct file *file, loff_t offset, loff_t len)
{
	struct inode *inode = file_inode(file);
	struct super_block *sb = inode->i_sb;
	struct address_space *mapping = inode->i_mapping;
	loff_t end = offset + len;
	ext4_lblk_t start_lblk, end_lblk;
	handle_t *handle;
	loff_t start;
	int ret;

	if (!ext4_test_inode_flag(inode, EXT4_INODE_EXTENTS))
		return -EOPNOTSUPP;

	start = round_down(offset, PAGE_SIZE);
	ret = filemap_write_and_wait_range(mapping, start, offset);
	if (!ret)
		ret = filemap_write_and_wait_range(mapping, end, LLONG_MAX);
	if (ret)
		return ret;

	truncate_pagecache(inode, start);

	handle = ext4_journal_start(inode, EXT4_HT_TRUNCATE, 0);
	if (IS_ERR(handle))
		return PTR_ERR(handle);

	start_lblk = offset >> inode->i_blkbits;
	end_lblk = (offset + len) >> inode->i_blkbits;

	down_write(&EXT4_I(inode)->i_data_sem);
	ext4_es_remove_extent(inode, start_lblk, EXT_MAX_BLOCKS - start_lblk);

	ret = ext4_ext_remove_space(inode, start_lblk, end_lblk - 1);
	if (ret) {
		up_write(&EXT4_I(inode)->i_data_sem);
		goto out_handle;
	}
	ret = ext4_ext_shift_extents(inode, handle, end_lblk, end_lblk - start_lblk, SHIFT_LEFT);
	up_write(&EXT4_I(inode)->i_data_sem);

out_handle:
	ext4_journal_stop(handle);
	return ret;
}

/*
 * Insert range, under the locks of ext4_fallocate(): writes back and drops the pages to
 * the end of the file, moves the blocks. Cut: the change of size, the split of the extent
 * at the offset.
 */
static int ext4_insert_range(struct file *file, loff_t offset, loff_t len)
{
	struct inode *inode = file_inode(file);
	struct super_block *sb = inode->i_sb;
	struct address_space *mapping = inode->i_mapping;
	ext4_lblk_t start_lblk, len_lblk;
	handle_t *handle;
	loff_t start;
	int ret;

	if (!ext4_test_inode_flag(inode, EXT4_INODE_EXTENTS))
		return -EOPNOTSUPP;

	start = round_down(offset, PAGE_SIZE);
	ret = filemap_write_and_wait_range(mapping, start, LLONG_MAX);
	if (ret)
		return ret;

	truncate_pagecache(inode, start);

	handle = ext4_journal_start(inode, EXT4_HT_TRUNCATE, 0);
	if (IS_ERR(handle))
		return PTR_ERR(handle);

	start_lblk = offset >> inode->i_blkbits;
	len_lblk = len >> inode->i_blkbits;

	down_write(&EXT4_I(inode)->i_data_sem);
	ext4_es_remove_extent(inode, start_lblk, EXT_MAX_BLOCKS - start_lblk);
	ret = ext4_ext_shift_extents(inode, handle, start_lblk, len_lblk, SHIFT_RIGHT);
	up_write(&EXT4_I(inode)->i_data_sem);
	if (ret)
		goto out_handle;

out_handle:
	ext4_journal_stop(handle);
	return ret;
}

/*
 * Plain allocation, under the inode lock of ext4_fallocate(): unwritten blocks, and no
 * page is dropped. Cut: inode_newsize_ok(), the fast commit of O_SYNC.
 */
static long ext4_do_fallocate(struct file *file, loff_t offset, loff_t len, int mode)
{
	struct inode *inode = file_inode(file);
	unsigned int blkbits = inode->i_blkbits;
	loff_t end = offset + len, new_size = 0;
	int ret = -EOPNOTSUPP;

	if (!(ext4_test_inode_flag(inode, EXT4_INODE_EXTENTS)))
		goto out;

	if (!(mode & FALLOC_FL_KEEP_SIZE) && end > inode->i_size)
		new_size = end;

	ret = ext4_alloc_file_blocks(file, offset >> blkbits,
				     EXT4_MAX_BLOCKS(len, offset, blkbits), new_size,
				     EXT4_GET_BLOCKS_CREATE_UNWRIT_EXT);
	if (ret)
		goto out;
out:
	return ret;
}

/*
 * The inode lock, the wait for direct I/O, and for what drops pages invalidate_lock. Below
 * it, cut: the on-disk size, which is brought up first.
 */
long ext4_fallocate(struct file *file, int mode, loff_t offset, loff_t len)
{
	struct inode *inode = file_inode(file);
	struct address_space *mapping = file->f_mapping;
	int ret;

	inode_lock(inode);
	ret = ext4_convert_inline_data(inode);
	if (ret)
		goto out_inode_lock;

	inode_dio_wait(inode);

	ret = file_modified(file);
	if (ret) {
		goto out_inode_lock;
	}

	if ((mode & FALLOC_FL_MODE_MASK) == FALLOC_FL_ALLOCATE_RANGE) {
		ret = ext4_do_fallocate(file, offset, len, mode);
		goto out_inode_lock;
	}

	filemap_invalidate_lock(mapping);

	ret = ext4_break_layouts(inode);
	if (ret)
		goto out_invalidate_lock;

	if (mode & FALLOC_FL_ZERO_RANGE)
		ret = ext4_zero_range(file, offset, len, mode);
	else if (mode & FALLOC_FL_PUNCH_HOLE)
		ret = ext4_punch_hole(file, offset, len);
	else if (mode & FALLOC_FL_COLLAPSE_RANGE)
		ret = ext4_collapse_range(file, offset, len);
	else if (mode & FALLOC_FL_INSERT_RANGE)
		ret = ext4_insert_range(file, offset, len);
	else
		ret = -EOPNOTSUPP;

out_invalidate_lock:
	filemap_invalidate_unlock(mapping);
out_inode_lock:
	inode_unlock(inode);
	return ret;
}
