/** P4: direct I/O against truncate and punch hole, on the bundled paths as they are and with one thing wrong. */

import { describe, expect, it } from 'vitest';
import { scenariosOf } from '../../server/src/kernel/scenarios.js';
import type { ExploredRun } from '../../server/src/review/judge.js';
import { readTrace } from '../../server/src/review/timeline.js';
import { bundledEras } from '../../server/src/source/bundled.js';
import type { EraId } from '../../server/src/source/eras.js';
import { eraCode, mutated, runs, said, scenario, type Mutation } from './code.js';
import { changes, diffOf, report } from './patches.js';

const idOf = (fs: string, io: string, by: string): string =>
  `${fs}/${io}+${by}${fs === 'ext4' ? '/delalloc' : ''}/mapped`;

const ALL = (['ext4', 'xfs'] as const).flatMap(scenariosOf).filter(({ asks }) => asks.includes('P4'));

/** Whoever is in flight already makes the caller wait, and another begins meanwhile. */
const LATER = idOf('ext4', 'aio-dio-read+later-aio-dio-read', 'punch-hole');

/**
 * Without a journal a truncate did not wait for direct I/O until "ext4: wait for outstanding dio during truncate in
 * nojournal mode" (5.3).
 */
const NOJOURNAL = ['aio-dio-read', 'aio-dio-write'].map(
  (io) => `ext4/${io}+truncate/delalloc/no-journal/mapped`,
);
const BEFORE_5_3: readonly EraId[] = ['4.10', '4.11', '4.12', '4.14', '4.19'];

/** xfs_shift_file_space() writes back and drops pages, and waits for nobody; xfs_prepare_shift() of 4.19 does. */
const XFS_INSERT = idOf('xfs', 'aio-dio-write', 'insert-range');
const BEFORE_4_19: readonly EraId[] = ['4.10', '4.11', '4.12', '4.14'];

const isKnown = (era: EraId, id: string): boolean =>
  (NOJOURNAL.includes(id) && BEFORE_5_3.includes(era)) || (id === XFS_INSERT && BEFORE_4_19.includes(era));

const unpatched = bundledEras().flatMap(({ id }) =>
  ALL.map((one) => [id, one.id, isKnown(id, one.id) ? 'race' : 'none'] as const),
);

/** No other release from 4.8 on is known to take blocks away under direct I/O. */
describe('the releases', () => {
  it.each(unpatched)('%s %s: %s', (era, id, expected) => {
    expect(said(runs.run(eraCode(era), scenario(id)), 'P4')).toBe(expected);
  });

  it('that do not wait without a journal do with one: to take that wait away is a race of its own', async () => {
    const text = diffOf('4.10', 'fs/ext4/inode.c', [
      /(ext4_should_journal_data\(inode\)\) \{\n.*\n)\t*inode_dio_wait\(inode\);\n/,
      '$1',
    ]);
    expect(changes(await report(text, { kernel: '4.10' })).filter((row) => row.startsWith('P4'))).toEqual([
      'P4 ext4/aio-dio-read+later-aio-dio-read+truncate/delalloc/mapped@4.8-4.10: none -> race introduced',
      'P4 ext4/aio-dio-read+truncate/delalloc/mapped@4.8-4.10: none -> race introduced',
      'P4 ext4/aio-dio-write+truncate/delalloc/mapped@4.8-4.10: none -> race introduced',
      'P4 ext4/dio-write+truncate/delalloc/dioread_nolock/mapped@4.8-4.10: none -> race introduced',
    ]);
  });
});

const setattr = { era: '5.15', path: 'fs/ext4/inode.c', function: 'ext4_setattr' } as const;
const punch = { era: '5.15', path: 'fs/ext4/inode.c', function: 'ext4_punch_hole' } as const;
const xfsSize = { era: '5.15', path: 'fs/xfs/xfs_iops.c', function: 'xfs_setattr_size' } as const;
const fallocate = { era: '5.15', path: 'fs/xfs/xfs_file.c', function: 'xfs_file_fallocate' } as const;
const ext4Read = { era: '5.15', path: 'fs/ext4/file.c', function: 'ext4_dio_read_iter' } as const;
const iomap = { era: '5.15', path: 'fs/iomap/direct-io.c', function: '__iomap_dio_rw' } as const;

