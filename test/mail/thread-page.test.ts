/** Pages that show a thread: each message is read as one, with what its own head says of it. */

import { describe, expect, it } from 'vitest';
import type { Patch } from '../../server/src/diff/patch.js';
import { stacksOf } from '../../server/src/diff/series.js';
import { readMessages } from '../../server/src/mail/read.js';
import { read } from '../diff/fixtures.js';

interface Shown {
  readonly subject: string;
  readonly day: string;
  readonly body: readonly string[];
}

const diff = (n: number): readonly string[] => [
  'diff --git a/fs/f.c b/fs/f.c',
  '--- a/fs/f.c',
  '+++ b/fs/f.c',
  `@@ -${n}1,3 +${n}1,4 @@ int f(void)`,
  ' \tint ret;',
  ' ',
  `+\twait_${n}();`,
  ' \treturn 0;',
];
const signed = ['It waits.', '', 'Signed-off-by: A. Writer <a@example.org>', '---'];
const patch = (subject: string, n: number, day = '2020-03-04'): Shown => ({
  subject,
  day,
  body: [...signed, ...diff(n), '-- ', '2.40.0', ''],
});
const prose = (subject: string, day: string): Shown => ({ subject, day, body: ['What of this?', ''] });

/** As lore shows a thread, one message below the other. */
const lore = (...messages: readonly Shown[]): readonly string[] => [
  ...messages.flatMap(({ subject, day, body }) => [
    `* ${subject}`,
    '  2020-03-03  9:00 the one before A. Writer',
    `@ ${day}  9:30 \` A. Writer`,
    '  2020-03-09 10:01   ` R. Reader',
    '  0 siblings, 1 reply; 5+ messages in thread',
    `From: A. Writer @ ${day}  9:30 UTC (permalink / raw)`,
    '  To: a-list; +Cc: R. Reader',
    '',
    ...body,
    '',
    '^ permalink raw reply\t[flat|nested] 5+ messages in thread',
  ]),
  'end of thread, other threads:[~2020-03-09 10:02 UTC | newest]',
];

const marc = (...messages: readonly Shown[]): readonly string[] => [
  ...messages.flatMap(({ subject, day, body }) => [
    '[prev in list] [next in list] [prev in thread] [next in thread] ',
    '',
    'List:       a-list',
    `Subject:    ${subject}`,
    'From:       A. Writer <a () example ! org>',
    `Date:       ${day} 8:11:45`,
    'Message-ID: 1 () example ! org',
    '[Download RAW message or body]',
    '',
    ...body,
  ]),
  'Configure | About | News',
];

const lkml = (...messages: readonly Shown[]): readonly string[] => [
  'lkml.org ',
  'Views: [wrap][no wrap]   [headers]  [forward] ',
  ...messages.flatMap(({ subject, day, body }) => [
    '/',
    `Date\t${day} 09:11:45 +0100`,
    'From\tA. Writer <>',
    `Subject\t${subject}`,
    '',
    ...body,
  ]),
  'Last update: 2020-06-07 10:30    [W:0.056 / U:0.148 seconds]',
];

const messagesOf = async (page: readonly string[]) => {
  const { form, messages } = await readMessages(Buffer.from(page.join('\n')));
  expect(form).toBe('archive-page');
  return messages;
};
const facts = async (page: readonly string[]) =>
  (await messagesOf(page)).map(({ facts: { subject, date, series } }) => [
    subject,
    date,
    series?.index ?? null,
  ]);

/** Each stack as the subjects in it, with their standing. */
const stacks = async (page: readonly string[]): Promise<readonly (readonly string[])[]> => {
  const { patches } = await read(page.join('\n'));
  const name = ({ subject, standing }: Patch): string => `${subject} ${standing.kind}`;
  return stacksOf(patches).map(({ patches: own }) => own.map(name));
};

