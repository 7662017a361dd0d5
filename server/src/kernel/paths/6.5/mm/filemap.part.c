/*
 * What v6.12 has otherwise in mm/filemap.c.
 */

/* Flush: writes the dirty folios, then waits for the writeback bits. */
int filemap_write_and_wait_range(struct address_space *mapping,
		loff_t lstart, loff_t lend)
{
	int err = 0;

	if (lend < lstart)
		return 0;

	if (mapping_needs_writeback(mapping)) {
		err = __filemap_fdatawrite_range(mapping, lstart, lend,
						 WB_SYNC_ALL);
		if (err != -EIO)
			__filemap_fdatawait_range(mapping, lstart, lend);
	}
	return err;
}

/*
 * The first half of a buffered read: a folio that is found, or added, and filled. The
 * leaf filemap_get_read_batch() looks it up; a batch has the one folio.
 */
static int filemap_get_pages(struct kiocb *iocb, size_t count,
		struct folio_batch *fbatch, bool need_uptodate)
{
	struct file *filp = iocb->ki_filp;
	struct address_space *mapping = filp->f_mapping;
	pgoff_t index = iocb->ki_pos >> PAGE_SHIFT;
	pgoff_t last_index = DIV_ROUND_UP(iocb->ki_pos + count, PAGE_SIZE);
	struct folio *folio;
	int err = 0;

retry:
	filemap_get_read_batch(mapping, index, last_index - 1, fbatch);
	if (!folio_batch_count(fbatch)) {
		if (iocb->ki_flags & (IOCB_NOWAIT | IOCB_WAITQ))
			return -EAGAIN;
		err = filemap_create_folio(filp, mapping, iocb->ki_pos, fbatch);
		if (err == AOP_TRUNCATED_PAGE)
			goto retry;
		return err;
	}

	folio = fbatch->folios[0];
	if (!folio_test_uptodate(folio)) {
		err = filemap_update_page(iocb, mapping, count, folio,
					  need_uptodate);
		if (err)
			goto err;
	}

	return 0;
err:
	if (err < 0)
		folio_put(folio);
	if (err == AOP_TRUNCATED_PAGE)
		goto retry;
	return err;
}

/* Blocks of a folio are not uptodate by themselves here. */
static bool filemap_range_uptodate(struct address_space *mapping,
		loff_t pos, size_t count, struct folio *folio,
		bool need_uptodate)
{
	if (folio_test_uptodate(folio))
		return true;
	return false;
}

/* A folio that was found before it was uptodate: filled under the shared invalidate_lock. */
static int filemap_update_page(struct kiocb *iocb,
		struct address_space *mapping, size_t count,
		struct folio *folio, bool need_uptodate)
{
	int error = -EAGAIN;

	if (iocb->ki_flags & IOCB_NOWAIT) {
		if (!filemap_invalidate_trylock_shared(mapping))
			return -EAGAIN;
	} else {
		filemap_invalidate_lock_shared(mapping);
	}

	if (!folio_trylock(folio)) {
		if (iocb->ki_flags & (IOCB_NOWAIT | IOCB_NOIO))
			goto unlock_mapping;
		filemap_invalidate_unlock_shared(mapping);
		folio_put_wait_locked(folio, TASK_KILLABLE);
		return AOP_TRUNCATED_PAGE;
	}

	error = AOP_TRUNCATED_PAGE;
	if (!folio->mapping)
		goto unlock;

	if (filemap_range_uptodate(mapping, iocb->ki_pos, count, folio,
				   need_uptodate)) {
		error = 0;
		goto unlock;
	}

	if (iocb->ki_flags & (IOCB_NOIO | IOCB_NOWAIT | IOCB_WAITQ)) {
		error = -EAGAIN;
		goto unlock;
	}

	error = filemap_read_folio(iocb->ki_filp, mapping->a_ops->read_folio,
			folio);
	goto unlock_mapping;
unlock:
	folio_unlock(folio);
unlock_mapping:
	filemap_invalidate_unlock_shared(mapping);
	return error;
}

