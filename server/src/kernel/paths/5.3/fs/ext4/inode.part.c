/*
 * What v5.3 has otherwise in fs/ext4/inode.c.
 */

/*
 * Finds dirty pages and locks them; those that need no mapping are submitted at
 * once, the rest stays locked as the extent to map.
 */
static int mpage_prepare_extent_to_map(struct mpage_da_data *mpd)
{
	struct address_space *mapping = mpd->inode->i_mapping;
	pgoff_t index = mpd->first_page, end = mpd->last_page;
	int blkbits = mpd->inode->i_blkbits;
	struct buffer_head *head;
	struct pagevec pvec;
	unsigned int nr_pages;
	ext4_lblk_t lblk;
	xa_mark_t tag;
	int i, err = 0;

	if (mpd->wbc->sync_mode == WB_SYNC_ALL || mpd->wbc->tagged_writepages)
		tag = PAGECACHE_TAG_TOWRITE;
	else
		tag = PAGECACHE_TAG_DIRTY;

	pagevec_init(&pvec);
	mpd->map.m_len = 0;
	while (index <= end) {
		nr_pages = pagevec_lookup_range_tag(&pvec, mapping, &index, end, tag);
		if (nr_pages == 0)
			goto out;

		for (i = 0; i < nr_pages; i++) {
			struct page *page = pvec.pages[i];

			if (mpd->map.m_len > 0 && mpd->next_page != page->index)
				goto out;

			lock_page(page);
			if (!PageDirty(page) ||
			    (PageWriteback(page) &&
			     (mpd->wbc->sync_mode == WB_SYNC_NONE)) ||
			    unlikely(page->mapping != mapping)) {
				unlock_page(page);
				continue;
			}

			wait_on_page_writeback(page);

			mpd->next_page = page->index + 1;
			lblk = page_offset(page) >> blkbits;
			head = page_buffers(page);
			err = mpage_process_page_bufs(mpd, head, head, lblk);
			if (err <= 0)
				goto out;
			err = 0;
		}
		pagevec_release(&pvec);
	}
	return 0;
out:
	pagevec_release(&pvec);
	return err;
}

/*
 * Writeback: first the pages that need no mapping, then extent by extent under a
 * handle. From here on pages that were not submitted are unlocked before the bio
 * is submitted.
 */
static int ext4_writepages(struct address_space *mapping, struct writeback_control *wbc)
{
	struct inode *inode = mapping->host;
	struct mpage_da_data mpd;
	handle_t *handle = NULL;
	int range_whole = 0, rsv_blocks = 0, ret = 0;
	bool done;
	struct blk_plug plug;
	bool give_up_on_write = false;

	if (unlikely(ext4_forced_shutdown(EXT4_SB(inode->i_sb))))
		return -EIO;

	if (!mapping->nrpages || !mapping_tagged(mapping, PAGECACHE_TAG_DIRTY))
		goto out_writepages;

	if (ext4_should_dioread_nolock(inode)) {
		rsv_blocks = 1 + ext4_chunk_trans_blocks(inode, PAGE_SIZE >> inode->i_blkbits);
	}

	if (wbc->range_start == 0 && wbc->range_end == LLONG_MAX)
		range_whole = 1;

	mpd.inode = inode;
	mpd.wbc = wbc;
	mpd.first_page = wbc->range_start >> PAGE_SHIFT;
	mpd.last_page = wbc->range_end >> PAGE_SHIFT;
	ext4_io_submit_init(&mpd.io_submit, wbc);
	if (wbc->sync_mode == WB_SYNC_ALL || wbc->tagged_writepages)
		tag_pages_for_writeback(mapping, mpd.first_page, mpd.last_page);
	done = false;
	blk_start_plug(&plug);

	mpd.do_map = 0;
	mpd.io_submit.io_end = ext4_init_io_end(inode, GFP_KERNEL);
	ret = mpage_prepare_extent_to_map(&mpd);
	mpage_release_unused_pages(&mpd, false);
	ext4_io_submit(&mpd.io_submit);
	ext4_put_io_end_defer(mpd.io_submit.io_end);
	if (ret < 0)
		goto unplug;

	while (!done && mpd.first_page <= mpd.last_page) {
		mpd.io_submit.io_end = ext4_init_io_end(inode, GFP_KERNEL);
		handle = ext4_journal_start_with_reserve(inode, EXT4_HT_WRITE_PAGE, 0, rsv_blocks);
		if (IS_ERR(handle)) {
			ret = PTR_ERR(handle);
			ext4_put_io_end(mpd.io_submit.io_end);
			break;
		}
		mpd.do_map = 1;

		ret = mpage_prepare_extent_to_map(&mpd);
		if (!ret) {
			if (mpd.map.m_len)
				ret = mpage_map_and_submit_extent(handle, &mpd, &give_up_on_write);
			else {
				done = true;
			}
		}
		if (handle->h_sync == 0 || !ext4_handle_valid(handle)) {
			ext4_journal_stop(handle);
			handle = NULL;
		}
		mpage_release_unused_pages(&mpd, give_up_on_write);
		ext4_io_submit(&mpd.io_submit);

		if (handle) {
			ext4_put_io_end_defer(mpd.io_submit.io_end);
			ext4_journal_stop(handle);
		} else
			ext4_put_io_end(mpd.io_submit.io_end);

		if (ret)
			break;
	}
unplug:
	blk_finish_plug(&plug);
out_writepages:
	return ret;
}

