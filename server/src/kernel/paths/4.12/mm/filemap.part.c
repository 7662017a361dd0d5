/*
 * What v4.12 has otherwise in mm/filemap.c.
 */

/*
 * Flush, drop the pages, whether any are cached or not, write, drop them again, which for
 * an asynchronous write is before its end.
 */
ssize_t
generic_file_direct_write(struct kiocb *iocb, struct iov_iter *from)
{
	struct address_space *mapping = iocb->ki_filp->f_mapping;
	struct inode	*inode = mapping->host;
	loff_t		pos = iocb->ki_pos;
	ssize_t		written;
	size_t		write_len = iov_iter_count(from);
	pgoff_t		end = (pos + write_len - 1) >> PAGE_SHIFT;

	written = filemap_write_and_wait_range(mapping, pos, pos + write_len - 1);
	if (written)
		goto out;

	written = invalidate_inode_pages2_range(mapping,
					pos >> PAGE_SHIFT, end);
	if (written) {
		if (written == -EBUSY)
			return 0;
		goto out;
	}

	written = mapping->a_ops->direct_IO(iocb, from);

	invalidate_inode_pages2_range(mapping,
				      pos >> PAGE_SHIFT, end);

	if (written > 0) {
		pos += written;
		write_len -= written;
		if (pos > i_size_read(inode) && !S_ISBLK(inode->i_mode))
			i_size_write(inode, pos);
		iocb->ki_pos = pos;
	}
	iov_iter_revert(from, write_len - iov_iter_count(from));
out:
	return written;
}
