/** Pages of archives saved as text: their dates, and patchwork's comments, which stand above or below the diff. */

import { describe, expect, it } from 'vitest';
import { stacksOf } from '../../server/src/diff/series.js';
import { readMessages } from '../../server/src/mail/read.js';
import { read as readAll } from '../diff/fixtures.js';

const HEAD = ['[v2] fs: wait', '', 'A. Writer March 1, 2017, 4:37 p.m. UTC', 'It waits.'];
const DIFF = ['diff --git a/fs/f.c b/fs/f.c', '--- a/fs/f.c', '+++ b/fs/f.c', '@@ -1 +1 @@', '-a', '+b'];
const OTHER = DIFF.map((line) => line.replaceAll('f.c', 'other.c'));
const COMMENT = ['R. Reader March 2, 2017, 11:01 p.m. UTC | #1', 'What of this?'];

const read = async (...parts: readonly (readonly string[])[]) => {
  const { messages } = await readMessages(Buffer.from(parts.flat().join('\n')));
  return messages.map(({ facts, bodies }) => [facts.subject, facts.date, bodies[0]!.lines[0]!.line]);
};

describe('a page', () => {
  it('is one message where its diff stands below the comments', async () => {
    const [first, ...rest] = await read(HEAD, COMMENT, DIFF);
    expect(rest).toEqual([]);
    expect(first![2]).toBe(1);
  });

  it('has answers below its diff, whose diffs do not follow it', async () => {
    const all = await read(HEAD, DIFF, COMMENT, DIFF);
    expect(all.map(([, , line]) => line)).toEqual([1, 11]);
    expect(all[1]![0]).toMatch(/^Re: /);
    expect(all.map(([, date]) => String(date).slice(0, 10))).toEqual(['2017-03-01', '2017-03-02']);
  });

  it('has its own diff below the comments, whatever diffs stand in them', async () => {
    const shown = [HEAD, COMMENT, OTHER, COMMENT, DIFF];
    const { patches } = await readAll(shown.flat().join('\n'));
    expect(patches.map(({ subject, standing, files }) => [subject, standing.kind, files[0]!.path])).toEqual([
      ['[v2] fs: wait', 'proposal', 'fs/f.c'],
      ['Re: [v2] fs: wait', 'sketch', 'fs/other.c'],
    ]);
    expect((await read(...shown)).map(([, , line]) => line)).toEqual([1, 5, 13]);
  });

  it('keeps all of its lines, with their numbers, in whatever order they stand', async () => {
    const shown = [HEAD, COMMENT, OTHER, COMMENT, DIFF].flat();
    const { messages } = await readMessages(Buffer.from(shown.join('\n')));
    const lines = messages.flatMap(({ bodies }) => bodies.flatMap(({ lines: of }) => of));
    expect([...lines].sort((a, b) => a.line - b.line)).toEqual(
      shown.map((text, i) => ({ text, line: i + 1 })),
    );
  });

  it('has signed answers, which do not follow it either', async () => {
    const signed = [...COMMENT, '', 'Signed-off-by: R. Reader <r@example.org>', ''];
    const { patches } = await readAll([HEAD, DIFF, signed, DIFF].flat().join('\n'));
    expect(stacksOf(patches).map(({ patches: own }) => own.length)).toEqual([1, 1]);
  });

  it.each(['diff mbox series', 'diff mbox', 'mbox series'])(
    'may begin with the names of its links, which are no diff: %s',
    async (links) => {
      const [first, ...rest] = await read([links, ''], HEAD, COMMENT, DIFF);
      expect(rest).toEqual([]);
      expect(first![0]).toBe('[v2] fs: wait');
      expect(String(first![1]).slice(0, 10)).toBe('2017-03-01');
    },
  );

  it.each(['8 a.m.', 'noon', 'midnight'])('may be of a full hour, without its minutes: %s', async (hour) => {
    const [first] = await read([HEAD[0]!, `A. Writer Dec. 3, 2024, ${hour} UTC`], DIFF);
    expect(String(first![1]).slice(0, 10)).toBe('2024-12-03');
  });

  it('tells prose from a diff that git did not make', async () => {
    const prose = await read(HEAD, ['diff of the two is small'], COMMENT, DIFF);
    expect(prose).toHaveLength(1);
    const old = await read(HEAD, ['diff linux.orig/fs/f.c linux/fs/f.c', ...DIFF.slice(1)], COMMENT);
    expect(old).toHaveLength(2);
  });
});

describe('the day of a page', () => {
  const day = async (...head: readonly string[]) => (await read(head, [''], DIFF))[0]![1];

  it.each([
    ['patchwork', 'A. Writer March 1, 2017, 4:37 p.m. UTC'],
    ['lore', 'From: A. Writer @ 2017-03-01 16:37 UTC (permalink / raw)'],
    ['lkml.org', 'Date\tWed, 01 Mar 2017 16:37:42 +0800'],
    ['lkml.org, its table flattened', 'Date Wed, 01 Mar 2017 16:37:42 +0800'],
    ['mail-archive.com', 'A. Writer Wed, 01 Mar 2017 16:37:42 -0800'],
    ['a zone with its name', 'A. Writer Wed, 1 Mar 2017 16:37:42 +0100 (CET)'],
    ['cgit', 'author\tA. Writer <a@example.org>\t2017-03-01 08:37:42 +0000'],
    ['cgit of old', 'author\tA. Writer <a@example.org>\t2017-03-01 08:37:42 (GMT)'],
    ['gitweb', 'Wed, 1 Mar 2017 08:37:42 +0000 (16:37 +0800)'],
    ['asctime', 'A. Writer Wed Mar  1 16:37:42 2017 +0800'],
    ['ISO 8601', 'A. Writer 2017-03-01T16:37:42+08:00'],
    ['ISO 8601 in UTC', 'A. Writer 2017-03-01T08:37:42Z'],
    ['half days without a blank', 'A. Writer, March 1, 2017 at 4:37pm'],
  ])('is read as %s prints it', async (_, line) => {
    expect(await day('[PATCH] fs: wait', line, 'It waits.')).toBe('2017-03-01');
  });

  it('is that of the author, who stands first', async () => {
    expect(
      await day(
        'author\tA. Writer\t2017-03-01 08:37:42 +0000',
        'committer\tB. Keeper\t2017-04-02 09:00:00 +0000',
      ),
    ).toBe('2017-03-01');
  });

  it('is not that of a time without a zone, whatever letters its names have', async () => {
    expect(await day('[PATCH] fs: wait', 'Warsame and Damien: seen at 16:37 on 1 Mar 2017')).toBeNull();
    expect(await day('[PATCH] fs: wait', 'since 2017-03-01 it takes 16:37 and not 12:00')).toBeNull();
  });

  it('is not lost to a time that has no day', async () => {
    expect(await day('[PATCH] fs: wait', 'at 11:30 p.m. it hangs', 'A. Writer, 1 Mar 2017 16:37 +0800')).toBe(
      '2017-03-01',
    );
  });
});

it('a page of lkml.org has its subject in a row of its table', async () => {
  const [first] = await read(
    [
      'lkml.org',
      '/',
      'Date\tWed, 01 Mar 2017 16:37:42 +0800',
      'From\tA. Writer <>',
      'Subject\t[PATCH] fs: wait',
      '',
    ],
    DIFF,
  );
  expect(first!.slice(0, 2)).toEqual(['[PATCH] fs: wait', '2017-03-01']);
});
