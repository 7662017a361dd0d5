/**
 * P7: a path that returns with a lock held, or drops one that it does not hold, whoever runs beside it; every call that
 * can fail fails in its turn.
 */

import { describe, expect, it } from 'vitest';
import { scenariosOf } from '../../server/src/kernel/scenarios.js';
import { bundledEras } from '../../server/src/source/bundled.js';
import { eraCode, mutated, runs, said, scenario, type Mutation } from './code.js';
import { diffOf, linesWith, report } from './patches.js';

const ALONE = (['ext4', 'xfs'] as const)
  .flatMap(scenariosOf)
  .filter(({ asks, actors }) => asks.includes('P7') && actors.every(({ faults }) => faults));

const unpatched = bundledEras().flatMap(({ id }) => ALONE.map((one) => [id, one.id, one] as const));

/**
 * Of the releases from 4.8 on only one thing is known: an unaligned XFS write under IOCB_NOWAIT that finds other direct
 * I/O in flight returns with the IOLOCK held, from "xfs: nowait aio support" (4.13) on.
 */
const LEFT_HELD: Readonly<Record<string, string>> = {
  '4.14': 'xfs/unaligned-dio-write/failing-calls/unwritten',
  '4.19': 'xfs/unaligned-dio-write/failing-calls/unwritten',
};

describe('the releases', () => {
  it.each(unpatched)('%s %s: as is known', (era, id, one) => {
    expect(said(runs.run(eraCode(era), one), 'P7')).toBe(LEFT_HELD[era] === id ? 'race' : 'none');
  });
});

const READ = 'ext4/dio-read/delalloc/failing-calls/mapped';
const WRITE = 'ext4/dio-write/delalloc/failing-calls/unwritten';
const UNALIGNED = 'ext4/unaligned-dio-write/delalloc/failing-calls/unwritten';
const EXTENDING = 'ext4/extending-dio-write/delalloc/failing-calls/hole-beyond-EOF';
const BUFFERED = 'ext4/buffered-write/delalloc/failing-calls/hole';
const FAULT = 'ext4/write-fault/delalloc/failing-calls/hole';
const PUNCH = 'ext4/punch-hole/delalloc/failing-calls/mapped';
const TRUNCATE = 'ext4/truncate/delalloc/failing-calls/mapped';
const XFS_FAULT = 'xfs/write-fault/failing-calls/hole';
const XFS_WRITE = 'xfs/dio-write/failing-calls/unwritten';
const XFS_AIO_WRITE = 'xfs/aio-dio-write/failing-calls/unwritten';

const ext4File = { era: '5.15', path: 'fs/ext4/file.c' } as const;
const ext4Inode = { era: '5.15', path: 'fs/ext4/inode.c' } as const;
const xfsFile = { era: '6.5', path: 'fs/xfs/xfs_file.c' } as const;

type Row = readonly [what: string, mutation: Mutation, held: readonly string[], safe: readonly string[]];

