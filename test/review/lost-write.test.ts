/** P5: data stored in the page cache against writeback, direct writes and fallocate, as the paths are and with one thing wrong. */

import { describe, expect, it } from 'vitest';
import { scenariosOf } from '../../server/src/kernel/scenarios.js';
import type { ExploredRun } from '../../server/src/review/judge.js';
import { readTrace } from '../../server/src/review/timeline.js';
import { bundledEras } from '../../server/src/source/bundled.js';
import type { EraId } from '../../server/src/source/eras.js';
import { unifiedDiff } from '../source/helpers.js';
import { eraCode, mutated, mutatedText, runs, said, scenario, type Mutation } from './code.js';
import { changes, diffOf, report } from './patches.js';
import { mailOf, withoutOwnComments } from './written.js';

const ALL = (['ext4', 'xfs'] as const)
  .flatMap(scenariosOf)
  .filter(({ asks, id }) => asks.includes('P5') && !/unaligned|extending-aio/.test(id));

/**
 * Until 6.13 ext4 leaves a page writable that a range covers in part (ext4_truncate_page_cache_block_range(), 6.14); XFS
 * drops whole pages.
 */
const LEFT_WRITABLE = ['punch-hole', 'zero-range'].map(
  (call) => `ext4/two-stores+${call}/delalloc/block<page/mapped`,
);

/** No release from 4.8 on is known to lose data in another of these; see moving-size.test.ts for AIO that extends the file. */
describe('the releases', () => {
  it.each(bundledEras().map(({ id }) => id))(
    '%s: none but ext4 until 6.13 under a writable mapping',
    (era) => {
      const verdicts = ALL.map(({ id }) => [id, said(runs.run(eraCode(era), scenario(id)), 'P5')]);
      expect(verdicts.filter(([, verdict]) => verdict !== 'none')).toEqual(
        era === '6.14' ? [] : LEFT_WRITABLE.map((id) => [id, 'race']),
      );
    },
  );
});