/* A new folio, added and filled under the shared invalidate_lock. */
static int filemap_create_folio(struct file *file,
		struct address_space *mapping, loff_t pos,
		struct folio_batch *fbatch)
{
	struct folio *folio = filemap_alloc_folio(mapping_gfp_mask(mapping), 0);
	int error;

	filemap_invalidate_lock_shared(mapping);
	error = filemap_add_folio(mapping, folio, pos >> PAGE_SHIFT,
			mapping_gfp_constraint(mapping, GFP_KERNEL));
	if (error == -EEXIST)
		error = AOP_TRUNCATED_PAGE;
	if (!error)
		error = filemap_read_folio(file, mapping->a_ops->read_folio, folio);
	if (error)
		goto error;

	filemap_invalidate_unlock_shared(mapping);
	folio_batch_add(fbatch, folio);
	return 0;
error:
	filemap_invalidate_unlock_shared(mapping);
	return error;
}

/* Buffered read: gets folios, copies from them without their lock. */
ssize_t filemap_read(struct kiocb *iocb, struct iov_iter *iter,
		ssize_t already_read)
{
	struct inode *inode = iocb->ki_filp->f_mapping->host;
	struct folio_batch fbatch;
	int i, error = 0;
	loff_t isize;

	folio_batch_init(&fbatch);

	do {
		if (unlikely(iocb->ki_pos >= i_size_read(inode)))
			break;

		error = filemap_get_pages(iocb, iter->count, &fbatch, false);
		if (error < 0)
			break;

		isize = i_size_read(inode);
		if (unlikely(iocb->ki_pos >= isize))
			goto put_folios;

		for (i = 0; i < folio_batch_count(&fbatch); i++) {
			struct folio *folio = fbatch.folios[i];
			size_t offset = offset_in_folio(folio, iocb->ki_pos);
			size_t bytes = min(folio_size(folio) - offset, isize - iocb->ki_pos);
			size_t copied;

			copied = copy_folio_to_iter(folio, offset, bytes, iter);

			already_read += copied;
			iocb->ki_pos += copied;
		}
put_folios:
		folio_put(fbatch.folios[0]);
		folio_batch_init(&fbatch);
	} while (iov_iter_count(iter) && iocb->ki_pos < isize && !error);

	return already_read ? already_read : error;
}

/* The flush in front of a direct read. */
int kiocb_write_and_wait(struct kiocb *iocb, size_t count)
{
	struct address_space *mapping = iocb->ki_filp->f_mapping;
	loff_t pos = iocb->ki_pos, end = pos + count - 1;

	if (iocb->ki_flags & IOCB_NOWAIT) {
		if (filemap_range_needs_writeback(mapping, pos, end))
			return -EAGAIN;
		return 0;
	}

	return filemap_write_and_wait_range(mapping, pos, end);
}

/* Flush and invalidation in front of a direct write. */
int filemap_invalidate_pages(struct address_space *mapping,
		loff_t pos, loff_t end, bool nowait)
{
	int ret = 0;

	if (nowait) {
		if (filemap_range_has_page(mapping, pos, end))
			return -EAGAIN;
	} else {
		ret = filemap_write_and_wait_range(mapping, pos, end);
		if (ret)
			return ret;
	}

	return invalidate_inode_pages2_range(mapping, pos >> PAGE_SHIFT,
					     end >> PAGE_SHIFT);
}

/* The same for the range of an I/O. */
int kiocb_invalidate_pages(struct kiocb *iocb, size_t count)
{
	struct address_space *mapping = iocb->ki_filp->f_mapping;

	return filemap_invalidate_pages(mapping, iocb->ki_pos,
					iocb->ki_pos + count - 1,
					iocb->ki_flags & IOCB_NOWAIT);
}

/*
 * Fault: the folio is found or added, filled if need be, returned locked. Adding and
 * filling is under the shared invalidate_lock.
 */
