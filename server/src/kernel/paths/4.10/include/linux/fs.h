/* Of include/linux/fs.h, v4.10, as 64-bit machines have it. */

static inline loff_t i_size_read(const struct inode *inode)
{
	return inode->i_size;
}
