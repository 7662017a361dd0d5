import { describe, expect, it } from 'vitest';
import { patchTextOf } from '../../server/src/cli/patch-lines.js';
import { readPatches } from '../../server/src/diff/read.js';
import { DIFF, mail } from './command-line.js';

async function linesOf(text: string, count: number): Promise<(string | null)[]> {
  const read = await readPatches(Buffer.from(text));
  if (!read.ok) throw new Error(read.what);
  const patchText = patchTextOf([{ file: 'a.patch', input: read.input }]);
  return Array.from({ length: count }, (_, at) => patchText('a.patch', at + 1));
}

describe('lines of a patch by their line in the input', () => {
  it('are those of the hunks with their sign, and the hunk headers', async () => {
    expect(await linesOf(DIFF, 8)).toEqual([
      null,
      null,
      null,
      '@@ -10,5 +10,5 @@ iomap_dio_rw(struct kiocb *iocb)',
      ' \tret = 0;',
      ' ',
      '-\tinode_dio_begin(inode);',
      '+\tsmp_mb__after_atomic();',
    ]);
  });

  it('are counted from the top of the mail', async () => {
    const lines = mail(1, 2).split('\n');
    const found = await linesOf(mail(1, 2), lines.length);
    expect(found[lines.indexOf('+\tsmp_mb__after_atomic();')]).toBe('+\tsmp_mb__after_atomic();');
    expect(found.filter((line) => line?.startsWith('+'))).toHaveLength(1);
  });

  it('of another file are none', () => {
    expect(patchTextOf([])('b.patch', 1)).toBeNull();
  });
});
