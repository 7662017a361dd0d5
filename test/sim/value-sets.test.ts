/** Sets of values: they hold whatever an expression can be, and conditions take out only what contradicts them. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  and,
  constant,
  evaluate,
  ge,
  is,
  ne,
  not,
  or,
  sub,
  variable,
} from '../../server/src/sim/expr.js';
import type { Expr, Variable } from '../../server/src/sim/program.js';
import { assignedValues, restrict, valueSet } from '../../server/src/sim/value-sets.js';
import { shared } from './builders.js';

const MAX = 3;
const COUNT = 3;

const leaf: fc.Arbitrary<Expr> = fc.oneof(
  fc.integer({ min: -1, max: MAX + 1 }).map(constant),
  fc.nat({ max: COUNT - 1 }).map(variable),
);

const { expr } = fc.letrec<{ expr: Expr }>((tie) => ({
  expr: fc.oneof(
    { maxDepth: 4 },
    leaf,
    tie('expr').map((of): Expr => ({ kind: 'not', of })),
    fc
      .tuple(
        fc.constantFrom('+', '-', '==', '!=', '<', '<=', '>', '>=', '&&', '||'),
        tie('expr'),
        tie('expr'),
      )
      .map(([op, left, right]): Expr => ({ kind: 'binary', op, left, right })),
    fc
      .tuple(tie('expr'), tie('expr'), tie('expr'))
      .map(([condition, then, other]): Expr => ({ kind: 'if', condition, then, else: other })),
  ),
}));

/** Sets of up to all values for each variable, none of them empty. */
const sets = fc
  .array(fc.integer({ min: 1, max: 2 ** (MAX + 1) - 1 }), { minLength: COUNT, maxLength: COUNT })
  .map((all) => Int32Array.from(all));

const has = (set: number, value: number): boolean => (set & (1 << value)) !== 0;

/** Every way to give each variable a value of its set. */
function* valuations(values: Int32Array): Generator<readonly number[]> {
  for (let number = 0; number < (MAX + 1) ** COUNT; number++) {
    const all = Array.from({ length: COUNT }, (_, id) => Math.floor(number / (MAX + 1) ** id) % (MAX + 1));
    if (all.every((value, id) => has(values[id]!, value))) yield all;
  }
}

describe('any expression over any sets', () => {
  it('has no value that is not in the set of what it may assign', () => {
    fc.assert(
      fc.property(expr, sets, (value, values) => {
        const set = assignedValues(values, value, MAX);
        for (const all of valuations(values)) {
          const result = evaluate(value, (id) => all[id]!);
          if (result >= 0 && result <= MAX) expect(has(set, result)).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('as a condition keeps every value with which it comes true, or false', () => {
    fc.assert(
      fc.property(expr, sets, fc.boolean(), (condition, values, wanted) => {
        const left = values.slice();
        const possible = restrict(left, condition, wanted);
        for (const all of valuations(values)) {
          if ((evaluate(condition, (id) => all[id]!) !== 0) !== wanted) continue;
          expect(possible).toBe(true);
          expect(all.every((value, id) => has(left[id]!, value))).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a condition', () => {
  const [x, y] = [0, 1];
  const of = (...values: number[]): number => values.reduce((set, value) => set | (1 << value), 0);
  const left = (condition: Expr, wanted = true): readonly number[] | 'never' => {
    const values = Int32Array.of(of(0, 1, 2), of(1));
    return restrict(values, condition, wanted) ? [...values] : 'never';
  };

  it.each<[string, Expr, readonly number[] | 'never']>([
    ['x == 1', is(x, 1), [of(1), of(1)]],
    ['x == 3', is(x, 3), 'never'],
    ['!(x == 1)', not(is(x, 1)), [of(0, 2), of(1)]],
    ['x', variable(x), [of(1, 2), of(1)]],
    ['x >= 1 && x != 2', and(ge(variable(x), constant(1)), ne(variable(x), constant(2))), [of(1), of(1)]],
    ['x == 2 || y == 0', or(is(x, 2), is(y, 0)), [of(2), of(1)]],
    ['x == 2 || y == 1', or(is(x, 2), is(y, 1)), [of(0, 1, 2), of(1)]],
    ['x - y', sub(variable(x), variable(y)), [of(0, 1, 2), of(1)]],
  ])('%s keeps what fits', (_, condition, kept) => {
    expect(left(condition)).toEqual(kept);
  });

  it('that is to be false keeps the rest', () => {
    expect(left(and(is(x, 1), is(y, 1)), false)).toEqual([of(0, 2), of(1)]);
    expect(left(or(is(x, 1), is(y, 1)), false)).toBe('never');
  });
});

describe('what is assigned', () => {
  const counts = (max: number, initial: number): number => {
    const value = add(variable(0), constant(1));
    return assignedValues(Int32Array.of(valueSet(shared('x', max, initial))), value, max);
  };

  it('is in the range of the variable; what leaves it is for a run to tell', () => {
    expect(counts(2, 1)).toBe(1 << 2);
    expect(counts(2, 2)).toBe(0b111);
  });

  it('is anything where there are more values than are followed', () => {
    const long: Variable = shared('long', 1000, 7);
    expect(valueSet(long)).toBe(-1);
    expect(restrict(Int32Array.of(valueSet(long)), is(0, 900), true)).toBe(true);
  });
});
