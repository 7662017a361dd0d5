/*
 * ext4: block mapping for each path, writeback, write fault, buffered write,
 * truncate and punch hole. Ordering as in fs/ext4/inode.c, v4.10. Not told:
 * data=journal, inline data, encryption, DAX, cyclic writeback, most retries
 * after -ENOSPC, the orphan list; of handles their begin alone, 0 being credits.
 * Labels stay, since patches jump to them.
 */

/* What the buffer's block is; a buffer of direct I/O is of no page. */
static void ext4_update_bh_state(struct buffer_head *bh, unsigned long flags)
{
	bh->b_state = flags;
}

/* Maps or allocates for one buffer; flags choose how. */
static int _ext4_get_block(struct inode *inode, sector_t iblock, struct buffer_head *bh, int flags)
{
	struct ext4_map_blocks map;
	int ret;

	map.m_lblk = iblock;
	map.m_len = 1;

	ret = ext4_map_blocks(ext4_journal_current_handle(), inode, &map, flags);
	if (ret > 0) {
		map_bh(bh, inode->i_sb, map.m_pblk);
		ext4_update_bh_state(bh, map.m_flags);
		ret = 0;
	}
	return ret;
}

/* Allocates written blocks on a hole. */
int ext4_get_block(struct inode *inode, sector_t iblock, struct buffer_head *bh, int create)
{
	return _ext4_get_block(inode, iblock, bh, create ? EXT4_GET_BLOCKS_CREATE : 0);
}

/* Allocates unwritten blocks on a hole; for dioread_nolock. */
int ext4_get_block_unwritten(struct inode *inode, sector_t iblock, struct buffer_head *bh_result, int create)
{
	return _ext4_get_block(inode, iblock, bh_result, EXT4_GET_BLOCKS_IO_CREATE_EXT);
}

/* Maps for direct I/O in a transaction of its own. */
static int ext4_get_block_trans(struct inode *inode, sector_t iblock, struct buffer_head *bh_result,
		int flags)
{
	int ret, retries = 0;
	handle_t *handle;

retry:
	handle = ext4_journal_start(inode, EXT4_HT_MAP_BLOCKS, 0);
	if (IS_ERR(handle))
		return PTR_ERR(handle);

	ret = _ext4_get_block(inode, iblock, bh_result, flags);
	ext4_journal_stop(handle);

	if (ret == -ENOSPC && ext4_should_retry_alloc(inode->i_sb, &retries))
		goto retry;
	return ret;
}

/* Direct reads, and writes that allocate written blocks. */
int ext4_dio_get_block(struct inode *inode, sector_t iblock, struct buffer_head *bh, int create)
{
	if (!create)
		return _ext4_get_block(inode, iblock, bh, 0);
	return ext4_get_block_trans(inode, iblock, bh, EXT4_GET_BLOCKS_CREATE);
}

/*
 * Asynchronous direct writes: unwritten blocks, converted by the io_end, for
 * which completion is left to the worker.
 */
static int ext4_dio_get_block_unwritten_async(struct inode *inode, sector_t iblock,
		struct buffer_head *bh_result, int create)
{
	ext4_io_end_t *io_end;
	int ret;

	ret = ext4_get_block_trans(inode, iblock, bh_result, EXT4_GET_BLOCKS_IO_CREATE_EXT);

	if (!ret && buffer_unwritten(bh_result)) {
		if (!bh_result->b_private) {
			io_end = ext4_init_io_end(inode, GFP_KERNEL);
			if (!io_end)
				return -ENOMEM;
			bh_result->b_private = io_end;
			ext4_set_io_unwritten_flag(inode, io_end);
		}
		set_buffer_defer_completion(bh_result);
	}

	return ret;
}

/*
 * Synchronous direct writes: unwritten blocks, converted by
 * ext4_direct_IO_write(), which the inode's state asks for.
 */
static int ext4_dio_get_block_unwritten_sync(struct inode *inode, sector_t iblock,
		struct buffer_head *bh_result, int create)
{
	int ret;

