/*
 * XFS: writeback mapping and the end of writeback.
 * As in fs/xfs/xfs_aops.c, v6.12. Cut: copy on write, the cached mapping.
 */

/*
 * End of writeback: unwritten extents become written, the on-disk size goes up,
 * then the writeback bit is cleared.
 */
static void
xfs_end_ioend(struct iomap_ioend *ioend)
{
	struct xfs_inode *ip = XFS_I(ioend->io_inode);
	xfs_off_t offset = ioend->io_offset;
	size_t size = ioend->io_size;
	int error;

	error = blk_status_to_errno(ioend->io_bio.bi_status);
	if (unlikely(error))
		goto done;

	if (ioend->io_type == IOMAP_UNWRITTEN)
		error = xfs_iomap_write_unwritten(ip, offset, size, false);

	if (!error && xfs_ioend_is_append(ioend))
		error = xfs_setfilesize(ip, ioend->io_offset, ioend->io_size);
done:
	iomap_finish_ioends(ioend, error);
}

/* End of the bio. As in v6.12; the work item xfs_end_io() between is cut. */
static void
xfs_end_bio(struct bio *bio)
{
	xfs_end_ioend(iomap_ioend_from_bio(bio));
}

/* Mapping of blocks under writeback; a delayed extent is allocated. As in v6.12. */
static int
xfs_map_blocks(struct iomap_writepage_ctx *wpc, struct inode *inode, loff_t offset,
		unsigned int len)
{
	struct xfs_inode *ip = XFS_I(inode);
	xfs_fileoff_t offset_fsb = XFS_B_TO_FSBT(ip->i_mount, offset);
	xfs_fileoff_t end_fsb = XFS_B_TO_FSB(ip->i_mount, offset + i_blocksize(inode));
	int whichfork;
	struct xfs_bmbt_irec imap;
	struct xfs_iext_cursor icur;
	int error = 0;
	unsigned int *seq;

	whichfork = XFS_DATA_FORK;
	xfs_ilock(ip, XFS_ILOCK_SHARED);

	if (!xfs_iext_lookup_extent(ip, &ip->i_df, offset_fsb, &icur, &imap))
		imap.br_startoff = end_fsb;
	XFS_WPC(wpc)->data_seq = READ_ONCE(ip->i_df.if_seq);
	xfs_iunlock(ip, XFS_ILOCK_SHARED);

	if (imap.br_startoff > offset_fsb) {
		imap.br_startoff = offset_fsb;
		imap.br_startblock = HOLESTARTBLOCK;
		imap.br_state = XFS_EXT_NORM;
	}

	if (imap.br_startblock != HOLESTARTBLOCK &&
	    isnullstartblock(imap.br_startblock))
		goto allocate_blocks;

	xfs_bmbt_to_iomap(ip, &wpc->iomap, &imap, 0, 0, XFS_WPC(wpc)->data_seq);
	return 0;
allocate_blocks:
	seq = &XFS_WPC(wpc)->data_seq;

	error = xfs_bmapi_convert_delalloc(ip, whichfork, offset,
				&wpc->iomap, seq);
	return error;
}

/* Which ioends need process context at their end. As in v6.12. */
static int
xfs_prepare_ioend(struct iomap_ioend *ioend, int status)
{
	if (xfs_ioend_is_append(ioend) || ioend->io_type == IOMAP_UNWRITTEN ||
	    (ioend->io_flags & IOMAP_F_SHARED))
		ioend->io_bio.bi_end_io = xfs_end_bio;
	return status;
}

static const struct iomap_writeback_ops xfs_writeback_ops = {
	.map_blocks		= xfs_map_blocks,
	.prepare_ioend		= xfs_prepare_ioend,
	.discard_folio		= xfs_discard_folio,
};

static int
xfs_vm_writepages(struct address_space *mapping, struct writeback_control *wbc)
{
	struct xfs_writepage_ctx wpc = { };

	xfs_iflags_clear(XFS_I(mapping->host), XFS_ITRUNCATED);
	return iomap_writepages(mapping, wbc, &wpc.ctx, &xfs_writeback_ops);
}

static int
xfs_vm_read_folio(struct file *unused, struct folio *folio)
{
	return iomap_read_folio(folio, &xfs_read_iomap_ops);
}

static void
xfs_vm_readahead(struct readahead_control *rac)
{
	iomap_readahead(rac, &xfs_read_iomap_ops);
}

const struct address_space_operations xfs_address_space_operations = {
	.read_folio		= xfs_vm_read_folio,
	.readahead		= xfs_vm_readahead,
	.writepages		= xfs_vm_writepages,
	.dirty_folio		= iomap_dirty_folio,
	.is_partially_uptodate  = iomap_is_partially_uptodate,
};
