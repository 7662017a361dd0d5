/** What follows the last hunk of a damaged patch: signatures, sentences, lists. */

import { describe, expect, it } from 'vitest';
import {
  asText,
  before,
  after,
  blankLinesLost,
  indentationLost,
  leadingBlankLost,
  quoted,
  undamaged,
  wrapped,
} from './damage.js';
import { changesOf, patches, read, readOne, said } from './fixtures.js';

const prose = after(
  '',
  'This is what I would do (untested).',
  '',
  '- first, look at the lock',
  '- then at ext4_get_block();',
  '',
  'Thanks,',
  'A Writer',
);

describe.each(patches)('%s, damaged, with a letter around it', (_, text) => {
  it.each([
    ['leading blanks lost', [leadingBlankLost]],
    ['indentation lost', [indentationLost]],
    ['indentation and blank lines lost', [blankLinesLost, indentationLost]],
    ['wrapped', [wrapped(72)]],
  ])('%s: has no change but its own', async (_name, steps) => {
    const lines = [...steps, before('Hello,', ''), prose].reduce((now, step) => step(now), undamaged(text));
    const own = new Set(changesOf(await readOne(text)).map(({ line }) => line));
    const patch = await readOne(asText(lines));
    for (const { line } of changesOf(patch)) expect(own).toContain(lines[line - 1]!.from);
  });
});

describe('a quote that was wrapped', () => {
  it.each(patches)('%s: every change is there, flagged as quoted', async (_, text) => {
    const lines = [wrapped(76), quoted('> ')].reduce((now, step) => step(now), undamaged(text));
    const { patches: found } = await read(asText(lines));
    expect(found.map(({ standing }) => standing.kind)).toEqual(['quoted']);
    const texts = (of: readonly { readonly text: string }[]): readonly string[] =>
      of.map(({ text: line }) => line);
    expect(texts(changesOf(found[0]!))).toEqual(texts(changesOf(await readOne(text))));
  });
});

it('names each line that it leaves out', async () => {
  const [, text] = patches[0]!;
  const patch = await readOne(`${text}-writer\n`);
  expect(said(patch)).toBe(
    `${text.split('\n').length}: "-writer" after the hunk taken for a signature or prose: left out`,
  );
});
