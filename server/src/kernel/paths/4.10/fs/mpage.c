/*
 * Page fill through mpage, v4.10, cut down to the order of its events.
 */

/*
 * End of the read: uptodate, then unlock, as in fs/mpage.c, v4.10. In the
 * kernel page_endio() does both.
 */
static void mpage_end_io(struct bio *bio)
{
	struct page *page = bio->bi_io_vec->bv_page;

	if (!bio->bi_error) {
		SetPageUptodate(page);
	} else {
		ClearPageUptodate(page);
		SetPageError(page);
	}
	unlock_page(page);
	bio_put(bio);
}

/*
 * As in fs/mpage.c, v4.10.
 */
static struct bio *mpage_bio_submit(int op, int op_flags, struct bio *bio)
{
	bio->bi_end_io = mpage_end_io;
	bio_set_op_attrs(bio, op, op_flags);
	submit_bio(bio);
	return NULL;
}

/*
 * Looks up the blocks of a locked page, then zeroes it if it is a hole or
 * submits the read, as in fs/mpage.c, v4.10. Cut: runs of blocks, pages that
 * have buffers already, a hole behind mapped blocks.
 */
static struct bio *
do_mpage_readpage(struct bio *bio, struct page *page, unsigned nr_pages,
		sector_t *last_block_in_bio, struct buffer_head *map_bh,
		unsigned long *first_logical_block, get_block_t get_block,
		gfp_t gfp)
{
	struct inode *inode = page->mapping->host;
	const unsigned blkbits = inode->i_blkbits;
	sector_t block_in_file;

	block_in_file = (sector_t)page->index << (PAGE_SHIFT - blkbits);

	map_bh->b_page = page;
	map_bh->b_state = 0;
	get_block(inode, block_in_file, map_bh, 0);

	if (!buffer_mapped(map_bh)) {
		zero_user_segment(page, 0, PAGE_SIZE);
		SetPageUptodate(page);
		unlock_page(page);
		goto out;
	}

	bio = mpage_alloc(map_bh->b_bdev, map_bh->b_blocknr, 1, gfp);
	bio_add_page(bio, page, PAGE_SIZE, 0);

out:
	return bio;
}

/*
 * As in fs/mpage.c, v4.10.
 */
int mpage_readpage(struct page *page, get_block_t get_block)
{
	struct bio *bio = NULL;
	sector_t last_block_in_bio = 0;
	struct buffer_head map_bh;
	unsigned long first_logical_block = 0;
	gfp_t gfp = mapping_gfp_constraint(page->mapping, GFP_KERNEL);

	map_bh.b_state = 0;
	map_bh.b_size = 0;
	bio = do_mpage_readpage(bio, page, 1, &last_block_in_bio,
			&map_bh, &first_logical_block, get_block, gfp);
	if (bio)
		mpage_bio_submit(REQ_OP_READ, 0, bio);
	return 0;
}
