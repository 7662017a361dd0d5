/** Every form that a patch comes in, read through the door. The fixtures hold one and the same small diff. */

import { describe, expect, it } from 'vitest';
import type { Patch } from '../../server/src/diff/patch.js';
import { readPatches } from '../../server/src/diff/read.js';
import { changesOf, fixture, read, readOne, said } from './fixtures.js';

const begin = 'inode_dio_begin(inode);';
const barrier = 'smp_mb__after_atomic();';

/** File, lines and texts of the changes, e.g. `fs/iomap/direct-io.c 27 +inode_dio_begin(inode);`. */
function changes(patch: Patch): readonly string[] {
  return changesOf(patch).map(
    ({ file, kind, text, line }) => `${file} ${line} ${kind === 'added' ? '+' : '-'}${text}`,
  );
}

const DIFF = ['--- a/fs/f.c', '+++ b/fs/f.c', '@@ -1 +1 @@', '-a', '+b'].join('\n');

const added = (first: number, second: number, file = 'direct-io.c'): readonly string[] => [
  `fs/iomap/${file} ${first} +${begin}`,
  `fs/iomap/${file} ${second} +${barrier}`,
];

describe('a form that holds one patch', () => {
  it.each([
    ['plain.eml', 'mail', 27, 28],
    ['crlf.eml', 'mail', 27, 28],
    ['quoted-printable.eml', 'mail', 31, 32],
    ['base64.eml', 'mail', 20, 20],
    ['attached.eml', 'mail', 34, 35],
    ['inline-part.eml', 'mail', 29, 30],
    ['flowed-stuffed.eml', 'mail', 28, 29],
    ['flowed-wrapped.eml', 'mail', 29, 30],
    ['invalid-utf8.eml', 'mail', 19, 20],
    ['reply.eml', 'mail', 19, 23],
    ['reply-twice-quoted.eml', 'mail', 16, 17],
    ['format-patch.patch', 'format-patch', 14, 15],
    ['show.txt', 'diff', 21, 22],
    ['plain-diff-u.txt', 'archive-page', 9, 10],
    ['lore-page.txt', 'archive-page', 16, 17],
    ['cut.txt', 'diff', 9, 10],
  ])('%s (%s) has its changes on lines %i and %i of the file', async (name, kind, first, second) => {
    const input = await read(fixture(`mail/${name}`));
    expect(input).toMatchObject({ kind, messages: 1 });
    expect(input.patches).toHaveLength(1);
    const texts = changes(input.patches[0]!).map((text) => text.replace(/\/\*.*\*\/$/, ''));
    expect(texts).toEqual(added(first, second));
  });
});

describe('what a mail says of its patch', () => {
  it('has subject, series, day and message id, the subject unfolded', async () => {
    expect(await readOne(fixture('mail/plain.eml'))).toMatchObject({
      subject: '[PATCH v2 2/3] iomap: count direct I/O before the page cache is dropped',
      series: { version: 2, index: 2, total: 3 },
      date: '2020-03-04',
      messageId: '20200304.2@example.org',
      standing: { kind: 'proposal' },
    });
  });

  it('decodes an encoded subject, a tag without a blank, and text in the charset declared', async () => {
    const patch = await readOne(fixture('mail/encoded-subject.eml'));
    expect(patch).toMatchObject({
      subject: '[PATCH1/8] iomap: zählt direct I/O',
      series: { index: 1, total: 8 },
    });
    expect(patch.files[0]!.hunks[0]!.lines[3]!.text).toBe('\tinode_dio_begin(inode); /* größer */');
  });

  it('prefers what an attached format-patch file says of itself', async () => {
    expect(await readOne(fixture('mail/attached.eml'))).toMatchObject({
      subject: '[PATCH] iomap: as it was attached',
      date: '2020-03-03',
    });
  });

  it('finds subject, version and day on archive pages', async () => {
    const { patches } = await read(fixture('mail/patchwork-page.txt'));
    expect(patches[0]).toMatchObject({ series: { version: 3, index: 2, total: 7 }, date: '2020-03-04' });
    expect(await readOne(fixture('mail/lore-page.txt'))).toMatchObject({
      series: { version: 2, index: 1, total: 1 },
      date: '2020-03-04',
    });
  });

  it("takes the author's day and the first line of the message from git show", async () => {
    expect(await readOne(fixture('mail/show.txt'))).toMatchObject({
      subject: 'iomap: count direct I/O before the page cache is dropped',
      date: '2020-03-03',
    });
  });
});