	ret = ext4_get_block_trans(inode, iblock, bh_result, EXT4_GET_BLOCKS_IO_CREATE_EXT);

	if (!ret && buffer_unwritten(bh_result))
		ext4_set_inode_state(inode, EXT4_STATE_DIO_UNWRITTEN);

	return ret;
}

/* Direct writes to written blocks without the inode lock. */
static int ext4_dio_get_block_overwrite(struct inode *inode, sector_t iblock, struct buffer_head *bh_result,
		int create)
{
	return _ext4_get_block(inode, iblock, bh_result, 0);
}

/* write_begin of nodelalloc: blocks are allocated here, under the page lock, which no handle is begun under. */
static int ext4_write_begin(struct file *file, struct address_space *mapping, loff_t pos, unsigned len,
		unsigned flags, struct page **pagep, void **fsdata)
{
	struct inode *inode = mapping->host;
	pgoff_t index = pos >> PAGE_SHIFT;
	struct page *page;
	handle_t *handle;
	int ret;

retry_grab:
	page = grab_cache_page_write_begin(mapping, index, flags);
	if (!page)
		return -ENOMEM;
	unlock_page(page);

	handle = ext4_journal_start(inode, EXT4_HT_WRITE_PAGE, 0);
	if (IS_ERR(handle)) {
		put_page(page);
		return PTR_ERR(handle);
	}

	lock_page(page);
	if (page->mapping != mapping) {
		unlock_page(page);
		put_page(page);
		goto retry_grab;
	}
	wait_for_stable_page(page);

	if (ext4_should_dioread_nolock(inode))
		ret = __block_write_begin(page, pos, len, ext4_get_block_unwritten);
	else
		ret = __block_write_begin(page, pos, len, ext4_get_block);

	if (ret) {
		unlock_page(page);
		put_page(page);
		return ret;
	}
	*pagep = page;
	return ret;
}

/* write_end of nodelalloc: dirty, i_size, unlock. */
static int ext4_write_end(struct file *file, struct address_space *mapping, loff_t pos, unsigned len,
		unsigned copied, struct page *page, void *fsdata)
{
	struct inode *inode = mapping->host;
	loff_t old_size = inode->i_size;

	copied = block_write_end(file, mapping, pos, len, copied, page, fsdata);
	ext4_update_inode_size(inode, pos + copied);
	unlock_page(page);
	put_page(page);

	if (old_size < pos)
		pagecache_isize_extended(inode, old_size, pos);
	return copied;
}

/* One dirty extent is mapped: this is where delayed blocks are allocated, with the pages locked. */
static int mpage_map_one_extent(handle_t *handle, struct mpage_da_data *mpd)
{
	struct inode *inode = mpd->inode;
	struct ext4_map_blocks *map = &mpd->map;
	int get_blocks_flags;
	int err, dioread_nolock;

	get_blocks_flags = EXT4_GET_BLOCKS_CREATE |
			   EXT4_GET_BLOCKS_METADATA_NOFAIL |
			   EXT4_GET_BLOCKS_IO_SUBMIT;
	dioread_nolock = ext4_should_dioread_nolock(inode);
	if (dioread_nolock)
		get_blocks_flags |= EXT4_GET_BLOCKS_IO_CREATE_EXT;
	if (map->m_flags & (1 << BH_Delay))
		get_blocks_flags |= EXT4_GET_BLOCKS_DELALLOC_RESERVE;

	err = ext4_map_blocks(handle, inode, map, get_blocks_flags);
	if (err < 0)
		return err;
	if (dioread_nolock && (map->m_flags & EXT4_MAP_UNWRITTEN)) {
		ext4_set_io_unwritten_flag(inode, mpd->io_submit.io_end);
	}

	return 0;
}

/*
 * Maps what mpage_prepare_extent_to_map() gathered and adds its pages to the bio.
 * Cut: which errors drop the pages, the update of the on-disk size.
 */
