/*
 * XFS: writeback mapping and the end of writeback.
 * As in fs/xfs/xfs_aops.c, v6.1, whose spelling stands for 5.15 to 6.4. Cut: copy
 * on write, the cached mapping.
 */

/* Unwritten extents become written, then writeback ends. As in v6.1. */
static void
xfs_end_ioend(struct iomap_ioend *ioend)
{
	struct xfs_inode *ip = XFS_I(ioend->io_inode);
	xfs_off_t offset = ioend->io_offset;
	size_t size = ioend->io_size;
	int error;

	error = blk_status_to_errno(ioend->io_bio->bi_status);
	if (unlikely(error))
		goto done;

	if (ioend->io_type == IOMAP_UNWRITTEN)
		error = xfs_iomap_write_unwritten(ip, offset, size, false);

	if (!error && xfs_ioend_is_append(ioend))
		error = xfs_setfilesize(ip, ioend->io_offset, ioend->io_size);
done:
	iomap_finish_ioends(ioend, error);
}

/* End of the bio. As in v6.1; the work item xfs_end_io() between is cut. */
static void
xfs_end_bio(struct bio *bio)
{
	xfs_end_ioend(bio->bi_private);
}

/*
 * Mapping of one block under writeback; a delayed one is allocated.
 * As in v6.1. The test of br_startoff for a hole is folded into the lookup.
 */
static int
xfs_map_blocks(
	struct iomap_writepage_ctx *wpc,
	struct inode		*inode,
	loff_t			offset)
{
	struct xfs_inode	*ip = XFS_I(inode);
	struct xfs_mount	*mp = ip->i_mount;
	xfs_fileoff_t		offset_fsb = XFS_B_TO_FSBT(mp, offset);
	struct xfs_bmbt_irec	imap;
	struct xfs_iext_cursor	icur;
	int			whichfork = XFS_DATA_FORK;
	unsigned int		*seq = &XFS_WPC(wpc)->data_seq;
	int			error = 0;

	xfs_ilock(ip, XFS_ILOCK_SHARED);

	if (!xfs_iext_lookup_extent(ip, &ip->i_df, offset_fsb, &icur, &imap))
		imap.br_startblock = HOLESTARTBLOCK;
	xfs_iunlock(ip, XFS_ILOCK_SHARED);

	if (imap.br_startblock != HOLESTARTBLOCK &&
	    isnullstartblock(imap.br_startblock))
		goto allocate_blocks;

	xfs_bmbt_to_iomap(ip, &wpc->iomap, &imap, 0, 0, XFS_WPC(wpc)->data_seq);
	return 0;
allocate_blocks:
	error = xfs_bmapi_convert_delalloc(ip, whichfork, offset,
				&wpc->iomap, seq);
	if (error)
		return error;
	return 0;
}

/* Which ioends need process context at their end. As in v6.1. */
static int
xfs_prepare_ioend(
	struct iomap_ioend	*ioend,
	int			status)
{
	if (xfs_ioend_is_append(ioend) || ioend->io_type == IOMAP_UNWRITTEN ||
	    (ioend->io_flags & IOMAP_F_SHARED))
		ioend->io_bio->bi_end_io = xfs_end_bio;
	return status;
}

static const struct iomap_writeback_ops xfs_writeback_ops = {
	.map_blocks		= xfs_map_blocks,
	.prepare_ioend		= xfs_prepare_ioend,
	.discard_folio		= xfs_discard_folio,
};

/* As in v6.1. */
static int
xfs_vm_writepages(
	struct address_space	*mapping,
	struct writeback_control *wbc)
{
	struct xfs_writepage_ctx wpc = { };

	xfs_iflags_clear(XFS_I(mapping->host), XFS_ITRUNCATED);
	return iomap_writepages(mapping, wbc, &wpc.ctx, &xfs_writeback_ops);
}

/* As in v6.1. */
static int
xfs_vm_read_folio(
	struct file		*unused,
	struct folio		*folio)
{
	return iomap_read_folio(folio, &xfs_read_iomap_ops);
}

const struct address_space_operations xfs_address_space_operations = {
	.read_folio		= xfs_vm_read_folio,
	.writepages		= xfs_vm_writepages,
	.dirty_folio		= filemap_dirty_folio,
	.direct_IO		= noop_direct_IO,
};
