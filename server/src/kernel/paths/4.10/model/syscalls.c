/*
 * What an actor runs, one function a kind: the system call, or the context in
 * which the kernel calls the file system by itself.
 */

/*
 * read(2) with O_DIRECT; io_submit(2) if the kiocb is asynchronous.
 */
ssize_t xfs_dio_read(struct kiocb *iocb, struct iov_iter *to)
{
	iocb->ki_flags |= IOCB_DIRECT;
	return xfs_file_read_iter(iocb, to);
}

/*
 * write(2) with O_DIRECT; io_submit(2) if the kiocb is asynchronous.
 */
ssize_t xfs_dio_write(struct kiocb *iocb, struct iov_iter *from)
{
	iocb->ki_flags |= IOCB_DIRECT;
	return xfs_file_write_iter(iocb, from);
}

/*
 * write(2) with O_DIRECT of a part of a block.
 */
ssize_t xfs_unaligned_dio_write(struct kiocb *iocb, struct iov_iter *from)
{
	return xfs_dio_write(iocb, from);
}

/*
 * read(2) through the page cache.
 */
ssize_t xfs_buffered_read(struct kiocb *iocb, struct iov_iter *to)
{
	iocb->ki_flags &= ~IOCB_DIRECT;
	return xfs_file_read_iter(iocb, to);
}

/*
 * write(2) through the page cache.
 */
ssize_t xfs_buffered_write(struct kiocb *iocb, struct iov_iter *from)
{
	iocb->ki_flags &= ~IOCB_DIRECT;
	return xfs_file_write_iter(iocb, from);
}

/*
 * A store to a shared mapping: do_shared_fault(), then the store itself. A
 * fault that failed or must be retried stores nothing.
 */
int xfs_mapped_store(struct vm_fault *vmf)
{
	int ret;

	ret = do_shared_fault(vmf);
	if (ret & VM_FAULT_LOCKED)
		user_store(vmf);
	return ret;
}

/*
 * One more store to it, which faults only if the mapping is not writable any more.
 */
void xfs_store_again(struct vm_fault *vmf)
{
	if (!user_store(vmf))
		xfs_mapped_store(vmf);
}

/*
 * A load from a mapping.
 */
int xfs_mapped_load(struct vm_fault *vmf)
{
	return do_read_fault(vmf);
}

/*
 * The flusher thread: writes what is dirty, waits for nothing.
 */
int xfs_writeback(struct address_space *mapping, struct writeback_control *wbc)
{
	wbc->sync_mode = WB_SYNC_NONE;
	return do_writepages(mapping, wbc);
}

/*
 * ftruncate(2) to where the page begins.
 */
int xfs_ftruncate(struct dentry *dentry, loff_t length)
{
	return do_truncate(dentry, length, 0, NULL);
}

/*
 * fallocate(2) with FALLOC_FL_PUNCH_HOLE.
 */
long xfs_punch(struct file *file, loff_t offset, loff_t len)
{
	return xfs_file_fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, len);
}

/*
 * fallocate(2) with FALLOC_FL_ZERO_RANGE.
 */
long xfs_zero(struct file *file, loff_t offset, loff_t len)
{
	return xfs_file_fallocate(file, FALLOC_FL_ZERO_RANGE, offset, len);
}

/*
 * fallocate(2) with FALLOC_FL_COLLAPSE_RANGE.
 */
long xfs_collapse(struct file *file, loff_t offset, loff_t len)
{
	return xfs_file_fallocate(file, FALLOC_FL_COLLAPSE_RANGE, offset, len);
}

/*
 * fallocate(2) with FALLOC_FL_INSERT_RANGE.
 */
long xfs_insert(struct file *file, loff_t offset, loff_t len)
{
	return xfs_file_fallocate(file, FALLOC_FL_INSERT_RANGE, offset, len);
}

/*
 * fallocate(2) without a mode: what was allocated already stays as it is.
 */
long xfs_preallocate(struct file *file, loff_t offset, loff_t len)
{
	return xfs_file_fallocate(file, 0, offset, len);
}

/*
 * The end of an asynchronous direct write: its bio ends in interrupt context,
 * what that queues runs after it in a worker of s_dio_done_wq.
 */
void xfs_dio_end_io(struct bio *bio)
{
	iomap_dio_bio_end_io(bio);
}

