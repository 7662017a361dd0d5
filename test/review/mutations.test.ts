/** Bundled paths with one thing wrong: what has to be seen. */

import { describe, expect, it } from 'vitest';
import type { PropertyId } from '../../server/src/review/report.js';
import { eraCode, mutated, runs, said, scenario, type Mutation } from './code.js';

const iomap = { era: '4.14', path: 'fs/iomap.c' } as const;
const directIo = { era: '5.5', path: 'fs/iomap/direct-io.c' } as const;

const SYNC = 'xfs/dio-write+buffered-read/block=page/unwritten';
const SUBPAGE = 'xfs/dio-write+buffered-read/block<page/unwritten';
const AIO = 'xfs/aio-dio-write+buffered-read/block=page/unwritten';
const MAPPED = 'xfs/dio-write+buffered-read/block=page/mapped';
const READ_AND_WRITE = 'xfs/dio-read+buffered-write+writeback/hole';

const WITHOUT_SECOND: Mutation = {
  ...iomap,
  function: 'iomap_dio_complete',
  find: /\terr = invalidate[^;]*;/,
  replace: '',
};
const SECOND_TOO_EARLY: Mutation = {
  ...iomap,
  function: 'iomap_dio_complete',
  find: /(\tif \(dio->end_io\)[\s\S]*?)(\tif \(!dio->error &&[\s\S]*?\n\t}\n)/,
  replace: '$2$1',
};
const WITHOUT_FLUSH: Mutation = {
  ...directIo,
  function: 'iomap_dio_rw',
  find: /ret = filemap_write_and_wait_range\([^;]*;/,
  replace: 'ret = 0;',
};
const WRITTEN_AT_ONCE: Mutation = {
  ...iomap,
  path: 'fs/xfs/xfs_iomap.c',
  function: 'xfs_iomap_write_direct',
  find: 'XFS_BMAPI_PREALLOC',
  replace: '0',
};

type Row = readonly [
  what: string,
  mutation: Mutation,
  scenario: string,
  property: PropertyId,
  expected: string,
];

const SEEN: readonly Row[] = [
  ['no second invalidation', WITHOUT_SECOND, SYNC, 'P2', 'race'],
  ['no second invalidation', WITHOUT_SECOND, SUBPAGE, 'P2', 'race'],
  ['no second invalidation', WITHOUT_SECOND, AIO, 'P2', 'race'],
  ['no second invalidation', WITHOUT_SECOND, MAPPED, 'P2', 'race'],
  ['the second invalidation before end_io', SECOND_TOO_EARLY, SYNC, 'P2', 'race'],
  ['the second invalidation before end_io', SECOND_TOO_EARLY, AIO, 'P2', 'race'],
  ['the second invalidation before end_io', SECOND_TOO_EARLY, MAPPED, 'P2', 'none'],
  ['no flush before a direct read', WITHOUT_FLUSH, READ_AND_WRITE, 'P1', 'race'],
  [
    'no flush before a direct read',
    WITHOUT_FLUSH,
    'ext4/dio-read+buffered-write+writeback/delalloc/hole',
    'P1',
    'race',
  ],
  [
    'a direct write that allocates written blocks',
    WRITTEN_AT_ONCE,
    'xfs/dio-read+dio-write/hole',
    'P1',
    'race',
  ],
  [
    'a fault that allocates written blocks under dioread_nolock',
    {
      era: '5.5',
      path: 'fs/ext4/inode.c',
      function: 'ext4_page_mkwrite',
      find: 'get_block = ext4_get_block_unwritten;',
      replace: 'get_block = ext4_get_block;',
    },
    'ext4/dio-read+fault+writeback/delalloc/dioread_nolock/low-on-space/hole',
    'P1',
    'race',
  ],
  [
    'a direct write that waits for itself',
    {
      ...iomap,
      function: 'iomap_dio_rw',
      find: 'inode_dio_begin(inode);',
      replace: '$&\n\tinode_dio_wait(inode);',
    },
    SYNC,
    'P2',
    'not-modelled',
  ],
];

describe('a change for the worse', () => {
  it.each(SEEN)('%s: %o in %s gives %s %s', (_, mutation, id, property, expected) => {
    expect(said(runs.run(eraCode(mutation.era), scenario(id)), property)).toBe('none');
    expect(said(runs.run(mutated(mutation), scenario(id)), property)).toBe(expected);
  });
});
