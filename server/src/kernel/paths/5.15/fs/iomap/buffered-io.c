/*
 * Buffered I/O over iomap: the order of events of a folio's fill, a buffered write, a
 * write fault and writeback. In the words of v6.1, which stand for 5.15 to 6.4. Not here:
 * inline data, file systems with buffer heads, copy on write, the bits per block of
 * struct iomap_page, stale mappings, readahead, short copies.
 */

/* Uptodate, then unlocked. */
static void iomap_finish_folio_read(struct folio *folio, size_t offset,
		size_t len, int error)
{
	if (!error)
		folio_mark_uptodate(folio);
	folio_unlock(folio);
}

/* Only written blocks inside EOF are read. */
static inline bool iomap_block_needs_zeroing(const struct iomap_iter *iter,
		loff_t pos)
{
	const struct iomap *srcmap = iomap_iter_srcmap(iter);

	return srcmap->type != IOMAP_MAPPED ||
		pos >= i_size_read(iter->inode);
}

/* Zeroes or reads one block of the folio. */
static loff_t iomap_readpage_iter(const struct iomap_iter *iter,
		struct iomap_readpage_ctx *ctx, loff_t offset)
{
	loff_t pos = iter->pos + offset;
	struct folio *folio = ctx->cur_folio;
	size_t poff = offset_in_folio(folio, pos), plen = i_blocksize(iter->inode);

	if (iomap_block_needs_zeroing(iter, pos)) {
		folio_zero_range(folio, poff, plen);
		return plen;
	}

	ctx->cur_folio_in_bio = true;
	ctx->bio = bio_alloc(iter->iomap.bdev, 1, REQ_OP_READ, GFP_KERNEL);
	ctx->bio->bi_end_io = iomap_read_end_io;
	submit_bio(ctx->bio);
	return plen;
}

/* Fills a locked folio; the end of the reads stands at the end. */
int iomap_read_folio(struct folio *folio, const struct iomap_ops *ops)
{
	struct iomap_iter iter = {
		.inode = folio->mapping->host, .pos = folio_pos(folio), .len = folio_size(folio),
	};
	struct iomap_readpage_ctx ctx = { .cur_folio = folio };
	int ret;

	while ((ret = iomap_iter(&iter, ops)) > 0)
		iter.processed = iomap_readpage_iter(&iter, &ctx, 0);

	iomap_finish_folio_read(folio, 0, folio_size(folio), ret);
	return 0;
}

/* Zeroes or reads what the write leaves over, with the folio as the unit. */
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
	if (!status)
		folio_mark_uptodate(folio);
	return status;
}

/* A locked folio, added if need be. */
static int iomap_write_begin(struct iomap_iter *iter, loff_t pos,
		size_t len, struct folio **foliop)
{
	struct folio *folio;
	unsigned fgp = FGP_LOCK | FGP_WRITE | FGP_CREAT | FGP_STABLE | FGP_NOFS;
	int status;

	folio = __filemap_get_folio(iter->inode->i_mapping, pos >> PAGE_SHIFT,
			fgp, mapping_gfp_mask(iter->inode->i_mapping));
	if (!folio)
		return (iter->flags & IOMAP_NOWAIT) ? -EAGAIN : -ENOMEM;

	status = __iomap_write_begin(iter, pos, len, folio);
	if (unlikely(status)) {
		folio_unlock(folio);
		folio_put(folio);
		return status;
	}

	*foliop = folio;
	return 0;
}

/* Uptodate, then dirty. */
static size_t __iomap_write_end(struct inode *inode, loff_t pos, size_t len,
		size_t copied, struct folio *folio)
{
	folio_mark_uptodate(folio);
	filemap_dirty_folio(inode->i_mapping, folio);
	return copied;
}

