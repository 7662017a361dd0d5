/*
 * Buffered I/O over iomap, v6.12: the order of events of a folio's fill, a buffered
 * write, a write fault and writeback. Not here: inline data, file systems with buffer
 * heads, copy on write, the state per block of a folio, readahead, short copies.
 */

/* The folio has no state per block here: all of it is uptodate. */
static void iomap_set_range_uptodate(struct folio *folio, size_t off,
		size_t len)
{
	folio_mark_uptodate(folio);
}

/* Likewise all of it is dirty. */
static unsigned iomap_find_dirty_range(struct folio *folio, u64 *range_start,
		u64 range_end)
{
	return *range_start < range_end ? range_end - *range_start : 0;
}

/* Uptodate, if it could be read, and unlocked. */
static void iomap_finish_folio_read(struct folio *folio, size_t off,
		size_t len, int error)
{
	folio_end_read(folio, !error);
}

/* The bio has one folio. */
static void iomap_read_end_io(struct bio *bio)
{
	struct folio *folio = bio->bi_private;

	iomap_finish_folio_read(folio, 0, folio_size(folio), blk_status_to_errno(bio->bi_status));
}

/* Only written blocks inside EOF are read. */
static inline bool iomap_block_needs_zeroing(const struct iomap_iter *iter,
		loff_t pos)
{
	const struct iomap *srcmap = iomap_iter_srcmap(iter);

	return srcmap->type != IOMAP_MAPPED ||
		(srcmap->flags & IOMAP_F_NEW) ||
		pos >= i_size_read(iter->inode);
}

/* Zeroes one part of the folio, or adds it to the bio. */
static loff_t iomap_readpage_iter(const struct iomap_iter *iter,
		struct iomap_readpage_ctx *ctx, loff_t offset)
{
	loff_t pos = iter->pos + offset, length = iomap_length(iter) - offset;
	struct folio *folio = ctx->cur_folio;
	size_t poff, plen;

	iomap_adjust_read_range(iter->inode, folio, &pos, length, &poff, &plen);

	if (iomap_block_needs_zeroing(iter, pos)) {
		folio_zero_range(folio, poff, plen);
		iomap_set_range_uptodate(folio, poff, plen);
		return plen;
	}

	ctx->cur_folio_in_bio = true;
	ctx->bio = bio_alloc(iter->iomap.bdev, 1, REQ_OP_READ, GFP_KERNEL);
	ctx->bio->bi_private = folio;
	ctx->bio->bi_end_io = iomap_read_end_io;
	bio_add_folio_nofail(ctx->bio, folio, plen, poff);
	return plen;
}

/* What the mapping covers of the folio. */
static loff_t iomap_read_folio_iter(const struct iomap_iter *iter,
		struct iomap_readpage_ctx *ctx)
{
	loff_t length = iomap_length(iter), done, ret;

	for (done = 0; done < length; done += ret) {
		ret = iomap_readpage_iter(iter, ctx, done);
		if (ret <= 0)
			return ret;
	}
	return done;
}

/* Fills a locked folio, which the end of the bio unlocks. */
int iomap_read_folio(struct folio *folio, const struct iomap_ops *ops)
{
	struct iomap_iter iter = {
		.inode = folio->mapping->host, .pos = folio_pos(folio), .len = folio_size(folio),
	};
	struct iomap_readpage_ctx ctx = { .cur_folio = folio };
	int ret;

	while ((ret = iomap_iter(&iter, ops)) > 0)
		iter.processed = iomap_read_folio_iter(&iter, &ctx);

	if (ctx.bio)
		submit_bio(ctx.bio);
	else
		folio_unlock(folio);
	return 0;
}

/* A locked folio to write to, added if need be. */
struct folio *iomap_get_folio(struct iomap_iter *iter, loff_t pos, size_t len)
{
	fgf_t fgp = FGP_WRITEBEGIN | FGP_NOFS;

	if (iter->flags & IOMAP_NOWAIT)
		fgp |= FGP_NOWAIT;

