/* Of include/linux/fs.h, v6.9, as 64-bit machines have it: what was written before i_size is seen. */

static inline loff_t i_size_read(const struct inode *inode)
{
	return smp_load_acquire(&inode->i_size);
}
