/*
 * What v5.6 has otherwise in fs/ext4/file.c.
 */

static bool ext4_extending_io(struct inode *inode, loff_t offset, size_t len)
{
	return offset + len > i_size_read(inode) || offset + len > EXT4_I(inode)->i_disksize;
}

/* Ours: drops the lock of a direct write in the mode in which it is held. */
static void ext4_inode_unlock_dio(struct inode *inode, bool ilock_shared)
{
	if (ilock_shared)
		inode_unlock_shared(inode);
	else
		inode_unlock(inode);
}

/*
 * Settles the lock of a direct write: the shared one is kept for an overwrite of
 * written blocks alone, else all is done again under the exclusive one.
 */
static ssize_t ext4_dio_write_checks(struct kiocb *iocb, struct iov_iter *from, bool *ilock_shared,
		bool *extend)
{
	struct inode *inode = file_inode(iocb->ki_filp);
	loff_t offset;
	size_t count;
	ssize_t ret;

restart:
	ret = ext4_generic_write_checks(iocb, from);
	if (ret <= 0)
		goto out;

	count = ret;
	offset = iocb->ki_pos;
	if (ext4_extending_io(inode, offset, count))
		*extend = true;
	if (*ilock_shared && (!IS_NOSEC(inode) || *extend ||
			     !ext4_overwrite_io(inode, offset, count))) {
		if (iocb->ki_flags & IOCB_NOWAIT) {
			ret = -EAGAIN;
			goto out;
		}
		inode_unlock_shared(inode);
		inode_lock(inode);
		*ilock_shared = false;
		goto restart;
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
 * Direct write: starts with the shared lock unless it is unaligned or extending;
 * those wait for their I/O under the exclusive lock.
 */
static ssize_t ext4_dio_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	struct inode *inode = file_inode(iocb->ki_filp);
	const struct iomap_ops *iomap_ops = &ext4_iomap_ops;
	bool extend = false, unaligned_io = false;
	bool ilock_shared = true;
	loff_t offset = iocb->ki_pos;
	size_t count = iov_iter_count(from);
	handle_t *handle;
	ssize_t ret;

	if (ext4_unaligned_io(inode, from, offset)) {
		unaligned_io = true;
		ilock_shared = false;
	}
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

	if (!ext4_dio_supported(inode)) {
		ext4_inode_unlock_dio(inode, ilock_shared);
		return ext4_buffered_write_iter(iocb, from);
	}

	ret = ext4_dio_write_checks(iocb, from, &ilock_shared, &extend);
	if (ret <= 0)
		return ret;

	if ((iocb->ki_flags & IOCB_NOWAIT) && (unaligned_io || extend)) {
		ret = -EAGAIN;
		goto out;
	}

	offset = iocb->ki_pos;

	if (unaligned_io)
		inode_dio_wait(inode);

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

	if (ilock_shared)
		iomap_ops = &ext4_iomap_overwrite_ops;
	ret = iomap_dio_rw(iocb, from, iomap_ops, &ext4_dio_write_ops,
			   is_sync_kiocb(iocb) || unaligned_io || extend);

	if (extend)
		ret = ext4_handle_inode_extension(inode, offset, ret, count);

out:
	ext4_inode_unlock_dio(inode, ilock_shared);

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
