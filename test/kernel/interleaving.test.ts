/** Where other actors can run inside of a primitive: each question is a run that exists, or one that does not. */

import { describe, expect, it } from 'vitest';
import { both, equals, not } from '../../server/src/kernel/fragment.js';
import { CONTENT, EXTENT, type InitialState } from '../../server/src/kernel/model.js';
import { eventsOf } from '../lower/c.js';
import { allReturned, canReach, got, type Question } from './steps.js';

const cached = (extent: number, disk: number): InitialState => ({ blocks: [{ extent, disk }], cached: true });
const uncached = (extent: number, disk: number): InitialState => ({
  blocks: [{ extent, disk }],
  cached: false,
});
const MAPPED = cached(EXTENT.mapped, CONTENT.data);

/** `int NAME(void) { BODY }` for each. */
const functions = (bodies: Readonly<Record<string, string>>): string =>
  Object.entries(bodies)
    .map(([name, body]) => `int ${name}(struct address_space *mapping)\n{\n${body}\n}\n`)
    .join('\n');

const ask = (bodies: Record<string, string>, more: Omit<Question, 'source' | 'cast'>): boolean =>
  canReach({
    source: functions(bodies),
    cast: Object.fromEntries(Object.keys(bodies).map((name) => [name, {}])),
    ...more,
  });

describe('invalidate_inode_pages2_range', () => {
  const invalidate = 'invalidate_inode_pages2_range(mapping, 4, 4); return 0;';

  it('drops a clean page, and does nothing to an empty mapping', () => {
    expect(
      ask({ a: invalidate }, { initial: MAPPED, state: (m) => both(allReturned(m), equals(m.nrpages, 1)) }),
    ).toBe(false);
    expect(eventsOf(invalidate).join()).toMatch(/mapping is empty$/);
  });

  it('finds no page that was added after it saw the mapping empty', () => {
    const add = 'add_to_page_cache_lru(page, mapping, 0, 0); unlock_page(page); return 0;';
    const state: Question['state'] = (m) => both(allReturned(m), equals(m.nrpages, 1));
    expect(ask({ a: invalidate, b: add }, { state })).toBe(true);
  });

  it('leaves a page that is dirtied between the unmap and the drop, and says -EBUSY', () => {
    const busy =
      'if (invalidate_inode_pages2_range(mapping, 4, 4) == -EBUSY) inode_dio_begin(inode); return 0;';
    const store = 'set_page_dirty(page); return 0;';
    const state: Question['state'] = (m) => both(equals(m.dioCount, 1), equals(m.nrpages, 1));
    expect(ask({ a: busy, b: store }, { initial: MAPPED, state })).toBe(true);
    expect(ask({ a: busy }, { initial: MAPPED, state: (m) => equals(m.dioCount, 1) })).toBe(false);
  });

  it('waits for whoever holds the page lock', () => {
    const holder =
      'lock_page(page); if (page->mapping == mapping) { inode_dio_begin(inode); inode_dio_end(inode); } unlock_page(page); return 0;';
    const dropped: Question['state'] = (m) => both(equals(m.dioCount, 1), equals(m.nrpages, 0));
    expect(ask({ a: invalidate, b: holder }, { initial: MAPPED, state: dropped })).toBe(false);
  });

  it('waits for writeback, which begins after it found the page', () => {
    const flush =
      'lock_page(page); if (page->mapping == mapping) set_page_writeback(page); unlock_page(page); end_page_writeback(page); return 0;';
    const dropped: Question['state'] = (m) => both(equals(m.writeback, 1), equals(m.nrpages, 0));
    expect(ask({ a: invalidate, b: flush }, { initial: MAPPED, state: dropped })).toBe(false);
  });

  it('unmaps without the page lock: who holds it can find its mapping gone and the page still there', () => {
    const holder =
      'if (finish_fault(vmf)) return 0; lock_page(page); if (!user_store(vmf)) inode_dio_begin(inode); unlock_page(page); return 0;';
    const state: Question['state'] = (m) => both(equals(m.dioCount, 1), equals(m.nrpages, 1));
    expect(ask({ a: invalidate, b: holder }, { initial: MAPPED, state })).toBe(true);
    expect(ask({ b: holder }, { initial: MAPPED, state })).toBe(false);
  });

  it('unmaps before it locks: a page mapped again meanwhile is unmapped again, or stays dirty', () => {
    const fault = 'if (finish_fault(vmf)) return 0; user_store(vmf); return 0;';
    const state: Question['state'] = (m) => both(equals(m.nrpages, 0), equals(m.actors[1]!.pte, 1));
    expect(ask({ a: invalidate, b: fault }, { initial: MAPPED, state })).toBe(true);
  });
});

