/*
 * What v6.12 has otherwise in fs/iomap/direct-io.c. Write-through, which
 * takes the place of FUA, is not here.
 */

/*
 * The file system's end_io (conversion, i_size), the second invalidation, and only
 * then the count. O_DSYNC syncs behind the count.
 */
ssize_t iomap_dio_complete(struct iomap_dio *dio)
{
	const struct iomap_dio_ops *dops = dio->dops;
	struct kiocb *iocb = dio->iocb;
	ssize_t ret = dio->error;
	loff_t offset = iocb->ki_pos;

	if (dops && dops->end_io)
		ret = dops->end_io(iocb, dio->size, ret, dio->flags);

	if (likely(!ret)) {
		ret = dio->size;
		if (!(dio->flags & IOMAP_DIO_WRITE) && offset + ret > dio->i_size)
			ret = dio->i_size - offset;
	}

	if (!dio->error && dio->size && (dio->flags & IOMAP_DIO_WRITE))
		kiocb_invalidate_post_direct_write(iocb, dio->size);

	inode_dio_end(file_inode(iocb->ki_filp));

	if (ret > 0) {
		iocb->ki_pos += ret;

		if (dio->flags & IOMAP_DIO_NEED_SYNC)
			ret = generic_write_sync(iocb, ret);
	}
	return ret > 0 ? ret + dio->done_before : ret;
}

/* IOMAP_DIO_CALLER_COMP: the issuer completes the write in its own task. */
static ssize_t iomap_dio_deferred_complete(void *data)
{
	return iomap_dio_complete(data);
}

/*
 * Who completes once all bios have ended: the waiting submitter, this very context
 * (reads), the issuer, or else a worker.
 */
static void iomap_dio_done(struct iomap_dio *dio)
{
	struct kiocb *iocb = dio->iocb;

	if (dio->wait_for_completion) {
		struct task_struct *waiter = dio->submit.waiter;

		WRITE_ONCE(dio->submit.waiter, NULL);
		blk_wake_io_task(waiter);
		return;
	}

	if (dio->flags & IOMAP_DIO_INLINE_COMP) {
		iomap_dio_complete_work(&dio->aio.work);
	} else if (dio->flags & IOMAP_DIO_CALLER_COMP) {
		iocb->dio_complete = iomap_dio_deferred_complete;
		iocb->ki_complete(iocb, 0);
	} else {
		struct inode *inode = file_inode(iocb->ki_filp);

		INIT_WORK(&dio->aio.work, iomap_dio_complete_work);
		queue_work(inode->i_sb->s_dio_done_wq, &dio->aio.work);
	}
}

/* Runs in interrupt context. */
void iomap_dio_bio_end_io(struct bio *bio)
{
	struct iomap_dio *dio = bio->bi_private;
	bool should_dirty = (dio->flags & IOMAP_DIO_DIRTY);

	if (bio->bi_status) {
		iomap_dio_set_error(dio, blk_status_to_errno(bio->bi_status));
	}
	if (atomic_dec_and_test(&dio->ref))
		iomap_dio_done(dio);

	if (should_dirty) {
		bio_check_pages_dirty(bio);
	} else {
		bio_release_pages(bio, false);
		bio_put(bio);
	}
}

/* A bio of zeros in front of or behind a write of part of a block. */
static int iomap_dio_zero(const struct iomap_iter *iter, struct iomap_dio *dio,
		loff_t pos, unsigned len)
{
	struct bio *bio;

	if (!len)
		return 0;

	bio = iomap_dio_alloc_bio(iter, dio, 1, REQ_OP_WRITE | REQ_SYNC | REQ_IDLE);
	iomap_dio_submit_bio(iter, dio, bio, pos);
	return 0;
}

/*
 * The bios of one extent. What end_io will have to do (convert, remap) is noted before
 * they are submitted, from the extent as it was looked up.
 */
static loff_t iomap_dio_bio_iter(const struct iomap_iter *iter,
		struct iomap_dio *dio)
{
	const struct iomap *iomap = &iter->iomap;
	struct inode *inode = iter->inode;
	unsigned int fs_block_size = i_blocksize(inode), pad;
	loff_t pos = iter->pos;
	blk_opf_t bio_opf = iomap_dio_bio_opflags(dio, iomap, false);
	struct bio *bio;
	bool need_zeroout = false;
	int nr_pages, ret = 0;
	size_t n, copied = 0;

	if (iomap->type == IOMAP_UNWRITTEN) {
		dio->flags |= IOMAP_DIO_UNWRITTEN;
		need_zeroout = true;
	}

	if (iomap->flags & IOMAP_F_SHARED)
		dio->flags |= IOMAP_DIO_COW;

	if (iomap->flags & IOMAP_F_NEW)
		need_zeroout = true;
	else if (iomap->type == IOMAP_MAPPED && (dio->flags & IOMAP_DIO_NEED_SYNC))
		dio->flags &= ~IOMAP_DIO_CALLER_COMP;

	if (!iov_iter_count(dio->submit.iter))
		goto out;

	if (need_zeroout ||
	    ((dio->flags & IOMAP_DIO_WRITE) && pos >= i_size_read(inode)))
		dio->flags &= ~IOMAP_DIO_CALLER_COMP;

	if (need_zeroout) {
		pad = pos & (fs_block_size - 1);

		ret = iomap_dio_zero(iter, dio, pos - pad, pad);
		if (ret)
			goto out;
	}

