/*
 * The page cache's part of a truncate, v4.10.
 */

/*
 * Size first, then the pages, as in mm/truncate.c, v4.10.
 */
void truncate_setsize(struct inode *inode, loff_t newsize)
{
	loff_t oldsize = inode->i_size;

	i_size_write(inode, newsize);
	if (newsize > oldsize)
		pagecache_isize_extended(inode, oldsize, newsize);
	truncate_pagecache(inode, newsize);
}
