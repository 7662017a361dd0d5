/*
 * What v4.11 has otherwise in fs/ext4/inode.c.
 */

/*
 * Write fault on a page that is in the cache: delalloc reserves, nodelalloc
 * allocates, both with the page locked and not yet dirty.
 */
int ext4_page_mkwrite(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct page *page = vmf->page;
	struct inode *inode = file_inode(vma->vm_file);
	struct address_space *mapping = inode->i_mapping;
	get_block_t *get_block;
	handle_t *handle;
	int ret, retries = 0;
	loff_t size;

	down_read(&EXT4_I(inode)->i_mmap_sem);

	if (test_opt(inode->i_sb, DELALLOC) &&
	    !ext4_should_journal_data(inode) &&
	    !ext4_nonda_switch(inode->i_sb)) {
		do {
			ret = block_page_mkwrite(vma, vmf, ext4_da_get_block_prep);
		} while (ret == -ENOSPC &&
		       ext4_should_retry_alloc(inode->i_sb, &retries));
		goto out_ret;
	}

	lock_page(page);
	size = i_size_read(inode);
	if (page->mapping != mapping || page_offset(page) > size) {
		unlock_page(page);
		ret = VM_FAULT_NOPAGE;
		goto out;
	}

	if (page_has_buffers(page)) {
		if (!ext4_walk_page_buffers(NULL, page_buffers(page), 0, PAGE_SIZE, NULL,
					    ext4_bh_unmapped)) {
			ret = VM_FAULT_LOCKED;
			wait_for_stable_page(page);
			goto out;
		}
	}
	unlock_page(page);
	if (ext4_should_dioread_nolock(inode))
		get_block = ext4_get_block_unwritten;
	else
		get_block = ext4_get_block;
retry_alloc:
	handle = ext4_journal_start(inode, EXT4_HT_WRITE_PAGE, 0);
	if (IS_ERR(handle)) {
		ret = VM_FAULT_SIGBUS;
		goto out;
	}
	ret = block_page_mkwrite(vma, vmf, get_block);
	ext4_journal_stop(handle);
out_ret:
	ret = block_page_mkwrite_return(ret);
out:
	up_read(&EXT4_I(inode)->i_mmap_sem);
	return ret;
}

/* Read part of a fault, with punch hole and truncate kept out. */
int ext4_filemap_fault(struct vm_fault *vmf)
{
	struct inode *inode = file_inode(vmf->vma->vm_file);
	int err;

	down_read(&EXT4_I(inode)->i_mmap_sem);
	err = filemap_fault(vmf);
	up_read(&EXT4_I(inode)->i_mmap_sem);

	return err;
}
