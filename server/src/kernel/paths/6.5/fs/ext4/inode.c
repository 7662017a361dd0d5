/*
 * ext4: block mapping for each path, writeback, write fault, buffered write,
 * truncate and punch hole. Ordering as in fs/ext4/inode.c, v6.12 as released.
 * Not told: data=journal, inline data, verity, DAX, cyclic writeback, retries
 * after -ENOSPC, the orphan list; of handles their begin alone, 0 being credits.
 * Labels stay, since patches jump to them.
 */

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
	return _ext4_get_block(inode, iblock, bh_result, EXT4_GET_BLOCKS_CREATE_UNWRIT_EXT);
}

/* Maps each buffer of the range by get_block; what the write leaves over of a block is not told. */
int ext4_block_write_begin(handle_t *handle, struct folio *folio, loff_t pos, unsigned len,
		get_block_t *get_block)
{
	struct inode *inode = folio->mapping->host;
	unsigned from = pos & (PAGE_SIZE - 1), to = from + len;
	unsigned blocksize = inode->i_sb->s_blocksize, block_start, block_end;
	sector_t block = (sector_t)folio->index << (PAGE_SHIFT - inode->i_blkbits);
	struct buffer_head *bh, *head = folio_buffers(folio);
	int err = 0;

	for (bh = head, block_start = 0; bh != head || !block_start;
	    block++, block_start = block_end, bh = bh->b_this_page) {
		block_end = block_start + blocksize;
		if (block_end <= from || block_start >= to)
			continue;
		if (!buffer_mapped(bh)) {
			err = get_block(inode, block, bh, 1);
			if (err)
				break;
			if (buffer_new(bh)) {
				if (folio_test_uptodate(folio)) {
					set_buffer_uptodate(bh);
					continue;
				}
				continue;
			}
		}
		if (folio_test_uptodate(folio)) {
			set_buffer_uptodate(bh);
			continue;
		}
	}

	return err;
}

/* write_begin of nodelalloc: blocks are allocated here, under the folio lock, which no handle is begun under. */
static int ext4_write_begin(struct file *file, struct address_space *mapping, loff_t pos, unsigned len,
		struct folio **foliop, void **fsdata)
{
	struct inode *inode = mapping->host;
	pgoff_t index = pos >> PAGE_SHIFT;
	struct folio *folio;
	handle_t *handle;
	int ret;

retry_grab:
	folio = __filemap_get_folio(mapping, index, FGP_WRITEBEGIN, mapping_gfp_mask(mapping));
	if (IS_ERR(folio))
		return PTR_ERR(folio);
	folio_unlock(folio);

	handle = ext4_journal_start(inode, EXT4_HT_WRITE_PAGE, 0);
	if (IS_ERR(handle)) {
		folio_put(folio);
		return PTR_ERR(handle);
	}

	folio_lock(folio);
	if (folio->mapping != mapping) {
		folio_unlock(folio);
		folio_put(folio);
		goto retry_grab;
	}
	folio_wait_stable(folio);

	if (ext4_should_dioread_nolock(inode))
		ret = ext4_block_write_begin(handle, folio, pos, len, ext4_get_block_unwritten);
	else
		ret = ext4_block_write_begin(handle, folio, pos, len, ext4_get_block);

	if (ret) {
		folio_unlock(folio);
		folio_put(folio);
		return ret;
	}
	*foliop = folio;
	return ret;
}

/* write_end of nodelalloc: dirty, i_size, unlock. */
static int ext4_write_end(struct file *file, struct address_space *mapping, loff_t pos, unsigned len,
		unsigned copied, struct folio *folio, void *fsdata)
{
	struct inode *inode = mapping->host;
	loff_t old_size = inode->i_size;

	copied = block_write_end(file, mapping, pos, len, copied, folio, fsdata);
	ext4_update_inode_size(inode, pos + copied);
	folio_unlock(folio);
	folio_put(folio);

	if (old_size < pos) {
		pagecache_isize_extended(inode, old_size, pos);
	}
	return copied;
}

/* Looks the extent up without allocating. */
static int ext4_map_query_blocks(handle_t *handle, struct inode *inode, struct ext4_map_blocks *map)
{
	if (ext4_test_inode_flag(inode, EXT4_INODE_EXTENTS))
		return ext4_ext_map_blocks(handle, inode, map, 0);
	return ext4_ind_map_blocks(handle, inode, map, 0);
}

