/*
 * What v6.9 has otherwise in mm/filemap.c: i_size_read() orders, and the barrier is gone.
 */

/* Buffered read: gets folios, copies from them without their lock. */
ssize_t filemap_read(struct kiocb *iocb, struct iov_iter *iter,
		ssize_t already_read)
{
	struct inode *inode = iocb->ki_filp->f_mapping->host;
	struct folio_batch fbatch;
	int i, error = 0;
	loff_t isize;

	folio_batch_init(&fbatch);

	do {
		if (unlikely(iocb->ki_pos >= i_size_read(inode)))
			break;

		error = filemap_get_pages(iocb, iter->count, &fbatch, false);
		if (error < 0)
			break;

		isize = i_size_read(inode);
		if (unlikely(iocb->ki_pos >= isize))
			goto put_folios;

		for (i = 0; i < folio_batch_count(&fbatch); i++) {
			struct folio *folio = fbatch.folios[i];
			size_t offset = offset_in_folio(folio, iocb->ki_pos);
			size_t bytes = min(folio_size(folio) - offset, isize - iocb->ki_pos);
			size_t copied;

			copied = copy_folio_to_iter(folio, offset, bytes, iter);

			already_read += copied;
			iocb->ki_pos += copied;
		}
put_folios:
		folio_put(fbatch.folios[0]);
		folio_batch_init(&fbatch);
	} while (iov_iter_count(iter) && iocb->ki_pos < isize && !error);

	return already_read ? already_read : error;
}
