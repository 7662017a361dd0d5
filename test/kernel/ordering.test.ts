/** What the primitives order in the kernel's memory model, on the shape of the protocol: count up, then look at the cache. */

import { describe, expect, it } from 'vitest';
import { both, equals } from '../../server/src/kernel/fragment.js';
import { CONTENT, EXTENT } from '../../server/src/kernel/model.js';
import type { MemoryModel } from '../../server/src/sim/exploration.js';
import { canReach, got } from './steps.js';

/**
 * Store buffering: the direct reader counts itself and looks whether the cache is empty; the other adds a page and
 * looks whether anybody counts. Each marks with a lock that it saw nothing of the other.
 */
function bothMiss(fence: string, memory: MemoryModel, otherFence = ''): boolean {
  const source = `
int reader(struct address_space *mapping)
{
	inode_dio_begin(inode);
	${fence}
	if (!mapping->nrpages)
		inode_lock_shared(inode);
	return 0;
}
int other(struct address_space *mapping)
{
	add_to_page_cache_lru(page, mapping, 0, 0);
	${otherFence}
	if (!atomic_read(&inode->i_dio_count))
		filemap_invalidate_lock_shared(mapping);
	return 0;
}
`;
  return canReach({
    source,
    cast: { reader: {}, other: {} },
    memory,
    state: (m) => both(equals(m.rwsem.readers, 1), equals(m.invalidateLock.readers, 1)),
  });
}

describe('inode_dio_begin', () => {
  it.each<[string, MemoryModel, boolean]>([
    ['', 'sc', false],
    ['', 'tso', false],
    ['', 'lkmm', true],
    ['smp_mb__after_atomic();', 'lkmm', false],
    ['smp_mb();', 'lkmm', false],
    ['smp_rmb();', 'lkmm', true],
    ['smp_wmb();', 'lkmm', true],
    ['smp_mb__before_atomic();', 'lkmm', true],
  ])('followed by "%s" under %s: both can miss each other: %s', (fence, memory, expected) => {
    expect(bothMiss(fence, memory)).toBe(expected);
  });
});

describe('a barrier beside an atomic', () => {
  /** Message passing: nothing beside an RMW here, so smp_mb__*_atomic() orders nothing. */
  const passes = (fence: string): boolean =>
    canReach({
      source: `
int reader(struct address_space *mapping)
{
	if (atomic_read(&inode->i_dio_count)) {
		${fence}
		if (!mapping->nrpages)
			inode_lock_shared(inode);
	}
	return 0;
}
int writer(struct address_space *mapping)
{
	add_to_page_cache_lru(page, mapping, 0, 0);
	inode_dio_begin(inode);
	return 0;
}
`,
      cast: { reader: {}, writer: {} },
      memory: 'lkmm',
      state: (m) => equals(m.rwsem.readers, 1),
    });

  it.each<[string, boolean]>([
    ['', true],
    ['smp_rmb();', false],
    ['smp_mb();', false],
    ['smp_wmb();', true],
    ['smp_mb__after_atomic();', true],
    ['smp_mb__before_atomic();', true],
  ])('"%s" between two plain loads leaves them unordered: %s', (fence, expected) => {
    expect(passes(fence)).toBe(expected);
  });
});

describe('inode_dio_end', () => {
  it('is fully ordered: what the direct I/O looked at came before whoever waited for it goes on', () => {
    const late = canReach({
      source: `
int dio(struct address_space *mapping)
{
	inode_dio_begin(inode);
	if (mapping->nrpages)
		inode_lock_shared(inode);
	inode_dio_end(inode);
	return 0;
}
int other(struct address_space *mapping)
{
	if (!atomic_read(&inode->i_dio_count))
		return 0;
	inode_dio_wait(inode);
	add_to_page_cache_lru(page, mapping, 0, 0);
	return 0;
}
`,
      cast: { dio: {}, other: {} },
      memory: 'lkmm',
      state: (m) => equals(m.rwsem.readers, 1),
    });
    expect(late).toBe(false);
  });
});

describe('a bio', () => {
  /**
   * The reader saw the cache empty, which it was only before the page was added or after it was written back and
   * dropped; then it reads the disk. Submitting a bio takes and drops locks, so the look came first.
   */
  const stale = (memory: MemoryModel): boolean =>
    canReach({
      source: `
int reader(struct address_space *mapping)
{
	struct ext4_map_blocks map;

	if (mapping->nrpages)
		return 0;
	if (ext4_map_blocks(NULL, inode, &map, 0) > 0)
		iomap_dio_submit_bio(dio, iomap, bio);
	return 0;
}
int writer(struct address_space *mapping)
{
	struct ext4_map_blocks map;

	ext4_map_blocks(handle, inode, &map, EXT4_GET_BLOCKS_CREATE);
	set_page_writeback(page);
	xfs_submit_ioend(wpc);
	truncate_pagecache(inode, 16384);
	return 0;
}
`,
      cast: { reader: {}, writer: {} },
      initial: { blocks: [{ extent: EXTENT.hole, disk: CONTENT.stale }], cached: true },
      memory,
      state: (m) => got(m, 0, CONTENT.stale),
    });

  it.each<MemoryModel>(['sc', 'tso', 'lkmm'])(
    'under %s is submitted after the looks that led to it',
    (memory) => {
      expect(stale(memory)).toBe(false);
    },
  );
});
