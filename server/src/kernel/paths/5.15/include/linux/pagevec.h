/* An empty batch. As in include/linux/pagevec.h, v6.1. */
static inline void folio_batch_init(struct folio_batch *fbatch)
{
	fbatch->nr = 0;
	fbatch->i = 0;
}

/* As in include/linux/pagevec.h, v6.1. */
static inline unsigned int folio_batch_count(struct folio_batch *fbatch)
{
	return fbatch->nr;
}

/* As in include/linux/pagevec.h, v6.1; a batch has room for the one folio. */
static inline unsigned folio_batch_add(struct folio_batch *fbatch,
		struct folio *folio)
{
	fbatch->nr++;
	return folio_batch_space(fbatch);
}
