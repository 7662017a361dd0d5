/*
 * What v5.3 has otherwise in mm/filemap.c.
 */

/* mmap_sem is not given up here. */
static int lock_page_maybe_drop_mmap(struct vm_fault *vmf, struct page *page,
		struct file **fpin)
{
	if (!trylock_page(page))
		lock_page(page);
	return 1;
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
		if (!page)
			return VM_FAULT_OOM;
	}

	if (!lock_page_maybe_drop_mmap(vmf, page, &fpin))
		return ret | VM_FAULT_RETRY;

	if (unlikely(page->mapping != mapping)) {
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
}
