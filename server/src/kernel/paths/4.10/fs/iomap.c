/*
 * iomap, v4.10: the order of events of direct I/O, of a buffered write and of a write
 * fault, both over buffer heads. Before v4.10 there is no iomap_dio_rw() and XFS went
 * through __blockdev_direct_IO(). Not here: extents shorter than the range, alignment,
 * parts of blocks, a second bio for the same extent, prefaulting, short copies.
 */

/* One extent of a range: mapped by the file system, worked on by the actor, handed back. */
static loff_t
iomap_apply(struct inode *inode, loff_t pos, loff_t length, unsigned flags,
		struct iomap_ops *ops, void *data, iomap_actor_t actor)
{
	struct iomap iomap = { 0 };
	loff_t written, ret;

	ret = ops->iomap_begin(inode, pos, length, flags, &iomap);
	if (ret)
		return ret;

	written = actor(inode, pos, length, data, &iomap);

	if (ops->iomap_end)
		ret = ops->iomap_end(inode, pos, length, written > 0 ? written : 0, flags, &iomap);

	return written ? written : ret;
}

/* What a failed write left beyond EOF goes. */
static void
iomap_write_failed(struct inode *inode, loff_t pos, unsigned len)
{
	loff_t i_size = i_size_read(inode);

	if (pos + len > i_size)
		truncate_pagecache_range(inode, max(pos, i_size), pos + len);
}

/* A locked page, added if need be, its buffers mapped. */
static int
iomap_write_begin(struct inode *inode, loff_t pos, unsigned len, unsigned flags,
		struct page **pagep, struct iomap *iomap)
{
	struct page *page;
	int status;

	page = grab_cache_page_write_begin(inode->i_mapping, pos >> PAGE_SHIFT, flags);
	if (!page)
		return -ENOMEM;

	status = __block_write_begin_int(page, pos, len, NULL, iomap);
	if (unlikely(status)) {
		unlock_page(page);
		put_page(page);
		iomap_write_failed(inode, pos, len);
		return status;
	}

	*pagep = page;
	return 0;
}

/* Dirty, i_size, unlock: all in generic_write_end(). */
static int
iomap_write_end(struct inode *inode, loff_t pos, unsigned len,
		unsigned copied, struct page *page)
{
	int ret;

	ret = generic_write_end(NULL, inode->i_mapping, pos, len,
			copied, page, NULL);
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
		unsigned long offset = pos & (PAGE_SIZE - 1), bytes;
		size_t copied;

		bytes = min(PAGE_SIZE - offset, iov_iter_count(i));

		status = iomap_write_begin(inode, pos, bytes, flags, &page,
				iomap);
		if (unlikely(status))
			break;

		copied = iov_iter_copy_from_user_atomic(page, i, offset, bytes);

		status = iomap_write_end(inode, pos, bytes, copied, page);
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
		struct iomap_ops *ops)
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
		struct iomap_ops *ops)
{
	return 0;
}

/* The block in which a truncate ends. */
int
iomap_truncate_page(struct inode *inode, loff_t pos, bool *did_zero,
		struct iomap_ops *ops)
{
	return iomap_zero_range(inode, pos, PAGE_SIZE, did_zero, ops);
}

/* Dirties the buffers of the page once the file system has mapped it. */
static loff_t
iomap_page_mkwrite_actor(struct inode *inode, loff_t pos, loff_t length,
		void *data, struct iomap *iomap)
{
	struct page *page = data;
	int ret;

	ret = __block_write_begin_int(page, pos, length, NULL, iomap);
	if (ret)
		return ret;

	block_commit_write(page, 0, length);
	return length;
}

/*
 * Write fault: first the mapping (a reservation, for delalloc), then dirty, all under
 * the page lock, which the caller keeps.
 */
int iomap_page_mkwrite(struct vm_area_struct *vma, struct vm_fault *vmf,
		struct iomap_ops *ops)
{
	struct page *page = vmf->page;
	struct inode *inode = file_inode(vma->vm_file);
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

	set_page_dirty(page);
	wait_for_stable_page(page);
	return 0;
out_unlock:
	unlock_page(page);
	return ret;
}

