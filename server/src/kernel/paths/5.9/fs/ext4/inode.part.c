/*
 * What v5.10 has otherwise in fs/ext4/inode.c.
 */

/* Fills one page. */
static int ext4_readpage(struct file *file, struct page *page)
{
	struct inode *inode = page->mapping->host;

	return ext4_mpage_readpages(inode, NULL, page);
}

static void ext4_readahead(struct readahead_control *rac)
{
	struct inode *inode = rac->mapping->host;

	ext4_mpage_readpages(inode, rac, NULL);
}

/* The mapping for direct I/O; a write inside i_size first looks for written blocks, which v5.9 does not. */
static int ext4_iomap_begin(struct inode *inode, loff_t offset, loff_t length, unsigned flags,
		struct iomap *iomap, struct iomap *srcmap)
{
	struct ext4_map_blocks map;
	u8 blkbits = inode->i_blkbits;
	int ret;

	map.m_lblk = offset >> blkbits;
	map.m_len = ((offset + length - 1) >> blkbits) - map.m_lblk + 1;

	if (flags & IOMAP_WRITE) {
		if (offset + length <= i_size_read(inode)) {
			ret = ext4_map_blocks(NULL, inode, &map, 0);
			if (ret > 0 && (map.m_flags & EXT4_MAP_MAPPED))
				goto out;
		}
		ret = ext4_iomap_alloc(inode, &map, flags);
	} else {
		ret = ext4_map_blocks(NULL, inode, &map, 0);
	}
out:
	ext4_set_iomap(inode, iomap, &map, offset, length);

	return ret < 0 ? ret : 0;
}

static const struct address_space_operations ext4_aops = {
	.readpage		= ext4_readpage,
	.readahead		= ext4_readahead,
	.writepages		= ext4_writepages,
	.write_begin		= ext4_write_begin,
	.write_end		= ext4_write_end,
	.set_page_dirty		= ext4_set_page_dirty,
	.direct_IO		= noop_direct_IO,
};

static const struct address_space_operations ext4_da_aops = {
	.readpage		= ext4_readpage,
	.readahead		= ext4_readahead,
	.writepages		= ext4_writepages,
	.write_begin		= ext4_da_write_begin,
	.write_end		= ext4_da_write_end,
	.set_page_dirty		= ext4_set_page_dirty,
	.direct_IO		= noop_direct_IO,
};
