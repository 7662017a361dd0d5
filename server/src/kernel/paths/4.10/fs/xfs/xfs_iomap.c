/*
 * XFS: mappings for iomap, and their allocation and conversion; the ordering of v4.10.
 * Cut: copy on write, quota, reservations, preallocation beyond EOF, loops over pieces.
 */

/* What the extent is to iomap. */
void
xfs_bmbt_to_iomap(struct xfs_inode *ip, struct iomap *iomap, struct xfs_bmbt_irec *imap)
{
	struct xfs_mount *mp = ip->i_mount;

	if (imap->br_startblock == HOLESTARTBLOCK) {
		iomap->type = IOMAP_HOLE;
	} else if (imap->br_startblock == DELAYSTARTBLOCK) {
		iomap->type = IOMAP_DELALLOC;
	} else {
		if (imap->br_state == XFS_EXT_UNWRITTEN)
			iomap->type = IOMAP_UNWRITTEN;
		else
			iomap->type = IOMAP_MAPPED;
	}
	iomap->offset = XFS_FSB_TO_B(mp, imap->br_startoff);
	iomap->length = XFS_FSB_TO_B(mp, imap->br_blockcount);
}

/* Allocates for a direct write: unwritten. The caller's shared ILOCK is dropped here. */
int
xfs_iomap_write_direct(xfs_inode_t *ip, xfs_off_t offset, size_t count, xfs_bmbt_irec_t *imap,
		int nmaps)
{
	xfs_mount_t *mp = ip->i_mount;
	xfs_fileoff_t offset_fsb = XFS_B_TO_FSBT(mp, offset);
	xfs_filblks_t count_fsb = XFS_B_TO_FSB(mp, offset + count) - offset_fsb;
	int bmapi_flags = XFS_BMAPI_PREALLOC;
	int nimaps = 1, error;
	xfs_trans_t *tp;

	xfs_iunlock(ip, XFS_ILOCK_SHARED);
	xfs_trans_alloc(mp, &M_RES(mp)->tr_write, resblks, 0, 0, &tp);
	xfs_ilock(ip, XFS_ILOCK_EXCL);

	error = xfs_bmapi_write(tp, ip, offset_fsb, count_fsb,
				bmapi_flags, &firstfsb, resblks, imap,
				&nimaps, &dfops);
	if (error)
		goto out_bmap_cancel;

	error = xfs_trans_commit(tp);
out_unlock:
	xfs_iunlock(ip, XFS_ILOCK_EXCL);
	return error;

out_bmap_cancel:
	xfs_trans_cancel(tp);
	goto out_unlock;
}

/* Buffered write and write fault: finds the extent or reserves space for it. */
static int
xfs_file_iomap_begin_delay(struct inode *inode, loff_t offset, loff_t count,
		unsigned flags, struct iomap *iomap)
{
	struct xfs_inode *ip = XFS_I(inode);
	struct xfs_ifork *ifp = XFS_IFORK_PTR(ip, XFS_DATA_FORK);
	xfs_fileoff_t offset_fsb = XFS_B_TO_FSBT(ip->i_mount, offset);
	xfs_fileoff_t end_fsb = XFS_B_TO_FSB(ip->i_mount, offset + count);
	struct xfs_bmbt_irec got;
	xfs_extnum_t idx;
	int error = 0, eof;

	xfs_ilock(ip, XFS_ILOCK_EXCL);

	eof = !xfs_iext_lookup_extent(ip, ifp, offset_fsb, &idx, &got);
	if (!eof && got.br_startoff <= offset_fsb)
		goto done;

	error = xfs_bmapi_reserve_delalloc(ip, XFS_DATA_FORK, offset_fsb,
			end_fsb - offset_fsb, prealloc_blocks, &got, &idx, eof);
	if (error)
		goto out_unlock;
done:
	if (isnullstartblock(got.br_startblock))
		got.br_startblock = DELAYSTARTBLOCK;
	xfs_bmbt_to_iomap(ip, iomap, &got);
out_unlock:
	xfs_iunlock(ip, XFS_ILOCK_EXCL);
	return error;
}

/*
 * Writeback turns a delayed extent into a real one. XFS_BMAPI_DELALLOC without
 * _PREALLOC: the blocks are WRITTEN before their data is on disk. unverified: that
 * v4.10 has the flag already; without it the blocks are WRITTEN as well.
 */
int
xfs_iomap_write_allocate(xfs_inode_t *ip, int whichfork, xfs_off_t offset,
		xfs_bmbt_irec_t *imap)
{
	xfs_mount_t *mp = ip->i_mount;
	xfs_fileoff_t map_start_fsb = imap->br_startoff;
	xfs_filblks_t count_fsb = imap->br_blockcount;
	int flags = XFS_BMAPI_DELALLOC;
	int nimaps = 1, error;
	xfs_trans_t *tp;

	if (whichfork == XFS_COW_FORK)
		flags |= XFS_BMAPI_COWFORK | XFS_BMAPI_PREALLOC;

	xfs_trans_alloc(mp, &M_RES(mp)->tr_write, nres, 0, XFS_TRANS_RESERVE, &tp);
	xfs_ilock(ip, XFS_ILOCK_EXCL);

	error = xfs_bmapi_write(tp, ip, map_start_fsb,
				count_fsb, flags, &first_block,
				nres, imap, &nimaps,
				&dfops);
	if (error)
		goto trans_cancel;

	error = xfs_trans_commit(tp);
	xfs_iunlock(ip, XFS_ILOCK_EXCL);
	return error;

trans_cancel:
	xfs_trans_cancel(tp);
	xfs_iunlock(ip, XFS_ILOCK_EXCL);
	return error;
}