/* The file system's end_io (conversion, i_size), then the count. Nothing is invalidated. */
static ssize_t iomap_dio_complete(struct iomap_dio *dio)
{
	struct kiocb *iocb = dio->iocb;
	ssize_t ret = dio->error;

	if (dio->end_io) {
		ret = dio->end_io(iocb,
				dio->error ? dio->error : dio->size,
				dio->flags);
	}

	if (likely(!ret)) {
		ret = dio->size;
		iocb->ki_pos += ret;
	}

	inode_dio_end(file_inode(iocb->ki_filp));
	return ret;
}

/* A write that nobody waits for syncs behind the count, whether O_DSYNC or not. */
static void iomap_dio_complete_work(struct work_struct *work)
{
	struct iomap_dio *dio = container_of(work, struct iomap_dio, aio.work);
	struct kiocb *iocb = dio->iocb;
	bool is_write = (dio->flags & IOMAP_DIO_WRITE);
	ssize_t ret;

	ret = iomap_dio_complete(dio);
	if (is_write && ret > 0)
		ret = generic_write_sync(iocb, ret);
	iocb->ki_complete(iocb, ret, 0);
}

/* Of several errors the first is kept. */
static inline void iomap_dio_set_error(struct iomap_dio *dio, int ret)
{
	cmpxchg(&dio->error, 0, ret);
}

/*
 * Runs in interrupt context. The last bio lets the waiting submitter complete, or a
 * worker if it was a write; a read is completed here and now.
 */
static void iomap_dio_bio_end_io(struct bio *bio)
{
	struct iomap_dio *dio = bio->bi_private;
	bool should_dirty = (dio->flags & IOMAP_DIO_DIRTY);
	struct task_struct *waiter = dio->submit.waiter;

	if (bio->bi_error)
		iomap_dio_set_error(dio, bio->bi_error);

	if (atomic_dec_and_test(&dio->ref)) {
		if (is_sync_kiocb(dio->iocb)) {
			WRITE_ONCE(dio->submit.waiter, NULL);
			wake_up_process(waiter);
		} else if (dio->flags & IOMAP_DIO_WRITE) {
			struct inode *inode = file_inode(dio->iocb->ki_filp);

			INIT_WORK(&dio->aio.work, iomap_dio_complete_work);
			queue_work(inode->i_sb->s_dio_done_wq, &dio->aio.work);
		} else {
			iomap_dio_complete_work(&dio->aio.work);
		}
	}

	if (should_dirty) {
		bio_check_pages_dirty(bio);
	} else {
		bio_put(bio);
	}
}

/* A bio of zeros in front of or behind a write of part of a block. */
static blk_qc_t
iomap_dio_zero(struct iomap_dio *dio, struct iomap *iomap, loff_t pos,
		unsigned len)
{
	struct bio *bio = bio_alloc(GFP_KERNEL, 1);

	bio->bi_private = dio;
	bio->bi_end_io = iomap_dio_bio_end_io;
	atomic_inc(&dio->ref);
	return submit_bio(bio);
}

/*
 * A read of a hole or an unwritten extent gets zeros, everything else a bio. What end_io
 * will have to do (convert, remap) is noted from the extent as it was looked up; what is
 * left of a new block is zeroed.
 */
