/*
 * What is left of the extent and of the request. As in include/linux/iomap.h,
 * v6.1. Cut: a source map of its own, for copy on write.
 */
static inline u64 iomap_length(const struct iomap_iter *iter)
{
	u64 end = iter->iomap.offset + iter->iomap.length;

	return min(iter->len, end - iter->pos);
}

/* The map to read from. As in include/linux/iomap.h, v6.1; cut likewise. */
static inline const struct iomap *iomap_iter_srcmap(const struct iomap_iter *i)
{
	return &i->iomap;
}