const CHANGES: readonly Row[] = [
  [
    'a write fault that leaves the page locked where ext4 cannot reserve a block',
    {
      era: '6.5',
      path: 'fs/buffer.c',
      function: 'block_page_mkwrite',
      find: /(out_unlock:\n)\tfolio_unlock\(folio\);\n/,
      replace: '$1',
    },
    [FAULT],
    [XFS_FAULT, BUFFERED],
  ],
  [
    'the same in iomap, for XFS',
    {
      era: '6.5',
      path: 'fs/iomap/buffered-io.c',
      function: 'iomap_page_mkwrite',
      find: /(out_unlock:\n)\tfolio_unlock\(folio\);\n/,
      replace: '$1',
    },
    [XFS_FAULT],
    [FAULT],
  ],
  [
    'a new way out of a read between lock and unlock',
    {
      ...ext4File,
      function: 'ext4_dio_read_iter',
      find: '\tret = iomap_dio_rw(',
      replace: '\tif (inode_is_quiet(inode))\n\t\treturn -EINVAL;\n$&',
    },
    [READ],
    [WRITE, TRUNCATE],
  ],
  [
    'a write that must not wait and returns before the unlock',
    {
      ...ext4File,
      function: 'ext4_dio_write_iter',
      find: /(\(unaligned_io \|\| extend\)\)) \{\n\t\tret = -EAGAIN;\n\t\tgoto out;\n\t\}/,
      replace: '$1\n\t\treturn -EAGAIN;',
    },
    [UNALIGNED, EXTENDING],
    [WRITE, READ],
  ],
  [
    'an extending write that returns where the orphan list cannot take it',
    {
      ...ext4File,
      function: 'ext4_dio_write_iter',
      find: /(ret = ext4_orphan_add[^]*?)goto out;/,
      replace: '$1return ret;',
    },
    [EXTENDING],
    [UNALIGNED, WRITE],
  ],
  [
    'a read that goes to the page cache, and drops the lock there and once more at the end',
    {
      ...ext4File,
      function: 'ext4_dio_read_iter',
      find: /return (generic_file_read_iter\(iocb, to\);)(\n\t\}[^]*?)(\tinode_unlock_shared\(inode\);\n(?![^]*inode_unlock_shared))/,
      replace: 'ret = $1\n\t\tgoto out;$2out:\n$3',
    },
    [READ],
    [WRITE, TRUNCATE],
  ],
  [
    'a collapse range that keeps invalidate_lock where the flush fails',
    {
      era: '5.15',
      path: 'fs/ext4/extents.c',
      function: 'ext4_collapse_range',
      find: /(ioffset, offset\);\n\tif \(ret\)\n\t\tgoto )out_mmap;/,
      replace: '$1out_mutex;',
    },
    ['ext4/collapse-range/delalloc/failing-calls/mapped'],
    ['ext4/insert-range/delalloc/failing-calls/mapped', 'ext4/zero-range/delalloc/failing-calls/mapped'],
  ],
  [
    'writeback that keeps its page locked where the blocks cannot be allocated',
    {
      era: '6.5',
      path: 'fs/ext4/inode.c',
      function: 'ext4_do_writepages',
      find: /mpage_release_unused_pages\(mpd, give_up_on_write\);/,
      replace: ';',
    },
    ['ext4/writeback/delalloc/failing-calls/delayed'],
    ['xfs/writeback/failing-calls/delayed', PUNCH],
  ],
  [
    'a punch hole that keeps invalidate_lock where the journal cannot start',
    {
      ...ext4Inode,
      function: 'ext4_punch_hole',
      find: 'ret = PTR_ERR(handle);\n\t\tgoto out_dio;',
      replace: 'ret = PTR_ERR(handle);\n\t\tgoto out_mutex;',
    },
    [PUNCH],
    [TRUNCATE, READ],
  ],
  [
    'a punch hole that keeps both where the layout cannot be broken',
    {
      ...ext4Inode,
      function: 'ext4_punch_hole',
      find: /(ret = ext4_break_layouts\(inode\);\n\tif \(ret\)\n\t\t)goto out_dio;/,
      replace: '$1return ret;',
    },
    [PUNCH],
    [TRUNCATE],
  ],
  [
    'a fault that keeps the lock where the journal cannot start',
    {
      ...ext4Inode,
      function: 'ext4_page_mkwrite',
      find: 'filemap_invalidate_unlock_shared(mapping);',
      replace: 'if (!ret)\n\t\tfilemap_invalidate_unlock_shared(mapping);',
    },
    [FAULT],
    [BUFFERED],
  ],
  [
    'an XFS write that returns where the checks fail',
    {
      ...xfsFile,
      function: 'xfs_file_dio_write_aligned',
      find: /(ret = xfs_file_write_checks\(iocb, from, &iolock\);\n\tif \(ret\)\n\t\t)goto out_unlock;/,
      replace: '$1return ret;',
    },
    [XFS_WRITE, XFS_AIO_WRITE],
    ['xfs/dio-read/failing-calls/mapped'],
  ],
  [
    'a punch hole that unlocks twice where the layout cannot be broken',
    {
      ...ext4Inode,
      function: 'ext4_punch_hole',
      find: /(ret = ext4_break_layouts\(inode\);\n\tif \(ret\)) *\n\t\tgoto out_dio;/,
      replace: '$1 {\n\t\tinode_unlock(inode);\n\t\tgoto out_dio;\n\t}',
    },
    [PUNCH],
    [TRUNCATE],
  ],
  [
    'a read that takes the lock shared and drops it exclusive',
    {
      ...ext4File,
      function: 'ext4_dio_read_iter',
      find: /inode_unlock_shared\(inode\)(?![^]*inode_unlock_shared)/,
      replace: 'inode_unlock(inode)',
    },
    [READ],
    [WRITE],
  ],
  [
    'a read that copies to user memory under the lock that a fault takes',
    {
      era: '6.5',
      path: 'fs/ext4/file.c',
      function: 'ext4_file_read_iter',
      find: 'return generic_file_read_iter(iocb, to);',
      replace: `{
		ssize_t ret;

		filemap_invalidate_lock_shared(iocb->ki_filp->f_mapping);
		ret = generic_file_read_iter(iocb, to);
		filemap_invalidate_unlock_shared(iocb->ki_filp->f_mapping);
		return ret;
	}`,
    },
    ['ext4/buffered-read/delalloc/failing-calls/mapped'],
    [READ, BUFFERED],
  ],
  [
    'a read that takes i_rwsem shared twice',
    {
      ...ext4File,
      function: 'ext4_dio_read_iter',
      find: /\tret = iomap_dio_rw\([^;]*;\n/,
      replace: '\tinode_lock_shared(inode);\n$&\tinode_unlock_shared(inode);\n',
    },
    [READ],
    [WRITE],
  ],
  [
    'direct I/O that takes the pages of its buffer under that lock',
    {
      ...ext4File,
      function: 'ext4_dio_read_iter',
      find: /\tret = iomap_dio_rw\([^;]*;\n/,
      replace:
        '\tfilemap_invalidate_lock_shared(inode->i_mapping);\n$&\tfilemap_invalidate_unlock_shared(inode->i_mapping);\n',
    },
    [READ],
    [WRITE],
  ],
  [
    'a read that unlocks a page whose lock it never took',
    {
      era: '6.5',
      path: 'mm/filemap.c',
      function: 'filemap_update_page',
      find: 'if (!folio_trylock(folio))',
      replace: 'if (!folio_test_uptodate(folio))',
    },
    ['ext4/dio-write+buffered-read/delalloc/block=page/unwritten'],
    [READ],
  ],
];

describe('a change for the worse', () => {
  it.each(CHANGES)('%s', (_, mutation, held, safe) => {
    const code = mutated(mutation);
    const verdicts = (ids: readonly string[]) =>
      ids.map((id) => `${id} ${said(runs.run(code, scenario(id)), 'P7')}`);
    expect(verdicts(held)).toEqual(held.map((id) => `${id} race`));
    expect(verdicts(safe)).toEqual(safe.map((id) => `${id} none`));
  });
});

const told = async (text: string): Promise<readonly string[]> => {
  const { findings } = await report(text, { kernel: '6.1' });
  return findings.map(({ message, line }) => `${line}: ${message}`);
};

describe('a patch', () => {
  it('that adds such a way out is told which lock and on which line', async () => {
    const text = diffOf('5.15', 'fs/ext4/file.c', [
      '\tret = iomap_dio_rw(iocb, to, &ext4_iomap_ops, NULL',
      '\tif (inode_is_quiet(inode))\n\t\treturn -EINVAL;\n$&',
    ]);
    expect(await told(text)).toEqual([
      '8: a DIO read can now return with i_rwsem held, and the next one waits for ever (ext4, delalloc, failing calls, mapped extent, 5.15-6.4)',
    ]);
  });

  it('that unlocks twice is told so, and on which line', async () => {
    const text = diffOf('5.15', 'fs/ext4/inode.c', [
      /(ret = ext4_break_layouts\(inode\);\n\tif \(ret\)) *\n\t\tgoto out_dio;(?=[^]*truncate_pagecache_range)/,
      '$1 {\n\t\tinode_unlock(inode);\n\t\tgoto out_dio;\n\t}',
    ]);
    expect(await told(text)).toEqual([
      `${linesWith(text, '+\t\tinode_unlock(')[0]}: a punch hole can now drop i_rwsem without holding it (ext4, delalloc, failing calls, mapped extent, 5.15-6.4)`,
    ]);
  });

  it('that unlocks in another mode than it has locked in is told that', async () => {
    const text = diffOf('5.15', 'fs/ext4/file.c', [
      /inode_unlock_shared\(inode\)(?![^]*inode_unlock_shared)/,
      'inode_unlock(inode)',
    ]);
    expect(await told(text)).toEqual([
      `${linesWith(text, '-\t\tinode_unlock_shared(')[0]}: a DIO write can now drop i_rwsem in another mode than it has taken it (ext4, delalloc, failing calls, unwritten extent, 5.15-6.4)`,
    ]);
  });
});