	return __filemap_get_folio(iter->inode->i_mapping, pos >> PAGE_SHIFT,
			fgp, mapping_gfp_mask(iter->inode->i_mapping));
}

/* Such a folio has no buffers. */
bool iomap_dirty_folio(struct address_space *mapping, struct folio *folio)
{
	return filemap_dirty_folio(mapping, folio);
}

/* A block that a write covers in part is read first. */
static int iomap_read_folio_sync(loff_t block_start, struct folio *folio,
		size_t poff, size_t plen, const struct iomap *iomap)
{
	struct bio bio;

	bio_add_folio_nofail(&bio, folio, plen, poff);
	return submit_bio_wait(&bio);
}

/* Zeroes or reads what the write leaves over, with the folio as the unit. */
static int __iomap_write_begin(const struct iomap_iter *iter, loff_t pos,
		size_t len, struct folio *folio)
{
	const struct iomap *srcmap = iomap_iter_srcmap(iter);
	loff_t block_start = round_down(pos, i_blocksize(iter->inode));
	size_t from = offset_in_folio(folio, pos), to = from + len;
	int status;

	if (pos <= folio_pos(folio) && pos + len >= folio_pos(folio) + folio_size(folio))
		return 0;

	if (folio_test_uptodate(folio))
		return 0;

	if (iomap_block_needs_zeroing(iter, block_start)) {
		folio_zero_segments(folio, 0, from, to, folio_size(folio));
	} else {
		if (iter->flags & IOMAP_NOWAIT)
			return -EAGAIN;

		status = iomap_read_folio_sync(block_start, folio, 0, folio_size(folio), srcmap);
		if (status)
			return status;
	}
	iomap_set_range_uptodate(folio, 0, folio_size(folio));
	return 0;
}

/* File systems may have their own (->get_folio). */
static struct folio *__iomap_get_folio(struct iomap_iter *iter, loff_t pos,
		size_t len)
{
	return iomap_get_folio(iter, pos, len);
}

/* Likewise ->put_folio. */
static void __iomap_put_folio(struct iomap_iter *iter, loff_t pos, size_t ret,
		struct folio *folio)
{
	folio_unlock(folio);
	folio_put(folio);
}

/*
 * Not here: the check that the mapping still holds now that the folio is locked
 * (->iomap_valid, IOMAP_F_STALE).
 */
static int iomap_write_begin(struct iomap_iter *iter, loff_t pos,
		size_t len, struct folio **foliop)
{
	struct folio *folio = __iomap_get_folio(iter, pos, len);
	int status;

	if (IS_ERR(folio))
		return PTR_ERR(folio);

	status = __iomap_write_begin(iter, pos, len, folio);
	if (unlikely(status)) {
		__iomap_put_folio(iter, pos, 0, folio);
		return status;
	}

	*foliop = folio;
	return 0;
}

/* Uptodate, then dirty. */
static bool __iomap_write_end(struct inode *inode, loff_t pos, size_t len,
		size_t copied, struct folio *folio)
{
	iomap_set_range_uptodate(folio, offset_in_folio(folio, pos), len);
	filemap_dirty_folio(inode->i_mapping, folio);
	return true;
}

/* File systems with buffer heads and inline data go other ways here. */
static bool iomap_write_end(struct iomap_iter *iter, loff_t pos, size_t len,
		size_t copied, struct folio *folio)
{
	const struct iomap *srcmap = iomap_iter_srcmap(iter);

	if (srcmap->type == IOMAP_INLINE) {
		iomap_write_end_inline(iter, folio, pos, copied);
		return true;
	}

	if (srcmap->flags & IOMAP_F_BUFFER_HEAD) {
		size_t bh_written = block_write_end(NULL, iter->inode->i_mapping,
				pos, len, copied, &folio->page, NULL);
		return bh_written == copied;
	}

	return __iomap_write_end(iter->inode, pos, len, copied, folio);
}

