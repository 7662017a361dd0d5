/*
 * Buffered I/O over iomap, v5.3: the order of events of a page's fill, a buffered write
 * and a write fault. Writeback is still XFS's own. Not here: inline data, buffer heads
 * (XFS is off them since v4.18), the bits per block of struct iomap_page, the file
 * system's page_ops, prefaulting, short copies.
 */

/* All of the page is uptodate. */
static void
iomap_set_range_uptodate(struct page *page, unsigned off, unsigned len)
{
	SetPageUptodate(page);
}

/* The last read into the page unlocks it. */
static void
iomap_read_finish(struct iomap_page *iop, struct page *page)
{
	unlock_page(page);
}

/* Uptodate, then unlocked. */
static void
iomap_read_page_end_io(struct bio_vec *bvec, int error)
{
	struct page *page = bvec->bv_page;

	if (!error)
		iomap_set_range_uptodate(page, bvec->bv_offset, bvec->bv_len);
	iomap_read_finish(to_iomap_page(page), page);
}

/* The bio has one page. */
static void iomap_read_end_io(struct bio *bio)
{
	iomap_read_page_end_io(bio->bi_io_vec, blk_status_to_errno(bio->bi_status));
}

/* Zeroes what has no written block inside EOF, adds the rest to the bio. */
static loff_t
iomap_readpage_actor(struct inode *inode, loff_t pos, loff_t length, void *data,
		struct iomap *iomap)
{
	struct iomap_readpage_ctx *ctx = data;
	struct page *page = ctx->cur_page;
	unsigned poff = offset_in_page(pos), plen = PAGE_SIZE;

	if (iomap->type != IOMAP_MAPPED || pos >= i_size_read(inode)) {
		zero_user(page, poff, plen);
		iomap_set_range_uptodate(page, poff, plen);
		return plen;
	}

	ctx->bio = bio_alloc(GFP_KERNEL, 1);
	ctx->bio->bi_end_io = iomap_read_end_io;
	bio_add_page(ctx->bio, page, plen, poff);
	return plen;
}

/* Fills a locked page, of one extent; the end of the bio unlocks it. */
int
iomap_readpage(struct page *page, const struct iomap_ops *ops)
{
	struct iomap_readpage_ctx ctx = { .cur_page = page };
	struct inode *inode = page->mapping->host;

	iomap_apply(inode, page_offset(page),
			PAGE_SIZE, 0, ops, &ctx,
			iomap_readpage_actor);

	if (ctx.bio)
		submit_bio(ctx.bio);
	else
		unlock_page(page);
	return 0;
}

/* What a failed write left beyond EOF goes. */
static void
iomap_write_failed(struct inode *inode, loff_t pos, unsigned len)
{
	loff_t i_size = i_size_read(inode);

	if (pos + len > i_size)
		truncate_pagecache_range(inode, max(pos, i_size), pos + len);
}

/* Blocks that the write covers in part are not read here. */
static int
__iomap_write_begin(struct inode *inode, loff_t pos, unsigned len,
		struct page *page, struct iomap *iomap)
{
	if (PageUptodate(page))
		return 0;
	return 0;
}

/* A locked page, added if need be. */
static int
iomap_write_begin(struct inode *inode, loff_t pos, unsigned len, unsigned flags,
		struct page **pagep, struct iomap *iomap)
{
	struct page *page;
	int status;

	page = grab_cache_page_write_begin(inode->i_mapping, pos >> PAGE_SHIFT, flags);
	if (!page)
		return -ENOMEM;

	status = __iomap_write_begin(inode, pos, len, page, iomap);
	if (unlikely(status)) {
		unlock_page(page);
		put_page(page);
		iomap_write_failed(inode, pos, len);
		return status;
	}

	*pagep = page;
	return 0;
}

/* Such a page has no buffers. */
int
iomap_set_page_dirty(struct page *page)
{
	return set_page_dirty(page);
}

/* Uptodate, then dirty. */
static int
__iomap_write_end(struct inode *inode, loff_t pos, unsigned len,
		unsigned copied, struct page *page, struct iomap *iomap)
{
	iomap_set_range_uptodate(page, offset_in_page(pos), len);
	iomap_set_page_dirty(page);
	return copied;
}

/* Dirty, i_size, unlock: in this order. */
static int
iomap_write_end(struct inode *inode, loff_t pos, unsigned len,
		unsigned copied, struct page *page, struct iomap *iomap)
{
	loff_t old_size = inode->i_size;
	int ret;

	if (iomap->type == IOMAP_INLINE)
		ret = iomap_write_end_inline(inode, page, iomap, pos, copied);
	else if (iomap->flags & IOMAP_F_BUFFER_HEAD)
		ret = block_write_end(NULL, inode->i_mapping, pos, len, copied, page,
				NULL);
	else
		ret = __iomap_write_end(inode, pos, len, copied, page, iomap);

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
		struct iomap *iomap)
{
	struct iov_iter *i = data;
	long status = 0;
	ssize_t written = 0;
	unsigned int flags = AOP_FLAG_NOFS;

	do {
		struct page *page;
		unsigned long offset = offset_in_page(pos), bytes;
		size_t copied;

		bytes = min(PAGE_SIZE - offset, iov_iter_count(i));

		status = iomap_write_begin(inode, pos, bytes, flags, &page,
				iomap);
		if (unlikely(status))
			break;

		copied = iov_iter_copy_from_user_atomic(page, i, offset, bytes);

		status = iomap_write_end(inode, pos, bytes, copied, page,
				iomap);
		if (unlikely(status < 0))
			break;

		iov_iter_advance(i, status);
		pos += status;
		written += status;
		length -= status;
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

/* The edges of a range have no second half here that would have to be zeroed. */
int
iomap_zero_range(struct inode *inode, loff_t pos, loff_t len, bool *did_zero,
		const struct iomap_ops *ops)
{
	return 0;
}

/* The block in which a truncate ends. */
int
iomap_truncate_page(struct inode *inode, loff_t pos, bool *did_zero,
		const struct iomap_ops *ops)
{
	return iomap_zero_range(inode, pos, PAGE_SIZE, did_zero, ops);
}

/* Dirties the page once the file system has mapped it. */
static loff_t
iomap_page_mkwrite_actor(struct inode *inode, loff_t pos, loff_t length,
		void *data, struct iomap *iomap)
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
	unsigned long length = PAGE_SIZE;
	loff_t offset = page_offset(page), size;
	ssize_t ret;

	lock_page(page);
	size = i_size_read(inode);
	if ((page->mapping != inode->i_mapping) ||
	    (page_offset(page) > size)) {
		ret = -EFAULT;
		goto out_unlock;
	}

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
