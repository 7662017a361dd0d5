/*
 * How much of a locked folio is inside EOF, or -EFAULT when it was dropped.
 * As in include/linux/pagemap.h, v6.1.
 */
static inline ssize_t folio_mkwrite_check_truncate(struct folio *folio,
					      struct inode *inode)
{
	loff_t size = i_size_read(inode);
	pgoff_t index = size >> PAGE_SHIFT;
	size_t offset = offset_in_folio(folio, size);

	if (!folio->mapping)
		return -EFAULT;

	if (folio_next_index(folio) - 1 < index)
		return folio_size(folio);
	if (folio->index > index || !offset)
		return -EFAULT;
	return offset;
}

/* As in include/linux/pagemap.h, v6.1. */
static inline
unsigned int i_blocks_per_folio(struct inode *inode, struct folio *folio)
{
	return folio_size(folio) >> inode->i_blkbits;
}
