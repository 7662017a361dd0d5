/*
 * Filling a folio from the extent map and the disk. Ordering as in
 * fs/ext4/readpage.c, v6.12. Cut: merging of bios, the detour over
 * block_read_full_folio() when a mapped block follows a hole (it does the same
 * per block), encryption, verity.
 */

/* End of the read of a folio. */
static void mpage_end_io(struct bio *bio)
{
	struct folio *folio = bio->bi_private;

	folio_end_read(folio, bio->bi_status == 0);
	bio_put(bio);
}

/* Looks each block of the folio up; holes and unwritten blocks are zeroed, the mapped ones read. */
int ext4_mpage_readpages(struct inode *inode, struct readahead_control *rac, struct folio *folio)
{
	unsigned int nr_pages = rac ? readahead_count(rac) : 1;
	unsigned blkbits = inode->i_blkbits, page_block;
	struct ext4_map_blocks map;
	sector_t block_in_file;
	struct bio *bio = NULL;

	for (; nr_pages; nr_pages--) {
		if (rac)
			folio = readahead_folio(rac);

		block_in_file = (sector_t)folio->index << (PAGE_SHIFT - blkbits);
		for (page_block = 0; page_block < PAGE_SIZE >> blkbits; page_block++, block_in_file++) {
			map.m_lblk = block_in_file;
			map.m_len = 1;

			if (ext4_map_blocks(NULL, inode, &map, 0) < 0) {
				folio_zero_segment(folio, 0, folio_size(folio));
				folio_unlock(folio);
				goto next_page;
			}
			if ((map.m_flags & EXT4_MAP_MAPPED) == 0) {
				folio_zero_segment(folio, page_block << blkbits, folio_size(folio));
				continue;
			}
			bio = bio_alloc(inode->i_sb->s_bdev, 1, REQ_OP_READ, GFP_KERNEL);
			bio->bi_private = folio;
			bio->bi_end_io = mpage_end_io;
			submit_bio(bio);
		}
		if (!bio)
			folio_end_read(folio, true);
next_page:
		;
	}
	return 0;
}
