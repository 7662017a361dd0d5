/*
 * What v6.5 has otherwise in fs/ext4/extents.c: journalled data is written before its pages
 * are dropped.
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

		if (ext4_should_journal_data(inode)) {
			ret = filemap_write_and_wait_range(mapping, start, end - 1);
			if (ret) {
				filemap_invalidate_unlock(mapping);
				goto out_mutex;
			}
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
