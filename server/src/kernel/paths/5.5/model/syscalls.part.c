/*
 * What v5.5 has otherwise in model/syscalls.c.
 */

/* A store to a shared mapping: the fault, then the store itself. */
void ext4_mapped_store(struct vm_fault *vmf)
{
	vm_fault_t ret;

	ret = do_shared_fault(vmf);
	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY))
		return;
	user_store(vmf);
}

/* fallocate(2) with FALLOC_FL_PUNCH_HOLE. */
long ext4_punch(struct file *file, loff_t offset, loff_t len)
{
	return ext4_fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, len);
}

/* End of an asynchronous direct write: its bio, and the work that this queues. */
void ext4_dio_end_io(struct bio *bio)
{
	iomap_dio_bio_end_io(bio);
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

/* fallocate(2) with FALLOC_FL_PUNCH_HOLE. */
long xfs_punch(struct file *file, loff_t offset, loff_t len)
{
	return xfs_file_fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, len);
}

/* End of a bio: whatever its submitter set. As in block/bio.c, v5.5. */
void bio_endio(struct bio *bio)
{
	if (bio->bi_end_io)
		bio->bi_end_io(bio);
}
