/*
 * What v4.14 has otherwise in mm/filemap.c.
 */

/* unverified: that v4.14 has this helper already; before it the test stands in the callers. */
static bool mapping_needs_writeback(struct address_space *mapping)
{
	return mapping->nrpages;
}

/* Flush: nothing at all when no page is cached. */
int filemap_write_and_wait_range(struct address_space *mapping,
		loff_t lstart, loff_t lend)
{
	int err = 0;

	if (mapping_needs_writeback(mapping)) {
		err = __filemap_fdatawrite_range(mapping, lstart, lend,
						 WB_SYNC_ALL);
		if (err != -EIO) {
			int err2 = filemap_fdatawait_range(mapping,
						lstart, lend);
			if (!err)
				err = err2;
		}
	}
	return err;
}

/* Buffered read: the page from the cache, or a new one that is filled; copied without its lock. */
static ssize_t generic_file_buffered_read(struct kiocb *iocb,
		struct iov_iter *iter, ssize_t written)
{
	struct file *filp = iocb->ki_filp;
	struct address_space *mapping = filp->f_mapping;
	struct inode *inode = mapping->host;
	struct file_ra_state *ra = &filp->f_ra;
	loff_t isize, pos = iocb->ki_pos;
	pgoff_t end_index, index = pos >> PAGE_SHIFT;
	pgoff_t last_index = (pos + iter->count + PAGE_SIZE-1) >> PAGE_SHIFT;
	int error = 0;

	for (;;) {
		struct page *page;
		unsigned long nr, ret, offset = pos & ~PAGE_MASK;

find_page:
		page = find_get_page(mapping, index);
		if (!page) {
			if (iocb->ki_flags & IOCB_NOWAIT)
				goto would_block;
			page_cache_sync_readahead(mapping,
					ra, filp,
					index, last_index - index);
			page = find_get_page(mapping, index);
			if (unlikely(page == NULL))
				goto no_cached_page;
		}
		if (!PageUptodate(page)) {
			if (iocb->ki_flags & IOCB_NOWAIT) {
				put_page(page);
				goto would_block;
			}

			wait_on_page_locked_killable(page);
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
		pos += ret;
		index = pos >> PAGE_SHIFT;

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
		if (!error)
			goto readpage;
		put_page(page);
		if (error == -EEXIST) {
			error = 0;
			goto find_page;
		}
		goto out;
	}

would_block:
	error = -EAGAIN;
out:
	iocb->ki_pos = pos;
	return written ? written : error;
}

/*
 * Direct I/O flushes, or gives up on cached pages (IOCB_NOWAIT), then goes to the file
 * system; what that leaves over is read through the page cache.
 */
ssize_t
generic_file_read_iter(struct kiocb *iocb, struct iov_iter *iter)
{
	struct file *file = iocb->ki_filp;
	ssize_t retval = 0;
	size_t count = iov_iter_count(iter);

	if (!count)
		goto out;

	if (iocb->ki_flags & IOCB_DIRECT) {
		struct address_space *mapping = file->f_mapping;
		struct inode *inode = mapping->host;
		loff_t size;

		size = i_size_read(inode);
		if (iocb->ki_flags & IOCB_NOWAIT) {
			if (filemap_range_has_page(mapping, iocb->ki_pos,
						   iocb->ki_pos + count - 1))
				return -EAGAIN;
		} else {
			retval = filemap_write_and_wait_range(mapping,
						iocb->ki_pos,
						iocb->ki_pos + count - 1);
			if (retval < 0)
				goto out;
		}

		retval = mapping->a_ops->direct_IO(iocb, iter);
		if (retval >= 0) {
			iocb->ki_pos += retval;
			count -= retval;
		}
		iov_iter_revert(iter, count - iov_iter_count(iter));

		if (retval < 0 || !iov_iter_count(iter) || iocb->ki_pos >= size)
			goto out;
	}

	retval = generic_file_buffered_read(iocb, iter, retval);
out:
	return retval;
}

/*
 * Flush, or give up on cached pages (IOCB_NOWAIT), drop the pages, write, drop them again,
 * which for an asynchronous write is before its end: dio_complete() drops them once more.
 */
ssize_t
generic_file_direct_write(struct kiocb *iocb, struct iov_iter *from)
{
	struct address_space *mapping = iocb->ki_filp->f_mapping;
	struct inode	*inode = mapping->host;
	loff_t		pos = iocb->ki_pos;
	ssize_t		written;
	size_t		write_len = iov_iter_count(from);
	pgoff_t		end = (pos + write_len - 1) >> PAGE_SHIFT;

	if (iocb->ki_flags & IOCB_NOWAIT) {
		if (filemap_range_has_page(inode->i_mapping, pos,
					   pos + write_len - 1))
			return -EAGAIN;
	} else {
		written = filemap_write_and_wait_range(mapping, pos,
							pos + write_len - 1);
		if (written)
			goto out;
	}

	written = invalidate_inode_pages2_range(mapping,
					pos >> PAGE_SHIFT, end);
	if (written) {
		if (written == -EBUSY)
			return 0;
		goto out;
	}

	written = mapping->a_ops->direct_IO(iocb, from);

	if (mapping->nrpages)
		invalidate_inode_pages2_range(mapping,
					pos >> PAGE_SHIFT, end);

	if (written > 0) {
		pos += written;
		write_len -= written;
		if (pos > i_size_read(inode) && !S_ISBLK(inode->i_mode))
			i_size_write(inode, pos);
		iocb->ki_pos = pos;
	}
	iov_iter_revert(from, write_len - iov_iter_count(from));
out:
	return written;
}
