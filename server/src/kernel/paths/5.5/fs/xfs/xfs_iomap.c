/*
 * XFS: mappings for direct I/O, buffered writes and reads, each of its own; the ordering
 * of v5.5. Cut: copy on write, quota, reservations, preallocation beyond EOF, DAX, loops
 * over pieces.
 */

/* What the extent is to iomap. */
int
xfs_bmbt_to_iomap(struct xfs_inode *ip, struct iomap *iomap, struct xfs_bmbt_irec *imap,
		u16 flags)
{
	struct xfs_mount *mp = ip->i_mount;

	if (imap->br_startblock == HOLESTARTBLOCK) {
		iomap->type = IOMAP_HOLE;
	} else if (imap->br_startblock == DELAYSTARTBLOCK ||
		   isnullstartblock(imap->br_startblock)) {
		iomap->type = IOMAP_DELALLOC;
	} else {
		if (imap->br_state == XFS_EXT_UNWRITTEN)
			iomap->type = IOMAP_UNWRITTEN;
		else
			iomap->type = IOMAP_MAPPED;
	}
	iomap->offset = XFS_FSB_TO_B(mp, imap->br_startoff);
	iomap->length = XFS_FSB_TO_B(mp, imap->br_blockcount);
	iomap->flags = flags;
	return 0;
}

/* Allocates unwritten blocks for a direct write. */
int
xfs_iomap_write_direct(struct xfs_inode *ip, xfs_fileoff_t offset_fsb,
		xfs_fileoff_t count_fsb, struct xfs_bmbt_irec *imap)
{
	struct xfs_mount *mp = ip->i_mount;
	int bmapi_flags = XFS_BMAPI_PREALLOC;
	int nimaps = 1, error;
	struct xfs_trans *tp;

	xfs_trans_alloc(mp, &M_RES(mp)->tr_write, resblks, resrtextents, 0, &tp);
	xfs_ilock(ip, XFS_ILOCK_EXCL);

	error = xfs_bmapi_write(tp, ip, offset_fsb, count_fsb, bmapi_flags,
				resblks, imap, &nimaps);
	if (error)
		goto out_trans_cancel;

	error = xfs_trans_commit(tp);
out_unlock:
	xfs_iunlock(ip, XFS_ILOCK_EXCL);
	return error;

out_trans_cancel:
	xfs_trans_cancel(tp);
	goto out_unlock;
}

/* Unwritten becomes written, then i_size moves, both under the ILOCK. */
int
xfs_iomap_write_unwritten(xfs_inode_t *ip, xfs_off_t offset, xfs_off_t count,
		bool update_isize)
{
	xfs_mount_t *mp = ip->i_mount;
	xfs_fileoff_t offset_fsb = XFS_B_TO_FSBT(mp, offset);
	xfs_filblks_t count_fsb = XFS_B_TO_FSB(mp, offset + count) - offset_fsb;
	struct inode *inode = VFS_I(ip);
	xfs_bmbt_irec_t imap;
	int nimaps = 1, error;
	xfs_fsize_t i_size;
	xfs_trans_t *tp;

	xfs_trans_alloc(mp, &M_RES(mp)->tr_write, resblks, 0,
			XFS_TRANS_RESERVE, &tp);
	xfs_ilock(ip, XFS_ILOCK_EXCL);

	error = xfs_bmapi_write(tp, ip, offset_fsb, count_fsb,
				XFS_BMAPI_CONVERT, resblks, &imap,
				&nimaps);
	if (error)
		goto error_on_bmapi_transaction;

	i_size = offset + count;
	if (update_isize && i_size > i_size_read(inode))
		i_size_write(inode, i_size);
	i_size = xfs_new_eof(ip, i_size);
	if (i_size)
		ip->i_d.di_size = i_size;

	error = xfs_trans_commit(tp);
	xfs_iunlock(ip, XFS_ILOCK_EXCL);
	return error;

error_on_bmapi_transaction:
	xfs_trans_cancel(tp);
	xfs_iunlock(ip, XFS_ILOCK_EXCL);
	return error;
}

/* A direct write allocates on holes and on delayed blocks. */
static inline bool imap_needs_alloc(struct inode *inode, unsigned flags,
		struct xfs_bmbt_irec *imap, int nimaps)
{
	if (flags & IOMAP_ZERO)
		return false;
	if (!nimaps ||
	    imap->br_startblock == HOLESTARTBLOCK ||
	    imap->br_startblock == DELAYSTARTBLOCK)
		return true;
	return false;
}

