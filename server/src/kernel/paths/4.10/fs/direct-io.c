/*
 * Direct I/O over get_block, v4.10: the order in which it counts, looks up, submits and
 * completes. For file systems that do not use iomap: ext4 before 5.5, the block device.
 * One bio carries the whole I/O. Not here: the user's pages, I/O that is not aligned to the device.
 */

/*
 * What the file system does at the end, then the count. The page cache is the business of
 * generic_file_direct_write().
 */
static ssize_t dio_complete(struct dio *dio, ssize_t ret, bool is_async)
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

	if (!(dio->flags & DIO_SKIP_DIO_COUNT))
		inode_dio_end(dio->inode);

	if (is_async) {
		dio->iocb->ki_pos += transferred;
		if (dio->op == REQ_OP_WRITE)
			ret = generic_write_sync(dio->iocb, transferred);
		dio->iocb->ki_complete(dio->iocb, ret, 0);
	}
	return ret;
}

/* Runs in a worker of s_dio_done_wq. */
static void dio_aio_complete_work(struct work_struct *work)
{
	struct dio *dio = container_of(work, struct dio, complete_work);

	dio_complete(dio, 0, true);
}

/* One bio is done. */
static int dio_bio_complete(struct dio *dio, struct bio *bio)
{
	if (bio->bi_error)
		dio->io_error = -EIO;
	return 0;
}

/*
 * End of a bio that nobody waits for, in interrupt context: only a write that get_block
 * marked is left to the worker.
 */
static void dio_bio_end_aio(struct bio *bio)
{
	struct dio *dio = bio->bi_private;
	unsigned long remaining;

	dio_bio_complete(dio, bio);

	remaining = --dio->refcount;
	if (remaining == 0) {
		if (dio->result && dio->defer_completion) {
			INIT_WORK(&dio->complete_work, dio_aio_complete_work);
			queue_work(dio->inode->i_sb->s_dio_done_wq,
				   &dio->complete_work);
		} else {
			dio_complete(dio, 0, true);
		}
	}
}

/* End of a bio that somebody waits for: he takes it from the list. */
static void dio_bio_end_io(struct bio *bio)
{
	struct dio *dio = bio->bi_private;

	bio->bi_private = dio->bio_list;
	dio->bio_list = bio;
	if (--dio->refcount == 1 && dio->waiter)
		wake_up_process(dio->waiter);
}

/* The bio's end depends on whether it is waited for. */
static inline void
dio_bio_alloc(struct dio *dio, struct dio_submit *sdio,
		struct block_device *bdev,
		sector_t first_sector, int nr_vecs)
{
	struct bio *bio = bio_alloc(GFP_KERNEL, nr_vecs);

	bio->bi_end_io = dio->is_async ? dio_bio_end_aio : dio_bio_end_io;
	sdio->bio = bio;
}

/* A bio holds a reference until its end. */
static inline void dio_bio_submit(struct dio *dio, struct dio_submit *sdio)
{
	struct bio *bio = sdio->bio;

	bio->bi_private = dio;
	dio->refcount++;

	if (sdio->submit_io)
		sdio->submit_io(bio, dio->inode, sdio->logical_offset_in_bio);
	else
		dio->bio_cookie = submit_bio(bio);

	sdio->bio = NULL;
}

/* A bio that has ended; NULL when there is none left. */
static struct bio *dio_await_one(struct dio *dio)
{
	struct bio *bio;

	while (dio->refcount > 1 && dio->bio_list == NULL)
		io_schedule();

	bio = dio->bio_list;
	if (bio)
		dio->bio_list = bio->bi_private;
	return bio;
}

/* The submitter waits for all of them. */
static void dio_await_completion(struct dio *dio)
{
	struct bio *bio;

	do {
		bio = dio_await_one(dio);
		if (bio)
			dio_bio_complete(dio, bio);
	} while (bio);
}

/* The completion needs the worker, and the worker its queue. */
static int dio_set_defer_completion(struct dio *dio)
{
	struct super_block *sb = dio->inode->i_sb;

	if (dio->defer_completion)
		return 0;
	dio->defer_completion = true;
	return sb->s_dio_done_wq ? 0 : sb_init_dio_done_wq(sb);
}

/*
 * Looks up or allocates the next block. With DIO_SKIP_HOLES none is allocated inside
 * i_size: such a write goes on through the page cache.
 */
static int get_more_blocks(struct dio *dio, struct dio_submit *sdio,
		struct buffer_head *map_bh)
{
	int ret;
	sector_t fs_startblk;
	int create;
	unsigned int i_blkbits = sdio->blkbits + sdio->blkfactor;

	ret = dio->page_errors;
	if (ret == 0) {
		fs_startblk = sdio->block_in_file >> sdio->blkfactor;

		map_bh->b_state = 0;
		map_bh->b_size = 1 << i_blkbits;

		create = dio->op == REQ_OP_WRITE;
		if (dio->flags & DIO_SKIP_HOLES) {
			if (fs_startblk <= ((i_size_read(dio->inode) - 1) >>
							i_blkbits))
				create = 0;
		}

		ret = (*sdio->get_block)(dio->inode, fs_startblk,
						map_bh, create);

		dio->private = map_bh->b_private;

		if (ret == 0 && buffer_defer_completion(map_bh))
			ret = dio_set_defer_completion(dio);
	}
	return ret;
}