static int mpage_map_and_submit_extent(handle_t *handle, struct mpage_da_data *mpd, bool *give_up_on_write)
{
	struct ext4_map_blocks *map = &mpd->map;
	int err;

	do {
		err = mpage_map_one_extent(handle, mpd);
		if (err < 0) {
			*give_up_on_write = true;
			return err;
		}
		err = mpage_map_and_submit_buffers(mpd);
		if (err < 0)
			goto update_disksize;
	} while (map->m_len);

update_disksize:
	return err;
}

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
	int tag, i, err = 0;

	if (mpd->wbc->sync_mode == WB_SYNC_ALL || mpd->wbc->tagged_writepages)
		tag = PAGECACHE_TAG_TOWRITE;
	else
		tag = PAGECACHE_TAG_DIRTY;

	pagevec_init(&pvec, 0);
	mpd->map.m_len = 0;
	while (index <= end) {
		nr_pages = pagevec_lookup_tag(&pvec, mapping, &index, tag,
			      min(end - index, (pgoff_t)PAGEVEC_SIZE-1) + 1);
		if (nr_pages == 0)
			goto out;

		for (i = 0; i < nr_pages; i++) {
			struct page *page = pvec.pages[i];

			if (page->index > end)
				goto out;

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
 * Writeback: all under a handle, extent by extent; pages that need no mapping are
 * submitted on the way.
 */
static int ext4_writepages(struct address_space *mapping, struct writeback_control *wbc)
{
	struct inode *inode = mapping->host;
	struct mpage_da_data mpd;
	bool done = false, give_up_on_write = false;
	handle_t *handle = NULL;
	int rsv_blocks = 0, ret = 0;

	if (!mapping->nrpages || !mapping_tagged(mapping, PAGECACHE_TAG_DIRTY))
		goto out_writepages;

	if (ext4_should_dioread_nolock(inode)) {
		rsv_blocks = 1 + ext4_chunk_trans_blocks(inode, PAGE_SIZE >> inode->i_blkbits);
	}

	mpd.inode = inode;
	mpd.wbc = wbc;
	mpd.first_page = wbc->range_start >> PAGE_SHIFT;
	mpd.last_page = wbc->range_end >> PAGE_SHIFT;
	ext4_io_submit_init(&mpd.io_submit, wbc);
	if (wbc->sync_mode == WB_SYNC_ALL || wbc->tagged_writepages)
		tag_pages_for_writeback(mapping, mpd.first_page, mpd.last_page);

	while (!done && mpd.first_page <= mpd.last_page) {
		mpd.io_submit.io_end = ext4_init_io_end(inode, GFP_KERNEL);
		handle = ext4_journal_start_with_reserve(inode, EXT4_HT_WRITE_PAGE, 0, rsv_blocks);
		if (IS_ERR(handle)) {
			ret = PTR_ERR(handle);
			ext4_put_io_end(mpd.io_submit.io_end);
			break;
		}

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
		ext4_io_submit(&mpd.io_submit);
		mpage_release_unused_pages(&mpd, give_up_on_write);

		if (handle) {
			ext4_put_io_end_defer(mpd.io_submit.io_end);
			ext4_journal_stop(handle);
		} else
			ext4_put_io_end(mpd.io_submit.io_end);

		if (ret)
			break;
	}
out_writepages:
	return ret;
}

/*
 * Looks a block up for a delayed write; a hole becomes delayed. Cut: the extent
 * status cache, which holds the same facts.
 */
static int ext4_da_map_blocks(struct inode *inode, sector_t iblock, struct ext4_map_blocks *map,
		struct buffer_head *bh)
{
	int retval;

	map->m_flags = 0;

	down_read(&EXT4_I(inode)->i_data_sem);
	if (ext4_test_inode_flag(inode, EXT4_INODE_EXTENTS))
		retval = ext4_ext_map_blocks(NULL, inode, map, 0);
	else
		retval = ext4_ind_map_blocks(NULL, inode, map, 0);

add_delayed:
	if (retval == 0) {
		retval = ext4_insert_delayed_block(inode, map->m_lblk);
		if (retval != 0)
			goto out_unlock;
		set_buffer_delay(bh);
	}

out_unlock:
	up_read((&EXT4_I(inode)->i_data_sem));

	return retval;
}

/* get_block of delalloc: reserves instead of allocating. */
int ext4_da_get_block_prep(struct inode *inode, sector_t iblock, struct buffer_head *bh, int create)
{
	struct ext4_map_blocks map;
	int ret;

	map.m_lblk = iblock;
	map.m_len = 1;

	ret = ext4_da_map_blocks(inode, iblock, &map, bh);
	if (ret <= 0)
		return ret;

	ext4_update_bh_state(bh, map.m_flags);
	return 0;
}

/* write_begin of delalloc. */
static int ext4_da_write_begin(struct file *file, struct address_space *mapping, loff_t pos, unsigned len,
		unsigned flags, struct page **pagep, void **fsdata)
{
	struct inode *inode = mapping->host;
	pgoff_t index = pos >> PAGE_SHIFT;
	struct page *page;
	handle_t *handle;
	int ret;

	if (ext4_nonda_switch(inode->i_sb)) {
		*fsdata = (void *)FALL_BACK_TO_NONDELALLOC;
		return ext4_write_begin(file, mapping, pos, len, flags, pagep, fsdata);
	}
	*fsdata = (void *)0;

retry_grab:
	page = grab_cache_page_write_begin(mapping, index, flags);
	if (!page)
		return -ENOMEM;
	unlock_page(page);

	handle = ext4_journal_start(inode, EXT4_HT_WRITE_PAGE, 0);
	if (IS_ERR(handle)) {
		put_page(page);
		return PTR_ERR(handle);
	}

	lock_page(page);
	if (page->mapping != mapping) {
		unlock_page(page);
		put_page(page);
		goto retry_grab;
	}
	wait_for_stable_page(page);

	ret = __block_write_begin(page, pos, len, ext4_da_get_block_prep);
	if (ret < 0) {
		unlock_page(page);
		put_page(page);
		return ret;
	}

	*pagep = page;
	return ret;
}

/* write_end of delalloc; generic_write_end() moves i_size. */
static int ext4_da_write_end(struct file *file, struct address_space *mapping, loff_t pos, unsigned len,
		unsigned copied, struct page *page, void *fsdata)
{
	int write_mode = (int)(unsigned long)fsdata;

	if (write_mode == FALL_BACK_TO_NONDELALLOC)
		return ext4_write_end(file, mapping, pos, len, copied, page, fsdata);

	return generic_write_end(file, mapping, pos, len, copied, page, fsdata);
}

/* Fills one page. */
static int ext4_readpage(struct file *file, struct page *page)
{
	return ext4_mpage_readpages(page->mapping, NULL, page, 1);
}

static int ext4_readpages(struct file *file, struct address_space *mapping, struct list_head *pages,
		unsigned nr_pages)
{
	return ext4_mpage_readpages(mapping, pages, NULL, nr_pages);
}

/*
 * End of a direct write: an asynchronous one to unwritten blocks has an io_end,
 * whose last reference converts them.
 */
static int ext4_end_io_dio(struct kiocb *iocb, loff_t offset, ssize_t size, void *private)
{
	ext4_io_end_t *io_end = private;

	if (!io_end)
		return 0;

	if (size <= 0) {
		ext4_clear_io_unwritten_flag(io_end);
		size = 0;
	}
	io_end->offset = offset;
	io_end->size = size;
	ext4_put_io_end(io_end);

	return 0;
}

/*
 * Direct write, under the exclusive inode lock: inside i_size it allocates
 * unwritten blocks, and converts them here if it is synchronous. Extending
 * writes, and inodes without extents, allocate written ones.
 */
static ssize_t ext4_direct_IO_write(struct kiocb *iocb, struct iov_iter *iter)
{
	struct inode *inode = iocb->ki_filp->f_mapping->host;
	loff_t offset = iocb->ki_pos, end;
	loff_t final_size = offset + iov_iter_count(iter);
	get_block_t *get_block_func = NULL;
	int overwrite = 0, dio_flags = 0, orphan = 0, err;
	handle_t *handle;
	ssize_t ret;

	if (final_size > inode->i_size) {
		handle = ext4_journal_start(inode, EXT4_HT_INODE, 0);
		if (IS_ERR(handle)) {
			ret = PTR_ERR(handle);
			goto out;
		}
		orphan = 1;
		ext4_journal_stop(handle);
	}

	inode_dio_begin(inode);

	overwrite = *((int *)iocb->private);

	if (overwrite)
		inode_unlock(inode);

	iocb->private = NULL;
	if (overwrite)
		get_block_func = ext4_dio_get_block_overwrite;
	else if (!ext4_test_inode_flag(inode, EXT4_INODE_EXTENTS) ||
		   round_down(offset, 1 << inode->i_blkbits) >= inode->i_size) {
		get_block_func = ext4_dio_get_block;
		dio_flags = DIO_LOCKING | DIO_SKIP_HOLES;
	} else if (is_sync_kiocb(iocb)) {
		get_block_func = ext4_dio_get_block_unwritten_sync;
		dio_flags = DIO_LOCKING;
	} else {
		get_block_func = ext4_dio_get_block_unwritten_async;
		dio_flags = DIO_LOCKING;
	}
	ret = __blockdev_direct_IO(iocb, inode, inode->i_sb->s_bdev, iter,
				   get_block_func, ext4_end_io_dio, NULL,
				   dio_flags);

	if (ret > 0 && !overwrite && ext4_test_inode_state(inode,
						EXT4_STATE_DIO_UNWRITTEN)) {
		err = ext4_convert_unwritten_extents(NULL, inode,
						     offset, ret);
		if (err < 0)
			ret = err;
		ext4_clear_inode_state(inode, EXT4_STATE_DIO_UNWRITTEN);
	}

	inode_dio_end(inode);
	if (overwrite)
		inode_lock(inode);

	if (orphan) {
		handle = ext4_journal_start(inode, EXT4_HT_INODE, 0);
		if (ret > 0) {
			end = offset + ret;
			if (end > inode->i_size) {
				i_size_write(inode, end);
				ext4_mark_inode_dirty(handle, inode);
			}
		}
		ext4_journal_stop(handle);
	}
out:
	return ret;
}

/*
 * Direct read under the shared inode lock, which keeps writes and truncate out
 * but not writeback of what is mapped. 4.8 has no lock with dioread_nolock, and
 * the exclusive one without.
 */
static ssize_t ext4_direct_IO_read(struct kiocb *iocb, struct iov_iter *iter)
{
	struct address_space *mapping = iocb->ki_filp->f_mapping;
	struct inode *inode = mapping->host;
	size_t count = iov_iter_count(iter);
	ssize_t ret;

	inode_lock_shared(inode);
	ret = filemap_write_and_wait_range(mapping, iocb->ki_pos,
					   iocb->ki_pos + count - 1);
	if (ret)
		goto out_unlock;
	ret = __blockdev_direct_IO(iocb, inode, inode->i_sb->s_bdev,
				   iter, ext4_dio_get_block, NULL, NULL, 0);
out_unlock:
	inode_unlock_shared(inode);
	return ret;
}

/* Direct I/O of ->read_iter and ->write_iter. */
static ssize_t ext4_direct_IO(struct kiocb *iocb, struct iov_iter *iter)
{
	ssize_t ret;

	if (iov_iter_rw(iter) == READ)
		ret = ext4_direct_IO_read(iocb, iter);
	else
		ret = ext4_direct_IO_write(iocb, iter);
	return ret;
}

static const struct address_space_operations ext4_aops = {
	.readpage		= ext4_readpage,
	.readpages		= ext4_readpages,
	.writepages		= ext4_writepages,
	.write_begin		= ext4_write_begin,
	.write_end		= ext4_write_end,
	.set_page_dirty		= ext4_set_page_dirty,
	.direct_IO		= ext4_direct_IO,
};

static const struct address_space_operations ext4_da_aops = {
	.readpage		= ext4_readpage,
	.readpages		= ext4_readpages,
	.writepages		= ext4_writepages,
	.write_begin		= ext4_da_write_begin,
	.write_end		= ext4_da_write_end,
	.set_page_dirty		= ext4_set_page_dirty,
	.direct_IO		= ext4_direct_IO,
};

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

	if (mapping_tagged(mapping, PAGECACHE_TAG_DIRTY)) {
		ret = filemap_write_and_wait_range(mapping, offset, offset + length - 1);
		if (ret)
			return ret;
	}

	inode_lock(inode);

	ext4_inode_block_unlocked_dio(inode);
	inode_dio_wait(inode);

	down_write(&EXT4_I(inode)->i_mmap_sem);

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
	ext4_inode_resume_unlocked_dio(inode);
out_mutex:
	inode_unlock(inode);
	return ret;
}

/* Frees the blocks beyond i_size. */
int ext4_truncate(struct inode *inode)
{
	struct address_space *mapping = inode->i_mapping;
	handle_t *handle;
	int err = 0;

	if (!ext4_can_truncate(inode))
		return 0;

	handle = ext4_journal_start(inode, EXT4_HT_TRUNCATE, 0);
	if (IS_ERR(handle))
		return PTR_ERR(handle);

	if (inode->i_size & (inode->i_sb->s_blocksize - 1))
		ext4_block_truncate_page(handle, mapping, inode->i_size);

	down_write(&EXT4_I(inode)->i_data_sem);

	if (ext4_test_inode_flag(inode, EXT4_INODE_EXTENTS))
		err = ext4_ext_truncate(handle, inode);
	else
		ext4_ind_truncate(handle, inode);

	up_write(&EXT4_I(inode)->i_data_sem);
	ext4_journal_stop(handle);

	return err;
}

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
				ext4_inode_block_unlocked_dio(inode);
				inode_dio_wait(inode);
				ext4_inode_resume_unlocked_dio(inode);
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

/*
 * Write fault on a page that is in the cache: delalloc reserves, nodelalloc
 * allocates, both with the page locked and not yet dirty.
 */
int ext4_page_mkwrite(struct vm_area_struct *vma, struct vm_fault *vmf)
{
	struct page *page = vmf->page;
	struct inode *inode = file_inode(vma->vm_file);
	struct address_space *mapping = inode->i_mapping;
	get_block_t *get_block;
	handle_t *handle;
	int ret, retries = 0;
	loff_t size;

	down_read(&EXT4_I(inode)->i_mmap_sem);

	if (test_opt(inode->i_sb, DELALLOC) &&
	    !ext4_should_journal_data(inode) &&
	    !ext4_nonda_switch(inode->i_sb)) {
		do {
			ret = block_page_mkwrite(vma, vmf, ext4_da_get_block_prep);
		} while (ret == -ENOSPC &&
		       ext4_should_retry_alloc(inode->i_sb, &retries));
		goto out_ret;
	}

	lock_page(page);
	size = i_size_read(inode);
	if (page->mapping != mapping || page_offset(page) > size) {
		unlock_page(page);
		ret = VM_FAULT_NOPAGE;
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
	ret = block_page_mkwrite(vma, vmf, get_block);
	ext4_journal_stop(handle);
out_ret:
	ret = block_page_mkwrite_return(ret);
out:
	up_read(&EXT4_I(inode)->i_mmap_sem);
	return ret;
}

/* Read part of a fault, with punch hole and truncate kept out. */
int ext4_filemap_fault(struct vm_area_struct *vma, struct vm_fault *vmf)
{
	struct inode *inode = file_inode(vma->vm_file);
	int err;

	down_read(&EXT4_I(inode)->i_mmap_sem);
	err = filemap_fault(vma, vmf);
	up_read(&EXT4_I(inode)->i_mmap_sem);

	return err;
}
