import { describe, expect, it } from 'vitest';
import { readPatches } from '../../server/src/diff/read.js';

async function pathsOf(old: string, now: string): Promise<unknown> {
  const text = `--- ${old}\n+++ ${now}\n@@ -1,1 +1,1 @@\n-a();\n+b();\n`;
  const read = await readPatches(Buffer.from(text));
  if (!read.ok) throw new Error(read.what);
  return read.input.patches[0]!.files.map(({ path, newPath, change }) => [path, newPath, change]);
}

describe('the paths of a file', () => {
  it.each([
    ['a/mm/filemap.c', 'b/mm/filemap.c'],
    ['mm/filemap.c', 'mm/filemap.c'],
    ['mm/filemap.c.orig', 'mm/filemap.c'],
    ['a/mm/filemap.c~mm-filemap-invalidate-once', 'a/mm/filemap.c'],
    ['linux-5.4/mm/filemap.c', 'linux-5.4.new/mm/filemap.c'],
  ])('%s, %s are those of the kernel tree', async (old, now) => {
    expect(await pathsOf(old, now)).toEqual([['mm/filemap.c', 'mm/filemap.c', 'modified']]);
  });
});

describe("gitweb's page of what a commit does to one file", () => {
  const page = (way: string): string =>
    [`]> git.example.org Git - linux.git/blobdiff - mm/filemap.c`, 'demo: a subject', way]
      .concat('index 0123456789ab..ba9876543210 100644 (file)', '@@ -1,1 +1,1 @@', '-a();', '+b();', '')
      .join('\n');

  it('has the path above the diff, and no other header', async () => {
    const read = await readPatches(Buffer.from(page('[linux.git] / mm / filemap.c')));
    const [file] = read.ok ? read.input.patches[0]!.files : [];
    expect(file).toMatchObject({ path: 'mm/filemap.c', newPath: 'mm/filemap.c', line: 3 });
    expect(file?.blobs).toEqual({ old: '0123456789ab', new: 'ba9876543210' });
  });

  it.each(['[1] / see below', '[linux.git] /', '[PATCH] mm / filemap'])(
    'is told from prose: %s',
    async (way) => {
      const read = await readPatches(Buffer.from(page(way)));
      expect(read.ok ? read.input.patches : read.what).toEqual(
        expect.stringContaining('hunk without a file header'),
      );
    },
  );
});
