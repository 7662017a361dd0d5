/*
 * What v4.11 has otherwise in mm/filemap.c.
 */

/* Read fault: comes back with an uptodate page of the file, locked. */
int filemap_fault(struct vm_fault *vmf)
{
	int error;
	struct file *file = vmf->vma->vm_file;
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
