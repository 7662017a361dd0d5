/*
 * One extent of a range: map, act, commit, as in fs/iomap/apply.c, v5.3.
 * Cut: sanity checks of the mapping, the trimming of the length.
 */
loff_t
iomap_apply(struct inode *inode, loff_t pos, loff_t length, unsigned flags,
		const struct iomap_ops *ops, void *data, iomap_actor_t actor)
{
	struct iomap iomap = { 0 };
	loff_t written = 0, ret;

	ret = ops->iomap_begin(inode, pos, length, flags, &iomap);
	if (ret)
		return ret;

	written = actor(inode, pos, length, data, &iomap);

	if (ops->iomap_end) {
		ret = ops->iomap_end(inode, pos, length,
				     written > 0 ? written : 0,
				     flags, &iomap);
	}

	return written ? written : ret;
}