describe.each([
  ['lore', lore],
  ['marc.info', marc],
  ['lkml.org', lkml],
])('a thread on a page of %s', (_, page) => {
  it('has a subject and a day for each message', async () => {
    expect(
      await facts(
        page(prose('[PATCH 0/1] count', '2020-03-04'), prose('Re: [PATCH 0/1] count', '2020-04-05')),
      ),
    ).toEqual([
      ['[PATCH 0/1] count', '2020-03-04', 0],
      ['Re: [PATCH 0/1] count', '2020-04-05', 0],
    ]);
  });

  it('is a series, in its order, where it shows one', async () => {
    const shown = page(
      prose('[PATCH 0/2] count', '2020-03-04'),
      patch('[PATCH 2/2] f: second', 2),
      patch('[PATCH 1/2] f: first', 1),
    );
    expect(await stacks(shown)).toEqual([
      ['[PATCH 1/2] f: first proposal', '[PATCH 2/2] f: second proposal'],
    ]);
  });

  it('has versions of one patch, which do not follow each other', async () => {
    const shown = page(patch('[PATCH] f: wait', 1), patch('[PATCH v2] f: wait', 1, '2020-05-06'));
    expect(await stacks(shown)).toEqual([['[PATCH] f: wait proposal'], ['[PATCH v2] f: wait proposal']]);
  });

  it('has a patch that is sent again, which does not follow itself', async () => {
    expect(await stacks(page(patch('[PATCH] f: wait', 1), patch('[PATCH] f: wait', 1)))).toHaveLength(2);
    const series = [patch('[PATCH 1/2] f', 1), patch('[PATCH 2/2] f', 2)];
    expect(await stacks(page(...series, ...series))).toHaveLength(2);
    expect(await stacks(page(series[0]!, series[0]!))).toHaveLength(2);
  });

  it('has answers, whose diffs are not of the series', async () => {
    const answer = {
      subject: 'Re: [PATCH 1/2] f: first',
      day: '2020-03-05',
      body: ['Rather:', '', ...diff(1)],
    };
    expect(
      await stacks(page(patch('[PATCH 1/2] f: first', 1), answer, patch('[PATCH 2/2] f: second', 2))),
    ).toEqual([
      ['[PATCH 1/2] f: first proposal', '[PATCH 2/2] f: second proposal'],
      ['Re: [PATCH 1/2] f: first sketch'],
    ]);
  });

  it('keeps every line, with its number', async () => {
    const shown = page(patch('[PATCH 1/2] f: first', 1), patch('[PATCH 2/2] f: second', 2));
    const lines = (await messagesOf(shown)).flatMap(({ bodies }) => bodies.flatMap(({ lines: of }) => of));
    expect(lines.map(({ text }) => text)).toEqual(shown);
    expect(lines.map(({ line }) => line)).toEqual(shown.map((_text, i) => i + 1));
  });
});

describe('a thread on a page of lore', () => {
  const two = [patch('[PATCH v2 1/2] f: first', 1), patch('[PATCH v2 2/2] f: second', 2, '2020-03-05')];
  const both = [
    ['[PATCH v2 1/2] f: first', '2020-03-04', 1],
    ['[PATCH v2 2/2] f: second', '2020-03-05', 2],
  ];

  it.each<[string, (page: readonly string[]) => readonly string[]]>([
    ['below what the archive has above it', (page) => ['archive mirror', ' help / color / mirror', ...page]],
    ['without its bullets', (page) => page.map((line) => line.replace(/^\* /, ''))],
    [
      'without its indentation',
      (page) => page.map((line) => (/^ {2,}/.test(line) ? line.trimStart() : line)),
    ],
    [
      'with a blank line above the sender',
      (page) => page.flatMap((line) => (/^From: /.test(line) ? ['', line] : line)),
    ],
    ['with CRLF', (page) => page.map((line) => `${line}\r`)],
  ])('is read %s', async (_, change) => {
    expect(await facts(change(lore(...two)))).toEqual(both);
  });

  it('may be of one message, below the title of the archive', async () => {
    const [first] = two;
    expect(await facts(['a-list archive mirror', ...lore(first!)])).toEqual(both.slice(0, 1));
  });

  it('may begin within a message', async () => {
    expect((await facts(lore(...two).slice(7))).slice(1)).toEqual(both.slice(1));
    expect(await facts(lore(...two).slice(7))).toHaveLength(2);
  });

  it('is not divided where an answer shows the sender of another mail', async () => {
    const body = ['As in', '', 'the mail', 'From: B. Other @ 2020-01-02  9:30 UTC', '', 'it waits.'];
    expect(await facts(lore(two[0]!, { subject: 'Re: x', day: '2020-03-05', body }))).toHaveLength(2);
  });
});

it('a page of one message has no place to be told by', async () => {
  for (const page of [lore, marc, lkml]) {
    const [only, ...rest] = await messagesOf(page(patch('[PATCH] f: wait', 1)));
    expect(rest).toEqual([]);
    expect(only!.facts).toMatchObject({ subject: '[PATCH] f: wait', date: '2020-03-04' });
    expect(only!.facts).not.toHaveProperty('onPage');
  }
});