/* One bio is all there is: none has ended yet. */
static inline int dio_new_bio(struct dio *dio, struct dio_submit *sdio,
		sector_t start_sector, struct buffer_head *map_bh)
{
	dio_bio_alloc(dio, sdio, map_bh->b_bdev, start_sector, 1);
	return 0;
}

/* There is room for the page. */
static inline int dio_bio_add_page(struct dio_submit *sdio)
{
	bio_add_page(sdio->bio, sdio->cur_page, sdio->cur_page_len, sdio->cur_page_offset);
	sdio->final_block_in_bio = sdio->cur_page_block +
		(sdio->cur_page_len >> sdio->blkbits);
	return 0;
}

/* Puts the page into a bio, after submitting one that it does not follow. */
static inline int dio_send_cur_page(struct dio *dio, struct dio_submit *sdio,
		struct buffer_head *map_bh)
{
	int ret;

	if (sdio->bio) {
		if (sdio->final_block_in_bio != sdio->cur_page_block)
			dio_bio_submit(dio, sdio);
	}

	if (sdio->bio == NULL) {
		ret = dio_new_bio(dio, sdio, sdio->cur_page_block, map_bh);
		if (ret)
			return ret;
	}

	return dio_bio_add_page(sdio);
}

/* A page waits for its bio until the next one comes. */
static inline int
submit_page_section(struct dio *dio, struct dio_submit *sdio, struct page *page,
		unsigned offset, unsigned len, sector_t blocknr,
		struct buffer_head *map_bh)
{
	int ret = 0;

	if (sdio->cur_page) {
		ret = dio_send_cur_page(dio, sdio, map_bh);
		sdio->cur_page = NULL;
		if (ret)
			return ret;
	}

	sdio->cur_page = page;
	sdio->cur_page_len = len;
	sdio->cur_page_block = blocknr;
	return ret;
}

/*
 * Zeros for what a write of part of a new block leaves of it, in front of the write or
 * behind it; they go with its bio.
 */
static inline void dio_zero_block(struct dio *dio, struct dio_submit *sdio,
		int end, struct buffer_head *map_bh)
{
	unsigned per_fs_block = 1 << sdio->blkfactor;
	unsigned this_chunk_blocks;

	sdio->start_zero_done = 1;
	if (!sdio->blkfactor || !buffer_new(map_bh))
		return;

	this_chunk_blocks = sdio->block_in_file & (per_fs_block - 1);
	if (!this_chunk_blocks)
		return;
	if (end)
		this_chunk_blocks = per_fs_block - this_chunk_blocks;

	if (submit_page_section(dio, sdio, ZERO_PAGE(0), 0,
				this_chunk_blocks << sdio->blkbits,
				sdio->next_block_for_io, map_bh))
		return;
	sdio->next_block_for_io += this_chunk_blocks;
}

/*
 * Block by block: looked up, then zeros for a hole that is read, -ENOTBLK for one that is
 * written, else a page for the bio, behind the zeros of a block that begins before it.
 */
static int do_direct_IO(struct dio *dio, struct dio_submit *sdio,
		struct buffer_head *map_bh)
{
	const unsigned blkbits = sdio->blkbits;
	int ret = 0;

	while (sdio->block_in_file < sdio->final_block_in_request) {
		struct page *page;

		page = dio_get_page(dio, sdio);
		if (IS_ERR(page))
			return PTR_ERR(page);

		ret = get_more_blocks(dio, sdio, map_bh);
		if (ret) {
			put_page(page);
			return ret;
		}

		if (!buffer_mapped(map_bh)) {
			if (dio->op == REQ_OP_WRITE) {
				put_page(page);
				return -ENOTBLK;
			}
			zero_user(page, 0, 1 << blkbits);
			goto next_block;
		}

		sdio->next_block_for_io = map_bh->b_blocknr << sdio->blkfactor;
		if (!buffer_new(map_bh))
			sdio->next_block_for_io += sdio->block_in_file &
						   ((1 << sdio->blkfactor) - 1);
		if (sdio->blkfactor && !sdio->start_zero_done)
			dio_zero_block(dio, sdio, 0, map_bh);

		ret = submit_page_section(dio, sdio, page, 0, 1 << blkbits,
					  sdio->next_block_for_io, map_bh);
		if (ret) {
			put_page(page);
			return ret;
		}
		sdio->next_block_for_io++;
next_block:
		sdio->block_in_file++;
		dio->result += 1 << blkbits;
		put_page(page);
	}
	return ret;
}

/* The submitter's own reference. */
static inline int drop_refcount(struct dio *dio)
{
	return --dio->refcount;
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

	if (dio->is_async && iov_iter_rw(iter) == WRITE &&
	    ((iocb->ki_filp->f_flags & O_DSYNC) ||
	     IS_SYNC(iocb->ki_filp->f_mapping->host))) {
		retval = dio_set_defer_completion(dio);
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
		retval = dio_complete(dio, retval, false);
out:
	return retval;
}

/* What file systems call. */
ssize_t __blockdev_direct_IO(struct kiocb *iocb, struct inode *inode,
		struct block_device *bdev, struct iov_iter *iter,
		get_block_t get_block,
		dio_iodone_t end_io, dio_submit_t submit_io,
		int flags)
{
	return do_blockdev_direct_IO(iocb, inode, bdev, iter, get_block,
				     end_io, submit_io, flags);
}
