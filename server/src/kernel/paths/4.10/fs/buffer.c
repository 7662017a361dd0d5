/*
 * Buffer heads under a buffered write, a write fault and writeback, v4.10: the order of
 * their events. Not here: what reads or zeroes around a write of part of a block.
 */

/* What kind of extent a buffer has. What nobody has written yet is new. */
static void
iomap_to_bh(struct inode *inode, sector_t block, struct buffer_head *bh,
		struct iomap *iomap)
{
	loff_t offset = block << inode->i_blkbits;

	if (iomap->type == IOMAP_UNWRITTEN || !buffer_uptodate(bh) || offset >= i_size_read(inode))
		set_buffer_new(bh);

	switch (iomap->type) {
	case IOMAP_DELALLOC:
		set_buffer_uptodate(bh);
		set_buffer_mapped(bh);
		set_buffer_delay(bh);
		break;
	case IOMAP_UNWRITTEN:
		set_buffer_unwritten(bh);
		/* fall through */
	case IOMAP_MAPPED:
		set_buffer_mapped(bh);
		break;
	}
}

/* Maps the buffers of a locked page; writes of part of a block are not here. */
int __block_write_begin_int(struct page *page, loff_t pos, unsigned len,
		get_block_t *get_block, struct iomap *iomap)
{
	struct inode *inode = page->mapping->host;
	struct buffer_head *bh, *head;
	sector_t block = 0;
	int err = 0;

	bh = head = create_page_buffers(page, inode, 0);
	do {
		if (!buffer_mapped(bh)) {
			if (get_block) {
				err = get_block(inode, block, bh, 1);
				if (err)
					break;
			} else {
				iomap_to_bh(inode, block, bh, iomap);
			}
		}
		block++;
		bh = bh->b_this_page;
	} while (bh != head);

	return err;
}

/* For file systems without iomap. */
int __block_write_begin(struct page *page, loff_t pos, unsigned len,
		get_block_t *get_block)
{
	return __block_write_begin_int(page, pos, len, get_block, NULL);
}

/* A dirty buffer makes its page dirty, in the kernel by way of TestSetPageDirty(). */
void mark_buffer_dirty(struct buffer_head *bh)
{
	set_buffer_dirty(bh);
	set_page_dirty(bh->b_page);
}

/* All of the page was written: its buffers are uptodate and dirty, then so is the page. */
static int __block_commit_write(struct inode *inode, struct page *page,
		unsigned from, unsigned to)
{
	struct buffer_head *bh, *head;

	bh = head = page_buffers(page);
	do {
		set_buffer_uptodate(bh);
		mark_buffer_dirty(bh);
		clear_buffer_new(bh);

		bh = bh->b_this_page;
	} while (bh != head);

	SetPageUptodate(page);
	return 0;
}

/* The same for who has no inode at hand. */
int block_commit_write(struct page *page, unsigned from, unsigned to)
{
	return __block_commit_write(page->mapping->host, page, from, to);
}

/* The copy was not short. */
int block_write_end(struct file *file, struct address_space *mapping,
		loff_t pos, unsigned len, unsigned copied,
		struct page *page, void *fsdata)
{
	unsigned start = pos & (PAGE_SIZE - 1);

	__block_commit_write(mapping->host, page, start, start + copied);
	return copied;
}

/* Dirty, i_size, unlock: in this order. */
int generic_write_end(struct file *file, struct address_space *mapping,
		loff_t pos, unsigned len, unsigned copied,
		struct page *page, void *fsdata)
{
	struct inode *inode = mapping->host;
	loff_t old_size = inode->i_size;

	copied = block_write_end(file, mapping, pos, len, copied, page, fsdata);

	if (pos + copied > inode->i_size)
		i_size_write(inode, pos + copied);

	unlock_page(page);
	put_page(page);

	if (old_size < pos)
		pagecache_isize_extended(inode, old_size, pos);
	return copied;
}

/*
 * Write fault: blocks are mapped first, then the page becomes dirty, all under the page
 * lock, which the caller keeps on success.
 */
int block_page_mkwrite(struct vm_area_struct *vma, struct vm_fault *vmf,
		get_block_t get_block)
{
	struct page *page = vmf->page;
	struct inode *inode = file_inode(vma->vm_file);
	loff_t size, end;
	int ret;

	lock_page(page);
	size = i_size_read(inode);
	if ((page->mapping != inode->i_mapping) ||
	    (page_offset(page) > size)) {
		ret = -EFAULT;
		goto out_unlock;
	}

	end = min(PAGE_SIZE, size - page_offset(page));
	ret = __block_write_begin(page, 0, end, get_block);
	if (!ret)
		ret = block_commit_write(page, 0, end);

	if (ret < 0)
		goto out_unlock;
	set_page_dirty(page);
	wait_for_stable_page(page);
	return 0;
out_unlock:
	unlock_page(page);
	return ret;
}

/* The last buffer of a page ends its writeback. */
void end_buffer_async_write(struct buffer_head *bh, int uptodate)
{
	struct buffer_head *tmp;
	struct page *page = bh->b_page;

	if (uptodate)
		set_buffer_uptodate(bh);

	clear_buffer_async_write(bh);
	for (tmp = bh->b_this_page; tmp != bh; tmp = tmp->b_this_page) {
		if (buffer_async_write(tmp))
			return;
	}
	end_page_writeback(page);
}

/* What a fault returns for an error; in the kernel in include/linux/buffer_head.h. */
static inline int block_page_mkwrite_return(int err)
{
	switch (err) {
	case 0:
		return VM_FAULT_LOCKED;
	case -EFAULT:
	case -EAGAIN:
		return VM_FAULT_NOPAGE;
	default:
		return err == -ENOMEM ? VM_FAULT_OOM : VM_FAULT_SIGBUS;
	}
}
