/* Of fs/ext4/ext4.h, v6.14: a macro there. */

/* The first block that starts at an offset or behind it. */
static inline ext4_lblk_t EXT4_B_TO_LBLK(struct inode *inode, loff_t offset)
{
	return round_up(offset, i_blocksize(inode)) >> inode->i_blkbits;
}
