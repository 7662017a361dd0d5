/*
 * Flush, buffered read and write, read fault, and direct write of the page cache, v4.10: the
 * order of their events. Not here: DAX, errors of earlier writeback, signals, partly
 * uptodate pages, giving mmap_sem up, short copies.
 */

/* Writes the dirty pages of a range. */
int __filemap_fdatawrite_range(struct address_space *mapping, loff_t start,
		loff_t end, int sync_mode)
{
	struct writeback_control wbc = {
		.sync_mode = sync_mode,
		.nr_to_write = LONG_MAX,
		.range_start = start,
		.range_end = end,
	};
	int ret;

	if (!mapping_cap_writeback_dirty(mapping))
		return 0;

	ret = do_writepages(mapping, &wbc);
	return ret;
}

/* All of the file. */
static inline int __filemap_fdatawrite(struct address_space *mapping,
		int sync_mode)
{
	return __filemap_fdatawrite_range(mapping, 0, LLONG_MAX, sync_mode);
}

/* All of the file, for who will wait. */
int filemap_fdatawrite(struct address_space *mapping)
{
	return __filemap_fdatawrite(mapping, WB_SYNC_ALL);
}

/* A range, for who will wait. */
int filemap_fdatawrite_range(struct address_space *mapping, loff_t start,
		loff_t end)
{
	return __filemap_fdatawrite_range(mapping, start, end, WB_SYNC_ALL);
}

/* Flush: nothing at all when no page is cached. */
int filemap_write_and_wait_range(struct address_space *mapping,
		loff_t lstart, loff_t lend)
{
	int err = 0;

	if (mapping->nrpages) {
		err = __filemap_fdatawrite_range(mapping, lstart, lend,
						 WB_SYNC_ALL);
		if (err != -EIO) {
			int err2 = filemap_fdatawait_range(mapping,
						lstart, lend);
			if (!err)
				err = err2;
		}
	}
	return err;
}

/* Buffered read: the page from the cache, or a new one that is filled; copied without its lock. */
static ssize_t do_generic_file_read(struct file *filp, loff_t *ppos,
		struct iov_iter *iter, ssize_t written)
{
	struct address_space *mapping = filp->f_mapping;
	struct inode *inode = mapping->host;
	struct file_ra_state *ra = &filp->f_ra;
	loff_t isize, pos = *ppos;
	pgoff_t end_index, index = pos >> PAGE_SHIFT;
	pgoff_t last_index = (pos + iter->count + PAGE_SIZE-1) >> PAGE_SHIFT;
	int error = 0;

	for (;;) {
		struct page *page;
		unsigned long nr, ret, offset = pos & ~PAGE_MASK;

find_page:
		page = find_get_page(mapping, index);
		if (!page) {
			page_cache_sync_readahead(mapping,
					ra, filp,
					index, last_index - index);
			page = find_get_page(mapping, index);
			if (unlikely(page == NULL))
				goto no_cached_page;
		}
		if (!PageUptodate(page)) {
			wait_on_page_locked_killable(page);
			if (PageUptodate(page))
				goto page_ok;

			goto page_not_up_to_date;
		}
page_ok:
		isize = i_size_read(inode);
		end_index = (isize - 1) >> PAGE_SHIFT;
		if (unlikely(!isize || index > end_index)) {
			put_page(page);
			goto out;
		}

		nr = min(PAGE_SIZE - offset, isize - pos);
		ret = copy_page_to_iter(page, offset, nr, iter);
		pos += ret;
		index = pos >> PAGE_SHIFT;

		put_page(page);
		written += ret;
		if (!iov_iter_count(iter))
			goto out;
		continue;

page_not_up_to_date:
		error = lock_page_killable(page);
		if (unlikely(error))
			goto readpage_error;

		if (!page->mapping) {
			unlock_page(page);
			put_page(page);
			continue;
		}

		if (PageUptodate(page)) {
			unlock_page(page);
			goto page_ok;
		}

readpage:
		error = mapping->a_ops->readpage(filp, page);
		if (unlikely(error)) {
			goto readpage_error;
		}

		if (!PageUptodate(page)) {
			error = lock_page_killable(page);
			if (unlikely(error))
				goto readpage_error;
			if (!PageUptodate(page)) {
				if (page->mapping == NULL) {
					unlock_page(page);
					put_page(page);
					goto find_page;
				}
				unlock_page(page);
				error = -EIO;
				goto readpage_error;
			}
			unlock_page(page);
		}

		goto page_ok;

readpage_error:
		put_page(page);
		goto out;

no_cached_page:
		page = page_cache_alloc(mapping);
		error = add_to_page_cache_lru(page, mapping, index,
				mapping_gfp_constraint(mapping, GFP_KERNEL));
		if (!error)
			goto readpage;
		put_page(page);
		if (error == -EEXIST) {
			error = 0;
			goto find_page;
		}
		goto out;
	}

out:
	*ppos = pos;
	return written ? written : error;
}

