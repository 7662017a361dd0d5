/*
 * What v6.12 has otherwise in fs/ext4/file.c.
 */

/* Zeroing of part of a block must not run twice at once. */
static bool ext4_unaligned_io(struct inode *inode, struct iov_iter *from, loff_t pos)
{
	unsigned long blockmask = inode->i_sb->s_blocksize - 1;

	return (pos | iov_iter_alignment(from)) & blockmask;
}

/* Are the blocks of the range allocated, written or not? */
static bool ext4_overwrite_io(struct inode *inode, loff_t pos, loff_t len, bool *unwritten)
{
	struct ext4_map_blocks map;
	unsigned int blkbits = inode->i_blkbits;
	int err, blklen;

	if (pos + len > i_size_read(inode))
		return false;

	map.m_lblk = pos >> blkbits;
	map.m_len = blklen = EXT4_MAX_BLOCKS(len, pos, blkbits);

	err = ext4_map_blocks(NULL, inode, &map, 0);
	if (err != blklen)
		return false;
	*unwritten = !(map.m_flags & EXT4_MAP_MAPPED);
	return true;
}

/* After an extending direct write: i_size and the on-disk size. */
static ssize_t ext4_handle_inode_extension(struct inode *inode, loff_t offset, ssize_t written, ssize_t count)
{
	handle_t *handle;

	handle = ext4_journal_start(inode, EXT4_HT_INODE, 0);
	if (IS_ERR(handle))
		return PTR_ERR(handle);

	if (ext4_update_inode_size(inode, offset + written)) {
		ext4_mark_inode_dirty(handle, inode);
	}
	ext4_journal_stop(handle);

	return written;
}

static void ext4_inode_extension_cleanup(struct inode *inode, bool need_trunc)
{
	if (need_trunc) {
		ext4_truncate_failed_write(inode);
	}
}

/*
 * End of a direct write: unwritten extents become written, then the size goes up
 * where the write extended the file, both before the second invalidation.
 */
static int ext4_dio_write_end_io(struct kiocb *iocb, ssize_t size, int error, unsigned int flags)
{
	struct inode *inode = file_inode(iocb->ki_filp);
	loff_t pos = iocb->ki_pos;

	if (!error && size && flags & IOMAP_DIO_UNWRITTEN)
		error = ext4_convert_unwritten_extents(NULL, inode, pos, size);
	if (error)
		return error;
	if (pos + size <= READ_ONCE(EXT4_I(inode)->i_disksize) &&
	    pos + size <= i_size_read(inode))
		return size;
	return ext4_handle_inode_extension(inode, pos, size, size);
}

/*
 * Starts with the shared lock and takes the exclusive one instead for a write
 * that extends the file, fills holes, or is unaligned over unwritten blocks.
 */
static ssize_t ext4_dio_write_checks(struct kiocb *iocb, struct iov_iter *from, bool *ilock_shared,
		bool *extend, bool *unwritten, int *dio_flags)
{
	struct inode *inode = file_inode(iocb->ki_filp);
	bool overwrite, unaligned_io;
	loff_t offset;
	ssize_t ret;

restart:
	ret = ext4_generic_write_checks(iocb, from);
	if (ret <= 0)
		goto out;

	offset = iocb->ki_pos;
	unaligned_io = ext4_unaligned_io(inode, from, offset);
	*extend = ext4_extending_io(inode, offset, ret);
	overwrite = ext4_overwrite_io(inode, offset, ret, unwritten);

	if (*ilock_shared && (*extend || !overwrite || (unaligned_io && *unwritten))) {
		if (iocb->ki_flags & IOCB_NOWAIT) {
			ret = -EAGAIN;
			goto out;
		}
		inode_unlock_shared(inode);
		inode_lock(inode);
		*ilock_shared = false;
		goto restart;
	}

	if (!*ilock_shared && (unaligned_io || *extend)) {
		if (iocb->ki_flags & IOCB_NOWAIT) {
			ret = -EAGAIN;
			goto out;
		}
		if (unaligned_io && (!overwrite || *unwritten))
			inode_dio_wait(inode);
		*dio_flags = IOMAP_DIO_FORCE_WAIT;
	}

	return ret;
out:
	if (*ilock_shared)
		inode_unlock_shared(inode);
	else
		inode_unlock(inode);
	return ret;
}

/*
 * Direct write; what iomap left undone goes on as a buffered write that is then
 * flushed and dropped from the cache.
 */
static ssize_t ext4_dio_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	struct inode *inode = file_inode(iocb->ki_filp);
	loff_t offset = iocb->ki_pos;
	size_t count = iov_iter_count(from);
	const struct iomap_ops *iomap_ops = &ext4_iomap_ops;
	bool extend = false, unwritten = false;
	bool ilock_shared = true;
	int dio_flags = 0;
	handle_t *handle;
	ssize_t ret;

	if (offset + count > i_size_read(inode))
		ilock_shared = false;

	if (iocb->ki_flags & IOCB_NOWAIT) {
		if (ilock_shared && !inode_trylock_shared(inode))
			return -EAGAIN;
		if (!ilock_shared && !inode_trylock(inode))
			return -EAGAIN;
	} else {
		if (ilock_shared)
			inode_lock_shared(inode);
		else
			inode_lock(inode);
	}

	if (!ext4_should_use_dio(iocb, from)) {
		ext4_inode_unlock_dio(inode, ilock_shared);
		return ext4_buffered_write_iter(iocb, from);
	}

	ret = ext4_dio_write_checks(iocb, from, &ilock_shared, &extend, &unwritten, &dio_flags);
	if (ret <= 0)
		return ret;

	if (extend) {
		handle = ext4_journal_start(inode, EXT4_HT_INODE, 0);
		if (IS_ERR(handle)) {
			ret = PTR_ERR(handle);
			goto out;
		}

		ret = ext4_orphan_add(handle, inode);
		ext4_journal_stop(handle);
		if (ret)
			goto out;
	}

	if (ilock_shared && !unwritten)
		iomap_ops = &ext4_iomap_overwrite_ops;
	ret = iomap_dio_rw(iocb, from, iomap_ops, &ext4_dio_write_ops, dio_flags, NULL, 0);
	if (ret == -ENOTBLK)
		ret = 0;
	if (extend) {
		ext4_inode_extension_cleanup(inode, ret < 0);
	}

out:
	if (ilock_shared)
		inode_unlock_shared(inode);
	else
		inode_unlock(inode);

	if (ret >= 0 && iov_iter_count(from)) {
		loff_t endbyte;
		ssize_t err;

		offset = iocb->ki_pos;
		err = ext4_buffered_write_iter(iocb, from);
		if (err < 0)
			return err;

		endbyte = offset + err - 1;
		ret += err;
		err = filemap_write_and_wait_range(iocb->ki_filp->f_mapping, offset, endbyte);
		if (!err)
			invalidate_mapping_pages(iocb->ki_filp->f_mapping, offset >> PAGE_SHIFT,
						 endbyte >> PAGE_SHIFT);
	}

	return ret;
}