	nr_pages = bio_iov_vecs_to_alloc(dio->submit.iter, BIO_MAX_VECS);
	do {
		bio = iomap_dio_alloc_bio(iter, dio, nr_pages, bio_opf);
		bio->bi_private = dio;
		bio->bi_end_io = iomap_dio_bio_end_io;

		ret = bio_iov_iter_get_pages(bio, dio->submit.iter);
		if (unlikely(ret)) {
			bio_put(bio);
			goto zero_tail;
		}

		n = bio->bi_iter.bi_size;
		dio->size += n;
		copied += n;

		nr_pages = bio_iov_vecs_to_alloc(dio->submit.iter, BIO_MAX_VECS);
		iomap_dio_submit_bio(iter, dio, bio, pos);
		pos += n;
	} while (nr_pages);

zero_tail:
	if (need_zeroout ||
	    ((dio->flags & IOMAP_DIO_WRITE) && pos >= i_size_read(inode))) {
		pad = -pos & (fs_block_size - 1);
		ret = iomap_dio_zero(iter, dio, pos, pad);
	}
out:
	return copied ? copied : ret;
}

/*
 * Reads flush. Writes flush and invalidate; where that fails, other than with -EAGAIN,
 * the caller writes through the page cache. Then the count, the extents and their bios;
 * asynchronous I/O returns with bios in flight. NULL: nothing to complete.
 */
struct iomap_dio *
__iomap_dio_rw(struct kiocb *iocb, struct iov_iter *iter,
		const struct iomap_ops *ops, const struct iomap_dio_ops *dops,
		unsigned int dio_flags, void *private, size_t done_before)
{
	struct inode *inode = file_inode(iocb->ki_filp);
	struct iomap_iter iomi = {
		.inode = inode, .pos = iocb->ki_pos, .len = iov_iter_count(iter),
		.flags = IOMAP_DIRECT,
	};
	bool wait_for_completion =
		is_sync_kiocb(iocb) || (dio_flags & IOMAP_DIO_FORCE_WAIT);
	struct iomap_dio *dio;
	loff_t ret = 0;

	dio = kmalloc(sizeof(*dio), GFP_KERNEL);
	if (!dio)
		return ERR_PTR(-ENOMEM);

	dio->iocb = iocb;
	atomic_set(&dio->ref, 1);
	dio->size = dio->error = dio->flags = 0;
	dio->done_before = done_before;
	dio->i_size = i_size_read(inode);
	dio->dops = dops;
	dio->submit.iter = iter;
	dio->submit.waiter = current;

	if (iocb->ki_flags & IOCB_NOWAIT)
		iomi.flags |= IOMAP_NOWAIT;

	if (iov_iter_rw(iter) == READ) {
		dio->flags |= IOMAP_DIO_INLINE_COMP;

		if (iomi.pos >= dio->i_size)
			goto out_free_dio;

		ret = kiocb_write_and_wait(iocb, iomi.len);
		if (ret)
			goto out_free_dio;
	} else {
		dio->flags |= IOMAP_DIO_WRITE;
		iomi.flags |= IOMAP_WRITE;

		if (iocb->ki_flags & IOCB_DIO_CALLER_COMP)
			dio->flags |= IOMAP_DIO_CALLER_COMP;

		if (dio_flags & IOMAP_DIO_OVERWRITE_ONLY) {
			ret = -EAGAIN;
			if (iomi.pos + iomi.len > dio->i_size)
				goto out_free_dio;
			iomi.flags |= IOMAP_OVERWRITE_ONLY;
		}

		if (iocb_is_dsync(iocb)) {
			dio->flags |= IOMAP_DIO_NEED_SYNC;

			if (!(iocb->ki_flags & IOCB_SYNC))
				dio->flags |= IOMAP_DIO_WRITE_THROUGH;
		}

		ret = kiocb_invalidate_pages(iocb, iomi.len);
		if (ret) {
			if (ret != -EAGAIN)
				ret = -ENOTBLK;
			goto out_free_dio;
		}
	}

	if (!wait_for_completion && !inode->i_sb->s_dio_done_wq) {
		ret = sb_init_dio_done_wq(inode->i_sb);
		if (ret < 0)
			goto out_free_dio;
	}

	inode_dio_begin(inode);

	while ((ret = iomap_iter(&iomi, ops)) > 0) {
		iomi.processed = iomap_dio_iter(&iomi, dio);
		iocb->ki_flags &= ~IOCB_HIPRI;
	}

	if (iov_iter_rw(iter) == READ && iomi.pos >= dio->i_size)
		iov_iter_revert(iter, iomi.pos - dio->i_size);

	if (ret == -EFAULT && dio->size && (dio_flags & IOMAP_DIO_PARTIAL)) {
		wait_for_completion |= !(iocb->ki_flags & IOCB_NOWAIT);
		ret = 0;
	}

	if (ret == -ENOTBLK) {
		wait_for_completion = true;
		ret = 0;
	}
	if (dio->flags & IOMAP_DIO_WRITE_THROUGH)
		dio->flags &= ~IOMAP_DIO_NEED_SYNC;
	if (ret < 0)
		iomap_dio_set_error(dio, ret);

	dio->wait_for_completion = wait_for_completion;
	if (!atomic_dec_and_test(&dio->ref)) {
		if (!wait_for_completion)
			return ERR_PTR(-EIOCBQUEUED);

		for (;;) {
			if (!READ_ONCE(dio->submit.waiter))
				break;

			blk_io_schedule();
		}
	}

	return dio;

out_free_dio:
	kfree(dio);
	return ret ? ERR_PTR(ret) : NULL;
}
