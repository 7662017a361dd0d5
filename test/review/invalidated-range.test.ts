/** Which pages an invalidation drops is a matter of its range, and of what has moved the position that it begins at. */

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
