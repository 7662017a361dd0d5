/**
 * Which pages a flush writes and an invalidation drops is a matter of the range, and of what has moved the position
 * that it begins at. The page lies so far in the file that a length is no place behind it.
 */

import { describe, expect, it } from 'vitest';
import { changes, diffOf, report } from './patches.js';

describe('an invalidation that goes behind the completion of a direct write', () => {
  const LAST =
    /\n(\tif \(iov_iter_rw\(iter\) == WRITE && mapping->nrpages\) \{\n)\t\tret = invalidate_inode_pages2_range\([^;]*;\n\t\}\n\n\treturn iomap_dio_complete\(dio\);\n/;
  const from = (first: string): string =>
    diffOf('4.10', 'fs/iomap.c', [
      LAST,
      `\n\tret = iomap_dio_complete(dio);\n$1\t\tinvalidate_inode_pages2_range(mapping,\n\t\t\t\t${first} >> PAGE_SHIFT, end >> PAGE_SHIFT);\n\t}\n\treturn ret;\n`,
    ]);
  const stale = async (first: string): Promise<readonly string[]> =>
    changes(await report(from(first), { kernel: '4.10' })).filter((one) =>
      one.startsWith('P2 xfs/dio-write+b'),
    );
  const verdict = (size: string, start: string, change: string): string =>
    `P2 xfs/dio-write+buffered-read/${size}/${start}@4.8-4.10: ${change}`;

  it('begins where the write began', async () => {
    expect(await stale('(end - count)')).toEqual([
      verdict('block<page', 'unwritten', 'race -> none fixed'),
      verdict('block=page', 'unwritten', 'race -> none fixed'),
    ]);
  });

  /** `iocb->ki_pos += ret` in iomap_dio_complete(): with one block to the page that is the next page. */
  it('begins behind the write, where it goes by ki_pos', async () => {
    expect(await stale('iocb->ki_pos')).toEqual([
      verdict('block<page', 'unwritten', 'race -> none fixed'),
      verdict('block=page', 'mapped', 'none -> race introduced'),
    ]);
  });
});

const introduced = async (text: string): Promise<readonly string[]> => [
  ...new Set(
    changes(await report(text, { kernel: '6.7' }))
      .filter((one) => one.endsWith('introduced'))
      .map((one) => one.slice(0, one.indexOf('/'))),
  ),
];

describe('the flush in front of direct I/O', () => {
  const ending = (end: string): string =>
    diffOf('6.7', 'mm/filemap.c', [/(int kiocb_write_and_wait[^}]*?end = )pos \+ count - 1;/, `$1${end};`]);

  it('does nothing where the position is left out of its end', async () => {
    expect(await introduced(ending('count - 1'))).toEqual(['P1 ext4', 'P3 ext4', 'P3 xfs']);
  });

  it('may end a byte behind what is read or written', async () => {
    expect(await introduced(ending('pos + count'))).toEqual([]);
  });
});

describe('the flush in front of a range that is taken away', () => {
  const flushing = (first: string, last: string): string =>
    diffOf('6.7', 'fs/xfs/xfs_bmap_util.c', [
      /(filemap_write_and_wait_range\(inode->i_mapping, )start, end\)/,
      `$1${first}, ${last})`,
    ]);

  it('does nothing where the length is taken for its end', async () => {
    expect(await introduced(flushing('offset', 'len'))).toEqual(['P5 xfs']);
  });

  it('need not be rounded to pages: it writes whole ones', async () => {
    expect(await introduced(flushing('offset', 'offset + len - 1'))).toEqual([]);
  });
});

describe('the invalidation behind a direct write', () => {
  it('drops nothing of it where the position is left out of its end', async () => {
    const text = diffOf('6.7', 'mm/filemap.c', [
      /\(iocb->ki_pos \+ count - 1\) >> PAGE_SHIFT\)\)/,
      '(count - 1) >> PAGE_SHIFT))',
    ]);
    expect(await introduced(text)).toEqual(['P2 ext4', 'P2 xfs', 'P8 ext4', 'P8 xfs']);
  });
});