/* Mapping for a direct write. */
static int
xfs_direct_write_iomap_begin(struct inode *inode, loff_t offset, loff_t length,
		unsigned flags, struct iomap *iomap, struct iomap *srcmap)
{
	struct xfs_inode *ip = XFS_I(inode);
	struct xfs_mount *mp = ip->i_mount;
	xfs_fileoff_t offset_fsb = XFS_B_TO_FSBT(mp, offset);
	xfs_fileoff_t end_fsb = xfs_iomap_end_fsb(mp, offset, length);
	struct xfs_bmbt_irec imap;
	int nimaps = 1, error;
	u16 iomap_flags = 0;
	unsigned lockmode;

	if (offset + length > i_size_read(inode))
		iomap_flags |= IOMAP_F_DIRTY;

	error = xfs_ilock_for_iomap(ip, flags, &lockmode);
	if (error)
		return error;

	error = xfs_bmapi_read(ip, offset_fsb, end_fsb - offset_fsb, &imap,
			       &nimaps, 0);
	if (error)
		goto out_unlock;

	if (imap_needs_alloc(inode, flags, &imap, nimaps))
		goto allocate_blocks;

	xfs_iunlock(ip, lockmode);
	return xfs_bmbt_to_iomap(ip, iomap, &imap, iomap_flags);

allocate_blocks:
	error = -EAGAIN;
	if (flags & IOMAP_NOWAIT)
		goto out_unlock;

	xfs_iunlock(ip, XFS_ILOCK_SHARED);

	error = xfs_iomap_write_direct(ip, offset_fsb, end_fsb - offset_fsb,
			&imap);
	if (error)
		return error;

	return xfs_bmbt_to_iomap(ip, iomap, &imap, iomap_flags | IOMAP_F_NEW);

out_unlock:
	xfs_iunlock(ip, lockmode);
	return error;
}

const struct iomap_ops xfs_direct_write_iomap_ops = {
	.iomap_begin = xfs_direct_write_iomap_begin,
};

/* Mapping for a buffered write or write fault: a hole becomes delayed. */
static int
xfs_buffered_write_iomap_begin(struct inode *inode, loff_t offset, loff_t count,
		unsigned flags, struct iomap *iomap, struct iomap *srcmap)
{
	struct xfs_inode *ip = XFS_I(inode);
	struct xfs_mount *mp = ip->i_mount;
	xfs_fileoff_t offset_fsb = XFS_B_TO_FSBT(mp, offset);
	xfs_fileoff_t end_fsb = xfs_iomap_end_fsb(mp, offset, count);
	int error, allocfork = XFS_DATA_FORK;
	struct xfs_iext_cursor icur;
	struct xfs_bmbt_irec imap;
	bool eof;

	if (xfs_get_extsz_hint(ip))
		return xfs_direct_write_iomap_begin(inode, offset, count,
				flags, iomap, srcmap);

	xfs_ilock(ip, XFS_ILOCK_EXCL);

	eof = !xfs_iext_lookup_extent(ip, &ip->i_df, offset_fsb, &icur, &imap);
	if (!eof && imap.br_startoff <= offset_fsb)
		goto found_imap;

	error = xfs_bmapi_reserve_delalloc(ip, allocfork, offset_fsb,
			end_fsb - offset_fsb, prealloc_blocks, &imap, &icur,
			eof);
	if (error)
		goto out_unlock;

	xfs_iunlock(ip, XFS_ILOCK_EXCL);
	return xfs_bmbt_to_iomap(ip, iomap, &imap, IOMAP_F_NEW);

found_imap:
	xfs_iunlock(ip, XFS_ILOCK_EXCL);
	return xfs_bmbt_to_iomap(ip, iomap, &imap, 0);

out_unlock:
	xfs_iunlock(ip, XFS_ILOCK_EXCL);
	return error;
}

const struct iomap_ops xfs_buffered_write_iomap_ops = {
	.iomap_begin = xfs_buffered_write_iomap_begin,
};

/* Mapping for reads, direct and buffered. */
static int
xfs_read_iomap_begin(struct inode *inode, loff_t offset, loff_t length,
		unsigned flags, struct iomap *iomap, struct iomap *srcmap)
{
	struct xfs_inode *ip = XFS_I(inode);
	struct xfs_mount *mp = ip->i_mount;
	xfs_fileoff_t offset_fsb = XFS_B_TO_FSBT(mp, offset);
	xfs_fileoff_t end_fsb = xfs_iomap_end_fsb(mp, offset, length);
	struct xfs_bmbt_irec imap;
	int nimaps = 1, error;
	bool shared = false;
	unsigned lockmode;

	error = xfs_ilock_for_iomap(ip, flags, &lockmode);
	if (error)
		return error;
	error = xfs_bmapi_read(ip, offset_fsb, end_fsb - offset_fsb, &imap,
			       &nimaps, 0);
	xfs_iunlock(ip, lockmode);

	if (error)
		return error;
	return xfs_bmbt_to_iomap(ip, iomap, &imap, shared ? IOMAP_F_SHARED : 0);
}

const struct iomap_ops xfs_read_iomap_ops = {
	.iomap_begin = xfs_read_iomap_begin,
};