/*
 * read(2) with O_DIRECT; io_submit(2) if the kiocb is asynchronous.
 */
ssize_t ext4_dio_read(struct kiocb *iocb, struct iov_iter *to)
{
	iocb->ki_flags |= IOCB_DIRECT;
	return ext4_file_read_iter(iocb, to);
}

/*
 * write(2) with O_DIRECT; io_submit(2) if the kiocb is asynchronous.
 */
ssize_t ext4_dio_write(struct kiocb *iocb, struct iov_iter *from)
{
	iocb->ki_flags |= IOCB_DIRECT;
	return ext4_file_write_iter(iocb, from);
}

/*
 * write(2) with O_DIRECT of a part of a block.
 */
ssize_t ext4_unaligned_dio_write(struct kiocb *iocb, struct iov_iter *from)
{
	return ext4_dio_write(iocb, from);
}

/*
 * read(2) through the page cache.
 */
ssize_t ext4_buffered_read(struct kiocb *iocb, struct iov_iter *to)
{
	iocb->ki_flags &= ~IOCB_DIRECT;
	return ext4_file_read_iter(iocb, to);
}

/*
 * write(2) through the page cache.
 */
ssize_t ext4_buffered_write(struct kiocb *iocb, struct iov_iter *from)
{
	iocb->ki_flags &= ~IOCB_DIRECT;
	return ext4_file_write_iter(iocb, from);
}

/*
 * A store to a shared mapping: do_shared_fault(), then the store itself. A
 * fault that failed or must be retried stores nothing.
 */
int ext4_mapped_store(struct vm_fault *vmf)
{
	int ret;

	ret = do_shared_fault(vmf);
	if (ret & VM_FAULT_LOCKED)
		user_store(vmf);
	return ret;
}

/*
 * One more store to it, which faults only if the mapping is not writable any more.
 */
void ext4_store_again(struct vm_fault *vmf)
{
	if (!user_store(vmf))
		ext4_mapped_store(vmf);
}

/*
 * A load from a mapping.
 */
int ext4_mapped_load(struct vm_fault *vmf)
{
	return do_read_fault(vmf);
}

/*
 * The flusher thread: writes what is dirty, waits for nothing.
 */
int ext4_writeback(struct address_space *mapping, struct writeback_control *wbc)
{
	wbc->sync_mode = WB_SYNC_NONE;
	return do_writepages(mapping, wbc);
}

/*
 * ftruncate(2) to where the page begins.
 */
int ext4_ftruncate(struct dentry *dentry, loff_t length)
{
	return do_truncate(dentry, length, 0, NULL);
}

/*
 * fallocate(2) with FALLOC_FL_PUNCH_HOLE.
 */
long ext4_punch(struct file *file, loff_t offset, loff_t len)
{
	return ext4_fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, len);
}

/*
 * fallocate(2) with FALLOC_FL_ZERO_RANGE.
 */
long ext4_zero(struct file *file, loff_t offset, loff_t len)
{
	return ext4_fallocate(file, FALLOC_FL_ZERO_RANGE, offset, len);
}

/*
 * fallocate(2) with FALLOC_FL_COLLAPSE_RANGE.
 */
long ext4_collapse(struct file *file, loff_t offset, loff_t len)
{
	return ext4_fallocate(file, FALLOC_FL_COLLAPSE_RANGE, offset, len);
}

/*
 * fallocate(2) with FALLOC_FL_INSERT_RANGE.
 */
long ext4_insert(struct file *file, loff_t offset, loff_t len)
{
	return ext4_fallocate(file, FALLOC_FL_INSERT_RANGE, offset, len);
}

/*
 * The end of an asynchronous direct write: its bio ends in interrupt context,
 * what that queues runs after it in a worker of s_dio_done_wq.
 */
void ext4_dio_end_io(struct bio *bio)
{
	dio_bio_end_aio(bio);
}

/*
 * Workers run nothing but what is queued here: one after the other is one
 * actor.
 */
static inline void INIT_WORK(struct work_struct *work, work_func_t func)
{
	work->func = func;
}

/*
 * See INIT_WORK().
 */
static inline bool queue_work(struct workqueue_struct *wq, struct work_struct *work)
{
	work->func(work);
	return true;
}
