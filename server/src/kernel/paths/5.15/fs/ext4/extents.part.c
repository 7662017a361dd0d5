/*
 * What v6.1 has otherwise in fs/ext4/extents.c; v6.12 as released has the same.
 */

/*
 * Zero range: wait for direct I/O, keep faults and page fills out, drop the
 * pages, make the blocks unwritten. Cut: edges that are no whole block.
 */
static long ext4_zero_range(struct file *file, loff_t offset, loff_t len, int mode)
{
	struct inode *inode = file_inode(file);
	struct address_space *mapping = file->f_mapping;
	unsigned int max_blocks, blkbits = inode->i_blkbits;
	loff_t start, end, new_size = 0;
	ext4_lblk_t lblk;
	int flags, ret = 0;

	start = round_up(offset, 1 << blkbits);
	end = round_down((offset + len), 1 << blkbits);
	lblk = start >> blkbits;
	max_blocks = end > start ? (end - start) >> blkbits : 0;

	inode_lock(inode);

	if (!(ext4_test_inode_flag(inode, EXT4_INODE_EXTENTS))) {
		ret = -EOPNOTSUPP;
		goto out_mutex;
	}

	flags = EXT4_GET_BLOCKS_CREATE_UNWRIT_EXT;

	inode_dio_wait(inode);

	ret = file_modified(file);
	if (ret)
		goto out_mutex;

	if (max_blocks > 0) {
		flags |= EXT4_GET_BLOCKS_CONVERT_UNWRITTEN;

		filemap_invalidate_lock(mapping);

		ret = ext4_break_layouts(inode);
		if (ret) {
			filemap_invalidate_unlock(mapping);
			goto out_mutex;
		}

		truncate_pagecache_range(inode, start, end - 1);

		ret = ext4_alloc_file_blocks(file, lblk, max_blocks, new_size, flags);
		filemap_invalidate_unlock(mapping);
		if (ret)
			goto out_mutex;
	}

out_mutex:
	inode_unlock(inode);
	return ret;
}

/*
 * Collapse range: wait for direct I/O, keep faults and page fills out, write
 * back what stays or moves, drop the pages to the end of the file, free the
 * range, move what is behind it. Cut: the change of size.
 */
static int ext4_collapse_range(struct file *file, loff_t offset, loff_t len)
{
	struct inode *inode = file_inode(file);
	struct super_block *sb = inode->i_sb;
	struct address_space *mapping = inode->i_mapping;
	ext4_lblk_t punch_start = offset >> EXT4_BLOCK_SIZE_BITS(sb);
	ext4_lblk_t punch_stop = (offset + len) >> EXT4_BLOCK_SIZE_BITS(sb);
	handle_t *handle;
	loff_t ioffset;
	int ret;

	if (!ext4_test_inode_flag(inode, EXT4_INODE_EXTENTS))
		return -EOPNOTSUPP;

	inode_lock(inode);
	inode_dio_wait(inode);

	ret = file_modified(file);
	if (ret)
		goto out_mutex;

	filemap_invalidate_lock(mapping);

	ioffset = round_down(offset, PAGE_SIZE);
	ret = filemap_write_and_wait_range(mapping, ioffset, offset);
	if (ret)
		goto out_mmap;
	ret = filemap_write_and_wait_range(mapping, offset + len, LLONG_MAX);
	if (ret)
		goto out_mmap;
	truncate_pagecache(inode, ioffset);

	handle = ext4_journal_start(inode, EXT4_HT_TRUNCATE, 0);
	if (IS_ERR(handle)) {
		ret = PTR_ERR(handle);
		goto out_mmap;
	}

	down_write(&EXT4_I(inode)->i_data_sem);
	ext4_es_remove_extent(inode, punch_start, EXT_MAX_BLOCKS - punch_start);

	ret = ext4_ext_remove_space(inode, punch_start, punch_stop - 1);
	if (ret) {
		up_write(&EXT4_I(inode)->i_data_sem);
		goto out_stop;
	}
	ret = ext4_ext_shift_extents(inode, handle, punch_stop, punch_stop - punch_start, SHIFT_LEFT);
	up_write(&EXT4_I(inode)->i_data_sem);

out_stop:
	ext4_journal_stop(handle);
out_mmap:
	filemap_invalidate_unlock(mapping);
out_mutex:
	inode_unlock(inode);
	return ret;
}

