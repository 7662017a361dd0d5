/** Reading never throws, whatever the bytes; every line it names is a line of the input; no change is lost unsaid. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPatches } from '../../server/src/diff/read.js';
import { fixture, patches } from '../diff/fixtures.js';

const mails = [
  'plain.eml',
  'quoted-printable.eml',
  'base64.eml',
  'attached.eml',
  'reply.eml',
  'series.mbox',
  'show.txt',
  'log-p.txt',
  'lore-page.txt',
];
const texts = [
  ...patches.map(([, text]) => Buffer.from(text)),
  ...mails.map((name) => fixture(`mail/${name}`)),
];

async function check(bytes: Uint8Array): Promise<void> {
  const result = await readPatches(bytes);
  if (!result.ok) {
    expect(result.what).not.toMatch(/\n/);
    return;
  }
  const last = Buffer.from(bytes).toString('latin1').split(/\n|\r/).length;
  const lines = result.input.patches.flatMap(({ files, damage }) => [
    ...damage.map(({ line }) => line),
    ...files.flatMap(({ line, hunks }) => [
      line,
      ...hunks.flatMap((h) => [h.line, ...h.lines.map((l) => l.line)]),
    ]),
  ]);
  for (const line of lines) expect(line >= 1 && line <= last).toBe(true);
}

const lineish = fc.constantFrom(
  'diff --git a/fs/x.c b/fs/x.c',
  '--- a/fs/x.c',
  '+++ b/fs/x.c',
  '@@ -1,3 +1,4 @@ int f(struct inode *inode,',
  '@@ -1 +1 @@',
  '@@ -5,9999999 +5,9999999 @@',
  '> ',
  '>> +a(b,',
  ' \tret = f();',
  '\tc);',
  '+\tinode_dio_begin(inode);',
  '-\tinode_dio_end(inode);',
  '-- ',
  '--',
  '---',
  '',
  '[...]',
  'From a@b Wed Mar  4 10:15:00 2020',
  'From: a <a@b>',
  'Subject: [PATCH 1/2] x',
  '* [PATCH 2/2] x',
  'From: a @ 2020-03-04  9:30 UTC (permalink / raw)',
  '^ permalink raw reply',
  'commit 0123456789abcdef',
  'Date:   Tue Mar 3 09:00:00 2020 +0530',
  '-----BEGIN PGP SIGNED MESSAGE-----',
  '- -\tf();',
  '-----BEGIN PGP SIGNATURE-----',
  '-----END PGP SIGNATURE-----',
  'Content-Type: multipart/mixed; boundary=b',
  '* commit 0123456789ab',
  '| diff --git a/fs/x.c b/fs/x.c',
  '| @@ -1 +1 @@',
  'JK> @@ -1 +1 @@',
  '\x1b[36m@@ -1 +1 @@\x1b[m',
  '    --- a/fs/x.c',
  '    +++ b/fs/x.c',
  '    @@ -1 +1 @@',
  '@@ f @@',
  '[-a-]{+b+}',
  'Content-Transfer-Encoding: base64',
  '--b',
  '--b--',
  'commit 0123456789abcdef',
  'words of a sentence that goes on for long',
);

describe('readPatches', () => {
  it('answers to any bytes', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), check), { numRuns: 500 });
  });

  it('answers to any order of lines that mean something to it', async () => {
    const text = fc.array(lineish, { maxLength: 40 }).map((lines) => Buffer.from(lines.join('\n')));
    await fc.assert(fc.asyncProperty(text, check), { numRuns: 2000 });
  });

  it('answers to fixtures with bytes changed, lines lost, doubled and cut', async () => {
    const edit = fc.record({
      at: fc.double({ min: 0, max: 0.999, noNaN: true }),
      length: fc.nat(80),
      put: fc.uint8Array({ maxLength: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...texts), fc.array(edit, { maxLength: 6 }), async (text, edits) => {
        await check(
          edits.reduce<Buffer>((bytes, { at, length, put }) => {
            const from = Math.floor(at * bytes.length);
            return Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + length)]);
          }, Buffer.from(text)),
        );
      }),
      { numRuns: 1500 },
    );
  });

  it('accounts for every `+` and `-` line of a diff whose other lines are lost at random', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...patches),
        fc.infiniteStream(fc.boolean()),
        async ([, text], keep) => {
          const lines = text
            .trimEnd()
            .split('\n')
            .filter((line) => !line.startsWith(' ') || keep.next().value);
          const result = await readPatches(Buffer.from(lines.join('\n')));
          if (!result.ok) throw new Error(result.what);
          const named = new Set(
            result.input.patches.flatMap(({ files, damage }) => [
              ...damage.map(({ line }) => line),
              ...files.flatMap(({ hunks }) => hunks.flatMap((hunk) => hunk.lines.map(({ line }) => line))),
            ]),
          );
          const unsaid = lines.filter((line, i) => /^[+-](?!--|\+\+ )/.test(line) && !named.has(i + 1));
          expect(unsaid).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });
});
