/*
 * What is left of the extent and of the request. As in include/linux/iomap.h,
 * v6.12. Cut: a source map of its own, for copy on write.
 */
static inline u64 iomap_length(const struct iomap_iter *iter)
{
	u64 end = iter->iomap.offset + iter->iomap.length;

	return min(iter->len, end - iter->pos);
}

/* The map to read from. As in include/linux/iomap.h, v6.12; cut likewise. */
static inline const struct iomap *iomap_iter_srcmap(const struct iomap_iter *i)
{
	return &i->iomap;
}

/* Where the next write begins, rounded to blocks. As in include/linux/iomap.h, v6.12. */
static inline loff_t iomap_last_written_block(struct inode *inode, loff_t pos,
		ssize_t written)
{
	if (unlikely(!written))
		return round_down(pos, i_blocksize(inode));
	return round_up(pos + written, i_blocksize(inode));
}
