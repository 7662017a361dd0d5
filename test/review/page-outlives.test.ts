/**
 * P2 where blocks are taken away: a page that a buffered read or a read fault fills from them meanwhile. The file systems
 * drop the pages first; what keeps new ones out until the blocks are gone is for reads the IOLOCK in XFS, and from 5.15 on
 * invalidate_lock; for faults that was i_mmap_sem and MMAPLOCK before.
 */

import { describe, expect, it } from 'vitest';
import { bundledEras } from '../../server/src/source/bundled.js';
import type { EraId } from '../../server/src/source/eras.js';
import { FILLED_UNLOCKED } from '../fixtures/filling.js';
import { eraCode, mutated, runs, said, scenario, type Mutation } from './code.js';
import { diffOf, report } from './patches.js';

type Rival = 'punch-hole' | 'zero-range' | 'collapse-range' | 'insert-range';
/** i_size says beside a truncate which pages are none of the file's: there it is shared, and moves. */
const TRUNCATED = ['ext4/buffered-read+truncate/delalloc/mapped', 'ext4/read-fault+truncate/delalloc/mapped'];
const XFS_TRUNCATED = ['xfs/buffered-read+truncate/mapped', 'xfs/read-fault+truncate/mapped'];
const RIVALS: readonly Rival[] = ['punch-hole', 'zero-range', 'collapse-range', 'insert-range'];

const ext4 = (rival: Rival): string => `ext4/buffered-read+${rival}/delalloc/mapped`;
const xfs = (rival: Rival): string => `xfs/buffered-read+${rival}/mapped`;
const ext4Fault = (rival: Rival): string => `ext4/read-fault+${rival}/delalloc/mapped`;
const xfsFault = (rival: Rival): string => `xfs/read-fault+${rival}/mapped`;

/** "mm: Protect operations adding pages to page cache with invalidate_lock" and "ext4: Convert to use it" (5.15). */
const WITH_INVALIDATE_LOCK: readonly EraId[] = ['5.15', '6.5', '6.7', '6.9', '6.14'];

describe('the releases beside a truncate', () => {
  const all = bundledEras().flatMap(({ id }) =>
    [...TRUNCATED, ...XFS_TRUNCATED].map((one) => [id, one] as const),
  );

  it.each(all)('%s %s: none', (era, id) => {
    expect(said(runs.run(eraCode(era), scenario(id)), 'P2')).toBe('none');
  });
});

describe('the releases', () => {
  const all = bundledEras().flatMap(({ id }) =>
    RIVALS.flatMap((rival) => [
      [id, ext4(rival), WITH_INVALIDATE_LOCK.includes(id) ? 'none' : 'race'] as const,
      [id, xfs(rival), 'none'] as const,
      [id, ext4Fault(rival), 'none'] as const,
      [id, xfsFault(rival), 'none'] as const,
    ]),
  );

  it.each(all)('%s %s: %s', (era, id, expected) => {
    expect(said(runs.run(eraCode(era), scenario(id)), 'P2')).toBe(expected);
  });
});

const WITHOUT_LOOK = {
  find: /\tif \(unlikely\(folio->mapping != mapping\)\) \{\n[^}]*\}\n\n/,
  replace: '',
} as const;

