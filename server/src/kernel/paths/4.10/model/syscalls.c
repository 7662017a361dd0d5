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
 * The flusher thread: writes what is dirty, waits for nothing.
 */
int xfs_writeback(struct address_space *mapping, struct writeback_control *wbc)
{
	wbc->sync_mode = WB_SYNC_NONE;
	return do_writepages(mapping, wbc);
}

/*
 * truncate(2): do_truncate() of fs/open.c holds i_rwsem around ->setattr.
 */
int xfs_truncate(struct dentry *dentry, struct iattr *attr)
{
	struct inode *inode = d_inode(dentry);
	int error;

	inode_lock(inode);
	attr->ia_valid |= ATTR_SIZE;
	error = xfs_vn_setattr(dentry, attr);
	inode_unlock(inode);
	return error;
}

/*
 * fallocate(2) with FALLOC_FL_PUNCH_HOLE.
 */
long xfs_punch(struct file *file, loff_t offset, loff_t len)
{
	return xfs_file_fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, len);
}

/*
 * The end of a direct I/O's bio, in interrupt context. The work that it queues
 * for an asynchronous write runs after it, in a worker of s_dio_done_wq.
 */
void xfs_dio_end_io(struct bio *bio)
{
	iomap_dio_bio_end_io(bio);
}