static loff_t
iomap_dio_actor(struct inode *inode, loff_t pos, loff_t length,
		void *data, struct iomap *iomap)
{
	unsigned fs_block_size = 1 << inode->i_blkbits, pad;
	struct iomap_dio *dio = data;
	bool need_zeroout = false;
	struct bio *bio;

	switch (iomap->type) {
	case IOMAP_HOLE:
	case IOMAP_UNWRITTEN:
		if (!(dio->flags & IOMAP_DIO_WRITE)) {
			iov_iter_zero(length, dio->submit.iter);
			dio->size += length;
			return length;
		}
		dio->flags |= IOMAP_DIO_UNWRITTEN;
		need_zeroout = true;
		break;
	case IOMAP_MAPPED:
		need_zeroout = iomap->flags & IOMAP_F_NEW;
		if (iomap->flags & IOMAP_F_SHARED)
			dio->flags |= IOMAP_DIO_COW;
		break;
	default:
		return -EIO;
	}

	if (need_zeroout) {
		pad = pos & (fs_block_size - 1);
		if (pad)
			iomap_dio_zero(dio, iomap, pos - pad, pad);
	}

	bio = bio_alloc(GFP_KERNEL, iov_iter_npages(dio->submit.iter, BIO_MAX_PAGES));
	bio->bi_private = dio;
	bio->bi_end_io = iomap_dio_bio_end_io;

	dio->size += bio->bi_iter.bi_size;
	atomic_inc(&dio->ref);
	dio->submit.cookie = submit_bio(bio);

	if (need_zeroout) {
		pad = (pos + length) & (fs_block_size - 1);
		if (pad)
			iomap_dio_zero(dio, iomap, pos + length, fs_block_size - pad);
	}

	iov_iter_advance(dio->submit.iter, length);
	return length;
}

/*
 * Reads and writes flush and invalidate if pages are cached, and go on if that fails. Then
 * the count, the extents and their bios; asynchronous I/O returns with bios in flight. A
 * write that is waited for invalidates again, before it is completed.
 */
ssize_t
iomap_dio_rw(struct kiocb *iocb, struct iov_iter *iter, struct iomap_ops *ops,
		iomap_dio_end_io_t end_io)
{
	struct address_space *mapping = iocb->ki_filp->f_mapping;
	struct inode *inode = file_inode(iocb->ki_filp);
	size_t count = iov_iter_count(iter);
	loff_t pos = iocb->ki_pos, end = iocb->ki_pos + count - 1, ret = 0;
	unsigned int flags = IOMAP_DIRECT;
	struct iomap_dio *dio;

	dio = kmalloc(sizeof(*dio), GFP_KERNEL);
	if (!dio)
		return -ENOMEM;

	dio->iocb = iocb;
	atomic_set(&dio->ref, 1);
	dio->size = dio->error = dio->flags = 0;
	dio->i_size = i_size_read(inode);
	dio->end_io = end_io;
	dio->submit.iter = iter;
	if (is_sync_kiocb(iocb))
		dio->submit.waiter = current;

	if (iov_iter_rw(iter) == READ) {
		if (pos >= dio->i_size)
			goto out_free_dio;
	} else {
		dio->flags |= IOMAP_DIO_WRITE;
		flags |= IOMAP_WRITE;
	}

	if (mapping->nrpages) {
		ret = filemap_write_and_wait_range(mapping, iocb->ki_pos, end);
		if (ret)
			goto out_free_dio;

		ret = invalidate_inode_pages2_range(mapping,
				iocb->ki_pos >> PAGE_SHIFT, end >> PAGE_SHIFT);
		ret = 0;
	}

	inode_dio_begin(inode);

	do {
		ret = iomap_apply(inode, pos, count, flags, ops, dio,
				iomap_dio_actor);
		if (ret <= 0) {
			if (ret == -ENOTBLK)
				ret = 0;
			break;
		}
		pos += ret;
	} while ((count = iov_iter_count(iter)) > 0);

	if (ret < 0)
		iomap_dio_set_error(dio, ret);

	if (ret >= 0 && iov_iter_rw(iter) == WRITE && !is_sync_kiocb(iocb) &&
			!inode->i_sb->s_dio_done_wq) {
		ret = sb_init_dio_done_wq(inode->i_sb);
		if (ret < 0)
			iomap_dio_set_error(dio, ret);
	}

	if (!atomic_dec_and_test(&dio->ref)) {
		if (!is_sync_kiocb(iocb))
			return -EIOCBQUEUED;

		for (;;) {
			if (!READ_ONCE(dio->submit.waiter))
				break;

			io_schedule();
		}
	}

	if (iov_iter_rw(iter) == WRITE && mapping->nrpages) {
		ret = invalidate_inode_pages2_range(mapping,
				iocb->ki_pos >> PAGE_SHIFT, end >> PAGE_SHIFT);
	}

	return iomap_dio_complete(dio);

out_free_dio:
	kfree(dio);
	return ret;
}
