/*
 * ext4's read and write entries before direct I/O went through iomap: reads are
 * locked in ext4_direct_IO_read(), writes here. Ordering as in fs/ext4/file.c,
 * v4.10. Cut: DAX.
 */

/* Direct or buffered read. */
static ssize_t ext4_file_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	return generic_file_read_iter(iocb, to);
}

/* Are the blocks of the range allocated and written? */
static bool ext4_overwrite_io(struct inode *inode, loff_t pos, loff_t len)
{
	struct ext4_map_blocks map;
	unsigned int blkbits = inode->i_blkbits;
	int err, blklen;

	if (pos + len > i_size_read(inode))
		return false;

	map.m_lblk = pos >> blkbits;
	map.m_len = blklen = EXT4_MAX_BLOCKS(len, pos, blkbits);

	err = ext4_map_blocks(NULL, inode, &map, 0);
	return err == blklen && (map.m_flags & EXT4_MAP_MAPPED);
}

/*
 * Direct or buffered write under the exclusive inode lock; an overwrite with
 * dioread_nolock gives it up in ext4_direct_IO_write().
 * The kernel does not look at `overwrite` again at the end; here that keeps its
 * value known behind iocb->private.
 */
static ssize_t ext4_file_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	struct inode *inode = file_inode(iocb->ki_filp);
	int o_direct = iocb->ki_flags & IOCB_DIRECT;
	int unaligned_aio = 0, overwrite = 0;
	ssize_t ret;

	inode_lock(inode);
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
	if (o_direct && ext4_should_dioread_nolock(inode) && !unaligned_aio &&
	    ext4_overwrite_io(inode, iocb->ki_pos, iov_iter_count(from)))
		overwrite = 1;

	ret = __generic_file_write_iter(iocb, from);
	inode_unlock(inode);
	iocb->private = overwrite ? &overwrite : NULL;

	return ret > 0 ? generic_write_sync(iocb, ret) : ret;

out:
	inode_unlock(inode);
	return ret;
}

static const struct vm_operations_struct ext4_file_vm_ops = {
	.fault		= ext4_filemap_fault,
	.page_mkwrite	= ext4_page_mkwrite,
};

const struct file_operations ext4_file_operations = {
	.read_iter	= ext4_file_read_iter,
	.write_iter	= ext4_file_write_iter,
	.fallocate	= ext4_fallocate,
};

const struct inode_operations ext4_file_inode_operations = {
	.setattr	= ext4_setattr,
};
