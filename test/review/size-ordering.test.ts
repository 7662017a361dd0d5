/** P8: i_size against the data and the extents below it, on the bundled paths as they are and with one thing wrong. */

import { describe, expect, it } from 'vitest';
import { scenariosOf } from '../../server/src/kernel/scenarios.js';
import type { ExploredRun } from '../../server/src/review/judge.js';
import { readTrace } from '../../server/src/review/timeline.js';
import { bundledEras } from '../../server/src/source/bundled.js';
import type { EraId } from '../../server/src/source/eras.js';
import { eraCode, mutated, runs, said, scenario, type Mutation } from './code.js';
import { diffOf, report } from './patches.js';

const ALL = (['ext4', 'xfs'] as const).flatMap(scenariosOf).filter(({ asks }) => asks.includes('P8'));

const idOf = (fs: 'ext4' | 'xfs', actors: string, size = 'block=page', start = 'hole-beyond-EOF'): string =>
  [fs, actors, ...(fs === 'ext4' ? ['delalloc'] : []), size, start].join('/');

/** The page that the write drops: of one block, of two, and of one in which EOF is. */
const cacheOf = (fs: 'ext4' | 'xfs', write: string): readonly string[] => {
  const id = `${write}+buffered-read`;
  const around = [fs, id, ...(fs === 'ext4' ? ['delalloc'] : []), 'unwritten-around-EOF'].join('/');
  return [idOf(fs, id, 'block=page'), idOf(fs, id, 'block<page'), around];
};
const EXT4_CACHE = cacheOf('ext4', 'extending-dio-write');
const XFS_CACHE = cacheOf('xfs', 'extending-dio-write');
const XFS_AIO_CACHE = cacheOf('xfs', 'extending-aio-dio-write');
const XFS_READ = idOf('xfs', 'extending-dio-write+dio-read');
const XFS_AIO_READ = idOf('xfs', 'extending-aio-dio-write+dio-read');
const EXT4_READ = idOf('ext4', 'extending-dio-write+dio-read');
const [EXT4_APPEND, EXT4_APPEND_TO_TAIL] = ['block=page', 'block<page'].map((size) =>
  idOf('ext4', 'extending-buffered-write+buffered-read', size, 'cached-hole-beyond-EOF'),
) as [string, string];
const truncated = (fs: 'ext4' | 'xfs', write: string): string =>
  idOf(fs, `${write}+truncate`, 'block=page', 'unwritten-beyond-EOF');

const ids = bundledEras().map(({ id }) => id);
const before = (era: EraId): readonly EraId[] => ids.slice(0, ids.indexOf(era));

/** What the releases have, all else being right. */
const KNOWN: Readonly<Record<string, readonly EraId[]>> = Object.fromEntries([
  // xfs_dio_write_end_io() moves i_size and converts then, until "xfs: update i_size after unwritten conversion in
  // dio completion" (4.14): a direct read finds the extent unwritten inside EOF.
  ...[XFS_READ, XFS_AIO_READ].map((id) => [id, ['4.10', '4.11', '4.12']] as const),
  // The page cache is invalidated before the completion (4.8-4.10), for synchronous writes alone until 4.13: what
  // history.test.ts has for P2 at an extent inside EOF.
  ...XFS_CACHE.map((id) => [id, ['4.10']] as const),
  ...XFS_AIO_CACHE.map((id) => [id, ['4.10', '4.11', '4.12']] as const),
  // From the conversion to iomap on (5.5) ext4 moved i_size after the invalidation, until "ext4: Fix occasional
  // generic/418 failure" (5.13): a page filled between the two has zeros for what was beyond EOF then.
  ...EXT4_CACHE.map((id) => [id, ['5.5', '5.6', '5.8', '5.9', '5.12']] as const),
  // A read copies the page before its look at i_size takes effect, until there is a barrier between them (6.7). From 5.15
  // on filemap_read() looks before it has the page, too: what was an empty file then ends the read.
  [EXT4_APPEND, before('5.15')],
  [EXT4_APPEND_TO_TAIL, before('6.7')],
]);

