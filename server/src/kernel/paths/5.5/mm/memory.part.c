/*
 * What v5.5 has otherwise in mm/memory.c.
 */

/* Dirty again, now that it is mapped writable, and unlocked. */
static vm_fault_t fault_dirty_shared_page(struct vm_fault *vmf)
{
	struct page *page = vmf->page;

	set_page_dirty(page);
	unlock_page(page);
	return 0;
}

/* A store to a shared mapping: the page lock is dropped between ->fault and ->page_mkwrite. */
static vm_fault_t do_shared_fault(struct vm_fault *vmf)
{
	vm_fault_t ret, tmp;
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

	ret |= fault_dirty_shared_page(vmf);
	return ret;
}