/* Dirty, i_size, unlock: in this order. */
static size_t iomap_write_end(struct iomap_iter *iter, loff_t pos, size_t len,
		size_t copied, struct folio *folio)
{
	const struct iomap *srcmap = iomap_iter_srcmap(iter);
	loff_t old_size = iter->inode->i_size;
	size_t ret;

	if (srcmap->type == IOMAP_INLINE)
		ret = iomap_write_end_inline(iter, folio, pos, copied);
	else if (srcmap->flags & IOMAP_F_BUFFER_HEAD)
		ret = block_write_end(NULL, iter->inode->i_mapping, pos, len,
				copied, &folio->page, NULL);
	else
		ret = __iomap_write_end(iter->inode, pos, len, copied, folio);

	if (pos + ret > old_size)
		i_size_write(iter->inode, pos + ret);
	folio_unlock(folio);

	if (old_size < pos)
		pagecache_isize_extended(iter->inode, old_size, pos);
	folio_put(folio);
	return ret;
}

/* Folio by folio. */
static loff_t iomap_write_iter(struct iomap_iter *iter, struct iov_iter *i)
{
	loff_t length = iomap_length(iter);
	loff_t pos = iter->pos;
	ssize_t written = 0;
	long status = 0;

	do {
		struct folio *folio;
		struct page *page;
		unsigned long offset, bytes;
		size_t copied;

		offset = offset_in_page(pos);
		bytes = min(PAGE_SIZE - offset, iov_iter_count(i));
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

/* The caller holds i_rwsem. */
ssize_t
iomap_file_buffered_write(struct kiocb *iocb, struct iov_iter *i,
		const struct iomap_ops *ops)
{
	struct iomap_iter iter = {
		.inode = iocb->ki_filp->f_mapping->host, .pos = iocb->ki_pos, .len = iov_iter_count(i),
		.flags = IOMAP_WRITE,
	};
	int ret;

	if (iocb->ki_flags & IOCB_NOWAIT)
		iter.flags |= IOMAP_NOWAIT;

	while ((ret = iomap_iter(&iter, ops)) > 0)
		iter.processed = iomap_write_iter(&iter, i);

	return iter.pos == iocb->ki_pos ? ret : iter.pos - iocb->ki_pos;
}

/* Dirties the folio once the file system has mapped it. */
static loff_t iomap_folio_mkwrite_iter(struct iomap_iter *iter,
		struct folio *folio)
{
	folio_mark_dirty(folio);
	return iomap_length(iter);
}

/*
 * Write fault: first the mapping (a reservation, for delalloc), then dirty, all under
 * the folio lock, which the caller keeps.
 */
vm_fault_t iomap_page_mkwrite(struct vm_fault *vmf, const struct iomap_ops *ops)
{
	struct folio *folio = page_folio(vmf->page);
	struct iomap_iter iter = {
		.inode = file_inode(vmf->vma->vm_file), .pos = folio_pos(folio),
		.flags = IOMAP_WRITE | IOMAP_FAULT,
	};
	ssize_t ret;

	folio_lock(folio);
	ret = folio_mkwrite_check_truncate(folio, iter.inode);
	if (ret < 0)
		goto out_unlock;
	iter.len = ret;
	while ((ret = iomap_iter(&iter, ops)) > 0)
		iter.processed = iomap_folio_mkwrite_iter(&iter, folio);

	if (!ret) {
		folio_wait_stable(folio);
		return VM_FAULT_LOCKED;
	}
out_unlock:
	folio_unlock(folio);
	return block_page_mkwrite_return(ret);
}

/* The ioend has one folio, io_folio, which is ours. */
static u32
iomap_finish_ioend(struct iomap_ioend *ioend, int error)
{
	folio_end_writeback(ioend->io_folio);
	return 1;
}

/* It was merged with no other. */
void
iomap_finish_ioends(struct iomap_ioend *ioend, int error)
{
	iomap_finish_ioend(ioend, error);
}

/* Where the file system has nothing to do at the end (prepare_ioend). */
static void iomap_writepage_end_bio(struct bio *bio)
{
	iomap_finish_ioend(bio->bi_private, blk_status_to_errno(bio->bi_status));
}

/*
 * The bio_endio() behind submit_bio() stands for the end of the I/O, which in the kernel
 * runs later, in another context.
 */
static int
iomap_submit_ioend(struct iomap_writepage_ctx *wpc, struct iomap_ioend *ioend,
		int error)
{
	ioend->io_bio->bi_private = ioend;
	ioend->io_bio->bi_end_io = iomap_writepage_end_bio;

	if (wpc->ops->prepare_ioend)
		error = wpc->ops->prepare_ioend(ioend, error);
	if (!error)
		submit_bio(ioend->io_bio);
	bio_endio(ioend->io_bio);
	return error;
}

/* What kind of extent the ioend writes is remembered from the lookup. */
static void
iomap_add_to_ioend(struct inode *inode, loff_t pos, struct folio *folio,
		struct iomap_page *iop, struct iomap_writepage_ctx *wpc,
		struct writeback_control *wbc, struct list_head *iolist)
{
	struct iomap_ioend *ioend = kzalloc(sizeof(*ioend), GFP_NOFS);

	ioend->io_type = wpc->iomap.type;
	ioend->io_flags = wpc->iomap.flags;
	ioend->io_inode = inode;
	ioend->io_folio = folio;
	ioend->io_bio = bio_alloc(wpc->iomap.bdev, 1, REQ_OP_WRITE, GFP_NOFS);
	wpc->ioend = ioend;
}

/*
 * One folio, locked and clean: its blocks are mapped (delalloc is allocated here), then
 * it is under writeback, then unlocked and submitted.
 */
static int
iomap_writepage_map(struct iomap_writepage_ctx *wpc,
		struct writeback_control *wbc, struct inode *inode,
		struct folio *folio, u64 end_pos)
{
	struct iomap_page *iop = iomap_page_create(inode, folio, 0);
	unsigned len = i_blocksize(inode), nblocks = i_blocks_per_folio(inode, folio);
	u64 pos = folio_pos(folio);
	int error = 0, count = 0, i;

	for (i = 0; i < nblocks && pos < end_pos; i++, pos += len) {
		error = wpc->ops->map_blocks(wpc, inode, pos);
		if (error)
			break;
		if (wpc->iomap.type == IOMAP_HOLE)
			continue;
		iomap_add_to_ioend(inode, pos, folio, iop, wpc, wbc, &submit_list);
		count++;
	}

	if (unlikely(error)) {
		if (wpc->ops->discard_folio)
			wpc->ops->discard_folio(folio, pos);
		if (!count) {
			folio_unlock(folio);
			return error;
		}
	}

	folio_start_writeback(folio);
	folio_unlock(folio);

	if (count)
		iomap_submit_ioend(wpc, wpc->ioend, error);
	else
		folio_end_writeback(folio);
	return error;
}

/* What write_cache_pages() calls; a folio beyond EOF is passed over. */
static int
iomap_do_writepage(struct page *page, struct writeback_control *wbc, void *data)
{
	struct folio *folio = page_folio(page);
	struct inode *inode = folio->mapping->host;
	u64 isize = i_size_read(inode);

	if (folio_pos(folio) >= isize) {
		folio_unlock(folio);
		return 0;
	}
	return iomap_writepage_map(data, wbc, inode, folio,
			min(isize, folio_pos(folio) + folio_size(folio)));
}

/* Each ioend was submitted with its folio: none is left over. */
int
iomap_writepages(struct address_space *mapping, struct writeback_control *wbc,
		struct iomap_writepage_ctx *wpc,
		const struct iomap_writeback_ops *ops)
{
	int ret;

	wpc->ops = ops;
	ret = write_cache_pages(mapping, wbc, iomap_do_writepage, wpc);
	return ret;
}