/*
 * Insert range: wait for direct I/O, keep faults and page fills out, write back
 * and drop the pages to the end of the file, move the blocks. Cut: the change
 * of size, the split of the extent at the offset.
 */
static int ext4_insert_range(struct file *file, loff_t offset, loff_t len)
{
	struct inode *inode = file_inode(file);
	struct super_block *sb = inode->i_sb;
	struct address_space *mapping = inode->i_mapping;
	ext4_lblk_t offset_lblk = offset >> EXT4_BLOCK_SIZE_BITS(sb);
	ext4_lblk_t len_lblk = len >> EXT4_BLOCK_SIZE_BITS(sb);
	handle_t *handle;
	loff_t ioffset;
	int ret;

	if (!ext4_test_inode_flag(inode, EXT4_INODE_EXTENTS))
		return -EOPNOTSUPP;

	inode_lock(inode);
	inode_dio_wait(inode);

	ret = file_modified(file);
	if (ret)
		goto out_mutex;

	filemap_invalidate_lock(mapping);

	ioffset = round_down(offset, PAGE_SIZE);
	ret = filemap_write_and_wait_range(mapping, ioffset, LLONG_MAX);
	if (ret)
		goto out_mmap;
	truncate_pagecache(inode, ioffset);

	handle = ext4_journal_start(inode, EXT4_HT_TRUNCATE, 0);
	if (IS_ERR(handle)) {
		ret = PTR_ERR(handle);
		goto out_mmap;
	}

	down_write(&EXT4_I(inode)->i_data_sem);
	ext4_es_remove_extent(inode, offset_lblk, EXT_MAX_BLOCKS - offset_lblk);
	ret = ext4_ext_shift_extents(inode, handle, offset_lblk, len_lblk, SHIFT_RIGHT);
	up_write(&EXT4_I(inode)->i_data_sem);

out_stop:
	ext4_journal_stop(handle);
out_mmap:
	filemap_invalidate_unlock(mapping);
out_mutex:
	inode_unlock(inode);
	return ret;
}

/*
 * Inline data is converted under a lock of its own, as from 5.19 on; what takes blocks away
 * locks by itself. Plain allocation waits for direct I/O, and drops no page. Cut:
 * inode_newsize_ok(), the fast commit of O_SYNC.
 */
long ext4_fallocate(struct file *file, int mode, loff_t offset, loff_t len)
{
	struct inode *inode = file_inode(file);
	unsigned int blkbits = inode->i_blkbits;
	loff_t new_size = 0;
	int ret;

	inode_lock(inode);
	ret = ext4_convert_inline_data(inode);
	inode_unlock(inode);
	if (ret)
		goto exit;

	if (mode & FALLOC_FL_PUNCH_HOLE) {
		ret = ext4_punch_hole(file, offset, len);
		goto exit;
	}

	if (mode & FALLOC_FL_ZERO_RANGE) {
		ret = ext4_zero_range(file, offset, len, mode);
		goto exit;
	}

	if (mode & FALLOC_FL_COLLAPSE_RANGE) {
		ret = ext4_collapse_range(file, offset, len);
		goto exit;
	}

	if (mode & FALLOC_FL_INSERT_RANGE) {
		ret = ext4_insert_range(file, offset, len);
		goto exit;
	}

	inode_lock(inode);

	if (!(ext4_test_inode_flag(inode, EXT4_INODE_EXTENTS))) {
		ret = -EOPNOTSUPP;
		goto out;
	}

	if (!(mode & FALLOC_FL_KEEP_SIZE) && offset + len > inode->i_size)
		new_size = offset + len;

	inode_dio_wait(inode);

	ret = file_modified(file);
	if (ret)
		goto out;

	ret = ext4_alloc_file_blocks(file, offset >> blkbits,
				     EXT4_MAX_BLOCKS(len, offset, blkbits), new_size,
				     EXT4_GET_BLOCKS_CREATE_UNWRIT_EXT);
out:
	inode_unlock(inode);
exit:
	return ret;
}
