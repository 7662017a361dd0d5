/*
 * What v5.5 has otherwise in fs/buffer.c.
 */

/* Only one that was clean makes its page dirty. */
void mark_buffer_dirty(struct buffer_head *bh)
{
	if (!test_set_buffer_dirty(bh))
		set_page_dirty(bh->b_page);
}

/* Maps the buffers that the write covers, reads or zeroes what it leaves over of them. */
int __block_write_begin_int(struct page *page, loff_t pos, unsigned len,
		get_block_t *get_block, struct iomap *iomap)
{
	struct inode *inode = page->mapping->host;
	unsigned from = pos & (PAGE_SIZE - 1), to = from + len;
	unsigned block_start = 0, block_end, blocksize;
	struct buffer_head *bh, *head;
	sector_t block = 0;
	int err = 0;

	head = create_page_buffers(page, inode, 0);
	blocksize = head->b_size;

	for (bh = head; bh != head || !block_start;
	    block++, block_start=block_end, bh = bh->b_this_page) {
		block_end = block_start + blocksize;
		if (block_end <= from || block_start >= to)
			continue;
		if (!buffer_mapped(bh)) {
			err = get_block(inode, block, bh, 1);
			if (err)
				break;

			if (buffer_new(bh)) {
				if (PageUptodate(page)) {
					set_buffer_uptodate(bh);
					mark_buffer_dirty(bh);
					continue;
				}
				if (block_end > to || block_start < from)
					zero_user_segments(page,
						to, block_end,
						block_start, from);
				continue;
			}
		}
		if (PageUptodate(page))
			continue;
		if (!buffer_uptodate(bh) && !buffer_delay(bh) &&
		    !buffer_unwritten(bh) &&
		     (block_start < from || block_end > to))
			ll_rw_block(REQ_OP_READ, 0, 1, &bh);
	}
	return err;
}

/* The buffers that were written are uptodate and dirty; the page is uptodate with its last. */
static int __block_commit_write(struct inode *inode, struct page *page,
		unsigned from, unsigned to)
{
	struct buffer_head *bh, *head;
	unsigned block_start = 0, block_end, blocksize;
	bool partial = false;

	bh = head = page_buffers(page);
	blocksize = bh->b_size;
	do {
		block_end = block_start + blocksize;
		if (block_end <= from || block_start >= to) {
			if (!buffer_uptodate(bh))
				partial = true;
		} else {
			set_buffer_uptodate(bh);
			mark_buffer_dirty(bh);
		}

		block_start = block_end;
		bh = bh->b_this_page;
	} while (bh != head);

	if (!partial)
		SetPageUptodate(page);
	return 0;
}

/* What a fault returns for an error; in the kernel in include/linux/buffer_head.h. */
static inline vm_fault_t block_page_mkwrite_return(int err)
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
