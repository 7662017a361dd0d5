/*
 * What v5.12 has otherwise in fs/xfs/xfs_iomap.c: a write of part of a block that has to
 * be allocated or converted is sent back.
 */

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

	if (flags & IOMAP_OVERWRITE_ONLY) {
		error = -EAGAIN;
		if (imap.br_state != XFS_EXT_NORM &&
		    ((offset | length) & mp->m_blockmask))
			goto out_unlock;
	}

	xfs_iunlock(ip, lockmode);
	return xfs_bmbt_to_iomap(ip, iomap, &imap, iomap_flags);

allocate_blocks:
	error = -EAGAIN;
	if (flags & (IOMAP_NOWAIT | IOMAP_OVERWRITE_ONLY))
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
