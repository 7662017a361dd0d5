/** Notes on lines that are not modelled: each line is named, each reason once. */

import { describe, expect, it } from 'vitest';
import { notModelledNotes } from '../../server/src/render/not-modelled.js';

const WHY = 'the lines around it stand at more than one place in the bundled f of 6.5-6.8';
const placed = (line: number, text: string, file = 'a.patch') => ({
  file,
  line,
  reason: `the added line \`${text}\` was not placed: ${WHY}`,
});
const missing = (line: number) => ({
  file: 'a.patch',
  line,
  reason: 'the removed line `g();` is not in the bundled f of 6.5-6.8 there',
});

const notes = (...all: readonly ReturnType<typeof placed>[]) =>
  notModelledNotes(all).map(({ file, line, reason }) => `${file}:${line}: ${reason}`);

describe('lines that are not modelled', () => {
  it('for one reason are told together, under the first of them', () => {
    expect(notes(placed(7, 'a();'), missing(8), placed(9, '}'), placed(12, 'if (x) {'))).toEqual([
      `a.patch:7: the added line \`a();\` was not placed: ${WHY}; nor were lines 9 and 12`,
      'a.patch:8: the removed line `g();` is not in the bundled f of 6.5-6.8 there',
    ]);
    expect(notes(missing(3), missing(5))).toEqual([
      'a.patch:3: the removed line `g();` is not in the bundled f of 6.5-6.8 there; nor is line 5',
    ]);
  });

  it('for several releases are told once', () => {
    const runs = (release: string, line = 1) => ({
      file: 'a.patch',
      line,
      reason: `no scenario runs the changed f() (${release})`,
    });
    expect(notes(runs('6.9-6.13'), runs('6.14 and later'), runs('6.9-6.13', 4))).toEqual([
      'a.patch:1: no scenario runs the changed f() (6.9-6.13 | 6.14 and later)',
      'a.patch:4: no scenario runs the changed f() (6.9-6.13)',
    ]);
    const at = (release: string) => ({
      ...missing(3),
      reason: missing(3).reason.replace('6.5-6.8', release),
    });
    expect(notes(at('5.8'), at('5.9-5.11'))).toEqual([
      'a.patch:3: the removed line `g();` is not in the bundled f of 5.8 | 5.9-5.11 there',
    ]);
  });

  it('in other files, or with reasons that are not of one line, stay by themselves', () => {
    const runs = { file: 'a.patch', line: 1, reason: 'no scenario runs the changed f() (6.5-6.8)' };
    const all = [placed(7, 'a();'), placed(7, 'a();', 'b.patch'), runs, { ...runs, line: 2 }];
    expect(notModelledNotes(all)).toEqual(all);
  });
});
