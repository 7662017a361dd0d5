/** Patches against ext4 before it used iomap: fs/direct-io.c, generic_file_direct_write(), ext4_direct_IO(), writeback. */

import { describe, expect, it } from 'vitest';
import { changes, diffOf, report, type Replacement } from './patches.js';

const DIRECT_IO = 'fs/direct-io.c';
const FILEMAP = 'mm/filemap.c';
const INODE = 'fs/ext4/inode.c';

/** A patch of this release, and what it changes in scenarios of ext4, without what follows their names. */
async function judged(
  era: '4.10' | '4.14' | '5.3',
  path: string,
  ...edits: readonly Replacement[]
): Promise<readonly string[]> {
  const all = await report(diffOf(era, path, ...edits), { kernel: era });
  expect(all.notModelled).toEqual([]);
  return changes(all).map((one) => one.replace(/@[^:]*/, ''));
}

const SYNC = 'P2 ext4/dio-write+buffered-read/delalloc';
const AIO = 'P2 ext4/aio-dio-write+buffered-read/delalloc';

describe('fs/direct-io.c', () => {
  const NO_INVALIDATION: Replacement = [/\t\terr = invalidate_inode_pages2_range\(dio[^;]*;/, '\t\terr = 0;'];
  const NEVER_DEFERRED: Replacement = [/ \|\|\n\s*\(dio->op == REQ_OP_WRITE &&\n[^;]*nrpages\)/, ''];
  const introduced = ['block<page/unwritten', 'block=page/mapped', 'block=page/unwritten'].map(
    (one) => `${AIO}/${one}: none -> race introduced`,
  );

  it.each(['4.14', '5.3'] as const)('%s: AIO needs the invalidation of dio_complete()', async (era) => {
    expect(await judged(era, DIRECT_IO, NO_INVALIDATION)).toEqual(introduced);
  });

  it('4.14: AIO to written blocks is left to the worker because pages are cached', async () => {
    expect(await judged('4.14', DIRECT_IO, NEVER_DEFERRED)).toEqual([
      `${AIO}/block=page/mapped: none -> race introduced`,
    ]);
  });

  it('4.10: an invalidation in dio_complete() closes what the worker completes', async () => {
    const end = '\tif (!(dio->flags & DIO_SKIP_DIO_COUNT))\n\t\tinode_dio_end(dio->inode);\n';
    const added = '\tif (is_async)\n\t\tinvalidate_inode_pages2_range(dio->inode->i_mapping, 4, 4);\n\n';
    expect(await judged('4.10', DIRECT_IO, [end, added + end])).toEqual(
      introduced.map((one) => one.replace('none -> race introduced', 'race -> none fixed')),
    );
  });
});

describe('generic_file_direct_write()', () => {
  it('4.10: synchronous writes need the second invalidation', async () => {
    const second = /\tif \(mapping->nrpages\) \{\n\t\tinvalidate[^}]*\}\n\n/;
    const all = await judged('4.10', FILEMAP, [second, '']);
    // A page read before an extending write has zeros where the file ends later.
    const extending = 'P8 ext4/extending-dio-write+buffered-read/delalloc';
    expect(all).toEqual(
      [
        ...['block<page/unwritten', 'block=page/mapped', 'block=page/unwritten'].map(
          (one) => `${SYNC}/${one}`,
        ),
        ...['block<page/hole-beyond-EOF', 'block=page/hole-beyond-EOF', 'unwritten-around-EOF'].map(
          (one) => `${extending}/${one}`,
        ),
      ].map((one) => `${one}: none -> race introduced`),
    );
  });
});

describe('ext4_direct_IO_write()', () => {
  const UNWRITTEN: Replacement = [
    /(EXT4_STATE_DIO_UNWRITTEN\)\) \{\n[\s\S]*?)\t\terr = ext4_convert_unwritten_extents\([^;]*;/,
    '$1\t\terr = 0;',
  ];

  it('4.10: without the conversion a later read gets zeros', async () => {
    const all = await judged('4.10', INODE, UNWRITTEN);
    expect(all).toContain(`${SYNC}/block=page/unwritten: none -> race introduced`);
  });

  it('4.14: a write inside i_size that makes the blocks written at once shows them to a buffered read', async () => {
    expect(
      await judged('4.14', INODE, [
        'get_block_func = ext4_dio_get_block_unwritten_sync;',
        'get_block_func = ext4_dio_get_block;',
      ]),
    ).toEqual(['P1 ext4/dio-write+buffered-read/delalloc/block=page/unwritten: none -> race introduced']);
  });
});

describe('writeback and write fault', () => {
  const NOLOCK = 'P1 ext4/dio-read+fault+writeback/delalloc/dioread_nolock';

  it.each(['4.10', '4.14', '5.3'] as const)('%s: dioread_nolock needs unwritten blocks', async (era) => {
    expect(
      await judged(era, INODE, [
        '\tif (dioread_nolock)\n\t\tget_blocks_flags |= EXT4_GET_BLOCKS_IO_CREATE_EXT;\n',
        '',
      ]),
    ).toContain(`${NOLOCK}/hole: none -> race introduced`);
  });

  it.each(['4.10', '5.3'] as const)('%s: so does the fault, where it allocates', async (era) => {
    expect(
      await judged(era, INODE, [
        '\t\tget_block = ext4_get_block_unwritten;\n\telse\n\t\tget_block = ext4_get_block;',
        '\t\tget_block = ext4_get_block;\n\telse\n\t\tget_block = ext4_get_block;',
      ]),
    ).toEqual([`${NOLOCK}/low-on-space/hole: none -> race introduced`]);
  });
});

describe('ext4_direct_IO_read()', () => {
  it('4.14: flushes again under its lock, for a buffered write may come after the flush of the caller', async () => {
    expect(
      await judged('4.14', INODE, [
        /\tret = filemap_write_and_wait_range\(mapping, iocb->ki_pos,[^;]*;\n\tif \(ret\)\n\t\tgoto out_unlock;\n/,
        '',
      ]),
    ).toEqual([
      'P1 ext4/dio-read+buffered-write+writeback/delalloc/hole: none -> race introduced',
      'P1 ext4/dio-read+buffered-write+writeback/nodelalloc/hole: none -> race introduced',
    ]);
  });
});