/* Unwritten becomes written after the data is on disk. Only the on-disk size moves here. */
int
xfs_iomap_write_unwritten(xfs_inode_t *ip, xfs_off_t offset, xfs_off_t count)
{
	xfs_mount_t *mp = ip->i_mount;
	xfs_fileoff_t offset_fsb = XFS_B_TO_FSBT(mp, offset);
	xfs_filblks_t count_fsb = XFS_B_TO_FSB(mp, offset + count) - offset_fsb;
	xfs_bmbt_irec_t imap;
	int nimaps = 1, error;
	xfs_fsize_t i_size;
	xfs_trans_t *tp;

	xfs_trans_alloc(mp, &M_RES(mp)->tr_write, resblks, 0,
			XFS_TRANS_RESERVE | XFS_TRANS_NOFS, &tp);
	xfs_ilock(ip, XFS_ILOCK_EXCL);

	error = xfs_bmapi_write(tp, ip, offset_fsb, count_fsb,
				XFS_BMAPI_CONVERT, &firstfsb, resblks,
				&imap, &nimaps, &dfops);
	if (error)
		goto error_on_bmapi_transaction;

	i_size = XFS_FSB_TO_B(mp, offset_fsb + count_fsb);
	if (i_size > offset + count)
		i_size = offset + count;

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

static inline bool imap_needs_alloc(struct inode *inode, struct xfs_bmbt_irec *imap, int nimaps)
{
	return !nimaps ||
		imap->br_startblock == HOLESTARTBLOCK ||
		imap->br_startblock == DELAYSTARTBLOCK;
}

static inline bool need_excl_ilock(struct xfs_inode *ip, unsigned flags)
{
	if (xfs_is_reflink_inode(ip) && (flags & (IOMAP_WRITE | IOMAP_ZERO)))
		return true;
	return (flags & IOMAP_DIRECT) && (flags & IOMAP_WRITE);
}

/*
 * The lookup for everything: buffered writes reserve, direct writes allocate where
 * there is a hole or a delayed extent, reads only look.
 */
static int
xfs_file_iomap_begin(struct inode *inode, loff_t offset, loff_t length,
		unsigned flags, struct iomap *iomap)
{
	struct xfs_inode *ip = XFS_I(inode);
	struct xfs_mount *mp = ip->i_mount;
	xfs_fileoff_t offset_fsb = XFS_B_TO_FSBT(mp, offset);
	xfs_fileoff_t end_fsb = XFS_B_TO_FSB(mp, offset + length);
	struct xfs_bmbt_irec imap;
	int nimaps = 1, error;
	unsigned lockmode;

	if (((flags & (IOMAP_WRITE | IOMAP_DIRECT)) == IOMAP_WRITE) &&
			!IS_DAX(inode) && !xfs_get_extsz_hint(ip)) {
		return xfs_file_iomap_begin_delay(inode, offset, length, flags,
				iomap);
	}

	if (need_excl_ilock(ip, flags)) {
		lockmode = XFS_ILOCK_EXCL;
		xfs_ilock(ip, XFS_ILOCK_EXCL);
	} else {
		lockmode = xfs_ilock_data_map_shared(ip);
	}

	error = xfs_bmapi_read(ip, offset_fsb, end_fsb - offset_fsb, &imap,
			       &nimaps, 0);
	if (error)
		goto out_unlock;

	if ((flags & IOMAP_WRITE) && imap_needs_alloc(inode, &imap, nimaps)) {
		if (lockmode == XFS_ILOCK_EXCL)
			xfs_ilock_demote(ip, lockmode);
		error = xfs_iomap_write_direct(ip, offset, length, &imap,
				nimaps);
		if (error)
			return error;

		iomap->flags = IOMAP_F_NEW;
	} else {
		xfs_iunlock(ip, lockmode);
	}

	xfs_bmbt_to_iomap(ip, iomap, &imap);
	return 0;

out_unlock:
	xfs_iunlock(ip, lockmode);
	return error;
}

/* Cut: after a short copy the rest of the reservation and its pages are dropped. */
static int
xfs_file_iomap_end_delalloc(struct xfs_inode *ip, loff_t offset, loff_t length,
		ssize_t written)
{
	return 0;
}

static int
xfs_file_iomap_end(struct inode *inode, loff_t offset, loff_t length, ssize_t written,
		unsigned flags, struct iomap *iomap)
{
	if ((flags & IOMAP_WRITE) && iomap->type == IOMAP_DELALLOC)
		return xfs_file_iomap_end_delalloc(XFS_I(inode), offset,
				length, written);
	return 0;
}

struct iomap_ops xfs_iomap_ops = {
	.iomap_begin = xfs_file_iomap_begin,
	.iomap_end = xfs_file_iomap_end,
};
