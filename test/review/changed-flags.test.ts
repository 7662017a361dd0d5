/** A flag of direct I/O that nothing asks for: what is done for it is not judged, and that is said. */

import { describe, expect, it } from 'vitest';
import { diffOf, linesWith, report } from './patches.js';

const BEGIN = /\tinode_dio_begin\(inode\);\n/;
const reasons = async (text: string): Promise<readonly (readonly [number, string])[]> =>
  (await report(text, { kernel: '6.7' })).notModelled.map(({ line, reason }) => [line, reason] as const);

describe('a flag of direct I/O', () => {
  it('that the patch sets, and for which nobody asks, is said with its line', async () => {
    const set = '\tif (!inode->i_mapping->nrpages)\n\t\tdio->flags |= IOMAP_DIO_NO_INVALIDATE;\n';
    const text = diffOf('6.7', 'fs/iomap/direct-io.c', [BEGIN, `${set}$&`]);
    expect(await reasons(text)).toEqual([
      [
        linesWith(text, 'IOMAP_DIO_NO_INVALIDATE')[0],
        '__iomap_dio_rw() sets IOMAP_DIO_NO_INVALIDATE, which nothing modelled asks for (6.7-6.8)',
      ],
    ]);
  });

  it('is followed where the patch asks for it itself', async () => {
    const set = '\tdio->flags |= IOMAP_DIO_NO_INVALIDATE;\n';
    const ask = '(dio->flags & IOMAP_DIO_WRITE) && !(dio->flags & IOMAP_DIO_NO_INVALIDATE)';
    const text = diffOf(
      '6.7',
      'fs/iomap/direct-io.c',
      [BEGIN, `${set}$&`],
      [/\(dio->flags & IOMAP_DIO_WRITE\)(?=\)\n\t\tkiocb_invalidate_post)/, ask],
    );
    expect((await report(text, { kernel: '6.7' })).findings.map(({ property }) => property)).toContain('P2');
  });

  it('that dirties the pages of the caller orders nothing', async () => {
    const text = diffOf('6.7', 'fs/iomap/direct-io.c', [BEGIN, '\tdio->flags |= IOMAP_DIO_DIRTY;\n$&']);
    expect(await reasons(text)).toEqual([]);
  });
});
