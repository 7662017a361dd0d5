import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { dioOrdering, directoryWith } from './command-line.js';

const fixtures = fileURLToPath(new URL('../litmus/fixtures', import.meta.url));

const test = (name: string, result: string, code = 'WRITE_ONCE(*x, 1);'): string =>
  `C ${name}\n(* Result: ${result} *)\n{}\nP0(int *x)\n{\n\t${code}\n}\nexists (x=1)\n`;

const folder = directoryWith({
  'right.litmus': test('right', 'Always'),
  'wrong.litmus': test('wrong', 'Never'),
  'gp.litmus': test('gp', 'Never', 'synchronize_rcu();'),
  'endless.litmus': test('endless', 'Never', 'while (1) ;'),
  'broken.litmus': 'C broken\n{}\nP0(int *x)\n{\n\tREAD_ONCE(*y);\n}\nexists (x=1)\n',
  'below/deeper.litmus': test('deeper', 'Always'),
  'below/notes.txt': 'not a test',
  'empty/notes.txt': 'not a test',
});
afterAll(() => folder.remove());

describe('dio-ordering litmus', () => {
  it('prints one line a test, with the counts of herd7’s Observation', async () => {
    const { code, out, err } = await dioOrdering([
      'litmus',
      `${fixtures}/MP.litmus`,
      `${fixtures}/coherence.litmus`,
    ]);
    expect({ code, out, err }).toEqual({
      code: 0,
      out: 'MP Sometimes 1 3, 4 states\ncoherence Never 0 30, 21 states\n',
      err: '',
    });
  });

  it('judges all *.litmus files below a directory, in the order of their names', async () => {
    const { code, out } = await dioOrdering([
      'litmus',
      `${folder.path}/below`,
      `${folder.path}/right.litmus`,
    ]);
    expect({ code, out }).toEqual({
      code: 0,
      out: 'deeper Always 1 0, 1 state\nright Always 1 0, 1 state\n',
    });
  });

  it('judges under the memory model that is asked for', async () => {
    const { out } = await dioOrdering([
      'litmus',
      '--memory',
      'tso',
      `${fixtures}/MP.litmus`,
      `${fixtures}/SB.litmus`,
    ]);
    expect(out).toBe('MP Never 0 3, 3 states\nSB Sometimes 1 3, 4 states\n');
  });

  it('ends with 1 when a test says another Result:, which is one under lkmm', async () => {
    const file = `${folder.path}/wrong.litmus`;
    const { code, out } = await dioOrdering(['litmus', file]);
    expect({ code, out }).toEqual({ code: 1, out: 'wrong Always 1 0, 1 state, but its Result: is Never\n' });
    expect(await dioOrdering(['litmus', '--memory', 'sc', file])).toMatchObject({
      code: 0,
      out: 'wrong Always 1 0, 1 state\n',
    });
  });

  it('names what it has no answer for, and does not guess', async () => {
    const { code, out } = await dioOrdering([
      'litmus',
      `${folder.path}/gp.litmus`,
      `${folder.path}/endless.litmus`,
    ]);
    expect(code).toBe(0);
    expect(out).toBe(
      'gp Unsupported: synchronize_rcu() (line 6, column 2)\nendless Unfinished: a loop that does not end\n',
    );
  });

  it('says in one line where a file is wrong, and judges the others', async () => {
    const { code, out, err } = await dioOrdering([
      'litmus',
      `${folder.path}/broken.litmus`,
      `${folder.path}/nowhere.litmus`,
      `${folder.path}/empty`,
      `${folder.path}/wrong.litmus`,
    ]);
    expect({ code, out }).toEqual({ code: 2, out: 'wrong Always 1 0, 1 state, but its Result: is Never\n' });
    expect(err.split('\n')).toEqual([
      `dio-ordering: ${folder.path}/broken.litmus:5:13: y is not declared: declare a local, or add it to the parameters of P0`,
      `dio-ordering: ${folder.path}/nowhere.litmus: no such file or directory: check the name`,
      `dio-ordering: ${folder.path}/empty: no *.litmus file in this directory`,
      '',
    ]);
  });

  it('needs to be given a file', async () => {
    expect(await dioOrdering(['litmus'])).toMatchObject({ code: 2, out: '' });
  });
});
