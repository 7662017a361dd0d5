/** An empty line after every line: the changes are those of the patch without them, each on its line. */

import { describe, expect, it } from 'vitest';
import {
  asText,
  blankContextTrimmed,
  undamaged,
  wrapped,
  type DamagedLine,
  type DamageStep,
} from './damage.js';
import { changesOf, linesOf, patches, read, readOne, said } from './fixtures.js';

const EMPTY: DamagedLine = { text: '', from: null };
const WHAT = 'an empty line after every line: taken out';

const spacedOut: DamageStep = (lines) => lines.flatMap((line) => [line, EMPTY]);
/** As converters do that give an empty line no second one. */
const emptyOnesLeft: DamageStep = (lines) =>
  blankContextTrimmed(lines).flatMap((line) => (line.text === '' ? [line] : [line, EMPTY]));
const withLetter: DamageStep = (lines) => [
  ...['Hello,', 'this is it.', '', 'Signed-off-by: A', '---'].map((text) => ({ text, from: null })),
  EMPTY,
  ...lines,
  ...['Thanks,', 'A Writer', 'of a letter'].map((text) => ({ text, from: null })),
];

const steps: Readonly<Record<string, readonly DamageStep[]>> = {
  'after every line': [spacedOut],
  'after every line, blank context trimmed': [blankContextTrimmed, spacedOut],
  'after every line but the empty ones': [emptyOnesLeft],
  'in a letter': [spacedOut, withLetter],
};

describe.each(Object.entries(steps))('an empty line %s', (_, damages) => {
  it.each(patches)('%s: every line is there, on its line', async (_name, text) => {
    const whole = await readOne(text);
    const lines = damages.reduce((now, step) => step(now), undamaged(text));
    const repaired = await readOne(asText(lines));
    const all = ['context', 'added', 'removed'] as const;
    expect(linesOf(repaired, ...all)).toEqual(
      linesOf(whole, ...all).map((line) => ({
        ...line,
        line: lines.findIndex(({ from }) => from === line.line) + 1,
      })),
    );
    expect(repaired.files.flatMap(({ hunks }) => hunks).every(({ intact }) => intact)).toBe(true);
    expect(repaired.damage.map(({ what }) => what)).toEqual([WHAT]);
  });
});

it.each(patches)('%s: wrapped besides, it has the same changes', async (_, text) => {
  const lines = wrapped(72)(undamaged(text));
  const pieces = lines.flatMap((line, at) => (line.from === lines[at + 1]?.from ? [line] : [line, EMPTY]));
  const repaired = await readOne(asText(pieces));
  expect(changesOf(repaired).map(({ text: own }) => own)).toEqual(
    changesOf(await readOne(text)).map(({ text: own }) => own),
  );
  expect(said(repaired)).toContain(WHAT);
});

it('ends where the next patch has none', async () => {
  const [[, text]] = patches as [readonly [string, string]];
  const spaced = asText(spacedOut(undamaged(text)));
  const { patches: both } = await read(`${spaced}\n${blankContextTrimmedText(text)}`);
  expect(both.map(({ files }) => files.flatMap(({ hunks }) => hunks.every(({ intact }) => intact)))).toEqual(
    both.map(({ files }) => files.map(() => true)),
  );
  expect(both).toHaveLength(2);
  expect(both[1]!.damage).toEqual([]);
});

const blankContextTrimmedText = (text: string): string => asText(blankContextTrimmed(undamaged(text)));
