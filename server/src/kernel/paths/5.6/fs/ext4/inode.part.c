/*
 * What v5.6 has otherwise in fs/ext4/inode.c.
 */

/* Overwrites under the shared lock look up as a read does. */
static int ext4_iomap_overwrite_begin(struct inode *inode, loff_t offset, loff_t length, unsigned flags,
		struct iomap *iomap, struct iomap *srcmap)
{
	flags &= ~IOMAP_WRITE;
	return ext4_iomap_begin(inode, offset, length, flags, iomap, srcmap);
}

const struct iomap_ops ext4_iomap_overwrite_ops = {
	.iomap_begin		= ext4_iomap_overwrite_begin,
	.iomap_end		= ext4_iomap_end,
};