/*
 * Looks a block up for a delayed write; a hole becomes delayed, under i_data_sem.
 * Cut: the extent status cache, which holds the same facts, and the first of the
 * two lookups.
 */
static int ext4_da_map_blocks(struct inode *inode, struct ext4_map_blocks *map)
{
	int retval;

	map->m_flags = 0;

	down_write(&EXT4_I(inode)->i_data_sem);
	retval = ext4_map_query_blocks(NULL, inode, map);
	if (retval) {
		up_write(&EXT4_I(inode)->i_data_sem);
		return retval < 0 ? retval : 0;
	}

	map->m_flags |= EXT4_MAP_DELAYED;
	retval = ext4_insert_delayed_blocks(inode, map->m_lblk, map->m_len);
	up_write(&EXT4_I(inode)->i_data_sem);

	return retval;
}

/* get_block of delalloc: reserves instead of allocating. */
int ext4_da_get_block_prep(struct inode *inode, sector_t iblock, struct buffer_head *bh, int create)
{
	struct ext4_map_blocks map;
	int ret;

	map.m_lblk = iblock;
	map.m_len = 1;

	ret = ext4_da_map_blocks(inode, &map);
	if (ret < 0)
		return ret;

	if (map.m_flags & EXT4_MAP_DELAYED) {
		set_buffer_delay(bh);
		return 0;
	}

	ext4_update_bh_state(bh, map.m_flags);
	return 0;
}

/*
 * One folio, its buffers mapped: clear dirty, set writeback, add to the bio. The
 * model's leafs mpage_process_page_bufs() and mpage_map_and_submit_buffers() stand
 * for this and mpage_folio_done().
 */
static int mpage_submit_folio(struct mpage_da_data *mpd, struct folio *folio)
{
	loff_t size;
	size_t len;

	folio_clear_dirty_for_io(folio);
	size = i_size_read(mpd->inode);
	len = folio_size(folio);
	if (folio_pos(folio) + len > size)
		len = size & (len - 1);
	return ext4_bio_write_folio(&mpd->io_submit, folio, len);
}

static void mpage_folio_done(struct mpage_da_data *mpd, struct folio *folio)
{
	mpd->first_page += folio_nr_pages(folio);
	folio_unlock(folio);
}

/* One dirty extent is mapped: this is where delayed blocks are allocated, with the folios locked. */
static int mpage_map_one_extent(handle_t *handle, struct mpage_da_data *mpd)
{
	struct inode *inode = mpd->inode;
	struct ext4_map_blocks *map = &mpd->map;
	int get_blocks_flags, err, dioread_nolock;

	get_blocks_flags = EXT4_GET_BLOCKS_CREATE |
			   EXT4_GET_BLOCKS_METADATA_NOFAIL |
			   EXT4_GET_BLOCKS_IO_SUBMIT;
	dioread_nolock = ext4_should_dioread_nolock(inode);
	if (dioread_nolock)
		get_blocks_flags |= EXT4_GET_BLOCKS_IO_CREATE_EXT;

	err = ext4_map_blocks(handle, inode, map, get_blocks_flags);
	if (err < 0)
		return err;
	if (dioread_nolock && (map->m_flags & EXT4_MAP_UNWRITTEN)) {
		ext4_set_io_unwritten_flag(inode, mpd->io_submit.io_end);
	}

	return 0;
}

/*
 * Maps what mpage_prepare_extent_to_map() gathered and adds its folios to the bio.
 * Cut: which errors drop the folios, the update of the on-disk size.
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
 * Finds dirty folios and locks them; those that need no mapping are submitted at
 * once, the rest stays locked as the extent to map.
 */