/* Fills one page. */
static int ext4_readpage(struct file *file, struct page *page)
{
	return ext4_mpage_readpages(page->mapping, NULL, page, 1, false);
}

static int ext4_readpages(struct file *file, struct address_space *mapping, struct list_head *pages,
		unsigned nr_pages)
{
	return ext4_mpage_readpages(mapping, pages, NULL, nr_pages, true);
}

/*
 * Punch hole: flush, lock, wait for direct I/O, keep faults out, drop the
 * pages, free the blocks.
 */
int ext4_punch_hole(struct inode *inode, loff_t offset, loff_t length)
{
	struct super_block *sb = inode->i_sb;
	struct address_space *mapping = inode->i_mapping;
	loff_t first_block_offset, last_block_offset;
	ext4_lblk_t first_block, stop_block;
	handle_t *handle;
	int ret = 0;

	ext4_clear_inode_state(inode, EXT4_STATE_MAY_INLINE_DATA);
	if (ext4_has_inline_data(inode)) {
		down_write(&EXT4_I(inode)->i_mmap_sem);
		ret = ext4_convert_inline_data(inode);
		up_write(&EXT4_I(inode)->i_mmap_sem);
		if (ret)
			return ret;
	}

	if (mapping_tagged(mapping, PAGECACHE_TAG_DIRTY)) {
		ret = filemap_write_and_wait_range(mapping, offset, offset + length - 1);
		if (ret)
			return ret;
	}

	inode_lock(inode);

	inode_dio_wait(inode);

	down_write(&EXT4_I(inode)->i_mmap_sem);

	ret = ext4_break_layouts(inode);
	if (ret)
		goto out_dio;

	first_block_offset = round_up(offset, sb->s_blocksize);
	last_block_offset = round_down((offset + length), sb->s_blocksize) - 1;

	if (last_block_offset > first_block_offset) {
		truncate_pagecache_range(inode, first_block_offset, last_block_offset);
	}

	handle = ext4_journal_start(inode, EXT4_HT_TRUNCATE, 0);
	if (IS_ERR(handle)) {
		ret = PTR_ERR(handle);
		goto out_dio;
	}

	ret = ext4_zero_partial_blocks(handle, inode, offset, length);
	if (ret)
		goto out_stop;

	first_block = first_block_offset >> EXT4_BLOCK_SIZE_BITS(sb);
	stop_block = (offset + length) >> EXT4_BLOCK_SIZE_BITS(sb);

	if (stop_block > first_block) {

		down_write(&EXT4_I(inode)->i_data_sem);
		ext4_es_remove_extent(inode, first_block, stop_block - first_block);
		if (ext4_test_inode_flag(inode, EXT4_INODE_EXTENTS))
			ret = ext4_ext_remove_space(inode, first_block, stop_block - 1);
		else
			ret = ext4_ind_remove_space(handle, inode, first_block, stop_block);
		up_write(&EXT4_I(inode)->i_data_sem);
	}

out_stop:
	ext4_journal_stop(handle);
out_dio:
	up_write(&EXT4_I(inode)->i_mmap_sem);
out_mutex:
	inode_unlock(inode);
	return ret;
}

