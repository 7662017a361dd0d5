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
