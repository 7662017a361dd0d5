/*
 * What v5.5 has otherwise in fs/ext4/file.c.
 */

/* Direct read under the shared inode lock. */
static ssize_t ext4_dio_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	struct inode *inode = file_inode(iocb->ki_filp);
	ssize_t ret;

	if (iocb->ki_flags & IOCB_NOWAIT) {
		if (!inode_trylock_shared(inode))
			return -EAGAIN;
	} else {
		inode_lock_shared(inode);
	}

	if (!ext4_dio_supported(inode)) {
		iocb->ki_flags &= ~IOCB_DIRECT;
		inode_unlock_shared(inode);
		return generic_file_read_iter(iocb, to);
	}

	ret = iomap_dio_rw(iocb, to, &ext4_iomap_ops, NULL,
			   is_sync_kiocb(iocb));
	inode_unlock_shared(inode);

	return ret;
}

/* Direct or buffered read. */
static ssize_t ext4_file_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	if (iocb->ki_flags & IOCB_DIRECT)
		return ext4_dio_read_iter(iocb, to);

	return generic_file_read_iter(iocb, to);
}

/* Buffered write under the exclusive inode lock. */
static ssize_t ext4_buffered_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	struct inode *inode = file_inode(iocb->ki_filp);
	ssize_t ret;

	if (iocb->ki_flags & IOCB_NOWAIT)
		return -EOPNOTSUPP;

	inode_lock(inode);
	ret = ext4_write_checks(iocb, from);
	if (ret <= 0)
		goto out;

	ret = generic_perform_write(iocb->ki_filp, from, iocb->ki_pos);

out:
	inode_unlock(inode);
	if (likely(ret > 0)) {
		iocb->ki_pos += ret;
		ret = generic_write_sync(iocb, ret);
	}

	return ret;
}

/* After an extending direct write, still under the inode lock: i_size and the on-disk size go up. */
static ssize_t ext4_handle_inode_extension(struct inode *inode, loff_t offset, ssize_t written, size_t count)
{
	handle_t *handle;
	bool truncate = false;
	ssize_t written_blk, end_blk;

	if (offset + count <= EXT4_I(inode)->i_disksize) {
		return written;
	}

	if (written < 0)
		goto truncate;

	handle = ext4_journal_start(inode, EXT4_HT_INODE, 0);
	if (IS_ERR(handle)) {
		written = PTR_ERR(handle);
		goto truncate;
	}

	if (ext4_update_inode_size(inode, offset + written)) {
		ext4_mark_inode_dirty(handle, inode);
	}

	written_blk = written;
	end_blk = count;
	if (written_blk < end_blk)
		truncate = true;

	ext4_journal_stop(handle);

	if (truncate) {
truncate:
		ext4_truncate_failed_write(inode);
	}

	return written;
}

/* End of a direct write: unwritten extents become written. */
static int ext4_dio_write_end_io(struct kiocb *iocb, ssize_t size, int error, unsigned int flags)
{
	struct inode *inode = file_inode(iocb->ki_filp);
	loff_t offset = iocb->ki_pos;

	if (error)
		return error;

	if (size && flags & IOMAP_DIO_UNWRITTEN)
		return ext4_convert_unwritten_extents(NULL, inode, offset, size);

	return 0;
}

static const struct iomap_dio_ops ext4_dio_write_ops = {
	.end_io = ext4_dio_write_end_io,
};

/*
 * Direct write: exclusive lock, made shared for an overwrite when
 * dioread_nolock is on; extending writes wait for their I/O under the lock.
 */
static ssize_t ext4_dio_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	struct inode *inode = file_inode(iocb->ki_filp);
	bool extend = false, overwrite = false, unaligned_aio = false;
	handle_t *handle;
	loff_t offset;
	size_t count;
	ssize_t ret;

	if (iocb->ki_flags & IOCB_NOWAIT) {
		if (!inode_trylock(inode))
			return -EAGAIN;
	} else {
		inode_lock(inode);
	}

	if (!ext4_dio_supported(inode)) {
		inode_unlock(inode);
		return ext4_buffered_write_iter(iocb, from);
	}

	ret = ext4_write_checks(iocb, from);
	if (ret <= 0) {
		inode_unlock(inode);
		return ret;
	}

	offset = iocb->ki_pos;
	count = iov_iter_count(from);
	if (ext4_test_inode_flag(inode, EXT4_INODE_EXTENTS) &&
	    !is_sync_kiocb(iocb) && ext4_unaligned_aio(inode, from, offset)) {
		unaligned_aio = true;
		inode_dio_wait(inode);
	}

	if (!unaligned_aio && ext4_overwrite_io(inode, offset, count) &&
	    ext4_should_dioread_nolock(inode)) {
		overwrite = true;
		downgrade_write(&inode->i_rwsem);
	}

	if (offset + count > EXT4_I(inode)->i_disksize) {
		handle = ext4_journal_start(inode, EXT4_HT_INODE, 0);
		if (IS_ERR(handle)) {
			ret = PTR_ERR(handle);
			goto out;
		}
		extend = true;
	}

	ret = iomap_dio_rw(iocb, from, &ext4_iomap_ops, &ext4_dio_write_ops,
			   is_sync_kiocb(iocb) || unaligned_aio || extend);

	if (extend)
		ret = ext4_handle_inode_extension(inode, offset, ret, count);

out:
	if (overwrite)
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

/* Direct or buffered write. */
static ssize_t ext4_file_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	if (iocb->ki_flags & IOCB_DIRECT)
		return ext4_dio_write_iter(iocb, from);

	return ext4_buffered_write_iter(iocb, from);
}