/*
 * Direct I/O flushes, then goes to the file system; what that leaves over is read through
 * the page cache. XFS reads directly by iomap and comes here only for buffered reads.
 */
ssize_t
generic_file_read_iter(struct kiocb *iocb, struct iov_iter *iter)
{
	struct file *file = iocb->ki_filp;
	ssize_t retval = 0;
	size_t count = iov_iter_count(iter);

	if (!count)
		goto out;

	if (iocb->ki_flags & IOCB_DIRECT) {
		struct address_space *mapping = file->f_mapping;
		struct inode *inode = mapping->host;
		struct iov_iter data = *iter;
		loff_t size;

		size = i_size_read(inode);
		retval = filemap_write_and_wait_range(mapping, iocb->ki_pos,
					iocb->ki_pos + count - 1);
		if (retval < 0)
			goto out;

		retval = mapping->a_ops->direct_IO(iocb, &data);
		if (retval >= 0) {
			iocb->ki_pos += retval;
			iov_iter_advance(iter, retval);
		}

		if (retval < 0 || !iov_iter_count(iter) || iocb->ki_pos >= size)
			goto out;
	}

	retval = do_generic_file_read(file, &iocb->ki_pos, iter, retval);
out:
	return retval;
}

/* Adds a page and fills it; that somebody else did is no failure. */
static int page_cache_read(struct file *file, pgoff_t offset, gfp_t gfp_mask)
{
	struct address_space *mapping = file->f_mapping;
	struct page *page = __page_cache_alloc(gfp_mask|__GFP_COLD);
	int ret;

	ret = add_to_page_cache_lru(page, mapping, offset, gfp_mask & GFP_KERNEL);
	if (ret == 0)
		ret = mapping->a_ops->readpage(file, page);
	else if (ret == -EEXIST)
		ret = 0;

	put_page(page);
	return ret;
}

/* Read fault: comes back with an uptodate page of the file, locked. */
int filemap_fault(struct vm_area_struct *vma, struct vm_fault *vmf)
{
	int error;
	struct file *file = vma->vm_file;
	struct address_space *mapping = file->f_mapping;
	struct inode *inode = mapping->host;
	pgoff_t offset = vmf->pgoff;
	struct page *page;
	loff_t size;

	size = round_up(i_size_read(inode), PAGE_SIZE);
	if (offset >= size >> PAGE_SHIFT)
		return VM_FAULT_SIGBUS;

retry_find:
	page = find_get_page(mapping, offset);
	if (!page)
		goto no_cached_page;

	lock_page(page);

	if (unlikely(page->mapping != mapping)) {
		unlock_page(page);
		put_page(page);
		goto retry_find;
	}

	if (unlikely(!PageUptodate(page)))
		goto page_not_uptodate;

	size = round_up(i_size_read(inode), PAGE_SIZE);
	if (unlikely(offset >= size >> PAGE_SHIFT)) {
		unlock_page(page);
		put_page(page);
		return VM_FAULT_SIGBUS;
	}

	vmf->page = page;
	return VM_FAULT_LOCKED;

no_cached_page:
	error = page_cache_read(file, offset, vmf->gfp_mask);
	if (error >= 0)
		goto retry_find;
	return VM_FAULT_SIGBUS;

page_not_uptodate:
	error = mapping->a_ops->readpage(file, page);
	if (!error) {
		wait_on_page_locked(page);
		if (!PageUptodate(page))
			error = -EIO;
	}
	put_page(page);

	if (!error)
		goto retry_find;
	return VM_FAULT_SIGBUS;
}