vm_fault_t filemap_fault(struct vm_fault *vmf)
{
	vm_fault_t ret = 0;
	bool mapping_locked = false;
	struct file *file = vmf->vma->vm_file, *fpin = NULL;
	struct address_space *mapping = file->f_mapping;
	struct inode *inode = mapping->host;
	pgoff_t max_idx, index = vmf->pgoff;
	struct folio *folio;
	int error;

	max_idx = DIV_ROUND_UP(i_size_read(inode), PAGE_SIZE);
	if (unlikely(index >= max_idx))
		return VM_FAULT_SIGBUS;

	folio = filemap_get_folio(mapping, index);
	if (likely(!IS_ERR(folio))) {
		if (unlikely(!folio_test_uptodate(folio))) {
			filemap_invalidate_lock_shared(mapping);
			mapping_locked = true;
		}
	} else {
		ret = VM_FAULT_MAJOR;
retry_find:
		if (!mapping_locked) {
			filemap_invalidate_lock_shared(mapping);
			mapping_locked = true;
		}
		folio = __filemap_get_folio(mapping, index,
					  FGP_CREAT|FGP_FOR_MMAP,
					  vmf->gfp_mask);
		if (IS_ERR(folio)) {
			filemap_invalidate_unlock_shared(mapping);
			return VM_FAULT_OOM;
		}
	}

	if (!lock_folio_maybe_drop_mmap(vmf, folio, &fpin))
		goto out_retry;

	if (unlikely(folio->mapping != mapping)) {
		folio_unlock(folio);
		goto retry_find;
	}

	if (unlikely(!folio_test_uptodate(folio))) {
		if (!mapping_locked) {
			folio_unlock(folio);
			goto retry_find;
		}

		goto page_not_uptodate;
	}

	if (mapping_locked)
		filemap_invalidate_unlock_shared(mapping);

	max_idx = DIV_ROUND_UP(i_size_read(inode), PAGE_SIZE);
	if (unlikely(index >= max_idx)) {
		folio_unlock(folio);
		return VM_FAULT_SIGBUS;
	}

	vmf->page = folio_file_page(folio, index);
	return ret | VM_FAULT_LOCKED;

page_not_uptodate:
	error = filemap_read_folio(file, mapping->a_ops->read_folio, folio);
	if (!error || error == AOP_TRUNCATED_PAGE)
		goto retry_find;
	filemap_invalidate_unlock_shared(mapping);
	return VM_FAULT_SIGBUS;

out_retry:
	if (mapping_locked)
		filemap_invalidate_unlock_shared(mapping);
	return ret | VM_FAULT_RETRY;
}

/* Drops what was cached meanwhile; that this may fail is only warned of. */
void kiocb_invalidate_post_direct_write(struct kiocb *iocb, size_t count)
{
	struct address_space *mapping = iocb->ki_filp->f_mapping;

	if (mapping->nrpages &&
	    invalidate_inode_pages2_range(mapping,
			iocb->ki_pos >> PAGE_SHIFT,
			(iocb->ki_pos + count - 1) >> PAGE_SHIFT))
		dio_warn_stale_pagecache(iocb->ki_filp);
}

/* Buffered write, folio by folio; throttled before each. */
ssize_t generic_perform_write(struct kiocb *iocb, struct iov_iter *i)
{
	struct file *file = iocb->ki_filp;
	struct address_space *mapping = file->f_mapping;
	const struct address_space_operations *a_ops = mapping->a_ops;
	loff_t pos = iocb->ki_pos;
	long status = 0;
	ssize_t written = 0;

	do {
		struct folio *folio;
		size_t offset, bytes = iov_iter_count(i), copied;
		void *fsdata = NULL;

		balance_dirty_pages_ratelimited(mapping);

		if (unlikely(fault_in_iov_iter_readable(i, bytes) == bytes)) {
			status = -EFAULT;
			break;
		}

		status = a_ops->write_begin(file, mapping, pos, bytes,
						&folio, &fsdata);
		if (unlikely(status < 0))
			break;

		offset = offset_in_folio(folio, pos);
		copied = copy_folio_from_iter_atomic(folio, offset, bytes, i);

		status = a_ops->write_end(file, mapping, pos, bytes, copied,
						folio, fsdata);
		if (unlikely(status < 0))
			break;

		pos += status;
		written += status;
	} while (iov_iter_count(i));

	iocb->ki_pos += written;
	return written ? written : status;
}