describe('a direct read', () => {
  const read = `
	struct ext4_map_blocks map;

	if (ext4_map_blocks(NULL, inode, &map, 0) > 0)
		iomap_dio_submit_bio(dio, iomap, bio);
	return 0;`;

  it('reads the disk later than it looks the extent up: what is written between is what it gets', () => {
    const write = 'iomap_dio_submit_bio(dio, iomap, bio); return 0;';
    const source = functions({ a: read, b: write });
    const cast = { a: {}, b: { kind: 'dio-write', version: 1 } } as const;
    const initial = uncached(EXTENT.mapped, CONTENT.data);
    for (const content of [CONTENT.data, CONTENT.data + 1])
      expect(canReach({ source, cast, initial, state: (m) => got(m, 0, content) })).toBe(true);
  });

  it('can meet blocks that were freed between the lookup and the bio', () => {
    const free = 'ext4_ext_remove_space(inode, 0, 1); return 0;';
    const state: Question['state'] = (m) =>
      both(equals(m.blocks[0]!.extent, EXTENT.hole), got(m, 0, CONTENT.data));
    const initial = uncached(EXTENT.mapped, CONTENT.data);
    expect(ask({ a: read, b: free }, { initial, state })).toBe(true);
  });

  it('has no bio for a hole or an unwritten extent', () => {
    const state: Question['state'] = (m) => both(allReturned(m), not(got(m, 0, CONTENT.nothing)));
    for (const extent of [EXTENT.hole, EXTENT.unwritten, EXTENT.delayed])
      expect(ask({ a: read }, { initial: uncached(extent, CONTENT.stale), state })).toBe(
        extent === EXTENT.unwritten,
      );
  });
});

describe('filling a page', () => {
  const fill =
    'add_to_page_cache_lru(page, mapping, 0, 0); ext4_mpage_readpages(mapping, 0, page, 1); return 0;';

  it('looks the extent up before it is converted and is up to date after: zeros that stay', () => {
    const convert = 'ext4_convert_unwritten_extents(handle, inode, 0, 1); return 0;';
    const state: Question['state'] = (m) =>
      both(allReturned(m), both(equals(m.blocks[0]!.page, CONTENT.zeros), equals(m.uptodate, 1)));
    expect(ask({ a: fill, b: convert }, { initial: uncached(EXTENT.unwritten, CONTENT.data), state })).toBe(
      true,
    );
  });

  it('reads the disk later than it looked the extent up', () => {
    const source = functions({ a: fill, b: 'iomap_dio_submit_bio(dio, iomap, bio); return 0;' });
    const cast = { a: { kind: 'buffered-read' }, b: { kind: 'dio-write', version: 1 } } as const;
    const initial = uncached(EXTENT.mapped, CONTENT.data);
    for (const content of [CONTENT.data, CONTENT.data + 1]) {
      const state: Question['state'] = (m) => both(allReturned(m), equals(m.blocks[0]!.page, content));
      expect(canReach({ source, cast, initial, state })).toBe(true);
    }
  });

  it('holds the page lock until the page is up to date', () => {
    const look =
      'lock_page(page); if (!PageUptodate(page)) inode_dio_begin(inode); unlock_page(page); return 0;';
    const wait = `while (!find_get_page(mapping, 0)) ; ${look}`;
    expect(
      ask(
        { a: fill, b: wait },
        { initial: uncached(EXTENT.mapped, CONTENT.data), state: (m) => equals(m.dioCount, 1) },
      ),
    ).toBe(false);
  });
});