const WAIT = /\n\t*inode_dio_wait\(inode\);/;
const EXT4_PUNCH_WITHOUT: Mutation = { ...punch, find: WAIT, replace: '' };
const EXT4_WITHOUT: Mutation = { ...setattr, find: WAIT, replace: '' };

type Row = readonly [what: string, mutation: Mutation, races: readonly string[], safe: readonly string[]];

/** What each change opens, and what the lock of synchronous I/O or another path keeps closed. */
const CHANGES: readonly Row[] = [
  [
    'no wait in ext4_setattr(): asynchronous I/O is in flight without i_rwsem',
    EXT4_WITHOUT,
    [idOf('ext4', 'aio-dio-read', 'truncate'), idOf('ext4', 'aio-dio-write', 'truncate')],
    [idOf('ext4', 'dio-read', 'truncate'), idOf('ext4', 'dio-write', 'punch-hole')],
  ],
  [
    'no wait in ext4_punch_hole()',
    EXT4_PUNCH_WITHOUT,
    [idOf('ext4', 'aio-dio-read', 'punch-hole'), idOf('ext4', 'aio-dio-write', 'punch-hole')],
    [idOf('ext4', 'dio-write', 'punch-hole'), idOf('ext4', 'aio-dio-read', 'truncate')],
  ],
  [
    'ext4_punch_hole() waits before it has the lock: direct I/O begins between the two',
    {
      ...punch,
      find: /\tinode_lock\(inode\);\n([\s\S]*?)\n\tinode_dio_wait\(inode\);/,
      replace: '\tinode_dio_wait(inode);\n\tinode_lock(inode);\n$1',
    },
    [idOf('ext4', 'aio-dio-read', 'punch-hole'), idOf('ext4', 'aio-dio-write', 'punch-hole')],
    [idOf('ext4', 'dio-write', 'punch-hole')],
  ],
  [
    'ext4_punch_hole() gives the lock back while it waits: direct I/O begins after the wait',
    {
      ...punch,
      find: WAIT,
      replace:
        '\n\tif (atomic_read(&inode->i_dio_count)) {\n\t\tinode_unlock(inode);\n\t\tinode_dio_wait(inode);\n\t\tinode_lock(inode);\n\t}',
    },
    [LATER],
    [idOf('ext4', 'aio-dio-read', 'punch-hole'), idOf('ext4', 'aio-dio-write', 'punch-hole')],
  ],
  [
    'ext4_dio_read_iter() takes no lock: a read begins after the wait',
    {
      ...ext4Read,
      find: /\tif \(iocb->ki_flags & IOCB_NOWAIT\)[\s\S]*?\tret = iomap_dio_rw([^;]*;)\n\tinode_unlock_shared\(inode\);/,
      replace: '\tret = iomap_dio_rw$1',
    },
    [idOf('ext4', 'dio-read', 'truncate'), idOf('ext4', 'aio-dio-read', 'punch-hole')],
    [idOf('ext4', 'dio-write', 'punch-hole')],
  ],
  [
    'no wait in xfs_setattr_size()',
    { ...xfsSize, find: WAIT, replace: '' },
    [idOf('xfs', 'aio-dio-read', 'truncate'), idOf('xfs', 'aio-dio-write', 'truncate')],
    [idOf('xfs', 'dio-read', 'truncate'), idOf('xfs', 'dio-write', 'punch-hole')],
  ],
  [
    'no wait in xfs_file_fallocate()',
    { ...fallocate, find: WAIT, replace: '' },
    [idOf('xfs', 'aio-dio-read', 'punch-hole'), idOf('xfs', 'aio-dio-write', 'punch-hole'), XFS_INSERT],
    [idOf('xfs', 'dio-write', 'punch-hole'), idOf('xfs', 'aio-dio-read', 'truncate')],
  ],
  [
    'xfs_file_fallocate() takes the IOLOCK shared: a read begins after the wait',
    { ...fallocate, find: 'XFS_IOLOCK_EXCL', replace: 'XFS_IOLOCK_SHARED' },
    [idOf('xfs', 'aio-dio-read', 'punch-hole'), idOf('xfs', 'dio-write', 'punch-hole')],
    [idOf('xfs', 'dio-read', 'truncate')],
  ],
  [
    'no wait in ext4_insert_range(): what is in flight goes to a block that stands elsewhere by then',
    { era: '5.15', path: 'fs/ext4/extents.c', function: 'ext4_insert_range', find: WAIT, replace: '' },
    [idOf('ext4', 'aio-dio-write', 'insert-range')],
    [idOf('ext4', 'aio-dio-write', 'collapse-range')],
  ],
  [
    'ext4_direct_IO_write() counts after an overwrite has given the inode lock back',
    {
      era: '5.3',
      path: 'fs/ext4/inode.c',
      function: 'ext4_direct_IO_write',
      find: /\tinode_dio_begin\(inode\);\n([\s\S]*?\t\tinode_unlock\(inode\);\n)/,
      replace: '$1\tinode_dio_begin(inode);\n',
    },
    ['truncate', 'punch-hole'].map((by) => `ext4/dio-write+${by}/delalloc/dioread_nolock/mapped`),
    [idOf('ext4', 'aio-dio-write', 'truncate')],
  ],
  [
    'no inode_dio_begin(): nobody has anything to wait for',
    { ...iomap, find: '\tinode_dio_begin(inode);\n', replace: '' },
    [idOf('ext4', 'aio-dio-read', 'truncate'), idOf('xfs', 'aio-dio-write', 'punch-hole')],
    [idOf('ext4', 'dio-read', 'truncate')],
  ],
];

