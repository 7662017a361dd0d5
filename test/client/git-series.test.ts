import { describe, expect, it } from 'vitest';
import { type CommitPatch, seriesOf } from '../../client/src/git-series.js';
import { readPatches } from '../../server/src/diff/read.js';

const commit = (number: number, body = ''): CommitPatch => ({
  hash: `${number}`.repeat(40),
  author: 'Petra Novotna <petra.novotna@example.org>',
  date: new Date(Date.UTC(2020, 2, 3, 4, 5, 6)),
  message: `iomap: step ${number}\n${body}`,
  diff: [
    'diff --git a/fs/iomap.c b/fs/iomap.c',
    'index 1111111..2222222 100644',
    '--- a/fs/iomap.c',
    '+++ b/fs/iomap.c',
    '@@ -1,2 +1,3 @@ iomap_dio_rw()',
    ' \tinode_dio_begin(inode);',
    `+\tstep_${number}();`,
    ' \tinode_dio_end(inode);',
    '',
  ].join('\n'),
});

describe('a commit range', () => {
  it('is an mbox that reads as the series of its commits', () => {
    const text = seriesOf([commit(1), commit(2)]);
    expect(text.split('\n').filter((line) => /^(From |From: |Subject: |Date: )/.test(line))).toEqual([
      `From ${'1'.repeat(40)} Mon Sep 17 00:00:00 2001`,
      'From: Petra Novotna <petra.novotna@example.org>',
      'Date: Tue, 03 Mar 2020 04:05:06 +0000',
      'Subject: [PATCH 1/2] iomap: step 1',
      `From ${'2'.repeat(40)} Mon Sep 17 00:00:00 2001`,
      'From: Petra Novotna <petra.novotna@example.org>',
      'Date: Tue, 03 Mar 2020 04:05:06 +0000',
      'Subject: [PATCH 2/2] iomap: step 2',
    ]);
  });

  it('has the changes of each commit, undamaged', async () => {
    const read = await readPatches(Buffer.from(seriesOf([commit(1), commit(2)])));
    const patches = read.ok ? read.input.patches : [];
    expect(patches.flatMap((patch) => patch.damage)).toEqual([]);
    const added = patches.map((patch) =>
      patch.files.flatMap((file) =>
        file.hunks.flatMap((hunk) =>
          hunk.lines.filter((line) => line.kind === 'added').map((line) => line.text),
        ),
      ),
    );
    expect(added).toEqual([['\tstep_1();'], ['\tstep_2();']]);
  });

  it('keeps a message whose text begins a line as a mail does', async () => {
    const from = `From ${'3'.repeat(40)} Mon Sep 17 00:00:00 2001`;
    const read = await readPatches(Buffer.from(seriesOf([commit(1, `\nSee\n\n${from}\nSubject: x\n`)])));
    expect(read.ok && read.input.patches.length).toBe(1);
  });

  it('of one commit is no numbered series', () => {
    expect(seriesOf([commit(1)])).toContain('Subject: [PATCH] iomap: step 1\n');
  });
});
