/*
 * Page fill through mpage, v4.10: the order of its events. Not here: runs of blocks, pages
 * that have buffers already, a hole behind mapped blocks.
 */

/* Uptodate, then unlocked: in the kernel page_endio() does both. */
static void mpage_end_io(struct bio *bio)
{
	struct page *page = bio->bi_io_vec->bv_page;

	if (!bio->bi_error)
		SetPageUptodate(page);
	unlock_page(page);
}

/* The end of the bio unlocks the page. */
static struct bio *mpage_bio_submit(int op, int op_flags, struct bio *bio)
{
	bio->bi_end_io = mpage_end_io;
	submit_bio(bio);
	return NULL;
}

/* Looks up the block of a locked page; zeroes it if it is a hole, else reads it. */
static struct bio *
do_mpage_readpage(struct bio *bio, struct page *page, unsigned nr_pages,
		sector_t *last_block_in_bio, struct buffer_head *map_bh,
		unsigned long *first_logical_block, get_block_t get_block,
		gfp_t gfp)
{
	struct inode *inode = page->mapping->host;
	sector_t block_in_file = (sector_t)page->index << (PAGE_SHIFT - inode->i_blkbits);

	map_bh->b_page = page;
	map_bh->b_state = 0;
	get_block(inode, block_in_file, map_bh, 0);

	if (!buffer_mapped(map_bh)) {
		zero_user_segment(page, 0, PAGE_SIZE);
		SetPageUptodate(page);
		unlock_page(page);
		return bio;
	}

	bio = mpage_alloc(map_bh->b_bdev, map_bh->b_blocknr, 1, gfp);
	bio_add_page(bio, page, PAGE_SIZE, 0);
	return bio;
}

/* Fills one locked page. */
int mpage_readpage(struct page *page, get_block_t get_block)
{
	struct bio *bio = NULL;
	sector_t last_block_in_bio = 0;
	struct buffer_head map_bh;
	unsigned long first_logical_block = 0;

	bio = do_mpage_readpage(bio, page, 1, &last_block_in_bio,
			&map_bh, &first_logical_block, get_block, GFP_KERNEL);
	if (bio)
		mpage_bio_submit(REQ_OP_READ, 0, bio);
	return 0;
}