describe('allocation', () => {
  const allocate = (flags: string): string =>
    `struct ext4_map_blocks map; ext4_map_blocks(handle, inode, &map, ${flags}); return 0;`;
  const becomes = (extent: number, flags: string, extents = true): readonly number[] =>
    Object.values(EXTENT).filter((state) =>
      ask(
        { a: allocate(flags) },
        {
          initial: uncached(extent, CONTENT.stale),
          configuration: { extents },
          state: (m) => both(allReturned(m), equals(m.blocks[0]!.extent, state)),
        },
      ),
    );

  const CREATE = 'EXT4_GET_BLOCKS_CREATE';
  const UNWRITTEN = 'EXT4_GET_BLOCKS_IO_CREATE_EXT';
  it.each<[number, string, boolean, number]>([
    [EXTENT.hole, CREATE, true, EXTENT.mapped],
    [EXTENT.delayed, CREATE, true, EXTENT.mapped],
    [EXTENT.unwritten, CREATE, true, EXTENT.mapped],
    [EXTENT.mapped, CREATE, true, EXTENT.mapped],
    [EXTENT.hole, UNWRITTEN, true, EXTENT.unwritten],
    [EXTENT.delayed, UNWRITTEN, true, EXTENT.unwritten],
    [EXTENT.unwritten, UNWRITTEN, true, EXTENT.unwritten],
    [EXTENT.mapped, UNWRITTEN, true, EXTENT.mapped],
    [EXTENT.hole, UNWRITTEN, false, EXTENT.mapped],
    [EXTENT.hole, '0', true, EXTENT.hole],
    [EXTENT.delayed, '0', true, EXTENT.delayed],
    [EXTENT.unwritten, 'EXT4_GET_BLOCKS_IO_CONVERT_EXT', true, EXTENT.mapped],
  ])('of state %d with %s (extents: %s) gives %d', (from, flags, extents, expected) => {
    expect(becomes(from, flags, extents)).toEqual([expected]);
  });

  it('as mapped shows what the disk held before; as unwritten it does not', () => {
    const read =
      'struct ext4_map_blocks map; if (ext4_map_blocks(NULL, inode, &map, 0) > 0 && (map.m_flags & EXT4_MAP_MAPPED)) iomap_dio_submit_bio(dio, iomap, bio); return 0;';
    const shows = (flags: string): boolean =>
      ask({ a: read, b: allocate(flags) }, { state: (m) => got(m, 0, CONTENT.stale) });
    expect(shows(CREATE)).toBe(true);
    expect(shows(UNWRITTEN)).toBe(false);
  });

  it('tells its caller which it was', () => {
    const body = (flags: string): readonly string[] =>
      eventsOf(
        `struct ext4_map_blocks map; ext4_map_blocks(h, inode, &map, ${flags}); if (map.m_flags & EXT4_MAP_UNWRITTEN) smp_mb(); return 0;`,
      );
    expect(body(CREATE).join()).not.toContain('smp_mb');
    expect(body(UNWRITTEN).join()).toContain('smp_mb');
  });
});

describe('writeback of a page', () => {
  it('by the tag finds it before it is locked: another actor may come first', () => {
    const flush =
      'if (pagevec_lookup_range_tag(p, mapping, &i, end, tag)) { lock_page(page); if (!PageDirty(page)) inode_dio_begin(inode); unlock_page(page); } return 0;';
    const clean = 'lock_page(page); clear_page_dirty_for_io(page); unlock_page(page); return 0;';
    const dirty =
      'add_to_page_cache_lru(page, mapping, 0, 0); set_page_dirty(page); unlock_page(page); return 0;';
    expect(ask({ a: flush, b: clean, c: dirty }, { state: (m) => equals(m.dioCount, 1) })).toBe(true);
  });

  it('is found by its tag until the writeback bit is set, though the dirty bit is clear', () => {
    // __folio_start_writeback() clears PAGECACHE_TAG_DIRTY, folio_clear_dirty_for_io() does not (6.1).
    const clean =
      'lock_page(page); set_page_dirty(page); clear_page_dirty_for_io(page); inode_dio_begin(inode); return 0;';
    const flush =
      'while (!atomic_read(&inode->i_dio_count)) ; if (pagevec_lookup_range_tag(p, mapping, &i, end, tag)) inode_lock_shared(inode); return 0;';
    expect(ask({ a: clean, b: flush }, { initial: MAPPED, state: (m) => equals(m.rwsem.readers, 1) })).toBe(
      true,
    );
  });

  it('is not waited for while the page is locked and not yet under writeback', () => {
    const wait = 'filemap_fdatawait_range(mapping, 16384, 20479); inode_dio_begin(inode); return 0;';
    const flush = 'lock_page(page); set_page_writeback(page); unlock_page(page); return 0;';
    const state: Question['state'] = (m) => both(equals(m.dioCount, 1), equals(m.writeback, 1));
    expect(ask({ a: wait, b: flush }, { initial: MAPPED, state })).toBe(true);
  });

  it('ends after the data is on the disk, and after the conversion', () => {
    const flush = 'set_page_writeback(page); xfs_submit_ioend(wpc); return 0;';
    const wait =
      'lock_page(page); while (!PageWriteback(page)) ; filemap_fdatawait_range(mapping, 16384, 20479); inode_dio_begin(inode); return 0;';
    const initial = cached(EXTENT.unwritten, CONTENT.stale);
    const early: Question['state'] = (m) =>
      both(
        equals(m.dioCount, 1),
        not(both(equals(m.blocks[0]!.extent, EXTENT.mapped), equals(m.blocks[0]!.disk, CONTENT.zeros))),
      );
    expect(ask({ a: flush, b: wait }, { initial, state: (m) => equals(m.dioCount, 1) })).toBe(true);
    expect(ask({ a: flush, b: wait }, { initial, state: early })).toBe(false);
  });
});

