/*
 * Buffered I/O over iomap: folio fill, buffered write, write fault, writeback.
 * As in fs/iomap/buffered-io.c, v6.1, whose spelling stands for 5.15 to 6.4. Cut:
 * inline data, file systems with buffer heads, copy on write, the bits per block
 * of struct iomap_page, stale mappings, readahead.
 */

/* End of the read of a folio. As in v6.1. */
static void iomap_finish_folio_read(struct folio *folio, size_t offset,
		size_t len, int error)
{
	if (!error)
		folio_mark_uptodate(folio);
	folio_unlock(folio);
}

/* What reads as zeros: all but mapped blocks, and what lies beyond EOF. As in v6.1. */
static inline bool iomap_block_needs_zeroing(const struct iomap_iter *iter,
		loff_t pos)
{
	const struct iomap *srcmap = iomap_iter_srcmap(iter);

	return srcmap->type != IOMAP_MAPPED ||
		pos >= i_size_read(iter->inode);
}

/* Zeroes or reads the blocks of one mapping. As in v6.1. */
static loff_t iomap_readpage_iter(const struct iomap_iter *iter,
		struct iomap_readpage_ctx *ctx, loff_t offset)
{
	const struct iomap *iomap = &iter->iomap;
	loff_t pos = iter->pos + offset;
	struct folio *folio = ctx->cur_folio;
	size_t poff = offset_in_folio(folio, pos);
	size_t plen = i_blocksize(iter->inode);

	if (iomap_block_needs_zeroing(iter, pos)) {
		folio_zero_range(folio, poff, plen);
		goto done;
	}

	ctx->cur_folio_in_bio = true;
	ctx->bio = bio_alloc(iomap->bdev, 1, REQ_OP_READ, GFP_KERNEL);
	ctx->bio->bi_end_io = iomap_read_end_io;
	submit_bio(ctx->bio);
done:
	return plen;
}

/* Fills one locked folio. As in v6.1, with the end of the read at the end. */
int iomap_read_folio(struct folio *folio, const struct iomap_ops *ops)
{
	struct iomap_iter iter = {
		.inode		= folio->mapping->host,
		.pos		= folio_pos(folio),
		.len		= folio_size(folio),
	};
	struct iomap_readpage_ctx ctx = {
		.cur_folio	= folio,
	};
	int ret;

	while ((ret = iomap_iter(&iter, ops)) > 0)
		iter.processed = iomap_readpage_iter(&iter, &ctx, 0);

	iomap_finish_folio_read(folio, 0, folio_size(folio), ret);
	return 0;
}

/* Zeroes or reads what a write leaves over in the folio. As in v6.1. */
static int __iomap_write_begin(const struct iomap_iter *iter, loff_t pos,
		size_t len, struct folio *folio)
{
	const struct iomap *srcmap = iomap_iter_srcmap(iter);
	size_t from = offset_in_folio(folio, pos), to = from + len;
	int status;

	if (folio_test_uptodate(folio))
		return 0;

	if (from == 0 && to == folio_size(folio))
		return 0;

	if (iomap_block_needs_zeroing(iter, pos)) {
		folio_zero_segments(folio, 0, from, to, folio_size(folio));
		return 0;
	}

	status = iomap_read_folio_sync(pos, folio, 0, folio_size(folio), srcmap);
	if (status)
		return status;
	folio_mark_uptodate(folio);
	return 0;
}

/* As in v6.1. */
static int iomap_write_begin(struct iomap_iter *iter, loff_t pos,
		size_t len, struct folio **foliop)
{
	struct folio *folio;
	unsigned fgp = FGP_LOCK | FGP_WRITE | FGP_CREAT | FGP_STABLE | FGP_NOFS;
	int status = 0;

	folio = __filemap_get_folio(iter->inode->i_mapping, pos >> PAGE_SHIFT,
			fgp, mapping_gfp_mask(iter->inode->i_mapping));
	if (!folio) {
		status = (iter->flags & IOMAP_NOWAIT) ? -EAGAIN : -ENOMEM;
		goto out_no_page;
	}

	status = __iomap_write_begin(iter, pos, len, folio);

	if (unlikely(status))
		goto out_unlock;

	*foliop = folio;
	return 0;

out_unlock:
	folio_unlock(folio);
	folio_put(folio);
out_no_page:
	return status;
}

/* As in v6.1. Cut: a copy that fell short. */
static size_t __iomap_write_end(struct inode *inode, loff_t pos, size_t len,
		size_t copied, struct folio *folio)
{
	folio_mark_uptodate(folio);
	filemap_dirty_folio(inode->i_mapping, folio);
	return copied;
}