/*
 * Change of size, under the exclusive inode lock of the caller: the wait for
 * direct I/O comes before i_size moves. Cut: everything but ATTR_SIZE, ordered
 * data.
 */
int ext4_setattr(struct dentry *dentry, struct iattr *attr)
{
	struct inode *inode = d_inode(dentry);
	int error = 0, rc = 0;

	if (attr->ia_valid & ATTR_SIZE) {
		handle_t *handle;
		loff_t oldsize = inode->i_size;
		int shrink = (attr->ia_size < inode->i_size);

		if (shrink) {
			inode_dio_wait(inode);
		}

		down_write(&EXT4_I(inode)->i_mmap_sem);

		rc = ext4_break_layouts(inode);
		if (rc) {
			up_write(&EXT4_I(inode)->i_mmap_sem);
			goto err_out;
		}

		if (attr->ia_size != inode->i_size) {
			handle = ext4_journal_start(inode, EXT4_HT_INODE, 0);
			if (IS_ERR(handle)) {
				error = PTR_ERR(handle);
				goto out_mmap_sem;
			}
			down_write(&EXT4_I(inode)->i_data_sem);
			EXT4_I(inode)->i_disksize = attr->ia_size;
			i_size_write(inode, attr->ia_size);
			up_write(&EXT4_I(inode)->i_data_sem);
			ext4_journal_stop(handle);
			if (!shrink)
				pagecache_isize_extended(inode, oldsize, inode->i_size);
		}

		truncate_pagecache(inode, inode->i_size);
		if (attr->ia_size <= oldsize) {
			rc = ext4_truncate(inode);
		}
out_mmap_sem:
		up_write(&EXT4_I(inode)->i_mmap_sem);
	}

err_out:
	if (!error)
		error = rc;
	return error;
}

/*
 * Write fault on a page that is in the cache: delalloc reserves, nodelalloc
 * allocates, both with the page locked and not yet dirty.
 */
vm_fault_t ext4_page_mkwrite(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct page *page = vmf->page;
	struct inode *inode = file_inode(vma->vm_file);
	struct address_space *mapping = inode->i_mapping;
	get_block_t *get_block;
	handle_t *handle;
	vm_fault_t ret = VM_FAULT_NOPAGE;
	int err, retries = 0;
	loff_t size;

	down_read(&EXT4_I(inode)->i_mmap_sem);

	if (test_opt(inode->i_sb, DELALLOC) &&
	    !ext4_should_journal_data(inode) &&
	    !ext4_nonda_switch(inode->i_sb)) {
		do {
			err = block_page_mkwrite(vma, vmf, ext4_da_get_block_prep);
		} while (err == -ENOSPC &&
		       ext4_should_retry_alloc(inode->i_sb, &retries));
		goto out_ret;
	}

	lock_page(page);
	size = i_size_read(inode);
	if (page->mapping != mapping || page_offset(page) > size) {
		unlock_page(page);
		goto out;
	}

	if (page_has_buffers(page)) {
		if (!ext4_walk_page_buffers(NULL, page_buffers(page), 0, PAGE_SIZE, NULL,
					    ext4_bh_unmapped)) {
			ret = VM_FAULT_LOCKED;
			wait_for_stable_page(page);
			goto out;
		}
	}
	unlock_page(page);
	if (ext4_should_dioread_nolock(inode))
		get_block = ext4_get_block_unwritten;
	else
		get_block = ext4_get_block;
retry_alloc:
	handle = ext4_journal_start(inode, EXT4_HT_WRITE_PAGE, 0);
	if (IS_ERR(handle)) {
		ret = VM_FAULT_SIGBUS;
		goto out;
	}
	err = block_page_mkwrite(vma, vmf, get_block);
	ext4_journal_stop(handle);
out_ret:
	ret = block_page_mkwrite_return(err);
out:
	up_read(&EXT4_I(inode)->i_mmap_sem);
	return ret;
}

/* Read part of a fault, with punch hole and truncate kept out. */
vm_fault_t ext4_filemap_fault(struct vm_fault *vmf)
{
	struct inode *inode = file_inode(vmf->vma->vm_file);
	vm_fault_t ret;

	down_read(&EXT4_I(inode)->i_mmap_sem);
	ret = filemap_fault(vmf);
	up_read(&EXT4_I(inode)->i_mmap_sem);

	return ret;
}