/* Folio by folio: copy, dirty, i_size, unlock. */
static loff_t iomap_write_iter(struct iomap_iter *iter, struct iov_iter *i)
{
	loff_t length = iomap_length(iter);
	loff_t pos = iter->pos;
	ssize_t total_written = 0;
	long status = 0;

	do {
		struct folio *folio;
		loff_t old_size;
		size_t offset, bytes, copied, written;

		bytes = min(length, iov_iter_count(i));
		if (unlikely(fault_in_iov_iter_readable(i, bytes) == bytes)) {
			status = -EFAULT;
			break;
		}

		status = iomap_write_begin(iter, pos, bytes, &folio);
		if (unlikely(status)) {
			iomap_write_failed(iter->inode, pos, bytes);
			break;
		}

		offset = offset_in_folio(folio, pos);
		copied = copy_folio_from_iter_atomic(folio, offset, bytes, i);
		written = iomap_write_end(iter, pos, bytes, copied, folio) ? copied : 0;

		old_size = iter->inode->i_size;
		if (pos + written > old_size)
			i_size_write(iter->inode, pos + written);
		__iomap_put_folio(iter, pos, written, folio);

		if (old_size < pos)
			pagecache_isize_extended(iter->inode, old_size, pos);

		pos += written;
		total_written += written;
		length -= written;
	} while (iov_iter_count(i) && length);

	return total_written ? total_written : status;
}

/* The caller holds i_rwsem. */
ssize_t
iomap_file_buffered_write(struct kiocb *iocb, struct iov_iter *i,
		const struct iomap_ops *ops, void *private)
{
	struct iomap_iter iter = {
		.inode = iocb->ki_filp->f_mapping->host, .pos = iocb->ki_pos, .len = iov_iter_count(i),
		.flags = IOMAP_WRITE,
	};
	ssize_t ret;

	if (iocb->ki_flags & IOCB_NOWAIT)
		iter.flags |= IOMAP_NOWAIT;

	while ((ret = iomap_iter(&iter, ops)) > 0)
		iter.processed = iomap_write_iter(&iter, i);

	if (iter.pos != iocb->ki_pos)
		ret = iter.pos - iocb->ki_pos;
	iocb->ki_pos = iter.pos;
	return ret;
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
	return vmf_fs_error(ret);
}

/* The last block of the folio ends its writeback. */
static void iomap_finish_folio_write(struct inode *inode, struct folio *folio,
		size_t len)
{
	folio_end_writeback(folio);
}

/* The ioend has one folio. */
static u32
iomap_finish_ioend(struct iomap_ioend *ioend, int error)
{
	iomap_finish_folio_write(ioend->io_inode, ioend->io_bio.bi_private, ioend->io_size);
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
	iomap_finish_ioend(iomap_ioend_from_bio(bio), blk_status_to_errno(bio->bi_status));
}

/* Submits the cached ioend, if there is one. */
static int iomap_submit_ioend(struct iomap_writepage_ctx *wpc, int error)
{
	if (!wpc->ioend)
		return error;

	if (wpc->ops->prepare_ioend)
		error = wpc->ops->prepare_ioend(wpc->ioend, error);

	if (error)
		bio_endio(&wpc->ioend->io_bio);
	else
		submit_bio(&wpc->ioend->io_bio);

	wpc->ioend = NULL;
	return error;
}

/* What kind of extent it writes is remembered from the lookup. */
static struct iomap_ioend *iomap_alloc_ioend(struct iomap_writepage_ctx *wpc,
		struct writeback_control *wbc, struct inode *inode, loff_t pos)
{
	struct bio *bio = bio_alloc_bioset(wpc->iomap.bdev, BIO_MAX_VECS,
			       REQ_OP_WRITE | wbc_to_write_flags(wbc),
			       GFP_NOFS, &iomap_ioend_bioset);
	struct iomap_ioend *ioend = iomap_ioend_from_bio(bio);

