/*
 * Of include/linux/pagemap.h, v6.1.
 */

/* How much of a locked folio is inside EOF, or -EFAULT when it was dropped or lies beyond. */
static inline ssize_t folio_mkwrite_check_truncate(struct folio *folio,
		struct inode *inode)
{
	loff_t size = i_size_read(inode);

	if (!folio->mapping || folio_pos(folio) >= size)
		return -EFAULT;
	return min(folio_size(folio), size - folio_pos(folio));
}

/* Blocks are no larger than folios. */
static inline
unsigned int i_blocks_per_folio(struct inode *inode, struct folio *folio)
{
	return folio_size(folio) >> inode->i_blkbits;
}