describe('quoting', () => {
  it('flags a quoted patch, whatever was written between its lines', async () => {
    const patch = await readOne(fixture('mail/reply.eml'));
    expect(patch.standing).toEqual({ kind: 'quoted', whole: false });
    expect(patch.files[0]!.hunks[0]!.intact).toBe(true);
  });

  it('keeps a new patch and the quoted old one apart', async () => {
    const { patches } = await read(fixture('mail/reply-with-counter-patch.eml'));
    expect(patches.map(({ standing }) => standing.kind)).toEqual(['sketch', 'quoted']);
    expect(changes(patches[0]!)).toEqual([added(38, 39)[0], 'fs/iomap/direct-io.c 39 +smp_mb();']);
    expect(changes(patches[1]!)).toEqual(added(19, 23));
  });

  it('reads a quote without a blank after its mark', async () => {
    const bare = fixture('mail/reply-twice-quoted.eml').toString().replaceAll('> > ', '>>');
    expect((await readOne(bare)).files[0]!.hunks[0]!.intact).toBe(true);
  });

  it('keeps a page and the quotes in its comments apart, and takes no list in prose for a removal', async () => {
    const { patches } = await read(fixture('mail/patchwork-page.txt'));
    expect(patches.map(({ standing }) => standing.kind)).toEqual(['proposal', 'quoted']);
    expect(patches.map(changes)).toEqual([added(25, 26), added(41, 42)]);
  });
});

describe('several patches', () => {
  it('puts a series into order, without its cover letter; replies stay in place', async () => {
    const input = await read(fixture('mail/series.mbox'));
    expect(input).toMatchObject({ kind: 'mbox', messages: 5 });
    expect(input.patches.map(({ subject, standing }) => [subject, standing.kind])).toEqual([
      ['[PATCH v2 1/3] iomap: first', 'proposal'],
      ['[PATCH v2 2/3] iomap: second', 'proposal'],
      ['Re: [PATCH v2 1/3] iomap: first', 'quoted'],
      ['[PATCH v2 3/3] iomap: third', 'proposal'],
    ]);
    expect(changes(input.patches[1]!)).toEqual(added(107, 108, 'buffered-io.c'));
  });

  it.each(['two-patches.eml', 'same-file-twice.eml'])(
    '%s holds two whole patches in one mail',
    async (name) => {
      const input = await read(fixture(`mail/${name}`));
      expect(input.messages).toBe(1);
      expect(input.patches.map(({ files }) => files.length)).toEqual([1, 1]);
    },
  );

  it('reads each commit of git log -p by itself, the oldest first', async () => {
    const { patches } = await read(fixture('mail/log-p.txt'));
    expect(patches.map(({ subject, date }) => [subject, date])).toEqual([
      ['first', '2020-03-02'],
      ['second', '2020-03-03'],
    ]);
  });
});

