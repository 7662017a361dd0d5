/*
 * iomap's walk over a range, v6.1: the file system maps an extent, the caller of
 * iomap_iter() works on it.
 */

/* Moves past what was processed; 0 when nothing is left. */
static inline int iomap_iter_advance(struct iomap_iter *iter)
{
	bool stale = iter->iomap.flags & IOMAP_F_STALE;

	if (iter->iomap.length) {
		if (iter->processed < 0)
			return iter->processed;
		if (!iter->processed && !stale)
			return 0;
		iter->pos += iter->processed;
		iter->len -= iter->processed;
	}
	if (!iter->len)
		return 0;

	iter->processed = 0;
	memset(&iter->iomap, 0, sizeof(iter->iomap));
	return 1;
}

/* Hands the last mapping back and asks for the next; positive while there is one. */
int iomap_iter(struct iomap_iter *iter, const struct iomap_ops *ops)
{
	ssize_t done = max(iter->processed, 0);
	int ret;

	if (iter->iomap.length && ops->iomap_end) {
		ret = ops->iomap_end(iter->inode, iter->pos, iomap_length(iter),
				done, iter->flags, &iter->iomap);
		if (ret < 0 && !iter->processed)
			return ret;
	}

	ret = iomap_iter_advance(iter);
	if (ret <= 0)
		return ret;

	ret = ops->iomap_begin(iter->inode, iter->pos, iter->len, iter->flags,
			       &iter->iomap, &iter->srcmap);
	return ret < 0 ? ret : 1;
}
