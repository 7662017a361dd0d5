/** The undamaged patch and its damaged forms hold the same changes, each on its line. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as damage from './damage.js';
import { asText, undamaged, type DamagedLine, type DamageStep } from './damage.js';
import { changesOf, linesOf, patches, readOne, said, type Change } from './fixtures.js';

interface Damage {
  readonly step: DamageStep;
  /** What has to be said of it; null for a form that git takes as it is. */
  readonly said: RegExp | null;
  /** Blank changed lines are lost beyond repair. */
  readonly losesBlankChanges?: true;
}

const damages: Record<string, Damage> = {
  'blank context lines trimmed': { step: damage.blankContextTrimmed, said: null },
  'leading blank of context lines lost': { step: damage.leadingBlankLost, said: /leading blank of/ },
  'leading blank of some context lines lost': {
    step: damage.leadingBlankSometimesLost((index) => index % 3 !== 0),
    said: /leading blank of/,
  },
  'blank context lines lost': { step: damage.blankContextLost, said: /context lines? lost/ },
  'blank lines lost': { step: damage.blankLinesLost, said: /lines? lost/, losesBlankChanges: true },
  'lone braces lost': { step: damage.loneBracesLost, said: /context lines? lost/ },
  'indentation lost': { step: damage.indentationLost, said: /indentation lost/ },
  'tabs turned to blanks': { step: damage.tabsToBlanks, said: /tabs turned to blanks/ },
  'leading blank doubled': { step: damage.blanksDoubled, said: /doubled/ },
  'lines wrapped at 72': { step: damage.wrapped(72), said: /wrapped/ },
  'lines wrapped at 78': { step: damage.wrapped(78), said: /wrapped/ },
  'counts wrong': { step: damage.countsWrong, said: /counts do not match/ },
  CRLF: { step: damage.crlf, said: /CRLF/ },
  '^M': { step: damage.caretM, said: /\^M/ },
  signature: { step: damage.after('-- ', '2.20.1'), said: /signature/ },
  'glued signature': { step: damage.after('-writer'), said: /signature/ },
};

/** The changes of the undamaged patch, on the lines that they have in the damaged one. */
function expectedChanges(
  changes: readonly Change[],
  lines: readonly DamagedLine[],
  losesBlank: boolean,
): readonly Change[] {
  return changes
    .filter(({ text }) => !losesBlank || text !== '')
    .map((change) => ({ ...change, line: lines.findIndex(({ from }) => from === change.line) + 1 }));
}

async function check(patch: string, steps: readonly Damage[]): Promise<string> {
  const whole = await readOne(patch);
  const lines = steps.reduce((now, { step }) => step(now), undamaged(patch));
  const losesBlank = steps.some(({ losesBlankChanges }) => losesBlankChanges);
  const repaired = await readOne(asText(lines));
  expect(changesOf(repaired)).toEqual(expectedChanges(changesOf(whole), lines, losesBlank));
  expect(repaired.files.map(({ path, change }) => [path, change])).toEqual(
    whole.files.map(({ path, change }) => [path, change]),
  );
  expect(repaired.files.map(({ hunks }) => hunks.length)).toEqual(
    whole.files.map(({ hunks }) => hunks.length),
  );
  return said(repaired);
}

describe('undamaged patches', () => {
  it.each(patches)('%s: every hunk is intact and nothing is repaired', async (_, text) => {
    const patch = await readOne(text);
    expect(patch.damage).toEqual([]);
    const hunks = patch.files.flatMap((file) => file.hunks);
    expect(hunks.every(({ intact }) => intact)).toBe(true);
    const body = text.split('\n').filter((line) => /^[ +-]/.test(line) && !/^(?:---|\+\+\+) /.test(line));
    expect(hunks.flatMap(({ lines }) => lines)).toHaveLength(body.length);
  });
});

describe.each(Object.entries(damages))('%s', (_, one) => {
  it.each(patches)('%s has the same changes', async (_name, text) => {
    await check(text, [one]);
  });

  it('is reported', async () => {
    const spoken = await Promise.all(patches.map(([, text]) => check(text, [one])));
    if (one.said) expect(spoken.join('\n')).toMatch(one.said);
    else expect(spoken.join('')).toBe('');
  });
});

/** Of each group one, in the order in which they happen to a patch on its way. */
const stages: readonly (readonly string[])[] = [
  ['blank context lines lost', 'blank lines lost', 'blank context lines trimmed'],
  ['lone braces lost'],
  ['tabs turned to blanks'],
  ['indentation lost', 'leading blank of context lines lost', 'leading blank of some context lines lost'],
  ['lines wrapped at 72', 'lines wrapped at 78'],
  ['signature', 'glued signature'],
  ['CRLF', '^M'],
];

describe('damages together', () => {
  const combination = fc.tuple(...stages.map((stage) => fc.option(fc.constantFrom(...stage), { freq: 2 })));

  it('leave the same changes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...patches), combination, async ([, text], names) => {
        await check(
          text,
          names.flatMap((name) => (name === null ? [] : [damages[name]!])),
        );
      }),
      { numRuns: 600 },
    );
  });
});

describe('context lines', () => {
  const kept = [
    'leading blank of context lines lost',
    'indentation lost',
    'lines wrapped at 72',
    'blank context lines lost',
  ];

  it.each(kept)('%s: the same lines that are not blank, in the same order', async (name) => {
    for (const [, text] of patches) {
      const whole = await readOne(text);
      const repaired = await readOne(asText(damages[name]!.step(undamaged(text))));
      const shape = (lines: readonly Change[]): readonly string[] =>
        lines
          .filter(({ text: line }) => line !== '')
          .map(({ file, kind, text: line }) => `${file} ${kind} ${line}`);
      expect(shape(linesOf(repaired, 'context', 'added', 'removed'))).toEqual(
        shape(linesOf(whole, 'context', 'added', 'removed')),
      );
    }
  });
});

it('a header broken between a type and its name is joined, though a lost blank line makes its counts hold', async () => {
  const patch = await readOne(
    [
      '--- a/fs/f.c',
      '+++ b/fs/f.c',
      '@@ -475,6 +475,7 @@ count_something(struct thing *thing, struct other_thing',
      '*other,',
      'if (failed)',
      'goto out;',
      '+ count(thing);',
      '/*',
      '* What is counted here',
      '* is counted.',
      '',
    ].join('\n'),
  );
  const [hunk] = patch.files[0]!.hunks;
  expect(hunk!.section).toBe('count_something(struct thing *thing, struct other_thing *other,');
  expect(hunk!.lines[0]!.text).toBe('if (failed)');
  expect(said(patch)).toMatch(/hunk header wrapped: joined with the next line/);
});
