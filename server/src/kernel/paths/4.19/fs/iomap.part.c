/*
 * What v4.19 has otherwise in fs/iomap.c: XFS is off
 * buffer heads.
 */

/*
 * As in fs/iomap.c, v4.19. Cut: the bits of single blocks.
 */
static void
iomap_set_range_uptodate(struct page *page, unsigned off, unsigned len)
{
	SetPageUptodate(page);
}

/*
 * As in fs/iomap.c, v4.19. Cut: the count of reads in flight.
 */
static void
iomap_read_finish(struct iomap_page *iop, struct page *page)
{
	unlock_page(page);
}

/*
 * As in fs/iomap.c, v4.19.
 */
static void
iomap_read_page_end_io(struct bio_vec *bvec, int error)
{
	struct page *page = bvec->bv_page;
	struct iomap_page *iop = to_iomap_page(page);

	if (unlikely(error)) {
		ClearPageUptodate(page);
		SetPageError(page);
	} else {
		iomap_set_range_uptodate(page, bvec->bv_offset, bvec->bv_len);
	}

	iomap_read_finish(iop, page);
}

/*
 * End of the read: uptodate, then unlock, as in fs/iomap.c, v4.19.
 * The bio is cut to one segment.
 */
static void
iomap_read_end_io(struct bio *bio)
{
	int error = blk_status_to_errno(bio->bi_status);
	struct bio_vec *bvec = bio->bi_io_vec;

	iomap_read_page_end_io(bvec, error);
	bio_put(bio);
}

/*
 * Zeroes what has no written block, else adds to the bio, as in
 * fs/iomap.c, v4.19. Cut: inline data, merging.
 */
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
		goto done;
	}

	ctx->cur_page_in_bio = true;

	ctx->bio = bio_alloc(GFP_KERNEL, 1);
	ctx->bio->bi_opf = REQ_OP_READ;
	ctx->bio->bi_iter.bi_sector = iomap_sector(iomap, pos);
	ctx->bio->bi_end_io = iomap_read_end_io;

	bio_add_page(ctx->bio, page, plen, poff);
done:
	return plen;
}

/*
 * Fills a locked page, as in fs/iomap.c, v4.19. The loop over
 * extents is cut to one.
 */
int
iomap_readpage(struct page *page, const struct iomap_ops *ops)
{
	struct iomap_readpage_ctx ctx = { .cur_page = page };
	struct inode *inode = page->mapping->host;
	loff_t ret;

	ret = iomap_apply(inode, page_offset(page),
			PAGE_SIZE, 0, ops, &ctx,
			iomap_readpage_actor);

	if (ctx.bio) {
		submit_bio(ctx.bio);
	} else {
		unlock_page(page);
	}

	return 0;
}

/*
 * As in fs/iomap.c, v4.19. Cut: reading around a write of part of
 * a block.
 */
static int
__iomap_write_begin(struct inode *inode, loff_t pos, unsigned len,
		struct page *page, struct iomap *iomap)
{
	int status = 0;

	if (PageUptodate(page))
		return 0;

	return status;
}

/*
 * Finds or adds the page, locked, as in fs/iomap.c, v4.19. Cut:
 * inline data, buffer heads, the file system's page_ops.
 */
static int
iomap_write_begin(struct inode *inode, loff_t pos, unsigned len, unsigned flags,
		struct page **pagep, struct iomap *iomap)
{
	pgoff_t index = pos >> PAGE_SHIFT;
	struct page *page;
	int status = 0;

	page = grab_cache_page_write_begin(inode->i_mapping, index, flags);
	if (!page) {
		status = -ENOMEM;
		goto out_no_page;
	}

	status = __iomap_write_begin(inode, pos, len, page, iomap);

	if (unlikely(status))
		goto out_unlock;

	*pagep = page;
	return 0;

out_unlock:
	unlock_page(page);
	put_page(page);
	iomap_write_failed(inode, pos, len);

out_no_page:
	return status;
}

/*
 * As in fs/iomap.c, v4.19.
 */
int
iomap_set_page_dirty(struct page *page)
{
	return set_page_dirty(page);
}

/*
 * As in fs/iomap.c, v4.19. Cut: a short copy.
 */
static int
__iomap_write_end(struct inode *inode, loff_t pos, unsigned len,
		unsigned copied, struct page *page, struct iomap *iomap)
{
	iomap_set_range_uptodate(page, offset_in_page(pos), len);
	iomap_set_page_dirty(page);
	return copied;
}

/*
 * Dirties the page and moves i_size, then unlocks, as in
 * fs/iomap.c, v4.19. Cut: a short copy.
 */
static int
iomap_write_end(struct inode *inode, loff_t pos, unsigned len,
		unsigned copied, struct page *page, struct iomap *iomap)
{
	loff_t old_size = inode->i_size;
	int ret;

	ret = __iomap_write_end(inode, pos, len, copied, page, iomap);

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

/*
 * The copy loop of a buffered write inside one extent, as in
 * fs/iomap.c, v4.19. Cut: pre-faulting the source, the retry of a
 * short copy.
 */
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
		unsigned long offset;
		unsigned long bytes;
		size_t copied;

		offset = offset_in_page(pos);
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
		copied = status;

		iov_iter_advance(i, copied);
		pos += copied;
		written += copied;
		length -= copied;
	} while (iov_iter_count(i) && length);

	return written ? written : status;
}

/*
 * Dirties a faulted page after its blocks are reserved, page locked, as in
 * fs/iomap.c, v4.19. Cut: buffer heads.
 */
static loff_t
iomap_page_mkwrite_actor(struct inode *inode, loff_t pos, loff_t length,
		void *data, struct iomap *iomap)
{
	struct page *page = data;

	set_page_dirty(page);

	return length;
}

/*
 * Write fault: reserve or look up under the page lock, then dirty, as in
 * fs/iomap.c, v4.19. Returns with the page locked on success.
 */
int iomap_page_mkwrite(struct vm_fault *vmf, const struct iomap_ops *ops)
{
	struct page *page = vmf->page;
	struct inode *inode = file_inode(vmf->vma->vm_file);
	unsigned long length;
	loff_t offset, size;
	ssize_t ret;

	lock_page(page);
	size = i_size_read(inode);
	if ((page->mapping != inode->i_mapping) ||
	    (page_offset(page) > size)) {
		ret = -EFAULT;
		goto out_unlock;
	}

	length = PAGE_SIZE;

	offset = page_offset(page);
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
