/** Forms that are not read are refused by their name, with the way to one that is. */

import { expect, it } from 'vitest';
import { readPatches } from '../../server/src/diff/read.js';
import { patches } from './fixtures.js';

const [[, PATCH]] = patches as [readonly [string, string]];
const listing = (number: (at: number) => string): string =>
  PATCH.split('\n')
    .map((line, i) => `${number(i + 1)}${line}`)
    .join('\n');

const COMBINED = [
  'diff --cc fs/demo.c',
  '--- a/fs/demo.c',
  '+++ b/fs/demo.c',
  '@@@ -1,1 -1,1 +1,2 @@@',
  '++a',
  '',
].join('\n');

const CONTEXT = [
  '*** a/fs/demo.c\t2020-01-01 00:00:00 +0000',
  '--- b/fs/demo.c\t2020-01-02 00:00:00 +0000',
  '***************',
  '*** 10,12 ****',
  '  \tdemo_lock(demo);',
  '- \tdemo_wait(demo);',
  '  }',
  '--- 10,11 ----',
  '',
].join('\n');

it.each([
  ['a context diff', CONTEXT, 4, /a context diff \(diff -c\).*diff -u/],
  ['one with the command', `diff -c a/fs/demo.c b/fs/demo.c\n${CONTEXT}`, 5, /a context diff/],
  ['a listing as of cat -n', listing((at) => `${String(at).padStart(6)}\t`), 1, /line numbers/],
  ['a listing with colons', listing((at) => `${at}: `), 1, /line numbers/],
  [
    'changed lines alone',
    `demo: wait\n\n${PATCH.slice(PATCH.indexOf('@@')).replace(/^@@.*/gm, '')}`,
    7,
    /without the headers of a diff/,
  ],
  ['a combined diff', COMBINED, 4, /a combined diff of a merge/],
  [
    'a page of which each paragraph is one line',
    `Demo\n\n${PATCH.replace(/\s+/g, ' ')}`,
    3,
    /on one line.*as it was sent/,
  ],
])('%s', async (_, text, line, what) => {
  const read = await readPatches(Buffer.from(text));
  expect(read).toEqual({ ok: false, what: expect.stringMatching(what) as string });
  expect(read.ok || read.what).toContain(`line ${line}: `);
});

it('a letter that names numbers is none', async () => {
  const read = await readPatches(Buffer.from('2 diff tools were tried\n10 --- 20 lines\n'));
  expect(read).toMatchObject({ what: expect.stringMatching(/^no diff in it/) as string });
});
