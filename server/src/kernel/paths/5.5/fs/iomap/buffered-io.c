/*
 * Buffered I/O over iomap: page fill, buffered write, write fault, writeback.
 * As in fs/iomap/buffered-io.c, v5.5. Cut: inline data, file systems with buffer
 * heads, copy on write, the bits per block of struct iomap_page, readahead.
 */

/* End of the read of a page. As in v5.5. */
static void iomap_read_end_io(struct bio *bio)
{
	struct page *page = bio->bi_private;

	if (!bio->bi_status)
		SetPageUptodate(page);
	unlock_page(page);
	bio_put(bio);
}

/* Holes, delayed and unwritten blocks are zeroed, the rest is read. As in v5.5. */
static loff_t
iomap_readpage_actor(struct inode *inode, loff_t pos, loff_t length, void *data,
		struct iomap *iomap, struct iomap *srcmap)
{
	struct iomap_readpage_ctx *ctx = data;
	struct page *page = ctx->cur_page;
	unsigned poff = offset_in_page(pos);
	unsigned plen = i_blocksize(inode);

	if (iomap->type != IOMAP_MAPPED || pos >= i_size_read(inode)) {
		zero_user(page, poff, plen);
		goto done;
	}

	ctx->cur_page_in_bio = true;
	ctx->bio = bio_alloc(GFP_KERNEL, 1);
	ctx->bio->bi_private = page;
	ctx->bio->bi_end_io = iomap_read_end_io;
	ctx->bio->bi_opf = REQ_OP_READ;
	submit_bio(ctx->bio);
done:
	return plen;
}

/*
 * Fills one locked page. As in v5.5. The end of the read stands at the end of
 * the function.
 */
int
iomap_readpage(struct page *page, const struct iomap_ops *ops)
{
	struct iomap_readpage_ctx ctx = { .cur_page = page };
	struct inode *inode = page->mapping->host;
	unsigned poff;
	loff_t ret;

	for (poff = 0; poff < PAGE_SIZE; poff += ret) {
		ret = iomap_apply(inode, page_offset(page) + poff,
				PAGE_SIZE - poff, 0, ops, &ctx,
				iomap_readpage_actor);
		if (ret <= 0) {
			SetPageError(page);
			break;
		}
	}

	if (ctx.bio) {
		iomap_read_end_io(ctx.bio);
	} else {
		SetPageUptodate(page);
		unlock_page(page);
	}

	return 0;
}

/* Dirty bit of a page without buffers. As in v5.5. */
int
iomap_set_page_dirty(struct page *page)
{
	return __set_page_dirty_nobuffers(page);
}

/* Read of a block that a write covers in part. As in v5.5. */
static int
iomap_read_page_sync(loff_t block_start, struct page *page, unsigned poff,
		unsigned plen, struct iomap *iomap)
{
	struct bio *bio;

	bio = bio_alloc(GFP_NOFS, 1);
	bio->bi_opf = REQ_OP_READ;
	return submit_bio_wait(bio);
}

/*
 * Zeroes or reads what a write leaves over in the page. As in v5.5, with the
 * page as the unit.
 */
static int
__iomap_write_begin(struct inode *inode, loff_t pos, unsigned len, int flags,
		struct page *page, struct iomap *srcmap)
{
	unsigned from = offset_in_page(pos), to = from + len;
	int status;

	if (PageUptodate(page))
		return 0;

	if (from == 0 && to == PAGE_SIZE)
		return 0;

	if (srcmap->type != IOMAP_MAPPED || pos >= i_size_read(inode)) {
		zero_user_segments(page, 0, from, to, PAGE_SIZE);
		return 0;
	}

	status = iomap_read_page_sync(pos, page, 0, PAGE_SIZE, srcmap);
	if (status)
		return status;
	SetPageUptodate(page);
	return 0;
}

/* As in v5.5. */
static int
iomap_write_begin(struct inode *inode, loff_t pos, unsigned len, unsigned flags,
		struct page **pagep, struct iomap *iomap, struct iomap *srcmap)
{
	struct page *page;
	int status = 0;

	page = grab_cache_page_write_begin(inode->i_mapping, pos >> PAGE_SHIFT,
			AOP_FLAG_NOFS);
	if (!page) {
		status = -ENOMEM;
		goto out_no_page;
	}

