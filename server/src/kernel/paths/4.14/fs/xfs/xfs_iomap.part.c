/*
 * What v4.14 orders otherwise in fs/xfs/xfs_iomap.c: i_size moves with the conversion,
 * and an allocation is refused with IOMAP_NOWAIT.
 */

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
				XFS_BMAPI_CONVERT, &firstfsb, resblks,
				&imap, &nimaps, &dfops);
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
