/** The two mails that the work started from, read where they stand beside the project. */

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { changesOf, readOne, said } from './fixtures.js';

const folder = fileURLToPath(new URL('../../../shared/seeds/', import.meta.url));
const path = (name: string): string => folder + name;

/** Every `+` and `-` line of the diff as the file has it: numbers and texts without white space. */
function changesInFile(text: string, firstLine: number): readonly (readonly [number, string])[] {
  return text.split('\n').flatMap((line, i) => {
    if (i + 1 < firstLine || !/^[+-]/.test(line) || /^(?:---|\+\+\+) /.test(line)) return [];
    return [[i + 1, line.replace(/\s+/g, '')] as const];
  });
}

async function changesRead(text: string): Promise<readonly (readonly [number, string])[]> {
  const patch = await readOne(text);
  return changesOf(patch).map(
    ({ kind, text: line, line: at }) => [at, (kind === 'added' ? '+' : '-') + line] as const,
  );
}

describe.skipIf(!existsSync(path('000_aacbbf09d21f9803.txt')))(
  'the mail whose indentation and headers are lost',
  () => {
    const text = existsSync(folder) ? readFileSync(path('000_aacbbf09d21f9803.txt'), 'utf8') : '';

    it('has two files of five and two hunks', async () => {
      const { files } = await readOne(text);
      expect(files.map(({ path: name, hunks }) => [name, hunks.length])).toEqual([
        ['fs/ext4/inode.c', 5],
        ['fs/iomap/direct-io.c', 2],
      ]);
    });

    it('keeps every change on its line and takes the name at the end for a signature', async () => {
      const all = changesInFile(text, 48);
      expect(all.at(-1)).toEqual([142, '-ritesh']);
      expect(await changesRead(text)).toEqual(all.slice(0, -1));
      expect(said(await readOne(text))).toMatch(/^142: "-ritesh" .*signature/m);
    });

    it('joins the section of wrapped hunk headers, and leaves a header alone that is whole', async () => {
      const { files } = await readOne(text);
      expect(files[0]!.hunks[1]!.section).toMatch(
        /^static int mpage_map_one_extent\(handle_t \*handle, .*\)$/,
      );
      expect(files[1]!.hunks[0]!.section).toMatch(/iter,$/);
      expect(files[1]!.hunks[0]!.lines[0]).toMatchObject({ kind: 'context', line: 127 });
    });
  },
);

describe.skipIf(!existsSync(path('002_6008146da86edc26.txt')))(
  'the archive page whose blank lines are lost',
  () => {
    const text = existsSync(folder) ? readFileSync(path('002_6008146da86edc26.txt'), 'utf8') : '';

    it('has its subject, version and date', async () => {
      const patch = await readOne(text);
      expect(patch).toMatchObject({
        date: '2017-03-01',
        series: { version: 2, index: 1, total: 1 },
        standing: { kind: 'proposal' },
      });
      expect(patch.subject).toMatch(/^\[v2\] iomap: /);
    });

    it('has one file of four hunks and every change on its line', async () => {
      const { files } = await readOne(text);
      expect(files.map(({ path: name, hunks }) => [name, hunks.length])).toEqual([['fs/iomap.c', 4]]);
      expect(await changesRead(text)).toEqual(changesInFile(text, 63));
    });

    it('says of each hunk that lost lines how many', async () => {
      const patch = await readOne(text);
      expect(patch.files[0]!.hunks.map(({ intact }) => intact)).toEqual([true, false, false, false]);
      expect(said(patch)).toMatch(/^73: .*5 context lines lost/m);
    });
  },
);