/* Dirty, i_size, unlock: in this order. As in v6.1. */
static size_t iomap_write_end(struct iomap_iter *iter, loff_t pos, size_t len,
		size_t copied, struct folio *folio)
{
	loff_t old_size = iter->inode->i_size;
	size_t ret;

	ret = __iomap_write_end(iter->inode, pos, len, copied, folio);

	if (pos + ret > old_size) {
		i_size_write(iter->inode, pos + ret);
		iter->iomap.flags |= IOMAP_F_SIZE_CHANGED;
	}
	folio_unlock(folio);

	if (old_size < pos)
		pagecache_isize_extended(iter->inode, old_size, pos);
	folio_put(folio);
	return ret;
}

/* As in v6.1. */
static loff_t iomap_write_iter(struct iomap_iter *iter, struct iov_iter *i)
{
	loff_t length = iomap_length(iter);
	loff_t pos = iter->pos;
	ssize_t written = 0;
	long status = 0;

	do {
		struct folio *folio;
		struct page *page;
		unsigned long offset;
		unsigned long bytes;
		size_t copied;

		offset = offset_in_page(pos);
		bytes = min(PAGE_SIZE - offset, iov_iter_count(i));
		if (bytes > length)
			bytes = length;

		if (unlikely(fault_in_iov_iter_readable(i, bytes) == bytes)) {
			status = -EFAULT;
			break;
		}

		status = iomap_write_begin(iter, pos, bytes, &folio);
		if (unlikely(status))
			break;

		page = folio_file_page(folio, pos >> PAGE_SHIFT);
		copied = copy_page_from_iter_atomic(page, offset, bytes, i);

		status = iomap_write_end(iter, pos, bytes, copied, folio);

		pos += status;
		written += status;
		length -= status;
	} while (iov_iter_count(i) && length);

	return written ? written : status;
}

/* Buffered write. As in v6.1. */
ssize_t
iomap_file_buffered_write(struct kiocb *iocb, struct iov_iter *i,
		const struct iomap_ops *ops)
{
	struct iomap_iter iter = {
		.inode		= iocb->ki_filp->f_mapping->host,
		.pos		= iocb->ki_pos,
		.len		= iov_iter_count(i),
		.flags		= IOMAP_WRITE,
	};
	int ret;

	if (iocb->ki_flags & IOCB_NOWAIT)
		iter.flags |= IOMAP_NOWAIT;

	while ((ret = iomap_iter(&iter, ops)) > 0)
		iter.processed = iomap_write_iter(&iter, i);
	if (iter.pos == iocb->ki_pos)
		return ret;
	return iter.pos - iocb->ki_pos;
}

/* As in v6.1. */
static loff_t iomap_folio_mkwrite_iter(struct iomap_iter *iter,
		struct folio *folio)
{
	loff_t length = iomap_length(iter);

	folio_mark_dirty(folio);

	return length;
}

/*
 * Write fault: the mapping (a reservation, for delalloc) first, then dirty, all
 * under the folio lock, which the caller keeps. As in v6.1.
 */
vm_fault_t iomap_page_mkwrite(struct vm_fault *vmf, const struct iomap_ops *ops)
{
	struct iomap_iter iter = {
		.inode		= file_inode(vmf->vma->vm_file),
		.flags		= IOMAP_WRITE | IOMAP_FAULT,
	};
	struct folio *folio = page_folio(vmf->page);
	ssize_t ret;

	folio_lock(folio);
	ret = folio_mkwrite_check_truncate(folio, iter.inode);
	if (ret < 0)
		goto out_unlock;
	iter.pos = folio_pos(folio);
	iter.len = ret;
	while ((ret = iomap_iter(&iter, ops)) > 0)
		iter.processed = iomap_folio_mkwrite_iter(&iter, folio);

	if (ret < 0)
		goto out_unlock;
	folio_wait_stable(folio);
	return VM_FAULT_LOCKED;
out_unlock:
	folio_unlock(folio);
	return block_page_mkwrite_return(ret);
}

/* End of writeback of the folios of an ioend. As in v6.1; io_folio is ours. */
static u32
iomap_finish_ioend(struct iomap_ioend *ioend, int error)
{
	folio_end_writeback(ioend->io_folio);
	return 1;
}

/* As in v6.1; merged ioends are cut. */
void
iomap_finish_ioends(struct iomap_ioend *ioend, int error)
{
	iomap_finish_ioend(ioend, error);
}