	bio->bi_end_io = iomap_writepage_end_bio;
	ioend->io_type = wpc->iomap.type;
	ioend->io_flags = wpc->iomap.flags;
	ioend->io_inode = inode;
	return ioend;
}

/* A block goes into the cached ioend, or that is submitted and a new one begun. */
static int iomap_add_to_ioend(struct iomap_writepage_ctx *wpc,
		struct writeback_control *wbc, struct folio *folio,
		struct inode *inode, loff_t pos, loff_t end_pos,
		unsigned len)
{
	int error;

	if (!wpc->ioend || !iomap_can_add_to_ioend(wpc, pos)) {
new_ioend:
		error = iomap_submit_ioend(wpc, 0);
		if (error)
			return error;
		wpc->ioend = iomap_alloc_ioend(wpc, wbc, inode, pos);
	}

	if (!bio_add_folio(&wpc->ioend->io_bio, folio, len, offset_in_folio(folio, pos)))
		goto new_ioend;
	return 0;
}

/* Maps the dirty blocks of a folio; delalloc is allocated here. */
static int iomap_writepage_map_blocks(struct iomap_writepage_ctx *wpc,
		struct writeback_control *wbc, struct folio *folio,
		struct inode *inode, u64 pos, u64 end_pos,
		unsigned dirty_len, unsigned *count)
{
	unsigned map_len;
	int error;

	do {
		error = wpc->ops->map_blocks(wpc, inode, pos, dirty_len);
		if (error)
			break;

		map_len = min_t(u64, dirty_len, wpc->iomap.offset + wpc->iomap.length - pos);

		switch (wpc->iomap.type) {
		case IOMAP_UNWRITTEN:
		case IOMAP_MAPPED:
			error = iomap_add_to_ioend(wpc, wbc, folio, inode, pos,
					end_pos, map_len);
			if (!error)
				(*count)++;
			break;
		default:
			break;
		}
		dirty_len -= map_len;
		pos += map_len;
	} while (dirty_len && !error);

	if (error && wpc->ops->discard_folio)
		wpc->ops->discard_folio(folio, pos);
	return error;
}

/* False for a folio that lies beyond EOF; else how much of it does not. */
static bool iomap_writepage_handle_eof(struct folio *folio, struct inode *inode,
		u64 *end_pos)
{
	u64 isize = i_size_read(inode);

	if (folio_pos(folio) >= isize)
		return false;

	*end_pos = min(*end_pos, isize);
	return true;
}

/*
 * One folio, locked and clean: under writeback before its blocks are mapped, unlocked
 * before its bio is submitted.
 */
static int iomap_writepage_map(struct iomap_writepage_ctx *wpc,
		struct writeback_control *wbc, struct folio *folio)
{
	struct inode *inode = folio->mapping->host;
	u64 pos = folio_pos(folio);
	u64 end_pos = pos + folio_size(folio), end_aligned;
	unsigned count = 0;
	int error = 0;
	u32 rlen;

	if (!iomap_writepage_handle_eof(folio, inode, &end_pos)) {
		folio_unlock(folio);
		return 0;
	}

	folio_start_writeback(folio);

	end_aligned = round_up(end_pos, i_blocksize(inode));
	while ((rlen = iomap_find_dirty_range(folio, &pos, end_aligned))) {
		error = iomap_writepage_map_blocks(wpc, wbc, folio, inode,
				pos, end_pos, rlen, &count);
		if (error)
			break;
		pos += rlen;
	}

	folio_unlock(folio);
	if (!count)
		folio_end_writeback(folio);
	return error;
}

/* The last ioend is submitted when the walk is over. */
int
iomap_writepages(struct address_space *mapping, struct writeback_control *wbc,
		struct iomap_writepage_ctx *wpc,
		const struct iomap_writeback_ops *ops)
{
	struct folio *folio = NULL;
	int error;

	wpc->ops = ops;
	while ((folio = writeback_iter(mapping, wbc, folio, &error)))
		error = iomap_writepage_map(wpc, wbc, folio);
	return iomap_submit_ioend(wpc, error);
}
