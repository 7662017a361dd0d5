/** Patchwork pages saved as text: comments, and the diff of the patch, which may stand above or below them. */

import { describe, expect, it } from 'vitest';
import { readMessages } from '../../server/src/mail/read.js';

const HEAD = ['[v2] fs: wait', '', 'A. Writer March 1, 2017, 4:37 p.m. UTC', 'It waits.'];
const DIFF = ['diff --git a/fs/f.c b/fs/f.c', '--- a/fs/f.c', '+++ b/fs/f.c', '@@ -1 +1 @@', '-a', '+b'];
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