describe('a change for the worse', () => {
  it.each(CHANGES)('%s', (_, mutation, races, safe) => {
    const code = mutated(mutation);
    const verdicts = (ids: readonly string[]) => ids.map((id) => said(runs.run(code, scenario(id)), 'P4'));
    expect(verdicts(races)).toEqual(races.map(() => 'race'));
    expect(verdicts(safe)).toEqual(safe.map(() => 'none'));
  });

  it('is told up to the bio that uses the freed block', () => {
    const run = runs.run(
      mutated(EXT4_WITHOUT),
      scenario(idOf('ext4', 'aio-dio-read', 'truncate')),
    ) as ExploredRun;
    const { timeline } = readTrace(run, 'P4', 'lkmm', 'f')!;
    expect(timeline.actors).toEqual(['AIO DIO read', 'AIO completion', 'truncate']);
    expect(timeline.steps.at(-1)!.effects.join()).toMatch(/FREED/);
    expect(timeline.steps.map(({ text }) => text).join('\n')).toMatch(/frees the blocks/);
  });
});

describe('a patch', () => {
  it('that drops the wait is blamed on its line, in the words of the lists', async () => {
    const text = diffOf('5.15', 'fs/ext4/inode.c', [WAIT, '']);
    const { findings } = await report(text, { kernel: '6.1' });
    expect([...new Set(findings.map(({ rule, change }) => `${rule} ${change}`))]).toEqual([
      'dio-after-free introduced',
    ]);
    expect(findings.map(({ message, scenarios }) => `${scenarios.length}: ${message}`)).toEqual([
      '3: the bio of an AIO DIO read can now read blocks that a punch hole has freed (ext4, delalloc, mapped extent, 5.15-6.4); likewise AIO DIO write + punch hole',
    ]);
  });

  it('that drops the wait of an insert range says that blocks are moved', async () => {
    const text = diffOf('5.15', 'fs/ext4/extents.c', [
      /(ext4_insert_range[^]*?)\n\tinode_dio_wait\(inode\);/,
      '$1',
    ]);
    const { findings } = await report(text, { kernel: '6.1' });
    expect(findings.map(({ message }) => message)).toEqual([
      'the bio of an AIO DIO write can now write blocks that an insert range has moved (ext4, delalloc, mapped extent, 5.15-6.4)',
    ]);
  });
});

describe('a wait that leaves out the modes which keep the size', () => {
  it.each([
    ['6.5', 'fs/xfs/xfs_file.c', 'xfs'],
    ['6.14', 'fs/ext4/extents.c', 'ext4'],
  ] as const)('%s, %s: leaves out punching holes', async (era, path, fs) => {
    const text = diffOf(era, path, [
      /\n(\tinode_dio_wait\(inode\);\n)/,
      '\n\tif (!(mode & FALLOC_FL_KEEP_SIZE))\n\t$1',
    ]);
    const all = changes(await report(text, { kernel: era })).map((one) => one.replace(/@[^:]*/, ''));
    expect(all).toEqual(
      ['aio-dio-read+later-aio-dio-read', 'aio-dio-read', 'aio-dio-write'].map(
        (io) => `P4 ${idOf(fs, io, 'punch-hole')}: none -> race introduced`,
      ),
    );
  });
});