static int mpage_prepare_extent_to_map(struct mpage_da_data *mpd)
{
	struct address_space *mapping = mpd->inode->i_mapping;
	pgoff_t index = mpd->first_page, end = mpd->last_page;
	int blkbits = mpd->inode->i_blkbits;
	struct folio_batch fbatch;
	struct buffer_head *head;
	unsigned int nr_folios;
	ext4_lblk_t lblk;
	xa_mark_t tag;
	int i, err = 0;

	if (mpd->wbc->sync_mode == WB_SYNC_ALL || mpd->wbc->tagged_writepages)
		tag = PAGECACHE_TAG_TOWRITE;
	else
		tag = PAGECACHE_TAG_DIRTY;

	mpd->map.m_len = 0;
	folio_batch_init(&fbatch);
	while (index <= end) {
		nr_folios = filemap_get_folios_tag(mapping, &index, end, tag, &fbatch);
		if (nr_folios == 0)
			break;

		for (i = 0; i < nr_folios; i++) {
			struct folio *folio = fbatch.folios[i];

			if (mpd->map.m_len > 0 && mpd->next_page != folio->index)
				goto out;

			folio_lock(folio);
			if (!folio_test_dirty(folio) ||
			    (folio_test_writeback(folio) &&
			     (mpd->wbc->sync_mode == WB_SYNC_NONE)) ||
			    unlikely(folio->mapping != mapping)) {
				folio_unlock(folio);
				continue;
			}

			folio_wait_writeback(folio);

			mpd->next_page = folio_next_index(folio);
			if (!mpd->can_map) {
				err = mpage_submit_folio(mpd, folio);
				if (err < 0)
					goto out;
				mpage_folio_done(mpd, folio);
			} else {
				lblk = folio_pos(folio) >> blkbits;
				head = folio_buffers(folio);
				err = mpage_process_page_bufs(mpd, head, head, lblk);
				if (err <= 0)
					goto out;
				err = 0;
			}
		}
		folio_batch_release(&fbatch);
	}
	mpd->scanned_until_end = 1;
	return 0;
out:
	folio_batch_release(&fbatch);
	return err;
}

/* Writeback: first the folios that need no mapping, then extent by extent under a handle. */
static int ext4_do_writepages(struct mpage_da_data *mpd)
{
	struct writeback_control *wbc = mpd->wbc;
	struct inode *inode = mpd->inode;
	struct address_space *mapping = inode->i_mapping;
	bool give_up_on_write = false;
	handle_t *handle = NULL;
	int rsv_blocks = 0, ret = 0;

	if (!mapping->nrpages || !mapping_tagged(mapping, PAGECACHE_TAG_DIRTY))
		goto out_writepages;

	if (ext4_should_dioread_nolock(inode)) {
		rsv_blocks = 1 + ext4_chunk_trans_blocks(inode, PAGE_SIZE >> inode->i_blkbits);
	}

	mpd->first_page = wbc->range_start >> PAGE_SHIFT;
	mpd->last_page = wbc->range_end >> PAGE_SHIFT;
	ext4_io_submit_init(&mpd->io_submit, wbc);
	if (wbc->sync_mode == WB_SYNC_ALL || wbc->tagged_writepages)
		tag_pages_for_writeback(mapping, mpd->first_page, mpd->last_page);

	mpd->do_map = 0;
	mpd->scanned_until_end = 0;
	mpd->io_submit.io_end = ext4_init_io_end(inode, GFP_KERNEL);
	ret = mpage_prepare_extent_to_map(mpd);
	mpage_release_unused_pages(mpd, false);
	ext4_io_submit(&mpd->io_submit);
	ext4_put_io_end_defer(mpd->io_submit.io_end);
	if (ret < 0)
		goto unplug;

	while (!mpd->scanned_until_end && wbc->nr_to_write > 0) {
		mpd->io_submit.io_end = ext4_init_io_end(inode, GFP_KERNEL);
		handle = ext4_journal_start_with_reserve(inode, EXT4_HT_WRITE_PAGE, 0, rsv_blocks);
		if (IS_ERR(handle)) {
			ret = PTR_ERR(handle);
			ext4_put_io_end(mpd->io_submit.io_end);
			break;
		}
		mpd->do_map = 1;

		ret = mpage_prepare_extent_to_map(mpd);
		if (!ret && mpd->map.m_len)
			ret = mpage_map_and_submit_extent(handle, mpd, &give_up_on_write);
		if (handle->h_sync == 0 || !ext4_handle_valid(handle)) {
			ext4_journal_stop(handle);
			handle = NULL;
		}
		mpage_release_unused_pages(mpd, give_up_on_write);
		ext4_io_submit(&mpd->io_submit);

		if (handle) {
			ext4_put_io_end_defer(mpd->io_submit.io_end);
			ext4_journal_stop(handle);
		} else
			ext4_put_io_end(mpd->io_submit.io_end);

		if (ret)
			break;
	}
unplug:
out_writepages:
	return ret;
}

static int ext4_writepages(struct address_space *mapping, struct writeback_control *wbc)
{
	struct mpage_da_data mpd = { .inode = mapping->host, .wbc = wbc, .can_map = 1 };
	struct super_block *sb = mapping->host->i_sb;
	int ret, alloc_ctx;

	alloc_ctx = ext4_writepages_down_read(sb);
	ret = ext4_do_writepages(&mpd);
	ext4_writepages_up_read(sb, alloc_ctx);

	return ret;
}

