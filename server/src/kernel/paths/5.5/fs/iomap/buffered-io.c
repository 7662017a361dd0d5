/*
 * Buffered I/O over iomap, v5.5: the order of events of a page's fill, a buffered write,
 * a write fault and writeback, which XFS gave to iomap in this release. Not here: inline
 * data, buffer heads, copy on write, the bits per block of struct iomap_page, readahead,
 * short copies.
 */

/* Uptodate, then unlocked. */
static void iomap_read_end_io(struct bio *bio)
{
	struct page *page = bio->bi_private;

	if (!bio->bi_status)
		SetPageUptodate(page);
	unlock_page(page);
}

/* Zeroes what has no written block inside EOF, reads the rest. */
static loff_t
iomap_readpage_actor(struct inode *inode, loff_t pos, loff_t length, void *data,
		struct iomap *iomap, struct iomap *srcmap)
{
	struct iomap_readpage_ctx *ctx = data;
	struct page *page = ctx->cur_page;
	unsigned plen = i_blocksize(inode);

	if (iomap->type != IOMAP_MAPPED || pos >= i_size_read(inode)) {
		zero_user(page, offset_in_page(pos), plen);
		return plen;
	}

	ctx->bio = bio_alloc(GFP_KERNEL, 1);
	ctx->bio->bi_private = page;
	ctx->bio->bi_end_io = iomap_read_end_io;
	submit_bio(ctx->bio);
	return plen;
}

/* Fills a locked page; the end of the reads stands at the end. */
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
		if (ret <= 0)
			break;
	}

	if (ctx.bio) {
		iomap_read_end_io(ctx.bio);
	} else {
		SetPageUptodate(page);
		unlock_page(page);
	}
	return 0;
}

/* Such a page has no buffers. */
int
iomap_set_page_dirty(struct page *page)
{
	return __set_page_dirty_nobuffers(page);
}

/* A block that a write covers in part is read first. */
static int
iomap_read_page_sync(loff_t block_start, struct page *page, unsigned poff,
		unsigned plen, struct iomap *iomap)
{
	return submit_bio_wait(bio_alloc(GFP_NOFS, 1));
}

/* Zeroes or reads what the write leaves over, with the page as the unit. */
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
	if (!status)
		SetPageUptodate(page);
	return status;
}

/* A locked page, added if need be. */
static int
iomap_write_begin(struct inode *inode, loff_t pos, unsigned len, unsigned flags,
		struct page **pagep, struct iomap *iomap, struct iomap *srcmap)
{
	struct page *page;
	int status;

	page = grab_cache_page_write_begin(inode->i_mapping, pos >> PAGE_SHIFT,
			AOP_FLAG_NOFS);
	if (!page)
		return -ENOMEM;

	status = __iomap_write_begin(inode, pos, len, flags, page,
				srcmap);
	if (unlikely(status)) {
		unlock_page(page);
		put_page(page);
		return status;
	}

	*pagep = page;
	return 0;
}

/* Uptodate, then dirty. */
static int
__iomap_write_end(struct inode *inode, loff_t pos, unsigned len,
		unsigned copied, struct page *page)
{
	SetPageUptodate(page);
	iomap_set_page_dirty(page);
	return copied;
}

/* Dirty, i_size, unlock: in this order. */
static int
iomap_write_end(struct inode *inode, loff_t pos, unsigned len, unsigned copied,
		struct page *page, struct iomap *iomap, struct iomap *srcmap)
{
	loff_t old_size = inode->i_size;
	int ret;

	if (srcmap->type == IOMAP_INLINE)
		ret = iomap_write_end_inline(inode, page, srcmap, pos, copied);
	else if (srcmap->flags & IOMAP_F_BUFFER_HEAD)
		ret = block_write_end(NULL, inode->i_mapping, pos, len, copied, page,
				NULL);
	else
		ret = __iomap_write_end(inode, pos, len, copied, page);

	if (pos + ret > old_size)
		i_size_write(inode, pos + ret);
	unlock_page(page);

	if (old_size < pos)
		pagecache_isize_extended(inode, old_size, pos);
	put_page(page);
	return ret;
}

/* Page by page. */
static loff_t
iomap_write_actor(struct inode *inode, loff_t pos, loff_t length, void *data,
		struct iomap *iomap, struct iomap *srcmap)
{
	struct iov_iter *i = data;
	long status = 0;
	ssize_t written = 0;

	do {
		struct page *page;
		unsigned long offset = offset_in_page(pos), bytes;
		size_t copied;

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

/* The caller holds i_rwsem. */
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

/* Dirties the page once the file system has mapped it. */
static loff_t
iomap_page_mkwrite_actor(struct inode *inode, loff_t pos, loff_t length,
		void *data, struct iomap *iomap, struct iomap *srcmap)
{
	set_page_dirty(data);
	return length;
}

/*
 * Write fault: first the mapping (a reservation, for delalloc), then dirty, all under
 * the page lock, which the caller keeps.
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

	length = min(PAGE_SIZE, size - offset);
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

/* The ioend has one page, io_page, which is ours. */
static void
iomap_finish_ioend(struct iomap_ioend *ioend, int error)
{
	end_page_writeback(ioend->io_page);
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
iomap_add_to_ioend(struct inode *inode, loff_t offset, struct page *page,
		struct iomap_page *iop, struct iomap_writepage_ctx *wpc,
		struct writeback_control *wbc, struct list_head *iolist)
{
	struct iomap_ioend *ioend = kzalloc(sizeof(*ioend), GFP_NOFS);

	ioend->io_type = wpc->iomap.type;
	ioend->io_flags = wpc->iomap.flags;
	ioend->io_inode = inode;
	ioend->io_page = page;
	ioend->io_bio = bio_alloc(GFP_NOFS, 1);
	wpc->ioend = ioend;
}

/*
 * One page, locked and clean: its blocks are mapped (delalloc is allocated here), then
 * it is under writeback, then unlocked and submitted.
 */
static int
iomap_writepage_map(struct iomap_writepage_ctx *wpc,
		struct writeback_control *wbc, struct inode *inode,
		struct page *page, u64 end_offset)
{
	struct iomap_page *iop = to_iomap_page(page);
	unsigned len = i_blocksize(inode);
	u64 file_offset = page_offset(page);
	int error = 0, count = 0, i;

	for (i = 0; i < (PAGE_SIZE >> inode->i_blkbits) && file_offset < end_offset; i++, file_offset += len) {
		error = wpc->ops->map_blocks(wpc, inode, file_offset);
		if (error)
			break;
		if (wpc->iomap.type == IOMAP_HOLE)
			continue;
		iomap_add_to_ioend(inode, file_offset, page, iop, wpc, wbc, &submit_list);
		count++;
	}

	if (unlikely(error)) {
		if (!count) {
			if (wpc->ops->discard_page)
				wpc->ops->discard_page(page);
			unlock_page(page);
			return error;
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
	return error;
}

/* What write_cache_pages() calls; a page beyond EOF stays dirty. */
static int
iomap_do_writepage(struct page *page, struct writeback_control *wbc, void *data)
{
	struct inode *inode = page->mapping->host;
	loff_t offset = i_size_read(inode);

	if (page_offset(page) >= offset) {
		redirty_page_for_writepage(wbc, page);
		unlock_page(page);
		return 0;
	}
	return iomap_writepage_map(data, wbc, inode, page,
			min(offset, page_offset(page) + PAGE_SIZE));
}

/* Each ioend was submitted with its page: none is left over. */
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
