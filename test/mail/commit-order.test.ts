/** `git log -p` prints the newest commit first; the oldest applies first. */

import { describe, expect, it } from 'vitest';
import { readMessages } from '../../server/src/mail/read.js';

const id = '0123456789abcdef0123456789abcdef01234567';
const DIFF = ['diff --git a/fs/f.c b/fs/f.c', '--- a/fs/f.c', '+++ b/fs/f.c', '@@ -1 +1 @@', '-a', '+b', ''];

type Commit = readonly [subject: string, ...dates: readonly string[]];

const log = (...commits: readonly Commit[]): readonly string[] =>
  commits.flatMap(([subject, ...dates]) => [
    `commit ${id}`,
    'Author: A. Writer <a@example.org>',
    ...dates,
    '',
    `    ${subject}`,
    '',
    ...DIFF,
  ]);

const messages = async (...commits: readonly Commit[]) =>
  (await readMessages(Buffer.from(log(...commits).join('\n')))).messages;
const order = async (...commits: readonly Commit[]): Promise<string> =>
  (await messages(...commits)).map(({ facts }) => facts.subject).join(' ');

describe('commits', () => {
  it.each([
    ['git', 'Tue Mar 3 09:00:02 2020 +0530', 'Tue Mar 3 09:00:01 2020 +0530'],
    ['iso', '2020-03-03 09:00:02 +0530', '2020-03-03 09:00:01 +0530'],
    ['iso-strict', '2020-03-03T09:00:02+05:30', '2020-03-03T09:00:01+05:30'],
    ['rfc', 'Tue, 3 Mar 2020 09:00:02 +0530', 'Tue, 3 Mar 2020 09:00:01 +0530'],
    ['short', '2020-03-04', '2020-03-03'],
    ['another zone', 'Tue Mar 3 03:00:00 2020 +0000', 'Tue Mar 3 08:00:00 2020 +0530'],
  ])('are put in the order of their dates, the oldest first: %s', async (_, newer, older) => {
    const first: Commit = ['first', `Date:   ${older}`];
    const second: Commit = ['second', `Date:   ${newer}`];
    expect(await order(second, first)).toBe('first second');
    expect(await order(first, second)).toBe('first second');
  });

  it('keep the numbers of their lines', async () => {
    const [first] = await messages(['second', 'Date: 2020-03-04'], ['first', 'Date: 2020-03-03']);
    expect(first!.bodies[0]!.lines[0]!.line).toBe(log(['second', 'Date: 2020-03-04']).length + 1);
  });

  it('keep the order of the file without dates, or with dates that name no day', async () => {
    expect(await order(['a'], ['b'], ['c'])).toBe('a b c');
    expect(await order(['a', 'Date: 2 days ago'], ['b', 'Date: 3 days ago'])).toBe('a b');
    expect(await order(['b', 'Date: 2020-03-04'], ['x'], ['a', 'Date: 2020-03-03'])).toBe('a x b');
  });

  it('of one time are the newest first as well, unless the other dates rise', async () => {
    const at = (subject: string, day: number): Commit => [subject, `Date: 2020-03-0${day}`];
    expect(await order(at('c', 3), at('b', 3), at('a', 3))).toBe('a b c');
    expect(await order(at('c', 4), at('b', 3), at('a', 3))).toBe('a b c');
    expect(await order(at('a', 3), at('b', 3), at('c', 4))).toBe('a b c');
  });

  it('that were rebased go by the date of the commit, where it is printed', async () => {
    const commit = (subject: string, author: number, committed: number): Commit => [
      subject,
      `AuthorDate: 2020-03-0${author}`,
      'Commit:     B. Keeper <b@example.org>',
      `CommitDate: 2020-04-0${committed}`,
    ];
    expect(await order(commit('b', 1, 6), commit('a', 2, 5))).toBe('a b');
    expect((await messages(commit('a', 2, 5)))[0]!.facts.date).toBe('2020-03-02');
  });
});
