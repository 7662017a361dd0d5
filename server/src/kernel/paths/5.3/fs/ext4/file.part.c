/*
 * What v5.3 has otherwise in fs/ext4/file.c.
 */

/*
 * Direct or buffered write under the exclusive inode lock; an overwrite with
 * dioread_nolock gives it up in ext4_direct_IO_write(). A try fails where it
 * would wait, or allocate. From v5.2 on an asynchronous write of part of a block
 * waits for its own conversion as well.
 * The kernel does not look at `overwrite` again at the end; here that keeps its
 * value known behind iocb->private.
 */
static ssize_t ext4_file_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	struct inode *inode = file_inode(iocb->ki_filp);
	int o_direct = iocb->ki_flags & IOCB_DIRECT;
	int unaligned_aio = 0, overwrite = 0;
	ssize_t ret;

	if (!o_direct && (iocb->ki_flags & IOCB_NOWAIT))
		return -EOPNOTSUPP;

	if (!inode_trylock(inode)) {
		if (iocb->ki_flags & IOCB_NOWAIT)
			return -EAGAIN;
		inode_lock(inode);
	}

	ret = ext4_write_checks(iocb, from);
	if (ret <= 0)
		goto out;

	if (o_direct && ext4_test_inode_flag(inode, EXT4_INODE_EXTENTS) &&
	    !is_sync_kiocb(iocb) &&
	    ext4_unaligned_aio(inode, from, iocb->ki_pos)) {
		unaligned_aio = 1;
		ext4_unwritten_wait(inode);
	}

	iocb->private = &overwrite;
	if (o_direct && !unaligned_aio) {
		if (ext4_overwrite_io(inode, iocb->ki_pos, iov_iter_count(from))) {
			if (ext4_should_dioread_nolock(inode))
				overwrite = 1;
		} else if (iocb->ki_flags & IOCB_NOWAIT) {
			ret = -EAGAIN;
			goto out;
		}
	}

	ret = __generic_file_write_iter(iocb, from);
	if (ret == -EIOCBQUEUED && unaligned_aio)
		ext4_unwritten_wait(inode);
	inode_unlock(inode);
	iocb->private = overwrite ? &overwrite : NULL;

	return ret > 0 ? generic_write_sync(iocb, ret) : ret;

out:
	inode_unlock(inode);
	return ret;
}
