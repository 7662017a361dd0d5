/*
 * One extent of a range, v5.3: mapped by the file system, worked on by the actor, handed
 * back. The mapping covers the range here.
 */
loff_t
iomap_apply(struct inode *inode, loff_t pos, loff_t length, unsigned flags,
		const struct iomap_ops *ops, void *data, iomap_actor_t actor)
{
	struct iomap iomap = { 0 };
	loff_t written, ret;

	ret = ops->iomap_begin(inode, pos, length, flags, &iomap);
	if (ret)
		return ret;

	written = actor(inode, pos, length, data, &iomap);

	if (ops->iomap_end)
		ret = ops->iomap_end(inode, pos, length, written > 0 ? written : 0, flags, &iomap);

	return written ? written : ret;
}
