/*
 * Buffer heads, v6.12: how the blocks of a locked folio are mapped and it becomes dirty.
 */

/* Only one that was clean makes its folio dirty. */
void mark_buffer_dirty(struct buffer_head *bh)
{
	if (!test_set_buffer_dirty(bh)) {
		struct folio *folio = bh->b_folio;

		if (!folio_test_set_dirty(folio))
			__folio_mark_dirty(folio, folio->mapping, 0);
	}
}

/* Maps the buffers that the write covers, reads or zeroes what it leaves over of them. */
int __block_write_begin_int(struct folio *folio, loff_t pos, unsigned len,
		get_block_t *get_block, const struct iomap *iomap)
{
	struct inode *inode = folio->mapping->host;
	size_t from = offset_in_folio(folio, pos), to = from + len;
	size_t block_start = 0, block_end, blocksize;
	struct buffer_head *bh, *head;
	sector_t block = 0;
	int err = 0;

	head = folio_create_buffers(folio, inode, 0);
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
				if (folio_test_uptodate(folio)) {
					set_buffer_uptodate(bh);
					mark_buffer_dirty(bh);
					continue;
				}
				if (block_end > to || block_start < from)
					folio_zero_segments(folio,
						to, block_end,
						block_start, from);
				continue;
			}
		}
		if (folio_test_uptodate(folio))
			continue;
		if (!buffer_uptodate(bh) && !buffer_delay(bh) &&
		    !buffer_unwritten(bh) &&
		     (block_start < from || block_end > to))
			bh_read_nowait(bh, 0);
	}
	return err;
}

/* For file systems without iomap. */
int __block_write_begin(struct folio *folio, loff_t pos, unsigned len,
		get_block_t *get_block)
{
	return __block_write_begin_int(folio, pos, len, get_block, NULL);
}

/* The buffers that were written are uptodate and dirty; the folio is uptodate with its last. */
static void __block_commit_write(struct folio *folio, size_t from, size_t to)
{
	struct buffer_head *bh, *head;
	size_t block_start = 0, block_end, blocksize;
	bool partial = false;

	bh = head = folio_buffers(folio);
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
		folio_mark_uptodate(folio);
}

/* For others, in v6.12 by the page. */
void block_commit_write(struct page *page, unsigned from, unsigned to)
{
	__block_commit_write(page_folio(page), from, to);
}

/* The copy was not short. */
int block_write_end(struct file *file, struct address_space *mapping,
		loff_t pos, unsigned len, unsigned copied,
		struct folio *folio, void *fsdata)
{
	size_t start = pos - folio_pos(folio);

	__block_commit_write(folio, start, start + copied);
	return copied;
}

/*
 * Write fault: blocks are mapped first, then the folio becomes dirty, all under the folio
 * lock, which the caller keeps on success.
 */
int block_page_mkwrite(struct vm_area_struct *vma, struct vm_fault *vmf,
		get_block_t get_block)
{
	struct folio *folio = page_folio(vmf->page);
	struct inode *inode = file_inode(vma->vm_file);
	loff_t size, end;
	int ret;

	folio_lock(folio);
	size = i_size_read(inode);
	if ((folio->mapping != inode->i_mapping) ||
	    (folio_pos(folio) >= size)) {
		ret = -EFAULT;
		goto out_unlock;
	}

	end = min(folio_size(folio), size - folio_pos(folio));
	ret = __block_write_begin_int(folio, 0, end, get_block, NULL);
	if (ret)
		goto out_unlock;

	__block_commit_write(folio, 0, end);

	folio_mark_dirty(folio);
	folio_wait_stable(folio);
	return 0;
out_unlock:
	folio_unlock(folio);
	return ret;
}