/* End of the bio when the file system has nothing to do. As in v6.1. */
static void iomap_writepage_end_bio(struct bio *bio)
{
	struct iomap_ioend *ioend = bio->bi_private;

	iomap_finish_ioend(ioend, blk_status_to_errno(bio->bi_status));
}

/*
 * Submits the ioend. As in v6.1. The second bio_endio() stands for the end of the
 * I/O, which in the kernel runs later, in another context.
 */
static int
iomap_submit_ioend(struct iomap_writepage_ctx *wpc, struct iomap_ioend *ioend,
		int error)
{
	ioend->io_bio->bi_private = ioend;
	ioend->io_bio->bi_end_io = iomap_writepage_end_bio;

	if (wpc->ops->prepare_ioend)
		error = wpc->ops->prepare_ioend(ioend, error);
	if (error) {
		bio_endio(ioend->io_bio);
		return error;
	}

	submit_bio(ioend->io_bio);
	bio_endio(ioend->io_bio);
	return 0;
}

/* A new ioend for a block of the folio. As in v6.1; io_folio is ours. */
static void
iomap_add_to_ioend(struct inode *inode, loff_t pos, struct folio *folio,
		struct iomap_page *iop, struct iomap_writepage_ctx *wpc,
		struct writeback_control *wbc, struct list_head *iolist)
{
	struct iomap_ioend *ioend;

	ioend = kzalloc(sizeof(*ioend), GFP_NOFS);
	ioend->io_type = wpc->iomap.type;
	ioend->io_flags = wpc->iomap.flags;
	ioend->io_inode = inode;
	ioend->io_folio = folio;
	ioend->io_bio = bio_alloc(wpc->iomap.bdev, 1, REQ_OP_WRITE, GFP_NOFS);
	wpc->ioend = ioend;
}

/*
 * One folio: map each block (delalloc is allocated here), set writeback, unlock,
 * submit. As in v6.1.
 */
static int
iomap_writepage_map(struct iomap_writepage_ctx *wpc,
		struct writeback_control *wbc, struct inode *inode,
		struct folio *folio, u64 end_pos)
{
	struct iomap_page *iop = iomap_page_create(inode, folio, 0);
	unsigned len = i_blocksize(inode);
	unsigned nblocks = i_blocks_per_folio(inode, folio);
	u64 pos = folio_pos(folio);
	int error = 0, count = 0, i;
	LIST_HEAD(submit_list);

	for (i = 0; i < nblocks && pos < end_pos; i++, pos += len) {
		error = wpc->ops->map_blocks(wpc, inode, pos);
		if (error)
			break;
		if (wpc->iomap.type == IOMAP_HOLE)
			continue;
		iomap_add_to_ioend(inode, pos, folio, iop, wpc, wbc,
				 &submit_list);
		count++;
	}

	if (unlikely(error)) {
		if (wpc->ops->discard_folio)
			wpc->ops->discard_folio(folio, pos);
		if (!count) {
			folio_unlock(folio);
			goto done;
		}
	}

	folio_start_writeback(folio);
	folio_unlock(folio);

	if (count)
		iomap_submit_ioend(wpc, wpc->ioend, error);
	else
		folio_end_writeback(folio);
done:
	return error;
}

/* One page of write_cache_pages(). As in v6.1. */
static int
iomap_do_writepage(struct page *page, struct writeback_control *wbc, void *data)
{
	struct folio *folio = page_folio(page);
	struct iomap_writepage_ctx *wpc = data;
	struct inode *inode = folio->mapping->host;
	u64 end_pos, isize;

	isize = i_size_read(inode);
	end_pos = folio_pos(folio) + folio_size(folio);
	if (end_pos > isize) {
		size_t poff = offset_in_folio(folio, isize);
		pgoff_t end_index = isize >> PAGE_SHIFT;

		if (folio->index > end_index ||
		    (folio->index == end_index && poff == 0))
			goto unlock;

		end_pos = isize;
	}

	return iomap_writepage_map(wpc, wbc, inode, folio, end_pos);

unlock:
	folio_unlock(folio);
	return 0;
}

/* As in v6.1; what is left of the last ioend was submitted with its folio. */
int
iomap_writepages(struct address_space *mapping, struct writeback_control *wbc,
		struct iomap_writepage_ctx *wpc,
		const struct iomap_writeback_ops *ops)
{
	int			ret;

	wpc->ops = ops;
	ret = write_cache_pages(mapping, wbc, iomap_do_writepage, wpc);
	return ret;
}
