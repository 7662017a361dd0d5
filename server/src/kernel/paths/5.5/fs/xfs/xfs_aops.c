/*
 * XFS: writeback mapping and the end of writeback.
 * Cut: copy on write, the cached mapping.
 */

/* Unwritten extents become written, then writeback ends. */
static void
xfs_end_ioend(struct iomap_ioend *ioend)
{
	struct xfs_inode *ip = XFS_I(ioend->io_inode);
	xfs_off_t offset = ioend->io_offset;
	size_t size = ioend->io_size;
	int error;

	error = blk_status_to_errno(ioend->io_bio->bi_status);
	if (error)
		goto done;

	if (ioend->io_flags & IOMAP_F_SHARED)
		error = xfs_reflink_end_cow(ip, offset, size);
	else if (ioend->io_type == IOMAP_UNWRITTEN)
		error = xfs_iomap_write_unwritten(ip, offset, size, false);

done:
	iomap_finish_ioends(ioend, error);
}

/* End of the bio; the work item xfs_end_io() between is cut. */
static void
xfs_end_bio(struct bio *bio)
{
	struct iomap_ioend *ioend = bio->bi_private;

	xfs_end_ioend(ioend);
}

/*
 * Mapping of one block under writeback; a delayed one is allocated.
 * The test of br_startoff for a hole is folded into the lookup.
 */
static int
xfs_map_blocks(struct iomap_writepage_ctx *wpc, struct inode *inode, loff_t offset)
{
	struct xfs_inode *ip = XFS_I(inode);
	struct xfs_mount *mp = ip->i_mount;
	xfs_fileoff_t offset_fsb = XFS_B_TO_FSBT(mp, offset);
	struct xfs_bmbt_irec imap;
	struct xfs_iext_cursor icur;
	int error = 0;

	xfs_ilock(ip, XFS_ILOCK_SHARED);

	if (!xfs_iext_lookup_extent(ip, &ip->i_df, offset_fsb, &icur, &imap))
		imap.br_startblock = HOLESTARTBLOCK;
	xfs_iunlock(ip, XFS_ILOCK_SHARED);

	if (imap.br_startblock != HOLESTARTBLOCK &&
	    isnullstartblock(imap.br_startblock))
		goto allocate_blocks;

	xfs_bmbt_to_iomap(ip, &wpc->iomap, &imap, 0);
	return 0;
allocate_blocks:
	error = xfs_convert_blocks(wpc, ip, XFS_DATA_FORK, offset);
	if (error)
		return error;
	return 0;
}

/* The loop over short allocations is cut. */
static int
xfs_convert_blocks(struct iomap_writepage_ctx *wpc, struct xfs_inode *ip, int whichfork,
		loff_t offset)
{
	return xfs_bmapi_convert_delalloc(ip, whichfork, offset,
			&wpc->iomap, wpc->data_seq);
}

/* Which ioends need process context at their end. */
static int
xfs_prepare_ioend(struct iomap_ioend *ioend, int status)
{
	if (ioend->io_private ||
	    ioend->io_type == IOMAP_UNWRITTEN ||
	    (ioend->io_flags & IOMAP_F_SHARED))
		ioend->io_bio->bi_end_io = xfs_end_bio;
	return status;
}

static const struct iomap_writeback_ops xfs_writeback_ops = {
	.map_blocks = xfs_map_blocks,
	.prepare_ioend = xfs_prepare_ioend,
	.discard_page = xfs_discard_page,
};

static int
xfs_vm_writepages(struct address_space *mapping, struct writeback_control *wbc)
{
	struct xfs_writepage_ctx wpc = { };

	xfs_iflags_clear(XFS_I(mapping->host), XFS_ITRUNCATED);
	return iomap_writepages(mapping, wbc, &wpc.ctx, &xfs_writeback_ops);
}

static int
xfs_vm_readpage(struct file *unused, struct page *page)
{
	return iomap_readpage(page, &xfs_read_iomap_ops);
}

const struct address_space_operations xfs_address_space_operations = {
	.readpage = xfs_vm_readpage,
	.writepages = xfs_vm_writepages,
	.set_page_dirty = iomap_set_page_dirty,
	.direct_IO = noop_direct_IO,
};
