/*
 * Buffer heads under buffered write and write fault, v4.10, cut down to the
 * order of their events.
 */

/*
 * Puts the kind of the extent into a buffer head, as in fs/buffer.c, v4.10.
 */
static void
iomap_to_bh(struct inode *inode, sector_t block, struct buffer_head *bh,
		struct iomap *iomap)
{
	loff_t offset = block << inode->i_blkbits;

	bh->b_bdev = iomap->bdev;

	switch (iomap->type) {
	case IOMAP_HOLE:
		if (!buffer_uptodate(bh) ||
		    (offset >= i_size_read(inode)))
			set_buffer_new(bh);
		break;
	case IOMAP_DELALLOC:
		if (!buffer_uptodate(bh) ||
		    (offset >= i_size_read(inode)))
			set_buffer_new(bh);
		set_buffer_uptodate(bh);
		set_buffer_mapped(bh);
		set_buffer_delay(bh);
		break;
	case IOMAP_UNWRITTEN:
		set_buffer_new(bh);
		set_buffer_unwritten(bh);
		/* fall through */
	case IOMAP_MAPPED:
		if (offset >= i_size_read(inode))
			set_buffer_new(bh);
		bh->b_blocknr = iomap->blkno;
		set_buffer_mapped(bh);
		break;
	}
}

/*
 * Maps the buffers of a locked page, as in fs/buffer.c, v4.10. Cut: reading
 * and zeroing around a write of part of a block.
 */
int __block_write_begin_int(struct page *page, loff_t pos, unsigned len,
		get_block_t *get_block, struct iomap *iomap)
{
	struct inode *inode = page->mapping->host;
	int err = 0;
	sector_t block;
	struct buffer_head *bh, *head;

	head = create_page_buffers(page, inode, 0);
	block = (sector_t)page->index << (PAGE_SHIFT - inode->i_blkbits);

	bh = head;
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

/* As in v4.10. */
int __block_write_begin(struct page *page, loff_t pos, unsigned len,
		get_block_t *get_block)
{
	return __block_write_begin_int(page, pos, len, get_block, NULL);
}

/*
 * A dirty buffer makes its page dirty, as in fs/buffer.c, v4.10. The kernel
 * does it with TestSetPageDirty() and __set_page_dirty().
 */
void mark_buffer_dirty(struct buffer_head *bh)
{
	struct page *page = bh->b_page;

	set_buffer_dirty(bh);
	set_page_dirty(page);
}

/*
 * Dirties the buffers and so the page, as in fs/buffer.c, v4.10. Cut: writes
 * of part of the page.
 */
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

/*
 * As in fs/buffer.c, v4.10.
 */
int block_commit_write(struct page *page, unsigned from, unsigned to)
{
	struct inode *inode = page->mapping->host;
	__block_commit_write(inode,page,from,to);
	return 0;
}

/*
 * As in fs/buffer.c, v4.10. Cut: a short copy.
 */
int block_write_end(struct file *file, struct address_space *mapping,
			loff_t pos, unsigned len, unsigned copied,
			struct page *page, void *fsdata)
{
	struct inode *inode = mapping->host;
	unsigned start;

	start = pos & (PAGE_SIZE - 1);

	__block_commit_write(inode, page, start, start+copied);

	return copied;
}

/*
 * As in fs/buffer.c, v4.10: i_size moves under the page lock.
 */
int generic_write_end(struct file *file, struct address_space *mapping,
			loff_t pos, unsigned len, unsigned copied,
			struct page *page, void *fsdata)
{
	struct inode *inode = mapping->host;
	loff_t old_size = inode->i_size;
	int i_size_changed = 0;

	copied = block_write_end(file, mapping, pos, len, copied, page, fsdata);

	if (pos+copied > inode->i_size) {
		i_size_write(inode, pos+copied);
		i_size_changed = 1;
	}

	unlock_page(page);
	put_page(page);

	if (old_size < pos)
		pagecache_isize_extended(inode, old_size, pos);
	if (i_size_changed)
		mark_inode_dirty(inode);

	return copied;
}

/*
 * Write fault: blocks are mapped first, then the page becomes dirty, all under
 * the page lock, which the caller keeps on success. As in v4.10.
 */
int block_page_mkwrite(struct vm_area_struct *vma, struct vm_fault *vmf,
			 get_block_t get_block)
{
	struct page *page = vmf->page;
	struct inode *inode = file_inode(vma->vm_file);
	unsigned long end;
	loff_t size;
	int ret;

	lock_page(page);
	size = i_size_read(inode);
	if ((page->mapping != inode->i_mapping) ||
	    (page_offset(page) > size)) {
		ret = -EFAULT;
		goto out_unlock;
	}

	if (((page->index + 1) << PAGE_SHIFT) > size)
		end = size & ~PAGE_MASK;
	else
		end = PAGE_SIZE;

	ret = __block_write_begin(page, 0, end, get_block);
	if (!ret)
		ret = block_commit_write(page, 0, end);

	if (unlikely(ret < 0))
		goto out_unlock;
	set_page_dirty(page);
	wait_for_stable_page(page);
	return 0;
out_unlock:
	unlock_page(page);
	return ret;
}

/*
 * End of writeback of one buffer; the page's with its last one, as in
 * fs/buffer.c, v4.10. Cut: errors, the spin lock in the first buffer.
 */
void end_buffer_async_write(struct buffer_head *bh, int uptodate)
{
	struct buffer_head *tmp;
	struct page *page;

	page = bh->b_page;
	if (uptodate) {
		set_buffer_uptodate(bh);
	}

	clear_buffer_async_write(bh);
	unlock_buffer(bh);
	tmp = bh->b_this_page;
	while (tmp != bh) {
		if (buffer_async_write(tmp)) {
			goto still_busy;
		}
		tmp = tmp->b_this_page;
	}
	end_page_writeback(page);
	return;

still_busy:
	return;
}

/*
 * What a fault returns for an error of the file system, as in
 * include/linux/buffer_head.h, v4.10.
 */
static inline int block_page_mkwrite_return(int err)
{
	if (err == 0)
		return VM_FAULT_LOCKED;
	if (err == -EFAULT || err == -EAGAIN)
		return VM_FAULT_NOPAGE;
	if (err == -ENOMEM)
		return VM_FAULT_OOM;
	return VM_FAULT_SIGBUS;
}
