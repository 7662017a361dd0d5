/*
 * What v5.2 has otherwise in fs/buffer.c: the end of generic_write_end() is a function of
 * its own, since iomap calls it, too. Until v5.1 it lets go of the page as well.
 */

/* i_size, unlock: in this order. */
void __generic_write_end(struct inode *inode, loff_t pos, unsigned copied,
		struct page *page)
{
	loff_t old_size = inode->i_size;

	if (pos + copied > inode->i_size)
		i_size_write(inode, pos + copied);

	unlock_page(page);

	if (old_size < pos)
		pagecache_isize_extended(inode, old_size, pos);
}

/* Dirty, then i_size and the unlock. */
int generic_write_end(struct file *file, struct address_space *mapping,
		loff_t pos, unsigned len, unsigned copied,
		struct page *page, void *fsdata)
{
	struct inode *inode = mapping->host;

	copied = block_write_end(file, mapping, pos, len, copied, page, fsdata);

	__generic_write_end(inode, pos, copied, page);
	put_page(page);
	return copied;
}