describe('a page that a range covers in part, and that a process has mapped', () => {
  const truncates = '\t\ttruncate_pagecache_range(inode, start, end - 1);\n';
  const protects = (range: string): string =>
    `\t\tstruct folio *folio = filemap_lock_folio(mapping, ${range});\n\t\tif (!IS_ERR(folio)) {\n` +
    '\t\t\tif (folio_mkclean(folio))\n\t\t\t\tfolio_mark_dirty(folio);\n' +
    '\t\t\tfolio_unlock(folio);\n\t\t\tfolio_put(folio);\n\t\t}\n';
  const zeroRange = 'ext4/two-stores+zero-range/delalloc/block<page/mapped@6.9-6.13';

  it('is write-protected before it is zeroed: the next store asks for its block', async () => {
    const text = diffOf('6.9', 'fs/ext4/extents.c', [truncates, `${protects('start >> PAGE_SHIFT')}$&`]);
    const said = await report(text, { kernel: '6.12' });
    expect(changes(said)).toEqual([`P5 ${zeroRange}: race -> none fixed`]);
    expect(said.findings.map(({ message }) => message)).toEqual([
      'a zero range could leave a page writable whose block it takes away: what a process with a mapping stores there is lost (ext4, delalloc, block<page, mapped extent, 6.9-6.13)',
    ]);
  });

  it('is no better off where that comes before invalidate_lock', async () => {
    const text = diffOf('6.9', 'fs/ext4/extents.c', [
      /\t\tfilemap_invalidate_lock\(mapping\);\n(?=(?:(?!filemap_invalidate_lock)[^])*truncate_pagecache_range\(inode, start)/,
      `${protects('start >> PAGE_SHIFT')}$&`,
    ]);
    expect(changes(await report(text, { kernel: '6.12' }))).toEqual([`P5 ${zeroRange}: race -> race left`]);
  });
});

const idOf = (fs: 'ext4' | 'xfs', actors: string, size: 'block=page' | 'block<page'): string =>
  `${fs}/${actors}${fs === 'ext4' ? '/delalloc' : ''}/${size}/mapped`;
const ext4 = (actors: string, size: 'block=page' | 'block<page') => idOf('ext4', actors, size);
const xfs = (actors: string, size: 'block=page' | 'block<page') => idOf('xfs', actors, size);

const extents = (era: EraId, name: string) => ({ era, path: 'fs/ext4/extents.c', function: name }) as const;
const xfsUtil = (era: EraId, name: string) =>
  ({ era, path: 'fs/xfs/xfs_bmap_util.c', function: name }) as const;

/** The flush of what stays in the page where the range begins. */
const FLUSH_TAIL = /\tret = filemap_write_and_wait_range\([^;]*, ioffset, offset\);/;
/** The flush of what moves. */
const FLUSH_REST = /\tret = filemap_write_and_wait_range\([^;]*offset \+ len,\s*LLONG_MAX\);/;
const NO_FLUSH = '\tret = 0;';
const WITHOUT_FLUSH_OF_REST: Mutation = {
  ...extents('5.15', 'ext4_collapse_range'),
  find: FLUSH_REST,
  replace: NO_FLUSH,
};
const XFS_FLUSH = /\terror = filemap_write_and_wait_range\([^;]*;\n\tif \(error\)\n\t\treturn error;\n/;

type Row = readonly [what: string, mutation: Mutation, races: readonly string[], safe: readonly string[]];

const CHANGES: readonly Row[] = [
  [
    'a buffered write moves EOF when it has unlocked the page, which the flusher passes over until then',
    {
      era: '6.5',
      path: 'fs/iomap/buffered-io.c',
      function: 'iomap_write_iter',
      find: /(\t\tif \(pos \+ written > old_size\)\n\t\t\ti_size_write\(iter->inode, pos \+ written\);\n)(\t\t__iomap_put_folio.*\n)/,
      replace: '$2$1',
    },
    ['xfs/extending-buffered-write+writeback/hole-beyond-EOF'],
    ['xfs/buffered-write+writeback/hole'],
  ],
  [
    'generic_write_end() moves EOF when it has unlocked the page: ext4 zeroes and cleans what is beyond it',
    {
      era: '4.10',
      path: 'fs/buffer.c',
      function: 'generic_write_end',
      find: /(\tif \(pos \+ copied > inode->i_size\)\n\t\ti_size_write[^\n]*\n)\n(\tunlock_page\(page\);\n)/,
      replace: '$2$1',
    },
    ['ext4/extending-buffered-write+writeback/delalloc/hole-beyond-EOF'],
    ['ext4/buffered-write+writeback/delalloc/hole'],
  ],
  [
    'ext4_collapse_range() does not flush the page where the range begins',
    { ...extents('5.3', 'ext4_collapse_range'), find: FLUSH_TAIL, replace: NO_FLUSH },
    [ext4('fault+collapse-range', 'block<page'), ext4('buffered-write+collapse-range', 'block<page')],
    [ext4('fault+collapse-range', 'block=page')],
  ],
  [
    'ext4_collapse_range() does not flush what moves',
    WITHOUT_FLUSH_OF_REST,
    [ext4('fault+collapse-range', 'block=page'), ext4('buffered-write+collapse-range', 'block=page')],
    [ext4('fault+collapse-range', 'block<page')],
  ],
  [
    'ext4_collapse_range() drops the pages before it has flushed them',
    {
      ...extents('4.10', 'ext4_collapse_range'),
      find: /(\tret = filemap_write_and_wait_range[\s\S]*?)\ttruncate_pagecache\(inode, ioffset\);\n/,
      replace: '\ttruncate_pagecache(inode, ioffset);\n$1',
    },
    [ext4('buffered-write+collapse-range', 'block=page'), ext4('fault+collapse-range', 'block<page')],
    [ext4('fault+insert-range', 'block=page')],
  ],
  [
    'ext4_collapse_range() flushes before it keeps faults out',
    {
      ...extents('6.5', 'ext4_collapse_range'),
      find: /\tfilemap_invalidate_lock\(mapping\);\n([\s\S]*?)(\ttruncate_pagecache\()/,
      replace: '$1\tfilemap_invalidate_lock(mapping);\n$2',
    },
    [ext4('fault+collapse-range', 'block=page'), ext4('fault+collapse-range', 'block<page')],
    [ext4('buffered-write+collapse-range', 'block=page')],
  ],
  [
    'ext4_insert_range() does not flush',
    {
      ...extents('4.14', 'ext4_insert_range'),
      find: /\tret = filemap_write_and_wait_range\([^;]*;/,
      replace: NO_FLUSH,
    },
    [ext4('buffered-write+insert-range', 'block=page'), ext4('fault+insert-range', 'block<page')],
    [ext4('fault+collapse-range', 'block=page')],
  ],
  [
    'ext4_insert_range() flushes from its offset on and drops from the page that this is in',
    {
      ...extents('5.15', 'ext4_insert_range'),
      find: /filemap_write_and_wait_range\(mapping, ioffset,/,
      replace: 'filemap_write_and_wait_range(mapping, offset + PAGE_SIZE,',
    },
    [ext4('fault+insert-range', 'block<page')],
    [ext4('fault+collapse-range', 'block<page')],
  ],
  [
    'ext4_zero_range() does not keep buffered writes out',
    {
      ...extents('6.5', 'ext4_zero_range'),
      find: /inode_(un)?lock\(inode\);/g,
      replace: ';',
    },
    [ext4('buffered-write+zero-range', 'block=page')],
    [ext4('fault+zero-range', 'block=page'), ext4('buffered-write+punch-hole', 'block=page')],
  ],
  [
    'ext4_zero_range() lets faults in between the page cache and the blocks',
    {
      ...extents('5.15', 'ext4_zero_range'),
      find: /(\t\ttruncate_pagecache_range\([^;]*;\n)([\s\S]*?)\t\tfilemap_invalidate_unlock\(mapping\);\n/,
      replace: '$1\t\tfilemap_invalidate_unlock(mapping);\n$2',
    },
    [ext4('fault+zero-range', 'block=page')],
    [ext4('fault+zero-range', 'block<page'), ext4('buffered-write+zero-range', 'block<page')],
  ],
  [
    'ext4_zero_range() drops whole pages: what is beside the range in them was not flushed',
    {
      ...extents('5.9', 'ext4_zero_range'),
      find: 'truncate_pagecache_range(inode, start, end - 1)',
      replace: 'truncate_pagecache_range(inode, round_down(start, PAGE_SIZE), round_up(end, PAGE_SIZE) - 1)',
    },
    [ext4('fault+zero-range', 'block<page'), ext4('buffered-write+zero-range', 'block<page')],
    [ext4('fault+zero-range', 'block=page')],
  ],
  [
    'ext4_punch_hole() takes i_mmap_sem when the pages are gone',
    {
      era: '4.14',
      path: 'fs/ext4/inode.c',
      function: 'ext4_punch_hole',
      find: /\tdown_write\(&EXT4_I\(inode\)->i_mmap_sem\);\n([\s\S]*?)(\tif \(ext4_test_inode_flag)/,
      replace: '$1\tdown_write(&EXT4_I(inode)->i_mmap_sem);\n$2',
    },
    [ext4('fault+punch-hole', 'block=page')],
    [ext4('fault+punch-hole', 'block<page'), ext4('buffered-write+punch-hole', 'block<page')],
  ],
  [
    'xfs_flush_unmap_range() does not flush: it drops whole pages, whatever the range',
    { ...xfsUtil('5.5', 'xfs_flush_unmap_range'), find: XFS_FLUSH, replace: '' },
    [
      xfs('fault+punch-hole', 'block<page'),
      xfs('buffered-write+zero-range', 'block<page'),
      xfs('buffered-write+collapse-range', 'block=page'),
      xfs('fault+insert-range', 'block<page'),
    ],
    [xfs('fault+punch-hole', 'block=page')],
  ],
  [
    'xfs_flush_unmap_range() of 4.10 does not flush either',
    { ...xfsUtil('4.10', 'xfs_flush_unmap_range'), find: XFS_FLUSH, replace: '' },
    [xfs('buffered-write+punch-hole', 'block<page'), xfs('fault+collapse-range', 'block<page')],
    [xfs('fault+insert-range', 'block=page')],
  ],
  [
    'xfs_flush_unmap_range() zeroes what is in the range, and does not write back: the page stays writable',
    {
      ...xfsUtil('5.5', 'xfs_flush_unmap_range'),
      find: /(\terror = )filemap_write_and_wait_range[^;]*([^]*truncate_pagecache_range\(inode, )start, end/,
      replace: '$10$2offset, offset + len - 1',
    },
    [xfs('two-stores+punch-hole', 'block<page')],
    [xfs('fault+punch-hole', 'block=page'), xfs('buffered-write+punch-hole', 'block<page')],
  ],
  [
    'xfs_file_fallocate() does not take the MMAPLOCK: a fault makes the page dirty before its blocks go',
    {
      era: '6.5',
      path: 'fs/xfs/xfs_file.c',
      function: 'xfs_file_fallocate',
      find: 'XFS_IOLOCK_EXCL | XFS_MMAPLOCK_EXCL',
      replace: 'XFS_IOLOCK_EXCL',
    },
    [
      xfs('fault+punch-hole', 'block=page'),
      xfs('fault+punch-hole', 'block<page'),
      xfs('fault+collapse-range', 'block=page'),
    ],
    [xfs('buffered-write+punch-hole', 'block<page'), xfs('buffered-write+collapse-range', 'block=page')],
  ],
  [
    'xfs_prepare_shift() leaves the pages alone',
    {
      ...xfsUtil('5.15', 'xfs_prepare_shift'),
      find: /\terror = xfs_flush_unmap_range\([^;]*;/,
      replace: '\terror = 0;',
    },
    [xfs('fault+collapse-range', 'block=page'), xfs('buffered-write+insert-range', 'block=page')],
    [xfs('fault+punch-hole', 'block<page')],
  ],
  [
    'a direct write drops the page with truncate_inode_pages_range(), dirty or not',
    {
      era: '5.9',
      path: 'fs/iomap/direct-io.c',
      function: '__iomap_dio_rw',
      find: /invalidate_inode_pages2_range\(mapping,\s*pos >> PAGE_SHIFT,\s*end >> PAGE_SHIFT\)/,
      replace:
        'truncate_inode_pages_range(mapping, round_down(pos, PAGE_SIZE), round_up(end, PAGE_SIZE) - 1)',
    },
    [ext4('fault+dio-write', 'block<page'), xfs('fault+dio-write', 'block<page')],
    [xfs('fault+punch-hole', 'block<page')],
  ],
  [
    'iomap_page_mkwrite() does not look whether the folio is still in the file: finish_fault() maps it all the same',
    {
      era: '6.5',
      path: 'fs/iomap/buffered-io.c',
      function: 'iomap_page_mkwrite',
      find: /\tret = folio_mkwrite_check_truncate[^]*?iter\.len = ret;\n/,
      replace: '\titer.len = folio_size(folio);\n',
    },
    ['xfs/fault+dio-write/block<page/mapped', xfs('fault+collapse-range', 'block=page')],
    ['ext4/fault+dio-write/delalloc/block<page/mapped'],
  ],
  [
    'writeback passes over a page of which it has cleared the dirty bit, because direct I/O is in flight',
    {
      era: '5.3',
      path: 'mm/page-writeback.c',
      function: 'write_cache_pages',
      find: /(\t\t\tif \(!clear_page_dirty_for_io\(page\)\)\n\t\t\t\tgoto continue_unlock;\n)/,
      replace: '$1\t\t\tif (atomic_read(&mapping->host->i_dio_count))\n\t\t\t\tgoto continue_unlock;\n',
    },
    ['xfs/fault+dio-read+writeback/hole'],
    ['xfs/buffered-write+writeback/hole', 'ext4/fault+dio-read+writeback/delalloc/hole'],
  ],
];

describe('a change for the worse', () => {
  it.each(CHANGES)('%s', (_, mutation, races, safe) => {
    const code = mutated(mutation);
    const verdicts = (ids: readonly string[]) =>
      ids.map((id) => [id, said(runs.run(code, scenario(id)), 'P5')]);
    expect(verdicts(races)).toEqual(races.map((id) => [id, 'race']));
    expect(verdicts(safe)).toEqual(safe.map((id) => [id, 'none']));
  });

  it('is told up to where the data is neither in the page cache nor on disk', () => {
    const run = runs.run(
      mutated(WITHOUT_FLUSH_OF_REST),
      scenario(ext4('buffered-write+collapse-range', 'block=page')),
    ) as ExploredRun;
    const { timeline } = readTrace(run, 'P5', 'lkmm', 'f')!;
    expect(timeline.actors).toEqual(['buffered write', 'collapse range']);
    expect(timeline.steps.at(-1)!.text).toMatch(/^truncate_pagecache\(.*drops the page/);
  });
});

describe('a patch', () => {
  const path = 'fs/ext4/extents.c';

  it('that drops a flush is blamed on its line, in the words of the lists', async () => {
    const { findings } = await report(diffOf('5.15', path, [FLUSH_REST, NO_FLUSH]), { kernel: '6.1' });
    expect([...new Set(findings.map(({ rule, change }) => `${rule} ${change}`))]).toEqual([
      'lost-write introduced',
    ]);
    expect(findings.map(({ message }) => message)).toEqual([
      'the data of a write fault can now be dropped from the page cache before it is on disk against a collapse range (ext4, delalloc, block=page, mapped extent, 5.15-6.4); likewise buffered write + collapse range',
    ]);
  });

  it('that flushes twice has none', async () => {
    const { findings } = await report(diffOf('5.15', path, [FLUSH_REST, `$&\n\tif (!ret)\n\t$&`]), {
      kernel: '6.1',
    });
    expect(findings).toEqual([]);
  });
});

/** A series whose second patch takes back what the first does. */
function thereAndBack({ path, ...mutation }: Mutation): string {
  const [before, after] = mutatedText({ path, ...mutation }).map(withoutOwnComments) as [string, string];
  const mail = (n: number, from: string, to: string): string =>
    mailOf(`[PATCH ${String(n)}/2] ${path}`, `${unifiedDiff(path, from, to)}\n`);
  return mail(1, before, after) + mail(2, after, before);
}

describe('a series that opens the race and closes it', () => {
  it.each(CHANGES)('%s', async (_, mutation, races, safe) => {
    const all = changes(await report(thereAndBack(mutation), { kernel: mutation.era }));
    const ids = (n: number, change: string): string[] =>
      all
        .filter((one) => one.startsWith('P5 ') && one.includes(`[${String(n)}/2]`) && one.endsWith(change))
        .map((one) => one.slice(3).replace(/@.*/, ''));
    const opened = ids(1, 'introduced');
    expect(opened).toEqual(expect.arrayContaining([...races]));
    expect(opened.filter((id) => safe.includes(id))).toEqual([]);
    expect(ids(2, 'fixed')).toEqual(opened);
    const known = all.filter((one) => !LEFT_WRITABLE.some((id) => one.includes(id)));
    expect(known.filter((one) => /^P5 .* (?:left|unknown)$/.test(one))).toEqual([]);
  });
});
