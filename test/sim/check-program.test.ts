import { describe, expect, it } from 'vitest';
import { checkProgram } from '../../server/src/sim/check-program.js';
import { constant, is, variable } from '../../server/src/sim/expr.js';
import type { Case, Program, Step } from '../../server/src/sim/program.js';
import { END, actor, local, program, shared, go } from './builders.js';

const VARIABLES = [shared('x', 2), local(0, 'own', 2), local(1, 'other', 2)];
const one = (step: Step): Program => program(VARIABLES, [actor('a', step, END), actor('b', END)]);
const load = (from: number, into: number, cases: readonly Case[]): Step => ({
  kind: 'load',
  from,
  into,
  order: 'relaxed',
  cases,
});
const always: Case[] = [{ guard: constant(1), next: 1 }];

const ROWS: readonly (readonly [string, Program, string])[] = [
  ['an initial value out of range', program([shared('x', 1, 2)], []), 'initial value 2 is not in 0..1'],
  ['an owner that is not there', program([local(3, 'r')], []), 'no actor 3 to own it'],
  ['a step that is not there', one(go([], 9)), 'actor a, step 0: no step 9 to go to'],
  ['a variable that is not there', one(go([{ id: 0, value: variable(9) }], 1)), 'no variable 9'],
  [
    'a read of the local of another',
    one(go([{ id: 0, value: variable(2) }], 1)),
    'variable other may not be read here',
  ],
  [
    'a write to the local of another',
    one(go([{ id: 2, value: constant(0) }], 1)),
    "variable 2 is not the actor's to write",
  ],
  ['a load of a local', one(load(1, 1, always)), 'variable 1 is not shared'],
  ['a load into a shared variable', one(load(0, 0, always)), "variable 0 is not the actor's own"],
  [
    'a store of a shared value',
    one({ kind: 'store', to: 0, value: variable(0), order: 'relaxed', next: 1 }),
    'variable x may not be read here',
  ],
  [
    'cases that leave a value out',
    one(
      load(0, 1, [
        { guard: is(1, 0), next: 1 },
        { guard: is(1, 1), next: 1 },
      ]),
    ),
    'the cases do not cover every value',
  ],
  ['a property over nothing', program([], [], { p: variable(0) }), 'property p: no variable 0'],
];

describe('checkProgram', () => {
  it.each(ROWS)('reports %s', (_what, wrong, problem) => {
    expect(checkProgram(wrong).join('; ')).toContain(problem);
  });

  it('has nothing to say of cases that cover all values without a last resort', () => {
    const cases = [0, 1, 2].map((value) => ({ guard: is(1, value), next: 1 }));
    expect(checkProgram(one(load(0, 1, cases)))).toEqual([]);
  });
});
