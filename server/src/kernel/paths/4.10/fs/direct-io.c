/*
 * Direct I/O over get_block, for file systems that do not use iomap: ext4
 * before 5.5, the block device. As in fs/direct-io.c, v4.10, cut down to the
 * order of its events: unaligned I/O, user pages, merging of bios and parts of
 * blocks are left out, one bio carries the whole I/O.
 */

/*
 * End of a direct I/O, v4.10: what the file system does, then the count. The
 * page cache is the business of generic_file_direct_write().
 */
static ssize_t dio_complete(struct dio *dio, ssize_t ret, bool is_async)
{
	loff_t offset = dio->iocb->ki_pos;
	ssize_t transferred = 0;
	int err;

	if (ret == -EIOCBQUEUED)
		ret = 0;

	if (dio->result)
		transferred = dio->result;

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

	kmem_cache_free(dio_cache, dio);
	return ret;
}

/* The worker of s_dio_done_wq ends an asynchronous write. As in v4.10. */
static void dio_aio_complete_work(struct work_struct *work)
{
	struct dio *dio = container_of(work, struct dio, complete_work);

	dio_complete(dio, 0, true);
}

/* One bio is done. As in v4.10. Cut: the user's pages. */
static int dio_bio_complete(struct dio *dio, struct bio *bio)
{
	if (bio->bi_error)
		dio->io_error = -EIO;
	bio_put(bio);
	return 0;
}

/*
 * End of a bio of asynchronous I/O, in interrupt context: only a write that
 * get_block marked is left to the worker. As in v4.10.
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

/* End of a bio that somebody waits for. As in v4.10. */
static void dio_bio_end_io(struct bio *bio)
{
	struct dio *dio = bio->bi_private;

	bio->bi_private = dio->bio_list;
	dio->bio_list = bio;
	if (--dio->refcount == 1 && dio->waiter)
		wake_up_process(dio->waiter);
}

/* As in v4.10. */
static inline void
dio_bio_alloc(struct dio *dio, struct dio_submit *sdio,
	      struct block_device *bdev,
	      sector_t first_sector, int nr_vecs)
{
	struct bio *bio;

	bio = bio_alloc(GFP_KERNEL, nr_vecs);
	if (dio->is_async)
		bio->bi_end_io = dio_bio_end_aio;
	else
		bio->bi_end_io = dio_bio_end_io;

	sdio->bio = bio;
}

/* As in v4.10. A bio holds a reference until its end. */
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

/* Takes a bio that has ended from the list, or NULL. As in v4.10. */
static struct bio *dio_await_one(struct dio *dio)
{
	struct bio *bio = NULL;

	while (dio->refcount > 1 && dio->bio_list == NULL)
		io_schedule();
	if (dio->bio_list) {
		bio = dio->bio_list;
		dio->bio_list = bio->bi_private;
	}
	return bio;
}

/* Waits for all bios of a synchronous I/O. As in v4.10. */
static void dio_await_completion(struct dio *dio)
{
	struct bio *bio;

	do {
		bio = dio_await_one(dio);
		if (bio)
			dio_bio_complete(dio, bio);
	} while (bio);
}

/* As in v4.10. */
static int dio_set_defer_completion(struct dio *dio)
{
	struct super_block *sb = dio->inode->i_sb;

	if (dio->defer_completion)
		return 0;
	dio->defer_completion = true;
	if (!sb->s_dio_done_wq)
		return sb_init_dio_done_wq(sb);
	return 0;
}

/*
 * Asks the file system for blocks; inside i_size none are allocated if the
 * caller says DIO_SKIP_HOLES. As in v4.10.
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

/* As in v4.10. Cut: reaping of bios that have ended. */
static inline int dio_new_bio(struct dio *dio, struct dio_submit *sdio,
		sector_t start_sector, struct buffer_head *map_bh)
{
	dio_bio_alloc(dio, sdio, map_bh->b_bdev, start_sector, 1);
	return 0;
}

/* As in v4.10. */
static inline int dio_bio_add_page(struct dio_submit *sdio)
{
	int ret;

	ret = bio_add_page(sdio->bio, sdio->cur_page,
			sdio->cur_page_len, sdio->cur_page_offset);
	return 0;
}

/*
 * Puts the page into a bio, after submitting one that it does not follow. As in
 * v4.10.
 */
static inline int dio_send_cur_page(struct dio *dio, struct dio_submit *sdio,
		struct buffer_head *map_bh)
{
	int ret = 0;

	if (sdio->bio) {
		if (sdio->final_block_in_bio != sdio->cur_page_block)
			dio_bio_submit(dio, sdio);
	}

	if (sdio->bio == NULL) {
		ret = dio_new_bio(dio, sdio, sdio->cur_page_block, map_bh);
		if (ret)
			goto out;
	}

	ret = dio_bio_add_page(sdio);
out:
	return ret;
}

/* Remembers a page for the bio. As in v4.10. */
static inline int
submit_page_section(struct dio *dio, struct dio_submit *sdio, struct page *page,
		    unsigned offset, unsigned len, sector_t blocknr,
		    struct buffer_head *map_bh)
{
	int ret = 0;

