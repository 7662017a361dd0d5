/** Direct writes of part of a block against others of the same block, as the paths are and with one thing wrong. */

import { describe, expect, it } from 'vitest';
import { scenariosOf } from '../../server/src/kernel/scenarios.js';
import type { PropertyId } from '../../server/src/review/report.js';
import { bundledEras } from '../../server/src/source/bundled.js';
import { eraCode, mutated, runs, said, scenario, type Mutation } from './code.js';
import { changes, diffOf, linesWith, report } from './patches.js';

const ALL = (['ext4', 'xfs'] as const).flatMap(scenariosOf).filter(({ id }) => id.includes('unaligned'));

/**
 * XFS drained before an unaligned write, but let it go on alone until "xfs: serialize unaligned dio writes against all
 * other dio writes" (5.1), and ext4 until "ext4: fix data corruption caused by overlapping unaligned and aligned IO"
 * (5.2). ext4 drained only where the unaligned write itself was asynchronous until 5.5.
 */
const EXT4_SYNC = ['ext4/aio-dio-write+unaligned-dio-write/delalloc/unwritten'];
const LET_GO_ON = [
  'ext4/unaligned-aio-dio-write+dio-write/delalloc/unwritten',
  ...EXT4_SYNC,
  'ext4/aio-dio-write+unaligned-aio-dio-write/delalloc/unwritten',
  'xfs/unaligned-aio-dio-write+dio-write/unwritten',
];
/** Under IOCB_NOWAIT, see lock-left-held.test.ts. */
const LOCK_LEFT_HELD = 'xfs/unaligned-dio-write/failing-calls/unwritten';
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  '4.10': LET_GO_ON,
  '4.11': LET_GO_ON,
  '4.12': LET_GO_ON,
  '4.14': [...LET_GO_ON, LOCK_LEFT_HELD],
  '4.19': [...LET_GO_ON, LOCK_LEFT_HELD],
  '5.3': EXT4_SYNC,
  '5.5': EXT4_SYNC,
};

describe('the releases', () => {
  it.each(bundledEras().map(({ id }) => id))('%s: those that are known', (era) => {
    const code = eraCode(era);
    const verdicts = ALL.flatMap((one) =>
      one.asks.map((property) => [one.id, said(runs.run(code, one), property)] as const),
    );
    const others = verdicts.filter(([, verdict]) => verdict !== 'none');
    expect(others).toEqual((KNOWN[era] ?? []).map((id) => [id, 'race']));
  });
});

const id = (fs: 'ext4' | 'xfs', actors: string, start = 'unwritten'): string =>
  `${fs}/${actors}${fs === 'ext4' ? '/delalloc' : ''}/${start}`;

type Row = readonly [
  what: string,
  mutation: Mutation,
  property: PropertyId,
  races: readonly string[],
  safe: readonly string[],
];

const TWO = 'unaligned-dio-write+unaligned-dio-write';
const AIO_FIRST = 'unaligned-aio-dio-write+dio-write';
const AIO_WHOLE = 'aio-dio-write+unaligned-dio-write';
const AIO_BOTH = 'aio-dio-write+unaligned-aio-dio-write';

