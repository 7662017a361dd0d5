/*
 * Faults on a shared file mapping, v4.10: the order of their events.
 */

/* The file system's part, behind which the page is locked; 0 if it has left the mapping. */
static int do_page_mkwrite(struct vm_fault *vmf)
{
	struct page *page = vmf->page;
	int ret;

	ret = vmf->vma->vm_ops->page_mkwrite(vmf->vma, vmf);
	if (unlikely(ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE)))
		return ret;
	if (unlikely(!(ret & VM_FAULT_LOCKED))) {
		lock_page(page);
		if (!page->mapping) {
			unlock_page(page);
			return 0;
		}
		ret |= VM_FAULT_LOCKED;
	}
	return ret;
}

/* Dirty again, now that it is mapped writable, and unlocked. The dirtier is not throttled here. */
static void fault_dirty_shared_page(struct vm_area_struct *vma,
		struct page *page)
{
	set_page_dirty(page);
	unlock_page(page);
}

/* The page of the file, locked. */
static int __do_fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	int ret;

	ret = vma->vm_ops->fault(vma, vmf);
	if (unlikely(ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY)))
		return ret;

	if (unlikely(!(ret & VM_FAULT_LOCKED)))
		lock_page(vmf->page);
	return ret;
}

/* A store to a shared mapping: the page lock is dropped between ->fault and ->page_mkwrite. */
static int do_shared_fault(struct vm_fault *vmf)
{
	int ret, tmp;
	struct vm_area_struct *vma = vmf->vma;

	ret = __do_fault(vmf);
	if (unlikely(ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY)))
		return ret;

	if (vma->vm_ops->page_mkwrite) {
		unlock_page(vmf->page);
		tmp = do_page_mkwrite(vmf);
		if (unlikely(!tmp ||
				(tmp & (VM_FAULT_ERROR | VM_FAULT_NOPAGE))))
			return tmp;
	}

	ret |= finish_fault(vmf);
	if (unlikely(ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE |
					VM_FAULT_RETRY))) {
		unlock_page(vmf->page);
		return ret;
	}

	fault_dirty_shared_page(vma, vmf->page);
	return ret;
}

/* A load from a mapping asks the file system for the page alone. */
static int do_read_fault(struct vm_fault *vmf)
{
	int ret;

	ret = __do_fault(vmf);
	if (unlikely(ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY)))
		return ret;

	ret |= finish_fault(vmf);
	unlock_page(vmf->page);
	return ret;
}
