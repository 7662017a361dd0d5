/** Quotes with other marks than `>`: initials, bars. A mark is one where a hunk shows it. */

import { describe, expect, it } from 'vitest';
import { asText, quoted, undamaged } from '../diff/damage.js';
import { changesOf, patches, read, readOne } from '../diff/fixtures.js';
import { quoteStreams } from '../../server/src/mail/quoted.js';

const mail = (...texts: readonly string[]): string =>
  ['From: a@example.org', 'Subject: Re: [PATCH] fs: wait', '', ...texts].join('\n');

describe.each([['JK> '], ['JK>'], ['dgc> '], ['| ']])('a diff quoted with %j', (mark) => {
  it.each(patches)('%s is a quote with the same changes', async (_, text) => {
    const lines = quoted(mark)(undamaged(text));
    const found = await readOne(mail('Hello,', asText(lines), 'Fine.', ''));
    expect(found.standing).toMatchObject({ kind: 'quoted' });
    expect(found.damage).toEqual([]);
    const moved = changesOf(await readOne(text)).map((change) => ({ ...change, line: change.line + 4 }));
    expect(changesOf(found)).toEqual(moved);
  });
});

describe('what looks like such a mark', () => {
  it.each([
    ['a table', ['| a | b |', '| 1 | 2 |']],
    ['a prompt', ['sh> git diff', 'ok']],
    ['members by themselves', ['p>q', '|| r']],
  ])('stays text where no hunk has it: %s', (_, texts) => {
    const lines = texts.map((text, i) => ({ text, line: i + 1 }));
    expect(quoteStreams({ lines, flowed: null, facts: null })).toEqual([{ depth: 0, lines }]);
  });

  it('beside a quote takes nothing from the patch that answers', async () => {
    const [[, text]] = patches as [readonly [string, string]];
    const quote = asText(quoted('JK> ')(undamaged(text)));
    const { patches: both } = await read(mail(quote, 'Rather so:', '', text));
    expect(both.map(({ standing }) => standing.kind)).toEqual(['sketch', 'quoted']);
    expect(both.map((patch) => changesOf(patch).length)).toEqual([
      changesOf(await readOne(text)).length,
      changesOf(await readOne(text)).length,
    ]);
  });
});