	status = __iomap_write_begin(inode, pos, len, flags, page,
				srcmap);

	if (unlikely(status))
		goto out_unlock;

	*pagep = page;
	return 0;

out_unlock:
	unlock_page(page);
	put_page(page);

out_no_page:
	return status;
}

/* As in v5.5. Cut: a copy that fell short. */
static int
__iomap_write_end(struct inode *inode, loff_t pos, unsigned len,
		unsigned copied, struct page *page)
{
	SetPageUptodate(page);
	iomap_set_page_dirty(page);
	return copied;
}

/* Dirty, i_size, unlock: in this order. As in v5.5. */
static int
iomap_write_end(struct inode *inode, loff_t pos, unsigned len, unsigned copied,
		struct page *page, struct iomap *iomap, struct iomap *srcmap)
{
	loff_t old_size = inode->i_size;
	int ret;

	ret = __iomap_write_end(inode, pos, len, copied, page);

	if (pos + ret > old_size) {
		i_size_write(inode, pos + ret);
		iomap->flags |= IOMAP_F_SIZE_CHANGED;
	}
	unlock_page(page);

	if (old_size < pos)
		pagecache_isize_extended(inode, old_size, pos);
	put_page(page);

	return ret;
}

/* As in v5.5. */
static loff_t
iomap_write_actor(struct inode *inode, loff_t pos, loff_t length, void *data,
		struct iomap *iomap, struct iomap *srcmap)
{
	struct iov_iter *i = data;
	long status = 0;
	ssize_t written = 0;
	unsigned int flags = AOP_FLAG_NOFS;

	do {
		struct page *page;
		unsigned long offset;
		unsigned long bytes;
		size_t copied;

		offset = offset_in_page(pos);
		bytes = min(PAGE_SIZE - offset, iov_iter_count(i));

		status = iomap_write_begin(inode, pos, bytes, 0, &page, iomap,
				srcmap);
		if (unlikely(status))
			break;

		copied = iov_iter_copy_from_user_atomic(page, i, offset, bytes);

		copied = iomap_write_end(inode, pos, bytes, copied, page, iomap,
				srcmap);

		iov_iter_advance(i, copied);
		pos += copied;
		written += copied;
		length -= copied;
	} while (iov_iter_count(i) && length);

	return written ? written : status;
}

/* Buffered write. As in v5.5. */
ssize_t
iomap_file_buffered_write(struct kiocb *iocb, struct iov_iter *iter,
		const struct iomap_ops *ops)
{
	struct inode *inode = iocb->ki_filp->f_mapping->host;
	loff_t pos = iocb->ki_pos, ret = 0, written = 0;

	while (iov_iter_count(iter)) {
		ret = iomap_apply(inode, pos, iov_iter_count(iter),
				IOMAP_WRITE, ops, iter, iomap_write_actor);
		if (ret <= 0)
			break;
		pos += ret;
		written += ret;
	}

	return written ? written : ret;
}

/* As in v5.5. */
static loff_t
iomap_page_mkwrite_actor(struct inode *inode, loff_t pos, loff_t length,
		void *data, struct iomap *iomap, struct iomap *srcmap)
{
	struct page *page = data;

	iomap_page_create(inode, page);
	set_page_dirty(page);

	return length;
}

/*
 * Write fault: the mapping (a reservation, for delalloc) first, then dirty, all
 * under the page lock, which the caller keeps. As in v5.5.
 */
vm_fault_t iomap_page_mkwrite(struct vm_fault *vmf, const struct iomap_ops *ops)
{
	struct page *page = vmf->page;
	struct inode *inode = file_inode(vmf->vma->vm_file);
	unsigned long length;
	loff_t offset, size;
	ssize_t ret;

	lock_page(page);
	size = i_size_read(inode);
	offset = page_offset(page);
	if (page->mapping != inode->i_mapping || offset > size) {
		ret = -EFAULT;
		goto out_unlock;
	}

	if (offset > size - PAGE_SIZE)
		length = offset_in_page(size);
	else
		length = PAGE_SIZE;

	while (length > 0) {
		ret = iomap_apply(inode, offset, length,
				IOMAP_WRITE | IOMAP_FAULT, ops, page,
				iomap_page_mkwrite_actor);
		if (unlikely(ret <= 0))
			goto out_unlock;
		offset += ret;
		length -= ret;
	}

	wait_for_stable_page(page);
	return VM_FAULT_LOCKED;
out_unlock:
	unlock_page(page);
	return block_page_mkwrite_return(ret);
}

