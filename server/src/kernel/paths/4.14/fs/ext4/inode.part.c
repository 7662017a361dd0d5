/*
 * What v4.14 has otherwise in fs/ext4/inode.c.
 */

/*
 * Writeback: first the pages that need no mapping, then extent by extent under a
 * handle. From v4.14 on, with its stable updates.
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
	ext4_io_submit(&mpd.io_submit);
	ext4_put_io_end_defer(mpd.io_submit.io_end);
	mpage_release_unused_pages(&mpd, false);
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
unplug:
	blk_finish_plug(&plug);
out_writepages:
	return ret;
}

/*
 * Direct read under the shared inode lock, which keeps writes and truncate out
 * but not writeback of what is mapped.
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
