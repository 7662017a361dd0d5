import { describe, expect, it } from 'vitest';
import { liveLocals, postdominators, successors } from '../../server/src/lower/control-flow.js';
import type { FunctionCode } from '../../server/src/lower/instruction.js';
import { flattened } from './c.js';

const body = (text: string): FunctionCode => flattened(`int f(int a, int b)\n{\n${text}\n}`);

/** The index of the call written so, or of the end of the code. */
function at(code: FunctionCode, call: string): number {
  if (call === 'exit') return code.instructions.length;
  const index = code.instructions.findIndex((one) => one.kind === 'call' && one.text === call);
  if (index < 0) throw new Error(`no ${call}`);
  return index;
}

const branches = (code: FunctionCode): readonly number[] =>
  code.instructions.flatMap((one, i) => (one.kind === 'branch' ? [i] : []));

/** The first call from the instruction on at which all ways from `from` meet again. */
function meeting(code: FunctionCode, from: number): string {
  let index = postdominators(code)[from]!;
  for (let one = code.instructions[index]; one; one = code.instructions[index]) {
    if (one.kind === 'call') return one.text;
    if (one.kind === 'return') return one.value === null ? 'the end' : 'return';
    index = one.kind === 'jump' ? one.to : index + 1;
  }
  return 'exit';
}

describe('where the ways from a branch meet again', () => {
  it.each([
    ['if (a) x(); y();', 'y()'],
    ['if (a) x(); else z(); y();', 'y()'],
    ['if (a) { if (b) x(); else z(); } y();', 'y()'],
    ['while (a) x(); y();', 'y()'],
    ['do { x(); } while (a); y();', 'y()'],
    ['if (a) return 1; y(); return 0;', 'exit'],
    ['if (a) goto out; x();\nout:\n y(); return 0;', 'y()'],
    ['if (a) return y(); x(); return 1;', 'exit'],
    ['if (a) x();', 'the end'],
  ])('%s', (text, expected) => {
    const code = body(text);
    expect(meeting(code, branches(code)[0]!)).toBe(expected);
  });

  it('an inner branch meets inside', () => {
    const code = body('if (a) { if (b) x(); else z(); w(); } y();');
    expect(branches(code).map((one) => meeting(code, one))).toEqual(['y()', 'w()']);
  });

  it('what can never leave the function has the exit', () => {
    const code = body('for (;;) x();');
    expect(postdominators(code)[at(code, 'x()')]).toBe(at(code, 'exit'));
  });

  it('every way from an instruction to the exit runs through its postdominator', () => {
    const code = body('if (a) { x(); if (b) goto out; z(); } else { w(); }\n y();\nout:\n v(); return a;');
    const met = postdominators(code);
    for (let from = 0; from < code.instructions.length; from++) {
      const seen = new Set<number>([met[from]!]);
      const todo = [from];
      for (let one = todo.pop(); one !== undefined; one = todo.pop()) {
        if (seen.has(one)) continue;
        seen.add(one);
        expect(code.instructions[one]!.kind === 'return' && met[from] !== code.instructions.length).toBe(
          false,
        );
        todo.push(...successors(code, one));
      }
    }
  });
});

describe('locals that may still be read', () => {
  const live = (code: FunctionCode, call: string): readonly string[] =>
    [...liveLocals(code)[at(code, call)]!].filter((name) => /^[a-z]/.test(name)).sort();

  it('are those with a use further on and no assignment before it', () => {
    const code = body('x(); a = 1; y(); g(a, b);');
    expect(live(code, 'x()')).toEqual(['b', 'g', 'x', 'y']);
    expect(live(code, 'y()')).toEqual(['a', 'b', 'g', 'y']);
  });

  it('live on over the edge back of a loop', () => {
    const code = body('while (q()) { x(); g(a); a = 0; y(); }');
    expect(live(code, 'y()')).toContain('a');
  });

  it('live on either way of a branch', () => {
    const code = body('x(); if (a) g(b); else h();');
    expect(live(code, 'x()')).toEqual(expect.arrayContaining(['a', 'b']));
    expect(live(code, 'h()')).not.toContain('b');
  });

  it('a compound assignment reads what it changes', () => {
    expect(live(body('x(); a |= 1; g(a);'), 'x()')).toContain('a');
  });

  it('a declaration ends what was there before', () => {
    expect(live(body('x(); int c; g(c);'), 'x()')).not.toContain('c');
  });

  it('a store to a field reads the pointer', () => {
    expect(live(body('x(); a->field = 1;'), 'x()')).toContain('a');
  });
});
