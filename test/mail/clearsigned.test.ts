/** PGP signatures around the text: the armour goes, dash escapes come off, lines keep their numbers. */

import { describe, expect, it } from 'vitest';
import { withoutClearsigning } from '../../server/src/mail/clearsigned.js';
import { readMessages } from '../../server/src/mail/read.js';

const read = (...texts: readonly string[]): readonly string[] =>
  withoutClearsigning(texts.map((text, i) => ({ text, line: i + 1 }))).map(
    ({ text, line }) => `${line} ${text}`,
  );

const BEGIN = ['-----BEGIN PGP SIGNED MESSAGE-----', 'Hash: SHA256', ''];
const SIGNATURE = [
  '-----BEGIN PGP SIGNATURE-----',
  'Version: GnuPG v2',
  '',
  'iQEzBAEBCAAdFiEE',
  '+x3aD/9k',
  '=AbCd',
  '-----END PGP SIGNATURE-----',
];

describe('a signed text', () => {
  it('is as it was before it was signed', () => {
    const text = [
      '- --- a/f.c',
      '+++ b/f.c',
      '- -\twait();',
      '-  x();',
      '- From here on',
      '- also this',
      ' y();',
      '- -- ',
    ];
    expect(read('Hi,', ...BEGIN, ...text, ...SIGNATURE, '____', 'a list')).toEqual([
      '1 Hi,',
      '4 ',
      '5 --- a/f.c',
      '6 +++ b/f.c',
      '7 -\twait();',
      '8  x();',
      '9 From here on',
      '10 also this',
      '11  y();',
      '12 -- ',
      '20 ____',
      '21 a list',
    ]);
  });

  it('keeps its removed lines where its escapes are off already', () => {
    const text = ['--- a/f.c', '- x();', '-\ty();', '-', '-- '];
    expect(read(...BEGIN, ...text, ...SIGNATURE).slice(1)).toEqual(text.map((line, i) => `${i + 4} ${line}`));
  });

  it('may have lost its signature, or the end of it', () => {
    expect(read(...BEGIN, '- -a')).toEqual(['3 ', '4 -a']);
    expect(read(...BEGIN, '- -a', ...SIGNATURE.slice(0, 5), 'not of it')).toEqual([
      '3 ',
      '4 -a',
      '10 not of it',
    ]);
  });

  it('may be followed by another', () => {
    expect(read(...BEGIN, '- -a', ...SIGNATURE, ...BEGIN, '-b', ...SIGNATURE)).toEqual([
      '3 ',
      '4 -a',
      '14 ',
      '15 -b',
    ]);
  });
});

it('a text that nobody signed stays as it is', () => {
  const text = ['- a list', '- - in a list', '- From here', SIGNATURE[0]!, '-- '];
  expect(read(...text)).toEqual(text.map((line, i) => `${i + 1} ${line}`));
  expect(read(`> ${BEGIN[0]!}`, '> - -a', '- b')).toHaveLength(3);
});

it.each([
  ['a mail', ['From: a@example.org', 'Subject: [PATCH] b', '']],
  ['an archive page', ['[PATCH] b', '']],
])('%s may be signed', async (_, head) => {
  const { messages } = await readMessages(Buffer.from([...head, ...BEGIN, '- -a', ...SIGNATURE].join('\n')));
  expect(messages[0]!.bodies[0]!.lines.at(-1)).toEqual({ text: '-a', line: head.length + 4 });
});
