/*
 * XFS: mappings for direct I/O, buffered writes and reads; the ordering of v6.1, whose
 * spelling stands for 5.15 to 6.4. Cut: copy on write, quota, reservations, preallocation
 * beyond EOF, DAX, loops over pieces, how a stale mapping is told.
 */

/* What the extent is to iomap. */
int
xfs_bmbt_to_iomap(struct xfs_inode *ip, struct iomap *iomap, struct xfs_bmbt_irec *imap,
		unsigned int mapping_flags, u16 iomap_flags, u64 sequence_cookie)
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
	iomap->flags = iomap_flags;
	return 0;
}

/* Allocates unwritten blocks for a direct write. The transaction comes with the ILOCK. */
int
xfs_iomap_write_direct(struct xfs_inode *ip, xfs_fileoff_t offset_fsb,
		xfs_fileoff_t count_fsb, unsigned int flags, struct xfs_bmbt_irec *imap, u64 *seq)
{
	struct xfs_mount *mp = ip->i_mount;
	int bmapi_flags = XFS_BMAPI_PREALLOC;
	int nimaps = 1, error;
	struct xfs_trans *tp;
	bool force = false;

	error = xfs_trans_alloc_inode(ip, &M_RES(mp)->tr_write, dblocks,
			rblocks, force, &tp);
	if (error)
		return error;

	error = xfs_bmapi_write(tp, ip, offset_fsb, count_fsb, bmapi_flags, 0,
				imap, &nimaps);
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

	error = xfs_trans_alloc_inode(ip, &M_RES(mp)->tr_write, resblks,
			0, true, &tp);
	if (error)
		return error;

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
		ip->i_disk_size = i_size;

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

/* Mapping for a direct write. A part of a block may only overwrite a written one. */
static int
xfs_direct_write_iomap_begin(struct inode *inode, loff_t offset, loff_t length,
		unsigned flags, struct iomap *iomap, struct iomap *srcmap)
{
	struct xfs_inode *ip = XFS_I(inode);
	struct xfs_mount *mp = ip->i_mount;
	xfs_fileoff_t offset_fsb = XFS_B_TO_FSBT(mp, offset);
	xfs_fileoff_t end_fsb = xfs_iomap_end_fsb(mp, offset, length);
	unsigned int lockmode = XFS_ILOCK_SHARED;
	struct xfs_bmbt_irec imap;
	int nimaps = 1, error;
	u16 iomap_flags = 0;
	u64 seq;

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

	if (flags & IOMAP_OVERWRITE_ONLY) {
		error = -EAGAIN;
		if (imap.br_state != XFS_EXT_NORM &&
		    ((offset | length) & mp->m_blockmask))
			goto out_unlock;
	}

	xfs_iunlock(ip, lockmode);
	return xfs_bmbt_to_iomap(ip, iomap, &imap, flags, iomap_flags, seq);

allocate_blocks:
	error = -EAGAIN;
	if (flags & (IOMAP_NOWAIT | IOMAP_OVERWRITE_ONLY))
		goto out_unlock;

	xfs_iunlock(ip, lockmode);

	error = xfs_iomap_write_direct(ip, offset_fsb, end_fsb - offset_fsb,
			flags, &imap, &seq);
	if (error)
		return error;

	return xfs_bmbt_to_iomap(ip, iomap, &imap, flags,
				 iomap_flags | IOMAP_F_NEW, seq);

out_unlock:
	if (lockmode)
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
	unsigned int lockmode = XFS_ILOCK_EXCL;
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

	error = xfs_bmapi_reserve_delalloc(ip, allocfork, offset_fsb,
			end_fsb - offset_fsb, prealloc_blocks, &imap, &icur,
			eof);
	if (error)
		goto out_unlock;

	xfs_iunlock(ip, lockmode);
	return xfs_bmbt_to_iomap(ip, iomap, &imap, flags, IOMAP_F_NEW, seq);

found_imap:
	xfs_iunlock(ip, lockmode);
	return xfs_bmbt_to_iomap(ip, iomap, &imap, flags, 0, seq);

out_unlock:
	xfs_iunlock(ip, lockmode);
	return error;
}

const struct iomap_ops xfs_buffered_write_iomap_ops = {
	.iomap_begin = xfs_buffered_write_iomap_begin,
};

/* For write faults. */
const struct iomap_ops xfs_page_mkwrite_iomap_ops = {
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
	unsigned int lockmode = XFS_ILOCK_SHARED;
	struct xfs_bmbt_irec imap;
	int nimaps = 1, error;
	bool shared = false;
	u64 seq;

	error = xfs_ilock_for_iomap(ip, flags, &lockmode);
	if (error)
		return error;
	error = xfs_bmapi_read(ip, offset_fsb, end_fsb - offset_fsb, &imap,
			       &nimaps, 0);
	xfs_iunlock(ip, lockmode);

	if (error)
		return error;
	return xfs_bmbt_to_iomap(ip, iomap, &imap, flags,
				 shared ? IOMAP_F_SHARED : 0, seq);
}

const struct iomap_ops xfs_read_iomap_ops = {
	.iomap_begin = xfs_read_iomap_begin,
};

/* Zeroes a range through the page cache. */
int
xfs_zero_range(struct xfs_inode *ip, loff_t pos, loff_t len, bool *did_zero)
{
	return iomap_zero_range(VFS_I(ip), pos, len, did_zero,
				&xfs_buffered_write_iomap_ops);
}

int
xfs_truncate_page(struct xfs_inode *ip, loff_t pos, bool *did_zero)
{
	return iomap_truncate_page(VFS_I(ip), pos, did_zero,
				   &xfs_buffered_write_iomap_ops);
}