describe('diffs', () => {
  it('takes diff text in added and removed lines for text', async () => {
    const { files, damage } = await readOne(fixture('mail/diff-of-diff.txt'));
    expect(files.map(({ path, change }) => [path, change])).toEqual([
      ['tools/testing/iomap/expected.patch', 'added'],
      ['tools/testing/iomap/old.patch', 'modified'],
    ]);
    expect(files.flatMap(({ hunks }) => hunks).every(({ intact }) => intact)).toBe(true);
    expect(damage).toEqual([]);
  });

  it('follows a rename', async () => {
    const { files } = await readOne(fixture('mail/rename.txt'));
    expect(files[0]).toMatchObject({
      path: 'fs/iomap.c',
      newPath: 'fs/iomap/direct-io.c',
      change: 'renamed',
    });
  });

  it('takes the folder of a tree off the paths of diff -u', async () => {
    expect((await readOne(fixture('mail/plain-diff-u.txt'))).files[0]).toMatchObject({
      path: 'fs/iomap/direct-io.c',
      blobs: null,
      line: 3,
    });
  });

  it('says where a hunk was cut', async () => {
    expect(said(await readOne(fixture('mail/cut.txt')))).toMatch(/^11: .*cut here/m);
  });

  it('says where the text ends in the middle of a hunk, and of no hunk that has lost what archives lose', async () => {
    const whole = [
      'diff --git a/fs/iomap/direct-io.c b/fs/iomap/direct-io.c',
      '--- a/fs/iomap/direct-io.c',
      '+++ b/fs/iomap/direct-io.c',
      '@@ -512,6 +512,8 @@ ssize_t iomap_dio_rw(struct kiocb *iocb, struct iov_iter *iter,',
      ' \tif (ret)',
      ' \t\tgoto out_free_dio;',
      ' \tdio->size = 0;',
      '+\tinode_dio_begin(inode);',
      '+\tsmp_mb__after_atomic();',
      ' \tret = invalidate_inode_pages2_range(mapping, start >> PAGE_SHIFT,',
      ' \t\t\tend >> PAGE_SHIFT);',
      ' \tWARN_ON_ONCE(ret);',
    ];
    const cuts = async (lines: readonly string[]): Promise<readonly number[]> =>
      (await readOne(lines.join('\n'))).damage.flatMap(({ cut, line }) => (cut ? [line] : []));
    expect(await cuts(whole.slice(0, 8))).toEqual([8]);
    expect(await cuts(whole.slice(0, 10))).toEqual([]);
    expect(await cuts([...whole.slice(0, 6), ...whole.slice(7, 9), ...whole.slice(9)])).toEqual([]);
    expect(await cuts([...whole.slice(0, 8), '-- ', '2.39.2'])).toEqual([]);
  });

  it('undoes soft breaks only where the raw text does not hold', async () => {
    const trimmed = fixture('mail/flowed-wrapped.eml')
      .toString()
      .replace(/^ {2}$/m, '');
    const patch = await readOne(trimmed);
    expect(patch.files[0]!.hunks[0]).toMatchObject({ intact: true });
    expect(patch.files[0]!.hunks[0]!.lines[6]).toMatchObject({
      text: '\t\tret = invalidate_inode_pages2_range(mapping, start >> PAGE_SHIFT,',
      line: 32,
    });
  });
});

it('says that a hunk in an answer has no file, and takes it for a loss of no patch', async () => {
  const answer = [
    'R. Reader March 2, 2017, 11:01 p.m. UTC | #1',
    'Why not so?',
    '@@ -1,1 +1,1 @@',
    '-a',
    '+b',
  ];
  const quoted = ['R. Reader March 3, 2017, 11:01 p.m. UTC | #2', '> @@ -1,1 +1,1 @@', '> -a', '> +b', 'No.'];
  const { patches } = await read(['[PATCH] f: count', '', DIFF, ...answer, ...quoted].join('\n'));
  expect(patches.map(({ damage }) => damage)).toEqual([
    [{ line: 10, what: 'hunk without a file header: left out' }],
  ]);
});

describe('input that holds nothing to check', () => {
  it.each([
    ['an empty file', '', /empty/],
    ['a binary', 'MZ\0\0\0', /binary/],
    ['prose', 'Nothing to see here.\n', /^no diff in it/],
    ['blanks', '   \n\n', /^no diff in it/],
    ['UTF-16', Buffer.from('\ufeffdiff', 'utf16le'), /UTF-16/],
    ['a mail in HTML', fixture('mail/html-only.eml'), /HTML/],
    ['a page in HTML', '<!DOCTYPE html>\n<html></html>\n', /HTML/],
    ['a path out of the tree', fixture('mail/outside.txt'), /^line 1: .*etc\/passwd/],
    ['a rename alone', 'diff --git a/fs/a.c b/fs/b.c\nrename from fs/a.c\nrename to fs/b.c\n', /no hunks/],
    ['a hunk without its file', '@@ -1,1 +1,1 @@\n-a\n+b\n', /without a file header/],
  ])('%s is refused in one line', async (_, bytes, what) => {
    const result = await readPatches(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
    expect(result).toEqual({ ok: false, what: expect.stringMatching(what) as string });
    if (!result.ok) expect(result.what).not.toContain('\n');
  });

  it('refuses more than 64 MiB without reading it', async () => {
    const result = await readPatches(new Uint8Array(64 * 1024 * 1024 + 1));
    expect(result).toMatchObject({ ok: false, what: expect.stringMatching(/65 MiB/) as string });
  });
});