/*
 * Flush, drop the pages, write, drop them again, which for an asynchronous write is before
 * its end.
 */
ssize_t
generic_file_direct_write(struct kiocb *iocb, struct iov_iter *from)
{
	struct address_space *mapping = iocb->ki_filp->f_mapping;
	struct inode	*inode = mapping->host;
	loff_t		pos = iocb->ki_pos;
	ssize_t		written;
	size_t		write_len = iov_iter_count(from);
	pgoff_t		end = (pos + write_len - 1) >> PAGE_SHIFT;
	struct iov_iter data;

	written = filemap_write_and_wait_range(mapping, pos, pos + write_len - 1);
	if (written)
		goto out;

	if (mapping->nrpages) {
		written = invalidate_inode_pages2_range(mapping,
					pos >> PAGE_SHIFT, end);
		if (written) {
			if (written == -EBUSY)
				return 0;
			goto out;
		}
	}

	data = *from;
	written = mapping->a_ops->direct_IO(iocb, &data);

	if (mapping->nrpages) {
		invalidate_inode_pages2_range(mapping,
					      pos >> PAGE_SHIFT, end);
	}

	if (written > 0) {
		pos += written;
		iov_iter_advance(from, written);
		if (pos > i_size_read(inode) && !S_ISBLK(inode->i_mode))
			i_size_write(inode, pos);
		iocb->ki_pos = pos;
	}
out:
	return written;
}

/* Buffered write, page by page. */
ssize_t generic_perform_write(struct file *file,
		struct iov_iter *i, loff_t pos)
{
	struct address_space *mapping = file->f_mapping;
	const struct address_space_operations *a_ops = mapping->a_ops;
	long status = 0;
	ssize_t written = 0;
	unsigned int flags = 0;

	do {
		struct page *page;
		unsigned long offset = pos & (PAGE_SIZE - 1), bytes;
		size_t copied;
		void *fsdata;

		bytes = min(PAGE_SIZE - offset, iov_iter_count(i));

		status = a_ops->write_begin(file, mapping, pos, bytes, flags,
						&page, &fsdata);
		if (unlikely(status < 0))
			break;

		copied = iov_iter_copy_from_user_atomic(page, i, offset, bytes);

		status = a_ops->write_end(file, mapping, pos, bytes, copied,
						page, fsdata);
		if (unlikely(status < 0))
			break;

		iov_iter_advance(i, status);
		pos += status;
		written += status;
	} while (iov_iter_count(i));

	return written ? written : status;
}

/*
 * Direct or buffered write under the inode lock of the caller; what a direct write leaves
 * over is written through the page cache, flushed and dropped.
 */
ssize_t __generic_file_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	struct file *file = iocb->ki_filp;
	struct address_space *mapping = file->f_mapping;
	ssize_t		written = 0, status;
	ssize_t		err;

	err = file_remove_privs(file);
	if (err)
		goto out;

	err = file_update_time(file);
	if (err)
		goto out;

	if (iocb->ki_flags & IOCB_DIRECT) {
		loff_t pos, endbyte;

		written = generic_file_direct_write(iocb, from);
		if (written < 0 || !iov_iter_count(from))
			goto out;

		status = generic_perform_write(file, from, pos = iocb->ki_pos);
		if (unlikely(status < 0)) {
			err = status;
			goto out;
		}
		endbyte = pos + status - 1;
		err = filemap_write_and_wait_range(mapping, pos, endbyte);
		if (err == 0) {
			iocb->ki_pos = endbyte + 1;
			written += status;
			invalidate_mapping_pages(mapping,
						 pos >> PAGE_SHIFT,
						 endbyte >> PAGE_SHIFT);
		}
	} else {
		written = generic_perform_write(file, from, iocb->ki_pos);
		if (likely(written > 0))
			iocb->ki_pos += written;
	}
out:
	return written ? written : err;
}