/* End of writeback of an ioend's page. As in v5.5. */
static void
iomap_finish_ioend(struct iomap_ioend *ioend, int error)
{
	struct page *page = ioend->io_page;

	end_page_writeback(page);
}

/* As in v5.5; merged ioends are cut. */
void
iomap_finish_ioends(struct iomap_ioend *ioend, int error)
{
	iomap_finish_ioend(ioend, error);
}

/* End of the bio when the file system has nothing to do. As in v5.5. */
static void iomap_writepage_end_bio(struct bio *bio)
{
	struct iomap_ioend *ioend = bio->bi_private;

	iomap_finish_ioend(ioend, blk_status_to_errno(bio->bi_status));
}

/*
 * Submits the ioend. As in v5.5. bio_endio() stands for the end of the I/O,
 * which in the kernel runs later, in another context.
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

/* A new ioend for a block of the page. As in v5.5; io_page is ours. */
static void
iomap_add_to_ioend(struct inode *inode, loff_t offset, struct page *page,
		struct iomap_page *iop, struct iomap_writepage_ctx *wpc,
		struct writeback_control *wbc, struct list_head *iolist)
{
	struct iomap_ioend *ioend;

	ioend = kzalloc(sizeof(*ioend), GFP_NOFS);
	ioend->io_type = wpc->iomap.type;
	ioend->io_flags = wpc->iomap.flags;
	ioend->io_inode = inode;
	ioend->io_page = page;
	ioend->io_bio = bio_alloc(GFP_NOFS, 1);
	ioend->io_bio->bi_opf = REQ_OP_WRITE;
	wpc->ioend = ioend;
}

/*
 * One page: map each block (delalloc is allocated here), set writeback, unlock,
 * submit. As in v5.5.
 */
static int
iomap_writepage_map(struct iomap_writepage_ctx *wpc,
		struct writeback_control *wbc, struct inode *inode,
		struct page *page, u64 end_offset)
{
	struct iomap_page *iop = to_iomap_page(page);
	unsigned len = i_blocksize(inode);
	u64 file_offset;
	int error = 0, count = 0, i;
	LIST_HEAD(submit_list);

	for (i = 0, file_offset = page_offset(page);
	     i < (PAGE_SIZE >> inode->i_blkbits) && file_offset < end_offset;
	     i++, file_offset += len) {
		error = wpc->ops->map_blocks(wpc, inode, file_offset);
		if (error)
			break;
		if (wpc->iomap.type == IOMAP_HOLE)
			continue;
		iomap_add_to_ioend(inode, file_offset, page, iop, wpc, wbc,
				 &submit_list);
		count++;
	}

	if (unlikely(error)) {
		if (!count) {
			if (wpc->ops->discard_page)
				wpc->ops->discard_page(page);
			ClearPageUptodate(page);
			unlock_page(page);
			goto done;
		}

		set_page_writeback_keepwrite(page);
	} else {
		set_page_writeback(page);
	}

	unlock_page(page);

	if (count)
		iomap_submit_ioend(wpc, wpc->ioend, error);
	else
		end_page_writeback(page);
done:
	return error;
}

/* One page of write_cache_pages(). As in v5.5; pages beyond EOF are skipped. */
static int
iomap_do_writepage(struct page *page, struct writeback_control *wbc, void *data)
{
	struct iomap_writepage_ctx *wpc = data;
	struct inode *inode = page->mapping->host;
	pgoff_t end_index;
	u64 end_offset;
	loff_t offset;

	offset = i_size_read(inode);
	end_index = offset >> PAGE_SHIFT;
	if (page->index < end_index)
		end_offset = (loff_t)(page->index + 1) << PAGE_SHIFT;
	else {
		unsigned offset_into_page = offset & (PAGE_SIZE - 1);

		if (page->index > end_index ||
		    (page->index == end_index && offset_into_page == 0))
			goto redirty;

		end_offset = offset;
	}

	return iomap_writepage_map(wpc, wbc, inode, page, end_offset);

redirty:
	redirty_page_for_writepage(wbc, page);
	unlock_page(page);
	return 0;
}

/* As in v5.5. */
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
