/*
 * The two predicates on an extent's start block that decide in XFS, with the
 * values that the model gives to a looked up extent: a delayed extent reads as
 * DELAYSTARTBLOCK, a hole as HOLESTARTBLOCK. In the kernel
 * isnullstartblock() tests a bit pattern (fs/xfs/libxfs/xfs_format.h, v4.10).
 */
static inline int
isnullstartblock(xfs_fsblock_t x)
{
	return x == DELAYSTARTBLOCK;
}
