/*
 * What v6.14 has otherwise in fs/ext4/inode.c: the locks of a punch hole are those of
 * ext4_fallocate(), and no page stays writable that a range covers in part.
 */

/* Write-protects a page of which some whole block goes: the next store faults and asks for the block. */
static inline void ext4_truncate_folio(struct inode *inode, loff_t start, loff_t end)
{
	struct folio *folio;

	if (round_up(start, i_blocksize(inode)) >= round_down(end, i_blocksize(inode)))
		return;

	folio = filemap_lock_folio(inode->i_mapping, start >> PAGE_SHIFT);
	if (IS_ERR(folio))
		return;

	if (folio_mkclean(folio))
		folio_mark_dirty(folio);
	folio_unlock(folio);
	folio_put(folio);
}

/* Drops the pages of whole blocks; journalled data is written first. */
int ext4_truncate_page_cache_block_range(struct inode *inode, loff_t start, loff_t end)
{
	loff_t page_boundary = round_up(start, PAGE_SIZE);
	int ret;

	if (ext4_should_journal_data(inode)) {
		ret = filemap_write_and_wait_range(inode->i_mapping, start, end - 1);
		if (ret)
			return ret;
	} else if (i_blocksize(inode) < PAGE_SIZE && start < inode->i_size &&
		   !IS_ALIGNED(start | end, PAGE_SIZE)) {
		ext4_truncate_folio(inode, start, min(page_boundary, end));
		if (end > page_boundary)
			ext4_truncate_folio(inode, round_down(end, PAGE_SIZE), end);
	}

	truncate_pagecache_range(inode, start, end - 1);
	return 0;
}

/* Punch hole, under the locks of ext4_fallocate(): drops the folios, frees the blocks. */
int ext4_punch_hole(struct file *file, loff_t offset, loff_t length)
{
	struct inode *inode = file_inode(file);
	ext4_lblk_t start_lblk, end_lblk;
	loff_t end = offset + length;
	handle_t *handle;
	int ret;

	ret = ext4_truncate_page_cache_block_range(inode, offset, end);
	if (ret)
		return ret;

	handle = ext4_journal_start(inode, EXT4_HT_TRUNCATE, 0);
	if (IS_ERR(handle))
		return PTR_ERR(handle);

	ret = ext4_zero_partial_blocks(handle, inode, offset, length);
	if (ret)
		goto out_handle;

	start_lblk = EXT4_B_TO_LBLK(inode, offset);
	end_lblk = end >> inode->i_blkbits;

	if (end_lblk > start_lblk) {
		ext4_lblk_t hole_len = end_lblk - start_lblk;

		down_write(&EXT4_I(inode)->i_data_sem);
		ext4_es_remove_extent(inode, start_lblk, hole_len);
		if (ext4_test_inode_flag(inode, EXT4_INODE_EXTENTS))
			ret = ext4_ext_remove_space(inode, start_lblk, end_lblk - 1);
		else
			ret = ext4_ind_remove_space(handle, inode, start_lblk, end_lblk);
		up_write(&EXT4_I(inode)->i_data_sem);
		if (ret)
			goto out_handle;
	}

out_handle:
	ext4_journal_stop(handle);
	return ret;
}
