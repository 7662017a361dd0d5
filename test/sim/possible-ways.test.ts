/** Which ways actors can take: never fewer than runs take, and few enough to be worth it. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Exploration, MemoryModel } from '../../server/src/sim/exploration.js';
import { explore } from '../../server/src/sim/explore.js';
import { FALSE, TRUE, add, constant, is, variable } from '../../server/src/sim/expr.js';
import { lowerStep } from '../../server/src/sim/lowered.js';
import { askPossibleWays, type OpenActor, type OpenStep } from '../../server/src/sim/possible-ways.js';
import type { Actor, Case, Program, Step, StepId } from '../../server/src/sim/program.js';
import { END, OPTIONS, actor, go, set, shared, when } from './builders.js';
import { ALL_KINDS, type Shape, programs } from './random-program.js';

/** An actor that is made already, and what is asked of it. */
class Asked implements OpenActor {
  /** `step way`, by number. */
  readonly ways = new Set<string>();

  constructor(readonly actor: Actor) {}

  enter(): StepId {
    return this.actor.entry;
  }

  step(id: StepId): OpenStep {
    const step = this.actor.steps[id]!;
    const ways = lowerStep(step).map(({ guard, assign, assigns, next }, number) => ({
      guard,
      assign,
      assigns,
      leads: () => {
        this.ways.add(`${String(id)} ${String(number)}`);
        return [next];
      },
    }));
    return { ways, late: lateOf(step) };
  }

  /** The steps with no more ways than were asked for. */
  asked(): Actor {
    const isAsked = (id: StepId) => (_: unknown, number: number) =>
      this.ways.has(`${String(id)} ${String(number)}`);
    const steps = this.actor.steps.map((step, id): Step => {
      if (step.kind === 'atomic') return { ...step, alternatives: step.alternatives.filter(isAsked(id)) };
      if (!('cases' in step)) return step;
      const cases = lastForAll(step.cases.filter(isAsked(id)));
      return cases.length === 0 ? { kind: 'end' } : { ...step, cases };
    });
    return { ...this.actor, steps };
  }
}

const lateOf = (step: Step): OpenStep['late'] => ({
  reads: step.kind === 'load' ? step.from : step.kind === 'rmw' ? step.on : null,
  writes: step.kind === 'store' ? step.to : step.kind === 'rmw' ? step.on : null,
});

const lastForAll = (cases: readonly Case[]): readonly Case[] =>
  cases.map((one, i) => (i === cases.length - 1 ? { ...one, guard: TRUE } : one));

function possible(program: Program): { readonly program: Program; readonly ways: number } {
  const actors = program.actors.map((one) => new Asked(one));
  askPossibleWays(program.variables, actors);
  return {
    program: { ...program, actors: actors.map((one) => one.asked()) },
    ways: actors.reduce((sum, { ways }) => sum + ways.size, 0),
  };
}

const waysOf = ({ actors }: Program): number =>
  actors.flatMap(({ steps }) => steps).reduce((sum, step) => sum + lowerStep(step).length, 0);

/** Everything that an exploration answers; choices are numbered otherwise, so that traces cannot be compared. */
const answers = ({ outcomes, deadlock, unreached }: Exploration) => ({
  outcomes: [...outcomes].map(([id, { kind }]) => [id, kind]),
  deadlock: deadlock.kind,
  unreached,
});

const SHAPES: readonly Shape[] = [
  { actors: 3, shared: 3, steps: 6, kinds: ALL_KINDS, loops: true },
  { actors: 2, shared: 4, steps: 8, kinds: ['atomic', 'load', 'store', 'rmw'], loops: false },
  { actors: 3, shared: 6, steps: 4, kinds: ['atomic'], loops: true },
];
const RUNS: Readonly<Record<MemoryModel, number>> = { sc: 600, tso: 300, lkmm: 200 };

describe.each(Object.entries(RUNS) as [MemoryModel, number][])(
  'random programs under %s',
  (memory, numRuns) => {
    it.each(SHAPES)('have the same verdicts with the possible ways alone: %o', (shape) => {
      let [all, few] = [0, 0];
      fc.assert(
        fc.property(programs(shape), (program) => {
          const pruned = possible(program);
          const full = explore(program, { ...OPTIONS, memory });
          if (!full.complete) return;
          expect(answers(explore(pruned.program, { ...OPTIONS, memory }))).toEqual(answers(full));
          all += waysOf(program);
          few += pruned.ways;
        }),
        { numRuns },
      );
      expect(few).toBeLessThan(all);
    });
  },
);

describe('a way is possible', () => {
  const [x, y] = [0, 1];
  const waysAsked = (...actors: Actor[]): readonly string[][] => {
    const all = actors.map((one) => new Asked(one));
    askPossibleWays([shared('x', 2), shared('y', 2)], all);
    return all.map(({ ways }) => [...ways].sort());
  };
  const sees: Step = {
    kind: 'atomic',
    order: 'none',
    alternatives: [0, 1].map((value) => ({ guard: is(x, value), assign: [], next: 1 })),
  };
  const looks = actor('looks', sees, END);
  const sets = (value: number, id = x) => actor('sets', go([set(id, value)], 1), END);

  it('where the variable begins with the value that it asks for', () => {
    expect(waysAsked(looks)).toEqual([['0 0']]);
  });

  it('where another actor writes that value', () => {
    expect(waysAsked(looks, sets(1))).toEqual([['0 0', '0 1'], ['0 0']]);
    expect(waysAsked(looks, sets(2))).toEqual([['0 0'], ['0 0']]);
    expect(waysAsked(looks, sets(1, y))).toEqual([['0 0'], ['0 0']]);
  });

  it('where another actor comes to write that value only by what this one writes', () => {
    const answers = actor('answers', when(is(y, 1), [set(x, 1)], 1), END);
    const asks = actor('asks', go([set(y, 1)], 1), when(is(x, 1), [], 2), END);
    expect(waysAsked(asks, answers)).toEqual([['0 0', '1 0'], ['0 0']]);
    expect(waysAsked(answers)).toEqual([[]]);
  });

  it('after a write of its own by that alone; after one that may be late by what was there before as well', () => {
    const counts: Step = {
      kind: 'rmw',
      on: x,
      value: add(variable(x), constant(1)),
      into: null,
      order: 'relaxed',
      cases: [{ guard: TRUE, next: 1 }],
    };
    expect(waysAsked(actor('sets', go([set(x, 1)], 1), sees, END))).toEqual([['0 0', '1 1']]);
    expect(waysAsked(actor('counts', counts, sees, END))).toEqual([['0 0', '1 0', '1 1']]);
  });

  it('never behind a condition that nothing makes true', () => {
    const blocked = actor('blocked', when(FALSE, [], 1), go([set(x, 1)], 2), END);
    expect(waysAsked(blocked, looks)).toEqual([[], ['0 0']]);
  });
});