/* write_begin of delalloc. */
static int ext4_da_write_begin(struct file *file, struct address_space *mapping, loff_t pos, unsigned len,
		struct folio **foliop, void **fsdata)
{
	struct inode *inode = mapping->host;
	pgoff_t index = pos >> PAGE_SHIFT;
	struct folio *folio;
	int ret;

	if (ext4_nonda_switch(inode->i_sb)) {
		*fsdata = (void *)FALL_BACK_TO_NONDELALLOC;
		return ext4_write_begin(file, mapping, pos, len, foliop, fsdata);
	}
	*fsdata = (void *)0;

	folio = __filemap_get_folio(mapping, index, FGP_WRITEBEGIN, mapping_gfp_mask(mapping));
	if (IS_ERR(folio))
		return PTR_ERR(folio);

	ret = ext4_block_write_begin(NULL, folio, pos, len, ext4_da_get_block_prep);
	if (ret < 0) {
		folio_unlock(folio);
		folio_put(folio);
		return ret;
	}

	*foliop = folio;
	return ret;
}

/* Dirty, i_size, unlock: in this order. */
static int ext4_da_do_write_end(struct address_space *mapping, loff_t pos, unsigned len, unsigned copied,
		struct folio *folio)
{
	struct inode *inode = mapping->host;
	loff_t old_size = inode->i_size, new_i_size;

	copied = block_write_end(NULL, mapping, pos, len, copied, folio, NULL);
	new_i_size = pos + copied;

	if (new_i_size > inode->i_size) {
		i_size_write(inode, new_i_size);
	}

	folio_unlock(folio);
	folio_put(folio);

	if (pos > old_size) {
		pagecache_isize_extended(inode, old_size, pos);
	}
	return copied;
}

/* write_end of delalloc. */
static int ext4_da_write_end(struct file *file, struct address_space *mapping, loff_t pos, unsigned len,
		unsigned copied, struct folio *folio, void *fsdata)
{
	int write_mode = (int)(unsigned long)fsdata;

	if (write_mode == FALL_BACK_TO_NONDELALLOC)
		return ext4_write_end(file, mapping, pos, len, copied, folio, fsdata);

	if (unlikely(copied < len) && !folio_test_uptodate(folio))
		copied = 0;

	return ext4_da_do_write_end(mapping, pos, len, copied, folio);
}

/* Fills one folio. */
static int ext4_read_folio(struct file *file, struct folio *folio)
{
	struct inode *inode = folio->mapping->host;

	return ext4_mpage_readpages(inode, NULL, folio);
}

static void ext4_readahead(struct readahead_control *rac)
{
	struct inode *inode = rac->mapping->host;

	ext4_mpage_readpages(inode, rac, NULL);
}

/* Type of an iomap from the flags of a lookup. */
static void ext4_set_iomap(struct inode *inode, struct iomap *iomap, struct ext4_map_blocks *map,
		loff_t offset, loff_t length, unsigned int flags)
{
	u8 blkbits = inode->i_blkbits;

	iomap->flags = map->m_flags & EXT4_MAP_NEW ? IOMAP_F_NEW : 0;
	iomap->offset = (u64) map->m_lblk << blkbits;
	iomap->length = (u64) map->m_len << blkbits;

	if (map->m_flags & EXT4_MAP_UNWRITTEN) {
		iomap->type = IOMAP_UNWRITTEN;
	} else if (map->m_flags & EXT4_MAP_MAPPED) {
		iomap->type = IOMAP_MAPPED;
	} else if (map->m_flags & EXT4_MAP_DELAYED) {
		iomap->type = IOMAP_DELALLOC;
	} else {
		iomap->type = IOMAP_HOLE;
	}
}

/*
 * Allocation for a direct write: written blocks beyond i_size, unwritten ones
 * inside it, none there for an inode with indirect blocks.
 */
static int ext4_iomap_alloc(struct inode *inode, struct ext4_map_blocks *map, unsigned int flags)
{
	handle_t *handle;
	u8 blkbits = inode->i_blkbits;
	int ret, m_flags = 0;

	handle = ext4_journal_start(inode, EXT4_HT_MAP_BLOCKS, 0);
	if (IS_ERR(handle))
		return PTR_ERR(handle);

	if (((loff_t)map->m_lblk << blkbits) >= i_size_read(inode))
		m_flags = EXT4_GET_BLOCKS_CREATE;
	else if (ext4_test_inode_flag(inode, EXT4_INODE_EXTENTS))
		m_flags = EXT4_GET_BLOCKS_IO_CREATE_EXT;

	ret = ext4_map_blocks(handle, inode, map, m_flags);

	if (!m_flags && !ret)
		ret = -ENOTBLK;

	ext4_journal_stop(handle);
	return ret;
}