	if (sdio->cur_page) {
		ret = dio_send_cur_page(dio, sdio, map_bh);
		put_page(sdio->cur_page);
		sdio->cur_page = NULL;
		if (ret)
			return ret;
	}

	sdio->cur_page = page;
	sdio->cur_page_offset = offset;
	sdio->cur_page_len = len;
	sdio->cur_page_block = blocknr;
	return ret;
}

/*
 * Walks the blocks of the I/O: looks each up, gives zeros for a hole that is
 * read, gives up on a hole that is written. As in v4.10.
 */
static int do_direct_IO(struct dio *dio, struct dio_submit *sdio,
			struct buffer_head *map_bh)
{
	const unsigned blkbits = sdio->blkbits;
	int ret = 0;

	while (sdio->block_in_file < sdio->final_block_in_request) {
		struct page *page;

		page = dio_get_page(dio, sdio);
		if (IS_ERR(page)) {
			ret = PTR_ERR(page);
			goto out;
		}

		ret = get_more_blocks(dio, sdio, map_bh);
		if (ret) {
			put_page(page);
			goto out;
		}

		if (!buffer_mapped(map_bh)) {
			if (dio->op == REQ_OP_WRITE) {
				put_page(page);
				return -ENOTBLK;
			}
			zero_user(page, 0, 1 << blkbits);
			sdio->block_in_file++;
			dio->result += 1 << blkbits;
			goto next_block;
		}

		ret = submit_page_section(dio, sdio, page, 0, 1 << blkbits,
					  sdio->next_block_for_io, map_bh);
		if (ret) {
			put_page(page);
			goto out;
		}
		sdio->block_in_file++;
		dio->result += 1 << blkbits;
next_block:
		put_page(page);
	}
out:
	return ret;
}

/* As in v4.10. */
static inline int drop_refcount(struct dio *dio)
{
	int ret2;

	ret2 = --dio->refcount;
	return ret2;
}

/*
 * Direct I/O: count, blocks, bio, wait, complete; asynchronous I/O returns
 * with its bio in flight. DIO_LOCKING makes a read lock and flush by itself. As
 * in v4.10.
 */
static inline ssize_t
do_blockdev_direct_IO(struct kiocb *iocb, struct inode *inode,
		      struct block_device *bdev, struct iov_iter *iter,
		      get_block_t get_block, dio_iodone_t end_io,
		      dio_submit_t submit_io, int flags)
{
	unsigned blkbits = inode->i_blkbits;
	ssize_t retval = -EINVAL;
	size_t count = iov_iter_count(iter);
	loff_t offset = iocb->ki_pos;
	loff_t end = offset + count;
	struct dio *dio;
	struct dio_submit sdio = { 0, };
	struct buffer_head map_bh = { 0, };
	struct blk_plug plug;

	if (iov_iter_rw(iter) == READ && !iov_iter_count(iter))
		return 0;

	dio = kmem_cache_alloc(dio_cache, GFP_KERNEL);
	retval = -ENOMEM;
	if (!dio)
		goto out;
	dio->result = 0;
	dio->io_error = 0;
	dio->page_errors = 0;
	dio->private = NULL;
	dio->bio_list = NULL;
	dio->defer_completion = false;

	dio->flags = flags;
	if (dio->flags & DIO_LOCKING) {
		if (iov_iter_rw(iter) == READ) {
			struct address_space *mapping =
					iocb->ki_filp->f_mapping;

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
	if (iov_iter_rw(iter) == WRITE)
		dio->op = REQ_OP_WRITE;
	else
		dio->op = REQ_OP_READ;

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

	retval = 0;
	sdio.blkbits = blkbits;
	sdio.blkfactor = 0;
	sdio.block_in_file = offset >> blkbits;
	sdio.get_block = get_block;
	dio->end_io = end_io;
	sdio.submit_io = submit_io;

	dio->iocb = iocb;
	dio->refcount = 1;

	sdio.final_block_in_request = end >> blkbits;

	blk_start_plug(&plug);

	retval = do_direct_IO(dio, &sdio, &map_bh);
	if (retval)
		dio_cleanup(dio, &sdio);

	if (retval == -ENOTBLK) {
		retval = 0;
	}

	if (sdio.cur_page) {
		ssize_t ret2;

		ret2 = dio_send_cur_page(dio, &sdio, &map_bh);
		if (retval == 0)
			retval = ret2;
		put_page(sdio.cur_page);
		sdio.cur_page = NULL;
	}
	if (sdio.bio)
		dio_bio_submit(dio, &sdio);

	blk_finish_plug(&plug);

	dio_cleanup(dio, &sdio);

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

/* As in v4.10. Cut: the prefetch of the device. */
ssize_t __blockdev_direct_IO(struct kiocb *iocb, struct inode *inode,
			     struct block_device *bdev, struct iov_iter *iter,
			     get_block_t get_block,
			     dio_iodone_t end_io, dio_submit_t submit_io,
			     int flags)
{
	return do_blockdev_direct_IO(iocb, inode, bdev, iter, get_block,
				     end_io, submit_io, flags);
}