describe('sleeping locks', () => {
  const inside = (lock: string, unlock: string): string =>
    `${lock}; inode_dio_begin(inode); inode_dio_end(inode); ${unlock}; return 0;`;
  const together = (a: string, b: string): boolean => ask({ a, b }, { state: (m) => equals(m.dioCount, 2) });
  const shared = inside('inode_lock_shared(inode)', 'inode_unlock_shared(inode)');
  const exclusive = inside('inode_lock(inode)', 'inode_unlock(inode)');
  const xfs = (mode: string): string => inside(`xfs_ilock(ip, ${mode})`, `xfs_iunlock(ip, ${mode})`);

  it.each<[string, string, string, boolean]>([
    ['two readers', shared, shared, true],
    ['a reader and a writer', shared, exclusive, false],
    ['two writers', exclusive, exclusive, false],
    [
      'i_rwsem by its two names',
      exclusive,
      inside('down_write(&inode->i_rwsem)', 'up_write(&inode->i_rwsem)'),
      false,
    ],
    ['IOLOCK is i_rwsem', exclusive, xfs('XFS_IOLOCK_EXCL'), false],
    ['IOLOCK shared', shared, xfs('XFS_IOLOCK_SHARED'), true],
    [
      'MMAPLOCK is the mapping lock',
      xfs('XFS_MMAPLOCK_EXCL'),
      inside('filemap_invalidate_lock_shared(mapping)', 'filemap_invalidate_unlock_shared(mapping)'),
      false,
    ],
    [
      'ext4 before 5.15',
      inside('down_read(&EXT4_I(inode)->i_mmap_sem)', 'up_read(&EXT4_I(inode)->i_mmap_sem)'),
      inside('filemap_invalidate_lock(mapping)', 'filemap_invalidate_unlock(mapping)'),
      false,
    ],
    [
      'i_rwsem and the mapping lock',
      exclusive,
      inside('filemap_invalidate_lock(mapping)', 'filemap_invalidate_unlock(mapping)'),
      true,
    ],
    [
      'two XFS locks in one call',
      xfs('XFS_IOLOCK_SHARED | XFS_MMAPLOCK_EXCL'),
      xfs('XFS_MMAPLOCK_SHARED'),
      false,
    ],
    [
      'a downgraded writer and a reader',
      inside('inode_lock(inode); downgrade_write(&inode->i_rwsem)', 'inode_unlock_shared(inode)'),
      shared,
      true,
    ],
    [
      'a demoted XFS lock',
      inside(
        'xfs_ilock(ip, XFS_IOLOCK_EXCL); xfs_ilock_demote(ip, XFS_IOLOCK_EXCL)',
        'xfs_iunlock(ip, XFS_IOLOCK_SHARED)',
      ),
      shared,
      true,
    ],
  ])('%s', (_, a, b, expected) => {
    expect(together(a, b)).toBe(expected);
  });

  it('try to be taken, and say when they are busy', () => {
    const trying =
      'if (inode_trylock(inode)) { inode_unlock(inode); return 0; } inode_dio_begin(inode); return 0;';
    const busy: Question['state'] = (m) => equals(m.dioCount, 1);
    expect(ask({ a: trying }, { state: busy })).toBe(false);
    expect(
      ask(
        { a: trying, b: 'inode_lock_shared(inode); inode_unlock_shared(inode); return 0;' },
        { state: busy },
      ),
    ).toBe(true);
  });

  it('of the page: a trylock that fails does not wait', () => {
    const trying = 'if (!trylock_page(page)) inode_dio_begin(inode); return 0;';
    expect(
      ask(
        { a: trying, b: 'lock_page(page); unlock_page(page); return 0;' },
        { initial: MAPPED, state: (m) => equals(m.dioCount, 1) },
      ),
    ).toBe(true);
  });
});

describe('inode_dio_wait', () => {
  it('goes on only when the count reads 0, and does not keep others from beginning', () => {
    const wait = 'inode_dio_wait(inode); lock_page(page); return 0;';
    const dio = 'inode_dio_begin(inode); inode_dio_end(inode); return 0;';
    const state: Question['state'] = (m) => both(equals(m.locked, 1), equals(m.dioCount, 1));
    expect(ask({ a: wait, b: dio }, { initial: MAPPED, state })).toBe(true);
    expect(
      ask(
        {
          a: `inode_lock(inode); ${wait}`,
          b: `inode_lock_shared(inode); ${dio.replace('return', 'inode_unlock_shared(inode); return')}`,
        },
        { initial: MAPPED, state },
      ),
    ).toBe(false);
  });
});
