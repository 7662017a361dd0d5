/*
 * What v5.10 has otherwise in fs/ext4/readpage.c.
 */

/* Looks each block of the page up; holes and unwritten blocks are zeroed, the mapped ones read. */
int ext4_mpage_readpages(struct inode *inode, struct readahead_control *rac, struct page *page)
{
	unsigned int nr_pages = rac ? readahead_count(rac) : 1;
	unsigned blkbits = inode->i_blkbits, page_block;
	struct ext4_map_blocks map;
	sector_t block_in_file;
	struct bio *bio = NULL;

	for (; nr_pages; nr_pages--) {
		if (rac)
			page = readahead_page(rac);

		block_in_file = (sector_t)page->index << (PAGE_SHIFT - blkbits);
		for (page_block = 0; page_block < PAGE_SIZE >> blkbits; page_block++, block_in_file++) {
			map.m_lblk = block_in_file;
			map.m_len = 1;

			if (ext4_map_blocks(NULL, inode, &map, 0) < 0) {
				SetPageError(page);
				zero_user_segment(page, 0, PAGE_SIZE);
				unlock_page(page);
				goto next_page;
			}
			if ((map.m_flags & EXT4_MAP_MAPPED) == 0) {
				zero_user_segment(page, page_block << blkbits, PAGE_SIZE);
				continue;
			}
			bio = bio_alloc(GFP_KERNEL, 1);
			bio->bi_private = page;
			bio->bi_end_io = mpage_end_io;
			submit_bio(bio);
		}
		if (!bio) {
			SetPageUptodate(page);
			unlock_page(page);
		}
	next_page:
		if (rac)
			put_page(page);
	}
	return 0;
}
