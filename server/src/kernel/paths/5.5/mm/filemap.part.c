/*
 * What v5.5 has otherwise in mm/filemap.c.
 */

/* Writes the dirty pages of a range, if there are any. */
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

	if (!mapping_cap_writeback_dirty(mapping) ||
	    !mapping_tagged(mapping, PAGECACHE_TAG_DIRTY))
		return 0;

	ret = do_writepages(mapping, &wbc);
	return ret;
}

/* Buffered read: the page from the cache, or a new one that is filled. No readahead here. */
static ssize_t generic_file_buffered_read(struct kiocb *iocb,
		struct iov_iter *iter, ssize_t written)
{
	struct file *filp = iocb->ki_filp;
	struct address_space *mapping = filp->f_mapping;
	struct inode *inode = mapping->host;
	loff_t isize, pos = iocb->ki_pos;
	pgoff_t end_index, index = pos >> PAGE_SHIFT;
	unsigned long nr, ret, offset = pos & ~PAGE_MASK;
	int error = 0;

	for (;;) {
		struct page *page;

find_page:
		page = find_get_page(mapping, index);
		if (!page)
			goto no_cached_page;
		if (!PageUptodate(page)) {
			error = wait_on_page_locked_killable(page);
			if (unlikely(error))
				goto readpage_error;
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
			if (error == AOP_TRUNCATED_PAGE) {
				put_page(page);
				error = 0;
				goto find_page;
			}
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
		if (error) {
			put_page(page);
			if (error == -EEXIST) {
				error = 0;
				goto find_page;
			}
			goto out;
		}
		goto readpage;
	}

out:
	return written ? written : error;
}

/* Buffered alone: direct I/O through ->direct_IO is left to the file systems that have it. */
ssize_t
generic_file_read_iter(struct kiocb *iocb, struct iov_iter *iter)
{
	size_t count = iov_iter_count(iter);
	ssize_t retval = 0;

	if (!count)
		goto out;

	retval = generic_file_buffered_read(iocb, iter, retval);
out:
	return retval;
}

/* Fault: the page is found or added, filled if need be, returned locked. */
vm_fault_t filemap_fault(struct vm_fault *vmf)
{
	int error;
	struct file *file = vmf->vma->vm_file;
	struct file *fpin = NULL;
	struct address_space *mapping = file->f_mapping;
	struct inode *inode = mapping->host;
	pgoff_t max_off, offset = vmf->pgoff;
	struct page *page;
	vm_fault_t ret = 0;

	max_off = DIV_ROUND_UP(i_size_read(inode), PAGE_SIZE);
	if (unlikely(offset >= max_off))
		return VM_FAULT_SIGBUS;

	page = find_get_page(mapping, offset);
	if (!page) {
		ret = VM_FAULT_MAJOR;
retry_find:
		page = pagecache_get_page(mapping, offset,
					  FGP_CREAT|FGP_FOR_MMAP,
					  vmf->gfp_mask);
		if (!page) {
			if (fpin)
				goto out_retry;
			return VM_FAULT_OOM;
		}
	}

	if (!lock_page_maybe_drop_mmap(vmf, page, &fpin))
		goto out_retry;

	if (unlikely(compound_head(page)->mapping != mapping)) {
		unlock_page(page);
		put_page(page);
		goto retry_find;
	}

	if (unlikely(!PageUptodate(page)))
		goto page_not_uptodate;

	max_off = DIV_ROUND_UP(i_size_read(inode), PAGE_SIZE);
	if (unlikely(offset >= max_off)) {
		unlock_page(page);
		put_page(page);
		return VM_FAULT_SIGBUS;
	}

	vmf->page = page;
	return ret | VM_FAULT_LOCKED;

page_not_uptodate:
	error = mapping->a_ops->readpage(file, page);
	if (!error) {
		wait_on_page_locked(page);
		if (!PageUptodate(page))
			error = -EIO;
	}
	put_page(page);

	if (!error || error == AOP_TRUNCATED_PAGE)
		goto retry_find;
	return VM_FAULT_SIGBUS;

out_retry:
	if (page)
		put_page(page);
	return ret | VM_FAULT_RETRY;
}
