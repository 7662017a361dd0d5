/*
 * What v4.14 has otherwise in fs/mpage.c.
 */

/* Uptodate, then unlocked: in the kernel page_endio() does both. */
static void mpage_end_io(struct bio *bio)
{
	struct page *page = bio->bi_io_vec->bv_page;

	if (!bio->bi_status)
		SetPageUptodate(page);
	unlock_page(page);
}
