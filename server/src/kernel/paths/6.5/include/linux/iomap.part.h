/*
 * What v6.12 has otherwise in include/linux/iomap.h.
 */

/* Where the next write begins, rounded to blocks. As in include/linux/iomap.h, v6.12. */
static inline loff_t iomap_last_written_block(struct inode *inode, loff_t pos,
		ssize_t written)
{
	if (unlikely(!written))
		return round_down(pos, i_blocksize(inode));
	return round_up(pos + written, i_blocksize(inode));
}
