/** Hunks that people write by hand in replies: no numbers, or three dots for what is between. */

import { describe, expect, it } from 'vitest';
import { changesOf, read } from './fixtures.js';

const HEAD = 'diff --git a/fs/demo.c b/fs/demo.c\n--- a/fs/demo.c\n+++ b/fs/demo.c\n';
const FIRST = '@@ -10,3 +10,4 @@ demo_read(\n \tif (!count)\n \t\treturn 0;\n+\tinode_dio_begin(inode);\n \n';
const SECOND = ' \tdemo_lock(inode);\n-\tinode_dio_wait(inode);\n \tdemo_free(inode);\n';

async function readDiff(text: string) {
  const { patches } = await read(Buffer.from(text));
  const patch = patches[0]!;
  return {
    texts: changesOf(patch).map(({ text: line }) => line.trim()),
    sections: patch.files.flatMap(({ hunks }) => hunks.map(({ section }) => section)),
    damage: patch.damage.map(({ what }) => what),
  };
}

const BARE = 'hunk header without numbers: its lines are taken as they stand';

describe('a hunk without numbers', () => {
  it.each([
    ['@@\n', ''],
    ['@@ demo_free_range(\n', 'demo_free_range('],
    ['@@ demo_free_range @@\n', 'demo_free_range'],
    [
      '@@ static int demo_free_range(struct inode *inode) @@\n',
      'static int demo_free_range(struct inode *inode)',
    ],
    ['\n...\n\n', ''],
    ['[...]\n', ''],
    ['[snip]\n', ''],
  ])('begins with %j', async (header, section) => {
    const { texts, sections, damage } = await readDiff(HEAD + FIRST + header + SECOND);
    expect(texts).toEqual(['inode_dio_begin(inode);', 'inode_dio_wait(inode);']);
    expect(sections).toEqual(['demo_read(', section]);
    expect(damage).toEqual([BARE]);
  });

  it('may be the only one', async () => {
    const { texts, damage } = await readDiff(
      `${HEAD}@@ demo_free_range(\n${SECOND}\nDoes that look right?\n`,
    );
    expect(texts).toEqual(['inode_dio_wait(inode);']);
    expect(damage).toEqual([BARE]);
  });

  it.each(['@@ demo_free_range @@\n', '@@\n', '@@ demo_free_range(\n'])(
    'may stand below two names of a file alone: %j',
    async (header) => {
      const names = HEAD.slice(HEAD.indexOf('---'));
      const { texts, damage } = await readDiff(`I would do:\n\n${names}${header}${SECOND}\nRight?\n`);
      expect(texts).toEqual(['inode_dio_wait(inode);']);
      expect(damage).toEqual([BARE]);
    },
  );

  it('is no list in prose below three dots', async () => {
    const { texts } = await readDiff(`${HEAD}${FIRST}\n...\n\n- one thing\n+ another one\n`);
    expect(texts).toEqual(['inode_dio_begin(inode);']);
  });
});
