/*
 * What v4.14 has otherwise in fs/direct-io.c.
 */

/*
 * What the file system does at the end, then the pages that were read in meanwhile are
 * dropped, then the count.
 */
static ssize_t dio_complete(struct dio *dio, ssize_t ret, unsigned int flags)
{
	loff_t offset = dio->iocb->ki_pos;
	ssize_t transferred = dio->result;
	int err;

	if (ret == -EIOCBQUEUED)
		ret = 0;
	if (ret == 0)
		ret = dio->io_error;
	if (ret == 0)
		ret = transferred;

	if (dio->end_io) {
		err = dio->end_io(dio->iocb, offset, ret, dio->private);
		if (err)
			ret = err;
	}

	if (flags & DIO_COMPLETE_INVALIDATE &&
	    ret > 0 && dio->op == REQ_OP_WRITE &&
	    dio->inode->i_mapping->nrpages) {
		err = invalidate_inode_pages2_range(dio->inode->i_mapping,
					offset >> PAGE_SHIFT,
					(offset + ret - 1) >> PAGE_SHIFT);
		if (err)
			dio_warn_stale_pagecache(dio->iocb->ki_filp);
	}

	if (!(dio->flags & DIO_SKIP_DIO_COUNT))
		inode_dio_end(dio->inode);

	if (flags & DIO_COMPLETE_ASYNC) {
		dio->iocb->ki_pos += transferred;
		if (dio->op == REQ_OP_WRITE)
			ret = generic_write_sync(dio->iocb, transferred);
		dio->iocb->ki_complete(dio->iocb, ret, 0);
	}
	return ret;
}

/* The worker may sleep, so it invalidates. */
static void dio_aio_complete_work(struct work_struct *work)
{
	struct dio *dio = container_of(work, struct dio, complete_work);

	dio_complete(dio, 0, DIO_COMPLETE_ASYNC | DIO_COMPLETE_INVALIDATE);
}

/* One bio is done. */
static blk_status_t dio_bio_complete(struct dio *dio, struct bio *bio)
{
	blk_status_t err = bio->bi_status;

	if (err)
		dio->io_error = -EIO;
	return err;
}

/*
 * End of a bio that nobody waits for, in interrupt context: a write is left to the worker
 * if get_block marked it, or if pages are cached that must be dropped.
 */
static void dio_bio_end_aio(struct bio *bio)
{
	struct dio *dio = bio->bi_private;
	unsigned long remaining;
	bool defer_completion = false;

	dio_bio_complete(dio, bio);

	remaining = --dio->refcount;
	if (remaining == 0) {
		if (dio->result)
			defer_completion = dio->defer_completion ||
					   (dio->op == REQ_OP_WRITE &&
					    dio->inode->i_mapping->nrpages);
		if (defer_completion) {
			INIT_WORK(&dio->complete_work, dio_aio_complete_work);
			queue_work(dio->inode->i_sb->s_dio_done_wq,
				   &dio->complete_work);
		} else {
			dio_complete(dio, 0, DIO_COMPLETE_ASYNC);
		}
	}
}

/*
 * Count, blocks, bio, wait, complete; asynchronous I/O returns with its bio in flight.
 * With DIO_LOCKING a read takes the lock and flushes by itself.
 */
static inline ssize_t
do_blockdev_direct_IO(struct kiocb *iocb, struct inode *inode,
		struct block_device *bdev, struct iov_iter *iter,
		get_block_t get_block, dio_iodone_t end_io,
		dio_submit_t submit_io, int flags)
{
	unsigned blkbits = inode->i_blkbits;
	ssize_t retval = -EINVAL, ret2;
	size_t count = iov_iter_count(iter);
	loff_t offset = iocb->ki_pos, end = offset + count;
	struct dio *dio;
	struct dio_submit sdio = { 0, };
	struct buffer_head map_bh = { 0, };

	if ((offset | count) & ((1 << blkbits) - 1))
		blkbits = blksize_bits(bdev_logical_block_size(bdev));

	dio = kmem_cache_alloc(dio_cache, GFP_KERNEL);
	if (!dio)
		return -ENOMEM;
	dio->result = dio->io_error = dio->page_errors = 0;
	dio->private = NULL;
	dio->bio_list = NULL;
	dio->defer_completion = false;

	dio->flags = flags;
	if (dio->flags & DIO_LOCKING) {
		if (iov_iter_rw(iter) == READ) {
			struct address_space *mapping = iocb->ki_filp->f_mapping;

			inode_lock(inode);

			retval = filemap_write_and_wait_range(mapping, offset,
							      end - 1);
			if (retval) {
				inode_unlock(inode);
				kmem_cache_free(dio_cache, dio);
				goto out;
			}
		}
	}

	dio->i_size = i_size_read(inode);
	if (iov_iter_rw(iter) == READ && offset >= dio->i_size) {
		if (dio->flags & DIO_LOCKING)
			inode_unlock(inode);
		kmem_cache_free(dio_cache, dio);
		retval = 0;
		goto out;
	}

	if (is_sync_kiocb(iocb))
		dio->is_async = false;
	else if (!(dio->flags & DIO_ASYNC_EXTEND) &&
		 iov_iter_rw(iter) == WRITE && end > i_size_read(inode))
		dio->is_async = false;
	else
		dio->is_async = true;

	dio->inode = inode;
	dio->op = iov_iter_rw(iter) == WRITE ? REQ_OP_WRITE : REQ_OP_READ;

	if (dio->is_async && iov_iter_rw(iter) == WRITE) {
		retval = 0;
		if ((iocb->ki_filp->f_flags & O_DSYNC) ||
		    IS_SYNC(iocb->ki_filp->f_mapping->host))
			retval = dio_set_defer_completion(dio);
		else if (!dio->inode->i_sb->s_dio_done_wq)
			retval = sb_init_dio_done_wq(dio->inode->i_sb);
		if (retval) {
			kmem_cache_free(dio_cache, dio);
			goto out;
		}
	}

	if (!(dio->flags & DIO_SKIP_DIO_COUNT))
		inode_dio_begin(inode);

	sdio.blkbits = blkbits;
	sdio.blkfactor = inode->i_blkbits - blkbits;
	sdio.block_in_file = offset >> blkbits;
	sdio.final_block_in_request = end >> blkbits;
	sdio.get_block = get_block;
	sdio.submit_io = submit_io;
	dio->end_io = end_io;
	dio->iocb = iocb;
	dio->refcount = 1;

	retval = do_direct_IO(dio, &sdio, &map_bh);
	if (retval == -ENOTBLK)
		retval = 0;

	dio_zero_block(dio, &sdio, 1, &map_bh);

	if (sdio.cur_page) {
		ret2 = dio_send_cur_page(dio, &sdio, &map_bh);
		if (retval == 0)
			retval = ret2;
	}
	if (sdio.bio)
		dio_bio_submit(dio, &sdio);

	if (iov_iter_rw(iter) == READ && (dio->flags & DIO_LOCKING))
		inode_unlock(dio->inode);

	if (dio->is_async && retval == 0 && dio->result &&
	    (iov_iter_rw(iter) == READ || dio->result == count))
		retval = -EIOCBQUEUED;
	else
		dio_await_completion(dio);

	if (drop_refcount(dio) == 0)
		retval = dio_complete(dio, retval, DIO_COMPLETE_INVALIDATE);
out:
	return retval;
}
