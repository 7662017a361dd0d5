/*
 * Filling a page from the extent map and the disk. Ordering as in
 * fs/ext4/readpage.c, v4.10. Cut: merging of bios, the detour over
 * block_read_full_page() when a mapped block follows a hole (it does the same
 * per block), encryption, verity.
 */

/* End of the read of a page. */
static void mpage_end_io(struct bio *bio)
{
	struct page *page = bio->bi_private;

	if (!bio->bi_error)
		SetPageUptodate(page);
	unlock_page(page);
	bio_put(bio);
}

/* Looks each block of the page up; holes and unwritten blocks are zeroed, the mapped ones read. */
int ext4_mpage_readpages(struct address_space *mapping, struct list_head *pages, struct page *page,
		unsigned nr_pages)
{
	struct inode *inode = mapping->host;
	unsigned blkbits = inode->i_blkbits, page_block;
	struct ext4_map_blocks map;
	sector_t block_in_file;
	struct bio *bio = NULL;

	for (; nr_pages; nr_pages--) {
		if (pages) {
			page = lru_to_page(pages);
			list_del(&page->lru);
			if (add_to_page_cache_lru(page, mapping, page->index, readahead_gfp_mask(mapping)))
				goto next_page;
		}

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
		if (pages)
			put_page(page);
	}
	return 0;
}