const CHANGES: readonly (readonly [
  what: string,
  mutation: Mutation,
  races: readonly string[],
  safe: readonly string[],
])[] = [
  [
    'a new folio is filled without invalidate_lock; XFS reads under the IOLOCK',
    {
      era: '6.5',
      path: 'mm/filemap.c',
      function: 'filemap_create_folio',
      find: FILLED_UNLOCKED[0],
      replace: FILLED_UNLOCKED[1],
    },
    RIVALS.map(ext4),
    RIVALS.map(xfs),
  ],
  [
    'filemap_fault() does not look again whether the folio that it found is still in the file',
    { era: '6.5', path: 'mm/filemap.c', function: 'filemap_fault', ...WITHOUT_LOOK },
    ['ext4/read-fault+punch-hole/delalloc/cached', 'xfs/read-fault+punch-hole/cached'],
    RIVALS.map(ext4Fault),
  ],
  [
    'a fault takes no invalidate_lock; XFS drops the pages once more before it moves blocks down',
    {
      era: '5.15',
      path: 'mm/filemap.c',
      function: 'filemap_fault',
      find: /filemap_invalidate_(un)?lock_shared\(mapping\);/g,
      replace: ';',
    },
    [...RIVALS.map(ext4Fault), ...(['punch-hole', 'zero-range', 'insert-range'] as const).map(xfsFault)],
    [xfsFault('collapse-range')],
  ],
  [
    'ext4 does not keep faults out while it collapses, before 5.15',
    {
      era: '5.3',
      path: 'fs/ext4/inode.c',
      function: 'ext4_filemap_fault',
      find: /\t(?:down|up)_read\(&EXT4_I\(inode\)->i_mmap_sem\);\n/g,
      replace: '',
    },
    RIVALS.map(ext4Fault),
    RIVALS.map(xfsFault),
  ],
  [
    'ext4_setattr() leaves the pages alone',
    {
      era: '6.9',
      path: 'fs/ext4/inode.c',
      function: 'ext4_setattr',
      find: '\t\ttruncate_pagecache(inode, inode->i_size);\n',
      replace: '',
    },
    TRUNCATED,
    XFS_TRUNCATED,
  ],
  [
    'truncate_setsize(), for XFS, leaves the pages alone',
    {
      era: '6.9',
      path: 'mm/truncate.c',
      function: 'truncate_setsize',
      find: '\ttruncate_pagecache(inode, newsize);\n',
      replace: '',
    },
    XFS_TRUNCATED,
    TRUNCATED,
  ],
  [
    'ext4_setattr() drops the pages before it moves i_size',
    {
      era: '5.3',
      path: 'fs/ext4/inode.c',
      function: 'ext4_setattr',
      find: /(\t\tif \(attr->ia_size != inode->i_size\) \{\n\t\t\thandle[^]*?)(\t\ttruncate_pagecache\(inode, )inode->i_size(\);\n)/,
      replace: '$2attr->ia_size$3$1',
    },
    [TRUNCATED[0]!],
    XFS_TRUNCATED,
  ],
  [
    'ext4_collapse_range() leaves the pages alone',
    {
      era: '6.5',
      path: 'fs/ext4/extents.c',
      function: 'ext4_collapse_range',
      find: /\ttruncate_pagecache\([^;]*;\n/,
      replace: '',
    },
    [ext4('collapse-range')],
    [ext4('punch-hole'), ext4('insert-range')],
  ],
  [
    'ext4_insert_range() leaves the pages alone',
    {
      era: '6.5',
      path: 'fs/ext4/extents.c',
      function: 'ext4_insert_range',
      find: /\ttruncate_pagecache\([^;]*;\n/,
      replace: '',
    },
    [ext4('insert-range')],
    [ext4('collapse-range')],
  ],
  [
    'xfs_file_fallocate() takes the IOLOCK shared: reads fill pages beside it, but not under invalidate_lock',
    {
      era: '5.12',
      path: 'fs/xfs/xfs_file.c',
      function: 'xfs_file_fallocate',
      find: 'XFS_IOLOCK_EXCL',
      replace: 'XFS_IOLOCK_SHARED',
    },
    [xfs('punch-hole')],
    [],
  ],
];

describe('a change for the worse', () => {
  it.each(CHANGES)('%s', (_, mutation, races, safe) => {
    const code = mutated(mutation);
    const verdicts = (ids: readonly string[]) => ids.map((id) => said(runs.run(code, scenario(id)), 'P2'));
    expect(verdicts(races)).toEqual(races.map(() => 'race'));
    expect(verdicts(safe)).toEqual(safe.map(() => 'none'));
  });
});

describe('a patch', () => {
  it('that fills a folio without invalidate_lock is told up to the page that stays', async () => {
    const text = diffOf('6.5', 'mm/filemap.c', FILLED_UNLOCKED);
    const { findings } = await report(text, { kernel: '6.6' });
    expect(findings.map(({ message }) => message)).toEqual([
      'after a punch hole has returned, a page that a buffered read has filled can now hold old data (ext4, delalloc, mapped extent, 6.5-6.6)',
    ]);
    expect(findings[0]!.scenarios.map((id) => id.replace(/@.*/, '')).sort()).toEqual(RIVALS.map(ext4).sort());
    const order = findings[0]!.timeline.steps.map(({ text }) => text);
    const at = (what: RegExp): number => order.findIndex((text) => what.test(text));
    expect(at(/^truncate_pagecache_range.*no page/)).toBeLessThan(at(/^ext4_mpage_readpages.*mapped/));
    expect(at(/bio reads the disk/)).toBeLessThan(at(/frees the blocks/));
  });
});
