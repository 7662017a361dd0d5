/*
 * What v6.12 orders otherwise in fs/xfs/xfs_iomap.c: what a short copy left reserved is
 * given back.
 */

/* Mapping for a buffered write or write fault: a hole becomes delayed. */
static int
xfs_buffered_write_iomap_begin(struct inode *inode, loff_t offset, loff_t count,
		unsigned flags, struct iomap *iomap, struct iomap *srcmap)
{
	struct xfs_inode *ip = XFS_I(inode);
	struct xfs_mount *mp = ip->i_mount;
	xfs_fileoff_t offset_fsb = XFS_B_TO_FSBT(mp, offset);
	xfs_fileoff_t end_fsb = xfs_iomap_end_fsb(mp, offset, count);
	unsigned int lockmode = XFS_ILOCK_EXCL;
	unsigned int iomap_flags = 0;
	int error, allocfork = XFS_DATA_FORK;
	struct xfs_iext_cursor icur;
	struct xfs_bmbt_irec imap;
	bool eof;
	u64 seq;

	if (xfs_get_extsz_hint(ip))
		return xfs_direct_write_iomap_begin(inode, offset, count,
				flags, iomap, srcmap);

	error = xfs_ilock_for_iomap(ip, flags, &lockmode);
	if (error)
		return error;

	eof = !xfs_iext_lookup_extent(ip, &ip->i_df, offset_fsb, &icur, &imap);
	if (!eof && imap.br_startoff <= offset_fsb)
		goto found_imap;

	iomap_flags |= IOMAP_F_NEW;
	error = xfs_bmapi_reserve_delalloc(ip, allocfork, offset_fsb,
			end_fsb - offset_fsb, prealloc_blocks, &imap, &icur,
			eof);
	if (error)
		goto out_unlock;

found_imap:
	xfs_iunlock(ip, lockmode);
	return xfs_bmbt_to_iomap(ip, iomap, &imap, flags, iomap_flags, seq);

out_unlock:
	xfs_iunlock(ip, lockmode);
	return error;
}

/* Gives back a reservation that was not written to, under the mapping's lock. */
static int
xfs_buffered_write_iomap_end(struct inode *inode, loff_t offset, loff_t length,
		ssize_t written, unsigned flags, struct iomap *iomap)
{
	loff_t start_byte = iomap_last_written_block(inode, offset, written);
	loff_t end_byte = round_up(offset + length, i_blocksize(inode));

	if (iomap->type != IOMAP_DELALLOC || !(iomap->flags & IOMAP_F_NEW) ||
	    start_byte >= end_byte)
		return 0;

	if (flags & (IOMAP_UNSHARE | IOMAP_ZERO)) {
		iomap_write_delalloc_release(inode, start_byte, end_byte, flags,
				iomap, xfs_buffered_write_delalloc_punch);
	} else {
		filemap_invalidate_lock(inode->i_mapping);
		iomap_write_delalloc_release(inode, start_byte, end_byte, flags,
				iomap, xfs_buffered_write_delalloc_punch);
		filemap_invalidate_unlock(inode->i_mapping);
	}
	return 0;
}

const struct iomap_ops xfs_buffered_write_iomap_ops = {
	.iomap_begin = xfs_buffered_write_iomap_begin,
	.iomap_end = xfs_buffered_write_iomap_end,
};
