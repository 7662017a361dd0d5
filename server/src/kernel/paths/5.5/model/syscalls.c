/*
 * What the actors of a scenario run. Each is the kernel's own entry, called the
 * way the system call or the fault handler calls it; the operations tables are
 * those of the file system, chosen by the scenario.
 */

/* read(2) of a file opened with O_DIRECT, ext4. */
ssize_t ext4_dio_read(struct kiocb *iocb, struct iov_iter *to)
{
	iocb->ki_flags |= IOCB_DIRECT;
	return ext4_file_read_iter(iocb, to);
}

/* write(2) of a file opened with O_DIRECT, ext4. */
ssize_t ext4_dio_write(struct kiocb *iocb, struct iov_iter *from)
{
	iocb->ki_flags |= IOCB_DIRECT;
	return ext4_file_write_iter(iocb, from);
}

/* read(2) through the page cache, ext4. */
ssize_t ext4_buffered_read(struct kiocb *iocb, struct iov_iter *to)
{
	iocb->ki_flags &= ~IOCB_DIRECT;
	return ext4_file_read_iter(iocb, to);
}

/* write(2) through the page cache, ext4. */
ssize_t ext4_buffered_write(struct kiocb *iocb, struct iov_iter *from)
{
	iocb->ki_flags &= ~IOCB_DIRECT;
	return ext4_file_write_iter(iocb, from);
}

/* A store to a shared mapping: the fault, then the store itself. */
void ext4_mapped_store(struct vm_fault *vmf)
{
	vm_fault_t ret;

	ret = do_shared_fault(vmf);
	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY))
		return;
	user_store(vmf);
}

/* The flusher thread on this inode. */
int ext4_writeback(struct address_space *mapping, struct writeback_control *wbc)
{
	wbc->sync_mode = WB_SYNC_NONE;
	return do_writepages(mapping, wbc);
}

/* ftruncate(2) to a smaller size. */
int ext4_ftruncate(struct dentry *dentry, loff_t length)
{
	return do_truncate(dentry, length, 0, NULL);
}

/* fallocate(2) with FALLOC_FL_PUNCH_HOLE. */
long ext4_punch(struct file *file, loff_t offset, loff_t len)
{
	return ext4_fallocate(file, FALLOC_FL_PUNCH_HOLE, offset, len);
}

/* End of the bio of an asynchronous direct write, then its work item. */
void ext4_dio_end_io(struct bio *bio)
{
	struct iomap_dio *dio = bio->bi_private;

	iomap_dio_bio_end_io(bio);
	if (!dio->wait_for_completion && (dio->flags & IOMAP_DIO_WRITE))
		iomap_dio_complete_work(&dio->aio.work);
}

/* read(2) of a file opened with O_DIRECT, XFS. */
ssize_t xfs_dio_read(struct kiocb *iocb, struct iov_iter *to)
{
	iocb->ki_flags |= IOCB_DIRECT;
	return xfs_file_read_iter(iocb, to);
}

/* write(2) of a file opened with O_DIRECT, XFS. */
ssize_t xfs_dio_write(struct kiocb *iocb, struct iov_iter *from)
{
	iocb->ki_flags |= IOCB_DIRECT;
	return xfs_file_write_iter(iocb, from);
}

/* read(2) through the page cache, XFS. */
ssize_t xfs_buffered_read(struct kiocb *iocb, struct iov_iter *to)
{
	iocb->ki_flags &= ~IOCB_DIRECT;
	return xfs_file_read_iter(iocb, to);
}

/* write(2) through the page cache, XFS. */
ssize_t xfs_buffered_write(struct kiocb *iocb, struct iov_iter *from)
{
	iocb->ki_flags &= ~IOCB_DIRECT;
	return xfs_file_write_iter(iocb, from);
}

/* A store to a shared mapping: the fault, then the store itself. */
void xfs_mapped_store(struct vm_fault *vmf)
{
	vm_fault_t ret;

	ret = do_shared_fault(vmf);
	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY))
		return;
	user_store(vmf);
}

/* The flusher thread on this inode. */
int xfs_writeback(struct address_space *mapping, struct writeback_control *wbc)
{
	wbc->sync_mode = WB_SYNC_NONE;
	return do_writepages(mapping, wbc);
}

/* ftruncate(2) to a smaller size. */
int xfs_ftruncate(struct dentry *dentry, loff_t length)
{
	return do_truncate(dentry, length, 0, NULL);
}

/* fallocate(2) with FALLOC_FL_PUNCH_HOLE. */
long xfs_punch(struct file *file, loff_t offset, loff_t len)
{
	return xfs_file_fallocate(file, FALLOC_FL_PUNCH_HOLE, offset, len);
}

/* End of the bio of an asynchronous direct write, then its work item. */
void xfs_dio_end_io(struct bio *bio)
{
	struct iomap_dio *dio = bio->bi_private;

	iomap_dio_bio_end_io(bio);
	if (!dio->wait_for_completion && (dio->flags & IOMAP_DIO_WRITE))
		iomap_dio_complete_work(&dio->aio.work);
}

/* End of a bio: whatever its submitter set. As in block/bio.c, v5.5. */
void bio_endio(struct bio *bio)
{
	if (bio->bi_end_io)
		bio->bi_end_io(bio);
}