/* The mapping for direct I/O; a write inside i_size first looks for written blocks. */
static int ext4_iomap_begin(struct inode *inode, loff_t offset, loff_t length, unsigned flags,
		struct iomap *iomap, struct iomap *srcmap)
{
	struct ext4_map_blocks map;
	u8 blkbits = inode->i_blkbits;
	int ret;

	map.m_lblk = offset >> blkbits;
	map.m_len = ((offset + length - 1) >> blkbits) - map.m_lblk + 1;

	if (flags & IOMAP_WRITE) {
		if (offset + length <= i_size_read(inode)) {
			ret = ext4_map_blocks(NULL, inode, &map, 0);
			if (ret > 0 && (map.m_flags & EXT4_MAP_MAPPED))
				goto out;
		}
		ret = ext4_iomap_alloc(inode, &map, flags);
	} else {
		ret = ext4_map_blocks(NULL, inode, &map, 0);
	}
out:
	ext4_set_iomap(inode, iomap, &map, offset, length, flags);

	return ret < 0 ? ret : 0;
}

/* Overwrite of written blocks: looked up as for a read. */
static int ext4_iomap_overwrite_begin(struct inode *inode, loff_t offset, loff_t length, unsigned flags,
		struct iomap *iomap, struct iomap *srcmap)
{
	flags &= ~IOMAP_WRITE;
	return ext4_iomap_begin(inode, offset, length, flags, iomap, srcmap);
}

/* Nothing written: the caller falls back to buffered I/O. */
static int ext4_iomap_end(struct inode *inode, loff_t offset, loff_t length, ssize_t written, unsigned flags,
		struct iomap *iomap)
{
	if (flags & (IOMAP_WRITE | IOMAP_DIRECT) && written == 0)
		return -ENOTBLK;

	return 0;
}

const struct iomap_ops ext4_iomap_ops = {
	.iomap_begin		= ext4_iomap_begin,
	.iomap_end		= ext4_iomap_end,
};

const struct iomap_ops ext4_iomap_overwrite_ops = {
	.iomap_begin		= ext4_iomap_overwrite_begin,
	.iomap_end		= ext4_iomap_end,
};

static const struct address_space_operations ext4_aops = {
	.read_folio		= ext4_read_folio,
	.readahead		= ext4_readahead,
	.writepages		= ext4_writepages,
	.write_begin		= ext4_write_begin,
	.write_end		= ext4_write_end,
	.dirty_folio		= ext4_dirty_folio,
	.is_partially_uptodate  = block_is_partially_uptodate,
};

static const struct address_space_operations ext4_da_aops = {
	.read_folio		= ext4_read_folio,
	.readahead		= ext4_readahead,
	.writepages		= ext4_writepages,
	.write_begin		= ext4_da_write_begin,
	.write_end		= ext4_da_write_end,
	.dirty_folio		= ext4_dirty_folio,
	.is_partially_uptodate  = block_is_partially_uptodate,
};

/*
 * Punch hole: flush, lock, wait for direct I/O, keep faults and page fills out,
 * drop the folios, free the blocks.
 */
