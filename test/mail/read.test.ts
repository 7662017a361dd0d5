import { describe, expect, it } from 'vitest';
import { unflow } from '../../server/src/mail/flowed.js';
import type { TextLine } from '../../server/src/mail/message.js';
import { quoteStreams } from '../../server/src/mail/quoted.js';
import { readMessages } from '../../server/src/mail/read.js';

const lines = (...texts: readonly string[]): readonly TextLine[] =>
  texts.map((text, i) => ({ text, line: i + 1 }));
const bytes = (...texts: readonly string[]): Buffer => Buffer.from(texts.join('\n'));

describe('readMessages', () => {
  const mail = (id: number): readonly string[] => [
    `From a@example.org Wed Mar  4 10:1${id}:00 2020`,
    'From: a@example.org',
    `Subject: mail ${id}`,
    '',
  ];

  it('splits an mbox at From lines that headers follow, and takes the mark off those in bodies', async () => {
    const { form, messages } = await readMessages(
      bytes(...mail(1), 'From here on: no mail.', '>From here', '>>From there', '', ...mail(2), 'text'),
    );
    expect(form).toBe('mbox');
    expect(messages.map(({ facts }) => facts.subject)).toEqual(['mail 1', 'mail 2']);
    expect(messages[0]!.bodies[0]!.lines.map(({ text, line }) => `${line} ${text}`)).toEqual([
      '5 From here on: no mail.',
      '6 From here',
      '7 >From there',
      '8 ',
    ]);
  });

  it.each([
    ['diff', ['diff --git a/x b/x']],
    ['diff', ['commit 0123456789abcdef', 'Author: a']],
    ['mail', ['', 'Subject: a', 'From: b', '', 'body']],
    ['format-patch', [`From ${'0'.repeat(40)} Mon Sep 17 00:00:00 2001`, 'From: a', 'Subject: b', '', 'x']],
    ['archive-page', ['[v2] a title', '', 'A Writer March 1, 2017, 4:37 p.m. UTC']],
    ['archive-page', []],
  ])('takes for %s: %j', async (form, texts) => {
    expect((await readMessages(bytes(...texts))).form).toBe(form);
  });

  it('reads parts in parts, and a mail that is attached with its own facts', async () => {
    const { messages } = await readMessages(
      bytes(
        'From: a@example.org',
        'Subject: outer',
        'Content-Type: multipart/mixed; boundary=o',
        '',
        '--o',
        'Content-Type: multipart/alternative; boundary="i"',
        '',
        '--i',
        '',
        'text',
        '--i',
        'Content-Type: text/html',
        '',
        '<p>text</p>',
        '--i--',
        '--o',
        'Content-Type: message/rfc822',
        '',
        'Subject: inner',
        '',
        'forwarded',
      ),
    );
    expect(messages[0]!.bodies.map((body) => [body.facts?.subject, body.lines])).toEqual([
      [undefined, [{ text: 'text', line: 10 }]],
      ['inner', [{ text: 'forwarded', line: 21 }]],
    ]);
    expect(messages[0]!.skipped).toEqual(['text/html']);
  });
});

describe('quoteStreams', () => {
  it('gives one stream for each depth', () => {
    const streams = quoteStreams({
      lines: lines('a', '> b', '> > c', '>> d', '>', 'e'),
      flowed: null,
      facts: null,
    });
    expect(streams.map(({ depth, lines: of }) => [depth, of.map(({ text }) => text)])).toEqual([
      [0, ['a', 'e']],
      [1, ['b', '']],
      [2, ['c', 'd']],
    ]);
  });
});

describe('unflow', () => {
  it('joins at soft breaks, unstuffs, and leaves the signature mark alone', () => {
    expect(unflow(lines('+a(b, ', 'c);', '  \td', '-- ', 'name'), false)).toEqual([
      { text: '+a(b, c);', line: 1 },
      { text: ' \td', line: 3 },
      { text: '-- ', line: 4 },
      { text: 'name', line: 5 },
    ]);
  });

  it('drops the soft blank with DelSp', () => {
    expect(unflow(lines('ab ', 'cd'), true)).toEqual([{ text: 'abcd', line: 1 }]);
  });
});
