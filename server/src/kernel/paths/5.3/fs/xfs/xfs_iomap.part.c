/*
 * What v5.3 orders otherwise in fs/xfs/xfs_iomap.c: every lookup but that of a
 * reservation takes the shared ILOCK.
 */

/* What the extent is to iomap. */
int
xfs_bmbt_to_iomap(struct xfs_inode *ip, struct iomap *iomap, struct xfs_bmbt_irec *imap,
		bool shared)
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
	return 0;
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
				bmapi_flags, resblks, imap, &nimaps);
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

/* Buffered write and write fault: finds the extent or reserves space for it. */
static int
xfs_file_iomap_begin_delay(struct inode *inode, loff_t offset, loff_t count,
		unsigned flags, struct iomap *iomap)
{
	struct xfs_inode *ip = XFS_I(inode);
	xfs_fileoff_t offset_fsb = XFS_B_TO_FSBT(ip->i_mount, offset);
	xfs_fileoff_t end_fsb = XFS_B_TO_FSB(ip->i_mount, offset + count);
	struct xfs_iext_cursor icur;
	struct xfs_bmbt_irec imap;
	int whichfork = XFS_DATA_FORK;
	bool eof, shared = false;
	int error = 0;

	xfs_ilock(ip, XFS_ILOCK_EXCL);

	eof = !xfs_iext_lookup_extent(ip, &ip->i_df, offset_fsb, &icur, &imap);
	if (!eof && imap.br_startoff <= offset_fsb) {
		goto done;
	}

	error = xfs_bmapi_reserve_delalloc(ip, whichfork, offset_fsb,
			end_fsb - offset_fsb, prealloc_blocks,
			&imap,
			&icur,
			eof);
	if (error)
		goto out_unlock;

	iomap->flags |= IOMAP_F_NEW;
done:
	error = xfs_bmbt_to_iomap(ip, iomap, &imap, shared);
out_unlock:
	xfs_iunlock(ip, XFS_ILOCK_EXCL);
	return error;
}

/*
 * Unwritten becomes written after the data is on disk. update_isize: a direct write
 * moves i_size here, after the conversion and under the ILOCK.
 */
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
			XFS_TRANS_RESERVE | XFS_TRANS_NOFS, &tp);
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
	bool shared = false;
	unsigned lockmode;

	if ((flags & (IOMAP_WRITE | IOMAP_ZERO)) && !(flags & IOMAP_DIRECT) &&
			!IS_DAX(inode) && !xfs_get_extsz_hint(ip)) {
		return xfs_file_iomap_begin_delay(inode, offset, length, flags,
				iomap);
	}

	error = xfs_ilock_for_iomap(ip, flags, &lockmode);
	if (error)
		return error;

	error = xfs_bmapi_read(ip, offset_fsb, end_fsb - offset_fsb, &imap,
			       &nimaps, 0);
	if (error)
		goto out_unlock;

	if (!(flags & (IOMAP_WRITE | IOMAP_ZERO)))
		goto out_found;
	if (flags & IOMAP_ZERO)
		goto out_found;
	if (!imap_needs_alloc(inode, &imap, nimaps))
		goto out_found;

	if (flags & IOMAP_NOWAIT) {
		error = -EAGAIN;
		goto out_unlock;
	}

	if (lockmode == XFS_ILOCK_EXCL)
		xfs_ilock_demote(ip, lockmode);
	error = xfs_iomap_write_direct(ip, offset, length, &imap,
			nimaps);
	if (error)
		return error;

	iomap->flags |= IOMAP_F_NEW;

out_finish:
	return xfs_bmbt_to_iomap(ip, iomap, &imap, shared);

out_found:
	xfs_iunlock(ip, lockmode);
	goto out_finish;

out_unlock:
	xfs_iunlock(ip, lockmode);
	return error;
}
