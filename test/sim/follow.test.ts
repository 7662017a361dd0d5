import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explore } from '../../server/src/sim/explore.js';
import type { MemoryModel, Move } from '../../server/src/sim/exploration.js';
import { and, is, not, variable } from '../../server/src/sim/expr.js';
import { follow, type LabelOf, type Turn } from '../../server/src/sim/follow.js';
import type { Program } from '../../server/src/sim/program.js';
import { replay } from '../../server/src/sim/replay.js';
import { actor, END, go, OPTIONS, program, set, shared, when } from './builders.js';
import { ALL_KINDS, programs } from './random-program.js';

/** By actor and step: the name of the call. */
type Names = readonly (readonly string[])[];

const labelled =
  (names: Names): LabelOf =>
  ({ actor: who, step }) => ({ step: names[who]![step]!, way: names[who]![step]! });

const turns = (trace: readonly Move[], labelOf: LabelOf): Turn[] =>
  trace.map((move) => ({ actor: move.actor, label: labelOf(move) }));

const called = (trace: readonly Move[], names: Names) =>
  trace.map(({ actor: who, step }) => `${who}: ${names[who]![step]!}`);

const [LOCK, PAGE] = [0, 1];
const variables = [shared('lock'), shared('page', 2), shared('got', 2)];
const GOT = 2;
const take = when(not(variable(LOCK)), [set(LOCK, 1)], 1);

/** A reader that looks at the page between the two stores of a writer. */
const racy = program(
  variables,
  [
    actor('writer', go([set(PAGE, 1)], 1), go([set(PAGE, 2)], 2), END),
    actor('reader', go([set(GOT, variable(PAGE))], 1), END),
  ],
  { half: is(GOT, 1) },
);
const RACY: Names = [['first store', 'second store'], ['read']];

/** The same under a lock. */
const locked = program(
  variables,
  [
    actor('writer', take, go([set(PAGE, 1)], 2), go([set(PAGE, 2)], 3), go([set(LOCK, 0)], 4), END),
    actor('reader', take, go([set(GOT, variable(PAGE))], 2), go([set(LOCK, 0)], 3), END),
  ],
  { half: is(GOT, 1) },
);
const LOCKED: Names = [
  ['lock', 'first store', 'second store', 'unlock'],
  ['lock', 'read', 'unlock'],
];

const traceOf = (of: Program, property: string) => {
  const outcome = explore(of, OPTIONS).outcomes.get(property)!;
  if (outcome.kind !== 'violated') throw new Error(`${property} holds`);
  return outcome.trace;
};

describe('the order of a race, on a program that does not have it', () => {
  const race = traceOf(racy, 'half');
  const followed = follow(locked, turns(race, labelled(RACY)), labelled(LOCKED));

  it('is kept as far as the actors can go, with the steps between that the race does not have', () => {
    expect(called(race, RACY)).toEqual(['0: first store', '1: read']);
    expect(called(followed.trace, LOCKED)).toEqual([
      '0: lock',
      '0: first store',
      '0: second store',
      '0: unlock',
      '1: lock',
      '1: read',
      '1: unlock',
    ]);
  });

  it('says which moves are turns of the race; one that had to wait is none', () => {
    expect(followed.turnOf).toEqual([null, 0, null, null, null, null, null]);
  });

  it('is of interest until the actor that should have had the last turn is at its end', () => {
    expect(followed.turns).toBe(7);
  });

  it('is cut at its last turn where all of them are there', () => {
    const again = follow(racy, turns(race, labelled(RACY)), labelled(RACY));
    expect(called(again.trace, RACY)).toEqual(['0: first store', '1: read', '0: second store']);
    expect(again.turnOf).toEqual([0, 1, null]);
    expect(again.turns).toBe(2);
  });
});

it('passes over a turn that the program does not have, and takes no later one in its place', () => {
  const names: Names = [['a', 'b', 'c']];
  const three = program([shared('x', 3)], [actor('one', go([], 1), go([], 2), go([], 3), END)]);
  const wanted = ['a', 'missing', 'c'].map((name) => ({ actor: 0, label: { step: name, way: name } }));
  expect(follow(three, wanted, labelled(names)).turnOf).toEqual([0, null, 2]);
});

it('takes the step of a turn another way where that is all it can', () => {
  const either = program(
    [shared('x'), shared('y')],
    [
      actor(
        'one',
        {
          kind: 'atomic',
          order: 'none',
          alternatives: [
            { guard: variable(0), assign: [set(1, 1)], next: 1 },
            { guard: and(not(variable(0)), not(variable(1))), assign: [], next: 1 },
          ],
        },
        END,
      ),
    ],
  );
  const labelOf: LabelOf = ({ choice }) => ({ step: 'test', way: `test: ${choice === 0}` });
  const wanted = [{ actor: 0, label: { step: 'test', way: 'test: true' } }];
  expect(follow(either, wanted, labelOf)).toEqual({
    trace: [{ actor: 0, step: 0, choice: 1, phase: 'run' }],
    turnOf: [null],
    turns: 1,
  });
});

it('ends where actors go round for ever', () => {
  const spinning = program([shared('x')], [actor('one', go([set(0, not(variable(0)))], 0), END)]);
  expect(follow(spinning, [], labelled([['spin']])).trace.length).toBe(1);
});

describe('random programs', () => {
  const shape = { actors: 3, shared: 3, steps: 6, kinds: ALL_KINDS, loops: true };
  const byStep: LabelOf = ({ step, choice }) => ({ step: `${step}`, way: `${step} ${choice}` });

  it('have in the order of their own traces those traces themselves', () => {
    fc.assert(
      fc.property(programs(shape), (one) => {
        for (const outcome of explore(one, OPTIONS).outcomes.values()) {
          if (outcome.kind !== 'violated') continue;
          const { trace, turnOf } = follow(one, turns(outcome.trace, byStep), byStep);
          expect(trace.slice(0, outcome.trace.length)).toEqual(outcome.trace);
          expect(turnOf.slice(0, outcome.trace.length)).toEqual(outcome.trace.map((_, i) => i));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('run in the order of the traces of others, under every memory model', () => {
    fc.assert(
      fc.property(programs(shape), programs(shape), (one, other) => {
        fc.pre(one.actors.length === other.actors.length);
        for (const outcome of explore(one, OPTIONS).outcomes.values()) {
          if (outcome.kind !== 'violated') continue;
          const { trace } = follow(other, turns(outcome.trace, byStep), byStep);
          for (const memory of ['sc', 'tso', 'lkmm'] satisfies MemoryModel[])
            expect(replay(other, trace, memory)).not.toBeNull();
        }
      }),
      { numRuns: 300 },
    );
  });
});