int ext4_punch_hole(struct file *file, loff_t offset, loff_t length)
{
	struct inode *inode = file_inode(file);
	struct super_block *sb = inode->i_sb;
	struct address_space *mapping = inode->i_mapping;
	loff_t first_block_offset = round_up(offset, sb->s_blocksize);
	loff_t last_block_offset = round_down((offset + length), sb->s_blocksize) - 1;
	ext4_lblk_t first_block, stop_block;
	handle_t *handle;
	int ret = 0;

	if (ext4_has_inline_data(inode)) {
		filemap_invalidate_lock(mapping);
		ret = ext4_convert_inline_data(inode);
		filemap_invalidate_unlock(mapping);
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

	ret = file_modified(file);
	if (ret)
		goto out_mutex;

	filemap_invalidate_lock(mapping);

	ret = ext4_break_layouts(inode);
	if (ret)
		goto out_dio;

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
	filemap_invalidate_unlock(mapping);
out_mutex:
	inode_unlock(inode);
	return ret;
}

/* Frees the blocks beyond i_size. */
int ext4_truncate(struct inode *inode)
{
	struct ext4_inode_info *ei = EXT4_I(inode);
	struct address_space *mapping = inode->i_mapping;
	handle_t *handle;
	int err = 0;

	if (!ext4_can_truncate(inode))
		goto out_trace;

	handle = ext4_journal_start(inode, EXT4_HT_TRUNCATE, 0);
	if (IS_ERR(handle)) {
		err = PTR_ERR(handle);
		goto out_trace;
	}

	if (inode->i_size & (inode->i_sb->s_blocksize - 1))
		ext4_block_truncate_page(handle, mapping, inode->i_size);

	down_write(&EXT4_I(inode)->i_data_sem);

	if (ext4_test_inode_flag(inode, EXT4_INODE_EXTENTS))
		err = ext4_ext_truncate(handle, inode);
	else
		ext4_ind_truncate(handle, inode);

	up_write(&ei->i_data_sem);
out_stop:
	ext4_journal_stop(handle);
out_trace:
	return err;
}

/*
 * Change of size, under the exclusive inode lock of the caller. Cut: everything
 * but ATTR_SIZE, ordered data.
 */
int ext4_setattr(struct mnt_idmap *idmap, struct dentry *dentry, struct iattr *attr)
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

		filemap_invalidate_lock(inode->i_mapping);

		rc = ext4_break_layouts(inode);
		if (rc) {
			filemap_invalidate_unlock(inode->i_mapping);
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
			if (!shrink) {
				pagecache_isize_extended(inode, oldsize, inode->i_size);
			}
		}

		truncate_pagecache(inode, inode->i_size);
		if (attr->ia_size <= oldsize) {
			rc = ext4_truncate(inode);
		}
out_mmap_sem:
		filemap_invalidate_unlock(inode->i_mapping);
	}

err_out:
	if (!error)
		error = rc;
	return error;
}

/*
 * Write fault on a folio that is in the cache: delalloc reserves, nodelalloc
 * allocates, both with the folio locked and not yet dirty. With data=journal, which no
 * scenario has, the buffers join the transaction under the same lock.
 */
vm_fault_t ext4_page_mkwrite(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct folio *folio = page_folio(vmf->page);
	struct inode *inode = file_inode(vma->vm_file);
	struct address_space *mapping = inode->i_mapping;
	vm_fault_t ret = VM_FAULT_NOPAGE;
	get_block_t *get_block;
	handle_t *handle;
	int err, retries = 0;
	unsigned long len;
	loff_t size;

	filemap_invalidate_lock_shared(mapping);

	if (test_opt(inode->i_sb, DELALLOC) &&
	    !ext4_should_journal_data(inode) &&
	    !ext4_nonda_switch(inode->i_sb)) {
		do {
			err = block_page_mkwrite(vma, vmf, ext4_da_get_block_prep);
		} while (err == -ENOSPC &&
		       ext4_should_retry_alloc(inode->i_sb, &retries));
		goto out_ret;
	}

	folio_lock(folio);
	size = i_size_read(inode);
	if (folio->mapping != mapping || folio_pos(folio) > size) {
		folio_unlock(folio);
		goto out;
	}

	if (folio_buffers(folio)) {
		if (!ext4_walk_page_buffers(NULL, inode, folio_buffers(folio), 0, folio_size(folio), NULL,
					    ext4_bh_unmapped)) {
			ret = VM_FAULT_LOCKED;
			folio_wait_stable(folio);
			goto out;
		}
	}
	folio_unlock(folio);
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
	if (!ext4_should_journal_data(inode)) {
		err = block_page_mkwrite(vma, vmf, get_block);
	} else {
		len = folio_size(folio);
		folio_lock(folio);
		size = i_size_read(inode);
		if (folio->mapping != mapping || folio_pos(folio) > size) {
			ret = VM_FAULT_NOPAGE;
			goto out_error;
		}

		len = min(len, size - folio_pos(folio));
		err = ext4_block_write_begin(handle, folio, 0, len,
					     ext4_get_block);
		if (!err) {
			ret = VM_FAULT_SIGBUS;
			if (ext4_journal_folio_buffers(handle, folio, len))
				goto out_error;
		} else {
			folio_unlock(folio);
		}
	}
	ext4_journal_stop(handle);
out_ret:
	ret = vmf_fs_error(err);
out:
	filemap_invalidate_unlock_shared(mapping);
	return ret;
out_error:
	folio_unlock(folio);
	ext4_journal_stop(handle);
	goto out;
}
