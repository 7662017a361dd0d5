/*
 * What v4.14 has otherwise in fs/mpage.c.
 */

/*
 * End of the read: uptodate, then unlock, as in fs/mpage.c, v4.14. In the
 * kernel page_endio() does both.
 */
static void mpage_end_io(struct bio *bio)
{
	struct page *page = bio->bi_io_vec->bv_page;

	if (!bio->bi_status) {
		SetPageUptodate(page);
	} else {
		ClearPageUptodate(page);
		SetPageError(page);
	}
	unlock_page(page);
	bio_put(bio);
}