const CHANGES: readonly Row[] = [
  [
    'XFS leaves the page cache as it is before it overwrites part of a block',
    {
      era: '6.5',
      path: 'fs/iomap/direct-io.c',
      function: '__iomap_dio_rw',
      find: 'ret = kiocb_invalidate_pages(iocb, iomi.len);',
      replace: 'ret = (dio_flags & IOMAP_DIO_OVERWRITE_ONLY) ? 0 : kiocb_invalidate_pages(iocb, iomi.len);',
    },
    'P5',
    ['xfs/unaligned-dio-write+writeback/dirty-page'],
    [id('xfs', TWO), 'ext4/unaligned-dio-write+writeback/delalloc/dirty-page'],
  ],
  [
    'XFS does not drain before an unaligned write',
    {
      era: '5.15',
      path: 'fs/xfs/xfs_file.c',
      function: 'xfs_file_dio_write_unaligned',
      find: /\tif \(flags & IOMAP_DIO_FORCE_WAIT\)\n\t\tinode_dio_wait\(VFS_I\(ip\)\);\n/,
      replace: '',
    },
    'P5',
    [id('xfs', AIO_WHOLE)],
    [id('xfs', TWO), id('xfs', AIO_FIRST)],
  ],
  [
    'XFS does not wait for an unaligned write that allocates',
    {
      era: '6.5',
      path: 'fs/iomap/direct-io.c',
      function: '__iomap_dio_rw',
      find: /is_sync_kiocb\(iocb\) \|\| \(dio_flags & IOMAP_DIO_FORCE_WAIT\)/,
      replace: 'is_sync_kiocb(iocb)',
    },
    'P5',
    [id('xfs', AIO_FIRST), id('ext4', AIO_FIRST)],
    [id('xfs', TWO), id('ext4', TWO)],
  ],
  [
    'XFS takes the lock shared when it tries again',
    {
      era: '5.15',
      path: 'fs/xfs/xfs_file.c',
      function: 'xfs_file_dio_write_unaligned',
      find: 'iolock = XFS_IOLOCK_EXCL;',
      replace: 'iolock = XFS_IOLOCK_SHARED;',
    },
    'P5',
    [id('xfs', TWO), id('xfs', TWO, 'hole')],
    [],
  ],
  [
    'XFS writes part of an unwritten block under the shared lock',
    {
      era: '5.15',
      path: 'fs/xfs/xfs_iomap.c',
      function: 'xfs_direct_write_iomap_begin',
      find: /\t\terror = -EAGAIN;\n\t\tif \(imap\.br_state[\s\S]*?goto out_unlock;\n/,
      replace: '',
    },
    'P5',
    [id('xfs', TWO)],
    [id('xfs', TWO, 'hole')],
  ],
  [
    'XFS does not drain before it writes part of an unwritten block',
    {
      era: '5.12',
      path: 'fs/xfs/xfs_file.c',
      function: 'xfs_file_dio_write_unaligned',
      find: /\tif \(flags & IOMAP_DIO_FORCE_WAIT\)\n\t\tinode_dio_wait\(VFS_I\(ip\)\);\n/,
      replace: '',
    },
    'P5',
    [id('xfs', AIO_WHOLE)],
    [id('xfs', TWO)],
  ],
  [
    'XFS before 5.12 takes the lock shared for all',
    {
      era: '5.9',
      path: 'fs/xfs/xfs_file.c',
      function: 'xfs_file_dio_aio_write',
      find: 'iolock = XFS_IOLOCK_EXCL;',
      replace: 'iolock = XFS_IOLOCK_SHARED;',
    },
    'P5',
    [id('xfs', TWO)],
    [],
  ],
  [
    'XFS returns with the lock held where there is I/O to drain',
    {
      era: '5.9',
      path: 'fs/xfs/xfs_file.c',
      function: 'xfs_file_dio_aio_write',
      find: '\t\tinode_dio_wait(inode);',
      replace: '\t\tif (atomic_read(&inode->i_dio_count))\n\t\t\treturn -EAGAIN;',
    },
    'P7',
    [id('xfs', AIO_WHOLE)],
    [id('xfs', TWO)],
  ],
  [
    'XFS waits for itself: it counts before it drains',
    {
      era: '5.9',
      path: 'fs/xfs/xfs_file.c',
      function: 'xfs_file_dio_aio_write',
      find: '\t\tinode_dio_wait(inode);',
      replace: '\t\tinode_dio_begin(inode);\n$&',
    },
    'P7',
    [id('xfs', TWO), id('xfs', AIO_FIRST), id('xfs', AIO_WHOLE)],
    [],
  ],
  [
    'ext4 keeps the shared lock over unwritten blocks',
    {
      era: '6.5',
      path: 'fs/ext4/file.c',
      function: 'ext4_dio_write_checks',
      find: ' || (unaligned_io && *unwritten)',
      replace: '',
    },
    'P5',
    [id('ext4', TWO)],
    [id('ext4', TWO, 'hole')],
  ],
  [
    'ext4 does not drain before an unaligned write',
    {
      era: '5.15',
      path: 'fs/ext4/file.c',
      function: 'ext4_dio_write_iter',
      find: /\tif \(unaligned_io\)\n\t\tinode_dio_wait\(inode\);\n/,
      replace: '',
    },
    'P5',
    [id('ext4', AIO_WHOLE)],
    [id('ext4', TWO)],
  ],
  [
    'ext4 before 5.5 does not wait for the conversions before an unaligned AIO write',
    {
      era: '5.3',
      path: 'fs/ext4/file.c',
      function: 'ext4_file_write_iter',
      find: '\t\tunaligned_aio = 1;\n\t\text4_unwritten_wait(inode);',
      replace: '\t\tunaligned_aio = 1;',
    },
    'P5',
    [id('ext4', AIO_BOTH)],
    [id('ext4', TWO), id('ext4', AIO_FIRST)],
  ],
  [
    'ext4 before 5.5 lets an unaligned AIO write go on alone',
    {
      era: '5.3',
      path: 'fs/ext4/file.c',
      function: 'ext4_file_write_iter',
      find: '\tif (ret == -EIOCBQUEUED && unaligned_aio)\n\t\text4_unwritten_wait(inode);\n',
      replace: '',
    },
    'P5',
    [id('ext4', AIO_FIRST), id('ext4', AIO_BOTH)],
    [id('ext4', TWO)],
  ],
  [
    'ext4 before 5.5 counts an asynchronous write and does not take it off the count',
    {
      era: '5.3',
      path: 'fs/ext4/inode.c',
      function: 'ext4_end_io_dio',
      find: '\text4_put_io_end(io_end);\n',
      replace: '',
    },
    'P7',
    [id('ext4', AIO_FIRST), id('ext4', AIO_BOTH)],
    [],
  ],
  [
    'fs/direct-io.c leaves what is behind the write as it was on the disk',
    {
      era: '4.19',
      path: 'fs/direct-io.c',
      function: 'do_blockdev_direct_IO',
      find: '\tdio_zero_block(dio, &sdio, 1, &map_bh);\n',
      replace: '',
    },
    'P1',
    [id('ext4', 'unaligned-dio-write+dio-read')],
    [],
  ],
  [
    'iomap leaves what is behind the write as it was on the disk',
    {
      era: '6.5',
      path: 'fs/iomap/direct-io.c',
      function: 'iomap_dio_bio_iter',
      find: 'ret = iomap_dio_zero(iter, dio, pos, pad);',
      replace: '',
    },
    'P1',
    [id('xfs', 'unaligned-dio-write+dio-read'), id('ext4', 'unaligned-dio-write+dio-read')],
    [],
  ],
];

describe('a change for the worse', () => {
  it.each(CHANGES)('%s', (_, mutation, property, races, safe) => {
    const code = mutated(mutation);
    const verdicts = [...races, ...safe].map((one) => [one, said(runs.run(code, scenario(one)), property)]);
    expect(verdicts).toEqual([...races.map((one) => [one, 'race']), ...safe.map((one) => [one, 'none'])]);
  });

  it('of the lock that is left held is seen where only unaligned writes run', () => {
    const code = mutated({
      era: '5.15',
      path: 'fs/xfs/xfs_file.c',
      function: 'xfs_file_dio_write_unaligned',
      find: '\t\txfs_iunlock(ip, iolock);\n\t\tgoto retry_exclusive;',
      replace: '\t\tgoto retry_exclusive;',
    });
    expect(said(runs.run(code, scenario('xfs/unaligned-dio-write/failing-calls/unwritten')), 'P7')).toBe(
      'race',
    );
  });
});

describe('a patch', () => {
  it('that does not drain is blamed on its line, in the words of the lists', async () => {
    const diff = diffOf('5.15', 'fs/xfs/xfs_file.c', [
      /\tif \(flags & IOMAP_DIO_FORCE_WAIT\)\n\t\tinode_dio_wait\(VFS_I\(ip\)\);\n\n/,
      '',
    ]);
    const all = await report(diff, { kernel: '5.15' });
    expect(all.findings.map(({ message }) => message)).toEqual([
      'an unaligned DIO write can now overwrite the data of an AIO DIO write with zeros, in the part of a block that is not its own (XFS, unwritten extent, 5.15-6.4)',
    ]);
    expect(all.findings[0]!.line).toBe(linesWith(diff, 'FORCE_WAIT)')[0]);
  });

  it('that waits for the conversion after an asynchronous write closes the race of 4.19', async () => {
    const diff = diffOf('4.19', 'fs/ext4/file.c', [
      'ret = __generic_file_write_iter(iocb, from);\n',
      '$&\tif (ret == -EIOCBQUEUED && unaligned_aio)\n\t\text4_unwritten_wait(inode);\n',
    ]);
    const all = changes(await report(diff, { kernel: '4.19' }));
    expect(all.filter((one) => one.startsWith('P5'))).toEqual([
      'P5 ext4/aio-dio-write+unaligned-aio-dio-write/delalloc/unwritten@4.19-5.2: race -> none fixed',
      'P5 ext4/unaligned-aio-dio-write+dio-write/delalloc/unwritten@4.19-5.2: race -> none fixed',
    ]);
  });

  it('that waits where it did not closes the race', async () => {
    const diff = diffOf('5.5', 'fs/ext4/file.c', [
      '\t    !is_sync_kiocb(iocb) && ext4_unaligned_aio(',
      '\t    ext4_unaligned_aio(',
    ]);
    const fixed = changes(await report(diff, { kernel: '5.5' })).filter((one) => one.startsWith('P5'));
    expect(fixed).toEqual([
      'P5 ext4/aio-dio-write+unaligned-dio-write/delalloc/unwritten@5.5: race -> none fixed',
    ]);
  });
});
