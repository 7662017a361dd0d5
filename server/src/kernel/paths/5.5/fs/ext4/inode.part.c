/*
 * What v5.5 has otherwise in fs/ext4/inode.c.
 */

/* Type of an iomap from the flags of a lookup. */
static void ext4_set_iomap(struct inode *inode, struct iomap *iomap, struct ext4_map_blocks *map,
		loff_t offset, loff_t length)
{
	u8 blkbits = inode->i_blkbits;

	iomap->flags = map->m_flags & EXT4_MAP_NEW ? IOMAP_F_NEW : 0;
	iomap->offset = (u64) map->m_lblk << blkbits;
	iomap->length = (u64) map->m_len << blkbits;

	if (map->m_flags & EXT4_MAP_UNWRITTEN) {
		iomap->type = IOMAP_UNWRITTEN;
	} else if (map->m_flags & EXT4_MAP_MAPPED) {
		iomap->type = IOMAP_MAPPED;
	} else {
		iomap->type = IOMAP_HOLE;
	}
}

/*
 * Allocation for a direct write: written blocks beyond i_size, unwritten ones
 * inside it, none there for an inode with indirect blocks.
 */
static int ext4_iomap_alloc(struct inode *inode, struct ext4_map_blocks *map, unsigned int flags)
{
	handle_t *handle;
	u8 blkbits = inode->i_blkbits;
	int ret, m_flags = 0;

	handle = ext4_journal_start(inode, EXT4_HT_MAP_BLOCKS, 0);
	if (IS_ERR(handle))
		return PTR_ERR(handle);

	if ((map->m_lblk * (1 << blkbits)) >= i_size_read(inode))
		m_flags = EXT4_GET_BLOCKS_CREATE;
	else if (ext4_test_inode_flag(inode, EXT4_INODE_EXTENTS))
		m_flags = EXT4_GET_BLOCKS_IO_CREATE_EXT;

	ret = ext4_map_blocks(handle, inode, map, m_flags);

	if (!m_flags && !ret)
		ret = -ENOTBLK;

	ext4_journal_stop(handle);
	return ret;
}

/* The mapping for direct I/O. */
static int ext4_iomap_begin(struct inode *inode, loff_t offset, loff_t length, unsigned flags,
		struct iomap *iomap, struct iomap *srcmap)
{
	struct ext4_map_blocks map;
	u8 blkbits = inode->i_blkbits;
	int ret;

	map.m_lblk = offset >> blkbits;
	map.m_len = ((offset + length - 1) >> blkbits) - map.m_lblk + 1;

	if (flags & IOMAP_WRITE)
		ret = ext4_iomap_alloc(inode, &map, flags);
	else
		ret = ext4_map_blocks(NULL, inode, &map, 0);

	ext4_set_iomap(inode, iomap, &map, offset, length);

	return ret < 0 ? ret : 0;
}

/* Nothing written: the caller falls back to buffered I/O. */
static int ext4_iomap_end(struct inode *inode, loff_t offset, loff_t length, ssize_t written, unsigned flags,
		struct iomap *iomap)
{
	if (flags & (IOMAP_WRITE | IOMAP_DIRECT) && written == 0)
		return -ENOTBLK;

	return 0;
}

const struct iomap_ops ext4_iomap_ops = {
	.iomap_begin		= ext4_iomap_begin,
	.iomap_end		= ext4_iomap_end,
};

static const struct address_space_operations ext4_aops = {
	.readpage		= ext4_readpage,
	.readpages		= ext4_readpages,
	.writepages		= ext4_writepages,
	.write_begin		= ext4_write_begin,
	.write_end		= ext4_write_end,
	.set_page_dirty		= ext4_set_page_dirty,
	.direct_IO		= noop_direct_IO,
};

static const struct address_space_operations ext4_da_aops = {
	.readpage		= ext4_readpage,
	.readpages		= ext4_readpages,
	.writepages		= ext4_writepages,
	.write_begin		= ext4_da_write_begin,
	.write_end		= ext4_da_write_end,
	.set_page_dirty		= ext4_set_page_dirty,
	.direct_IO		= noop_direct_IO,
};