const unpatched = bundledEras().flatMap(({ id }) =>
  ALL.map((one) => [id, one.id, KNOWN[one.id]?.includes(id) ? 'race' : 'none'] as const),
);

describe('the releases', () => {
  it.each(unpatched)('%s %s: %s', (era, id, expected) => {
    expect(said(runs.run(eraCode(era), scenario(id)), 'P8')).toBe(expected);
  });
});

const ext4EndIo = { path: 'fs/ext4/file.c', function: 'ext4_dio_write_end_io' } as const;
const xfsEndIo = { era: '6.5', path: 'fs/xfs/xfs_file.c', function: 'xfs_dio_write_end_io' } as const;
const unwritten = { era: '6.5', path: 'fs/xfs/xfs_iomap.c', function: 'xfs_iomap_write_unwritten' } as const;
const complete = { era: '6.5', path: 'fs/iomap/direct-io.c', function: 'iomap_dio_complete' } as const;
const submit = { era: '6.5', path: 'fs/iomap/direct-io.c', function: '__iomap_dio_rw' } as const;

const UPDATE = /\tif \(update_isize && i_size > i_size_read\(inode\)\)\n\t\ti_size_write\(inode, i_size\);\n/;
const CONVERT = /(\terror = xfs_bmapi_write)/;

type Row = readonly [what: string, mutation: Mutation, races: readonly string[], safe: readonly string[]];

