/*
 * What v5.12 has otherwise in fs/ext4/file.c: flags for iomap_dio_rw().
 */

/* Direct read under the shared lock. */
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

	ret = iomap_dio_rw(iocb, to, &ext4_iomap_ops, NULL, 0);
	inode_unlock_shared(inode);

	return ret;
}

/*
 * Direct write: starts with the shared lock unless it is unaligned or extending;
 * those wait for their I/O under the exclusive lock. -ENOTBLK (the invalidation
 * failed) falls back to buffered I/O.
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
			   (unaligned_io || extend) ? IOMAP_DIO_FORCE_WAIT : 0);
	if (ret == -ENOTBLK)
		ret = 0;

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
