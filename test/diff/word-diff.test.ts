/** `git diff --word-diff` marks words and gives lines no sign: what it removes cannot be told from what stays. */

import { describe, expect, it } from 'vitest';
import { readPatches } from '../../server/src/diff/read.js';
import { read } from './fixtures.js';

const head = (path: string): string => `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n`;
const WORDS = `${head('fs/demo.c')}@@ -10,4 +10,3 @@ demo_free(
	demo_lock(demo);
[-	inode_dio_wait(inode);-]
	demo_put(demo[-, 1-]{+, 2+});
}
`;
const LINES = `${head('fs/demo.c')}@@ -10,2 +10,2 @@ demo_free(
 	demo_lock(demo);
-	a[-x-] = {+y+};
+	a[-x-] = {+z+};
`;

describe('a word diff', () => {
  it('is refused by its name', async () => {
    expect(await readPatches(Buffer.from(WORDS))).toEqual({
      ok: false,
      what: 'line 4: a word diff, which is not read: give the diff by lines (git show without --word-diff); no other patch in it',
    });
  });

  it('is told as lost beside a patch that is read', async () => {
    const { patches } = await read(`${LINES}${WORDS.replaceAll('demo.c', 'other.c')}`);
    const all = patches.flatMap(({ damage }) => damage);
    expect(all).toMatchObject([{ line: 11, lost: 'changes' }]);
    expect(patches.flatMap(({ files }) => files.map(({ hunks }) => hunks.length))).toEqual([1, 0]);
  });

  it('is none where lines have signs, whatever they hold', async () => {
    const { patches } = await read(LINES);
    expect(patches[0]!.damage).toEqual([]);
  });
});