/** The commit that looks at i_size behind the page lookup: "Fix read/truncate race" (2.6.25). */
const EARLY_SIZE = {
  find: /(\t\terror = filemap_get_pages\([^;]*;\n\t\tif \(error < 0\)\n\t\t\tbreak;\n\n)(\t\tisize = i_size_read\(inode\);\n)/,
  replace: '$2$1',
};

const CHANGES: readonly Row[] = [
  [
    'ext4_dio_write_end_io() leaves i_size to what comes after the invalidation',
    {
      ...ext4EndIo,
      era: '5.15',
      find: /\tpos \+= size;\n\tif \(pos > i_size_read\(inode\)\)\n\t\ti_size_write\(inode, pos\);\n/,
      replace: '',
    },
    // From 5.12 on a buffered read at EOF adds no page, so only one that is there for the bytes before can be wrong.
    [EXT4_CACHE[1]!],
    [EXT4_CACHE[0]!, EXT4_READ, truncated('ext4', 'extending-dio-write')],
  ],
  [
    'ext4_iomap_alloc() moves i_size when the block is allocated: what is on the disk there is old',
    {
      era: '6.5',
      path: 'fs/ext4/inode.c',
      function: 'ext4_iomap_alloc',
      find: /\n(\text4_journal_stop\(handle\);)/,
      replace: '\n\ti_size_write(inode, ((loff_t)map->m_lblk + 1) << blkbits);\n$1',
    },
    [EXT4_CACHE[0]!],
    [EXT4_READ],
  ],
  [
    'xfs_dio_write_end_io() moves i_size before the conversion',
    {
      ...xfsEndIo,
      find: /\tif \(flags & IOMAP_DIO_UNWRITTEN\)/,
      replace: '\tif (offset + size > i_size_read(inode))\n\t\ti_size_write(inode, offset + size);\n$&',
    },
    [XFS_READ, XFS_AIO_READ],
    [...XFS_CACHE, truncated('xfs', 'extending-aio-dio-write')],
  ],
  [
    'xfs_iomap_write_unwritten() moves i_size before the conversion',
    {
      ...unwritten,
      find: CONVERT,
      replace: '\tif (update_isize)\n\t\ti_size_write(inode, offset + count);\n$1',
    },
    [XFS_READ, XFS_AIO_READ],
    XFS_CACHE,
  ],
  [
    'iomap_dio_complete() drops the count first: a truncate comes in before i_size moves',
    {
      ...complete,
      find: /(\tif \(dops && dops->end_io\)[\s\S]*?)\tinode_dio_end\(file_inode\(iocb->ki_filp\)\);\n/,
      replace: '\tinode_dio_end(file_inode(iocb->ki_filp));\n$1',
    },
    [truncated('xfs', 'extending-aio-dio-write')],
    [truncated('xfs', 'extending-dio-write'), truncated('ext4', 'extending-dio-write'), XFS_AIO_READ],
  ],
  [
    'iomap_dio_complete() invalidates before end_io moves i_size',
    {
      ...complete,
      find: /(\tif \(dops && dops->end_io\)\n[^\n]*\n)([\s\S]*?)(\tif \(!dio->error && dio->size[\s\S]*?dio->size\);\n)/,
      replace: '$3\n$1$2',
    },
    [EXT4_CACHE[1]!, XFS_CACHE[1]!, XFS_AIO_CACHE[1]!],
    [XFS_READ],
  ],
  [
    'ext4_dio_write_iter() moves i_size when it has dropped i_rwsem',
    {
      era: '5.9',
      path: 'fs/ext4/file.c',
      function: 'ext4_dio_write_iter',
      find: /\tif \(extend\)\n(\t\tret = ext4_handle_inode_extension[^\n]*\n)([\s\S]*?)\tif \(ret >= 0 && iov/,
      replace: '$2\tif (extend)\n$1\tif (ret >= 0 && iov',
    },
    [truncated('ext4', 'extending-dio-write')],
    [EXT4_READ],
  ],
  [
    'xfs_setattr_size() does not wait for direct I/O',
    {
      era: '6.5',
      path: 'fs/xfs/xfs_iops.c',
      function: 'xfs_setattr_size',
      find: /\n\t*inode_dio_wait\(inode\);/,
      replace: '',
    },
    [truncated('xfs', 'extending-aio-dio-write')],
    [truncated('xfs', 'extending-dio-write')],
  ],
  [
    'a direct read looks at the extents beyond EOF',
    {
      ...submit,
      find: /\t\tif \(iomi.pos >= dio->i_size\)\n\t\t\tgoto out_free_dio;\n\n/,
      replace: '',
    },
    [XFS_READ, XFS_AIO_READ, EXT4_READ],
    XFS_CACHE,
  ],
  [
    'a buffered read copies what the page holds, wherever EOF is',
    {
      era: '4.19',
      path: 'mm/filemap.c',
      function: 'generic_file_buffered_read',
      find: /if \(unlikely\(!isize \|\| index > end_index\)\)([^]*?)nr = min\(PAGE_SIZE - offset, isize - pos\);/,
      replace: 'if (unlikely(!isize))$1nr = PAGE_SIZE - offset;',
    },
    [EXT4_CACHE[0]!, XFS_CACHE[0]!],
    [EXT4_CACHE[1]!, XFS_CACHE[1]!, EXT4_READ, XFS_READ],
  ],
  // XFS reads under its IOLOCK, which keeps the truncate out.
  [
    'filemap_read() goes by the i_size of before it had its pages',
    { era: '6.9', path: 'mm/filemap.c', function: 'filemap_read', ...EARLY_SIZE },
    ['ext4/buffered-read+truncate/delalloc/mapped'],
    ['xfs/buffered-read+truncate/mapped'],
  ],
  [
    'ext4_da_write_begin() moves i_size before the data is in the page',
    {
      era: '6.5',
      path: 'fs/ext4/inode.c',
      function: 'ext4_da_write_begin',
      find: /\t\*foliop = folio;/,
      replace: '\ti_size_write(inode, pos + len);\n$&',
    },
    [EXT4_APPEND],
    EXT4_CACHE,
  ],
];

describe('a change for the worse', () => {
  it.each(CHANGES)('%s', (_, mutation, races, safe) => {
    const code = mutated(mutation);
    const verdicts = (ids: readonly string[]) => ids.map((id) => said(runs.run(code, scenario(id)), 'P8'));
    expect(verdicts(races)).toEqual(races.map(() => 'race'));
    expect(verdicts(safe)).toEqual(safe.map(() => 'none'));
  });

  it('that moves i_size nowhere is not judged: what is not seen to move may be moved where nobody looks', () => {
    const code = mutated({ ...unwritten, find: UPDATE, replace: '' });
    expect(said(runs.run(code, scenario(XFS_READ)), 'P8')).toMatch(
      /no run reaches the state .*"i_size moves"/,
    );
  });

  it('is told up to the reader who gets zeros inside EOF', () => {
    const run = runs.run(eraCode('4.12'), scenario(XFS_READ)) as ExploredRun;
    const { timeline } = readTrace(run, 'P8', 'lkmm', 'f')!;
    const texts = timeline.steps.map(({ text }) => text);
    const moved = texts.findIndex((text) => text.startsWith('i_size_write('));
    const read = texts.findIndex((text, i) => i > moved && /i_size: reads 4096/.test(text));
    const lookup = texts.findIndex((text, i) => i > read && /xfs_bmapi_read.*unwritten/.test(text));
    expect([moved, read, lookup].every((at) => at >= 0)).toBe(true);
    const effects = timeline.steps.flatMap((step) => step.effects);
    expect(effects.filter((text) => text.startsWith('read got'))).toEqual(['read got zeros']);
    expect(texts.at(-1)).toBe('returns to user space');
    expect(texts.some((text) => text.includes('xfs_bmapi_write') && text.includes('mapped'))).toBe(false);
  });
});

/** Its findings of this rule, as `severity change: message`. */
async function told(text: string, kernel: string): Promise<readonly string[]> {
  const { findings } = await report(text, { kernel });
  return findings
    .filter(({ rule }) => rule === 'size-ordering')
    .map(({ severity, change, message }) => `${severity} ${change}: ${message}`);
}

describe('a patch', () => {
  it('that lets a read go by the EOF from before a truncate is told by what the read returns', async () => {
    const text = diffOf('6.9', 'mm/filemap.c', [EARLY_SIZE.find, EARLY_SIZE.replace]);
    expect(await told(text, '6.12')).toEqual([
      'error introduced: a buffered read can now return zeros for what a truncate takes away (ext4, delalloc, mapped extent, 6.9-6.13)',
    ]);
  });

  it('like "ext4: Fix occasional generic/418 failure" closes what 5.5 to 5.12 have', async () => {
    const fixed = diffOf('5.9', 'fs/ext4/file.c', [
      /\tif \(size && flags & IOMAP_DIO_UNWRITTEN\)\n\t\treturn ext4_convert_unwritten_extents\(NULL, inode,\s*offset, size\);\n\n\treturn 0;/,
      [
        '\tif (size && flags & IOMAP_DIO_UNWRITTEN) {',
        '\t\terror = ext4_convert_unwritten_extents(NULL, inode, offset, size);',
        '\t\tif (error < 0)',
        '\t\t\treturn error;',
        '\t}',
        '',
        '\toffset += size;',
        '\tif (offset > i_size_read(inode))',
        '\t\ti_size_write(inode, offset);',
        '',
        '\treturn 0;',
      ].join('\n'),
    ]);
    expect(await told(fixed, '5.10')).toEqual([
      'information fixed: after an extending DIO write has completed, a buffered read could return zeros inside EOF from the page cache against another buffered read (ext4, delalloc, unwritten around EOF, 5.9-5.11)',
    ]);
  });

  const tail =
    'information fixed: a buffered read could return zeros inside EOF against an extending buffered write (ext4, delalloc, block<page, cached hole beyond EOF, 6.5-6.6)';

  it('like "mm/filemap: avoid buffered read/write race to read inconsistent data" closes what 6.6 has', async () => {
    const ordered = diffOf('6.5', 'mm/filemap.c', [
      /(\t\tisize = i_size_read\(inode\);\n\t\tif [^\n]*\n\t\t\tgoto put_folios;\n)/,
      '$1\n\t\tsmp_rmb();\n',
    ]);
    expect(await told(ordered, '6.6')).toEqual([tail]);
  });

  it('like "fs: make the i_size_read/write helpers be smp_load_acquire/store_release()" closes the same', async () => {
    const acquire = ['return inode->i_size;', 'return smp_load_acquire(&inode->i_size);'] as const;
    expect(await told(diffOf('6.5', 'include/linux/fs.h', acquire), '6.6')).toEqual([tail]);
    const once = ['return inode->i_size;', 'return READ_ONCE(inode->i_size);'] as const;
    expect(await told(diffOf('6.5', 'include/linux/fs.h', once), '6.6')).toEqual([]);
  });

  it('that makes no use of the acquire opens what 6.9 has closed, and its trace says what was read late', async () => {
    const relaxed = diffOf('6.9', 'include/linux/fs.h', [
      'return smp_load_acquire(&inode->i_size);',
      'return READ_ONCE(inode->i_size);',
    ]);
    const { findings } = await report(relaxed, { kernel: '6.12' });
    expect(findings.map(({ change, rule }) => [change, rule])).toEqual([['introduced', 'size-ordering']]);
    const late = findings[0]!.timeline.steps.filter(({ reordered }) => reordered !== undefined);
    expect(late.map(({ reordered, text }) => [reordered, text])).toEqual([
      ['issued', 'inode->i_size: reads 4096'],
      ['late', 'inode->i_size: reads 4096'],
    ]);
  });

  it('like "xfs: update i_size after unwritten conversion in dio completion" closes what 4.8 to 4.13 have', async () => {
    const fixed = [
      diffOf(
        '4.12',
        'fs/xfs/xfs_iomap.c',
        [/(xfs_iomap_write_unwritten\([^)]*count)\)/, '$1,\n\tbool\t\tupdate_isize)'],
        [
          /(i_size = offset \+ count;\n)\n(\ti_size = xfs_new_eof)/,
          '$1\tif (update_isize && i_size > i_size_read(VFS_I(ip)))\n\t\ti_size_write(VFS_I(ip), i_size);\n$2',
        ],
      ),
      diffOf('4.12', 'fs/xfs/xfs_aops.c', [
        'xfs_iomap_write_unwritten(ip, offset, size)',
        'xfs_iomap_write_unwritten(ip, offset, size, false)',
      ]),
      diffOf(
        '4.12',
        'fs/xfs/xfs_file.c',
        [/\tif \(offset \+ size > i_size_read\(inode\)\) \{\n[\s\S]*?\t\}\n\n/, ''],
        [
          /\tif \(flags & IOMAP_DIO_UNWRITTEN\)\n[\s\S]*?\treturn error;\n/,
          [
            '\tif (flags & IOMAP_DIO_UNWRITTEN)',
            '\t\treturn xfs_iomap_write_unwritten(ip, offset, size, true);',
            '',
            '\tif (offset + size > i_size_read(inode)) {',
            '\t\ti_size_write(inode, offset + size);',
            '\t\terror = xfs_setfilesize(ip, offset, size);',
            '\t}',
            '\treturn error;',
            '',
          ].join('\n'),
        ],
      ),
    ].join('');
    const found = await told(fixed, '4.13');
    expect(found).toEqual([
      // What the completion of an AIO write does not do before 4.14: it drops no page.
      'warning left: after an AIO extending DIO write has completed, a buffered read can still return zeros inside EOF from the page cache against another buffered read (XFS, unwritten around EOF, 4.12-4.13)',
      'information fixed: a DIO read could return zeros inside EOF against an AIO extending DIO write and an AIO completion (XFS, block=page, hole beyond EOF, 4.12-4.13)',
      'information fixed: a DIO read could return zeros inside EOF against an extending DIO write (XFS, block=page, hole beyond EOF, 4.12-4.13)',
    ]);
  });

  it('that moves i_size before the conversion brings an error, blamed on its line', async () => {
    const text = diffOf('6.5', 'fs/xfs/xfs_file.c', [
      /\tif \(flags & IOMAP_DIO_UNWRITTEN\)/,
      '\tif (offset + size > i_size_read(inode))\n\t\ti_size_write(inode, offset + size);\n$&',
    ]);
    const { findings } = await report(text, { kernel: '6.12' });
    expect(findings.map(({ rule, severity, change }) => `${rule} ${severity} ${change}`)).toEqual([
      'size-ordering error introduced',
      'size-ordering error introduced',
    ]);
    const lines = text
      .split('\n')
      .slice(findings[0]!.line - 1, findings[0]!.endLine)
      .join('\n');
    expect(lines).toContain('i_size_write(inode, offset + size)');
  });

  it('that leaves zeros in the page cache brings a warning, as mixing buffered and direct I/O is argued about', async () => {
    const text = diffOf('5.15', 'fs/ext4/file.c', [
      /\tpos \+= size;\n\tif \(pos > i_size_read\(inode\)\)\n\t\ti_size_write\(inode, pos\);\n/,
      '',
    ]);
    expect(await told(text, '6.1')).toEqual([
      'warning introduced: after an extending DIO write has completed, a buffered read can now return zeros inside EOF from the page cache against another buffered read (ext4, delalloc, unwritten around EOF, 5.15-6.4)',
    ]);
  });

  it.each([
    [
      'reads i_size once more',
      'fs/xfs/xfs_file.c',
      /(\tif \(flags & IOMAP_DIO_COW\))/,
      '\toffset = min(offset, i_size_read(inode) + offset);\n$1',
    ],
    [
      'moves i_size under the same lock with another test',
      'fs/xfs/xfs_file.c',
      /offset \+ size > i_size_read\(inode\)\) \{/,
      'i_size_read(inode) < offset + size) {',
    ],
    [
      'asks for i_size by its field',
      'fs/ext4/file.c',
      /pos \+ size <= i_size_read\(inode\)/,
      'pos + size <= inode->i_size',
    ],
  ])('that %s has none', async (_, path, find, replace) => {
    const { findings } = await report(diffOf('6.5', path, [find, replace]), { kernel: '6.12' });
    expect(findings).toEqual([]);
  });

  it('that drops no page when the write has ended is told once, as a stale page cache', async () => {
    const text = diffOf('6.5', 'fs/iomap/direct-io.c', [
      /\tif \(!dio->error && dio->size && \(dio->flags & IOMAP_DIO_WRITE\)\)\n[^\n]*\n/,
      '',
    ]);
    const { findings } = await report(text, { kernel: '6.12' });
    expect([...new Set(findings.map(({ rule }) => rule))]).toEqual(['stale-page-cache']);
  });
});

describe('an extending AIO write that ext4 does not wait for', () => {
  it.each([
    ['5.5', 'is_sync_kiocb(iocb) || unaligned_aio || extend', 'is_sync_kiocb(iocb) || unaligned_aio'],
    [
      '5.15',
      '(unaligned_io || extend) ? IOMAP_DIO_FORCE_WAIT : 0',
      'unaligned_io ? IOMAP_DIO_FORCE_WAIT : 0',
    ],
    ['6.5', 'if (!*ilock_shared && (unaligned_io || *extend)) {', 'if (!*ilock_shared && unaligned_io) {'],
  ] as const)(
    '%s: gives its blocks back while the bio is in flight, which is said',
    async (era, find, to) => {
      const { verdicts, notModelled } = await report(diffOf(era, 'fs/ext4/file.c', [find, to]), {
        kernel: era,
      });
      expect(notModelled.map(({ reason }) => reason).join()).toContain(
        'what ext4_truncate_failed_write() takes away behind EOF, with a bio in flight, is not modelled (ext4/extending-aio-dio-write',
      );
      expect(verdicts.filter(({ scenario }) => scenario.id.includes('extending-aio'))).toEqual([]);
    },
  );
});
