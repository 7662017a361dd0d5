import { describe, expect, it } from 'vitest';
import { explore } from '../../server/src/sim/explore.js';
import { add, and, constant, is, variable } from '../../server/src/sim/expr.js';
import type { Trace } from '../../server/src/sim/exploration.js';
import type { Actor, Program, Step } from '../../server/src/sim/program.js';
import { END, OPTIONS, actor, local, program, set, shared, go, when } from './builders.js';

/** A trace as `actor:step` words. */
const words = (trace: Trace) => trace.map(({ actor, step }) => `${actor}:${step}`).join(' ');

function traceOf(p: Program, id: string): string {
  const outcome = explore(p, OPTIONS).outcomes.get(id)!;
  return outcome.kind === 'violated' ? words(outcome.trace) : outcome.kind;
}

const COUNT = shared('i_dio_count', 2);

describe('explore', () => {
  it('counts each state once', () => {
    const two = [go([set(0, 1)], 1), END];
    const p = program([shared('x'), shared('y')], [actor('a', ...two), actor('b', go([set(1, 1)], 1), END)]);
    expect(explore(p, OPTIONS)).toMatchObject({ states: 4, transitions: 4, complete: true });
  });

  it('finds that an unlocked read and write loses an increment, and that a locked one does not', () => {
    const racy = (owner: number): Step[] => [
      { kind: 'load', from: 0, into: owner + 1, order: 'relaxed', cases: [{ guard: constant(1), next: 1 }] },
      { kind: 'store', to: 0, value: add(variable(owner + 1), constant(1)), order: 'relaxed', next: 2 },
      go([set(owner + 3, 1)], 3),
      END,
    ];
    const lost = and(is(3, 1), is(4, 1), is(0, 1));
    const variables = [COUNT, local(0, 'r0', 2), local(1, 'r1', 2), local(0, 'done0'), local(1, 'done1')];
    const p = program(variables, [actor('a', ...racy(0)), actor('b', ...racy(1))], { lost });
    expect(traceOf(p, 'lost')).toBe('0:0 1:0 1:1 1:2 0:1 0:2');
    const once = (owner: number) => [go([set(0, add(variable(0), constant(1))), set(owner + 3, 1)], 1), END];
    const atomic = program(variables, [actor('a', ...once(0)), actor('b', ...once(1))], { lost });
    expect(explore(atomic, OPTIONS).outcomes.get('lost')).toEqual({ kind: 'holds' });
  });

  it('sees a violation in the initial state, with an empty trace', () => {
    const p = program([shared('x')], [actor('a', END)], { zero: is(0, 0) });
    expect(explore(p, OPTIONS).outcomes.get('zero')).toEqual({ kind: 'violated', trace: [] });
  });

  it('goes on to the other properties after one is violated', () => {
    const p = program([COUNT], [actor('a', go([set(0, 1)], 1), go([set(0, 2)], 2), END)], {
      one: is(0, 1),
      two: is(0, 2),
      never: and(is(0, 1), is(0, 2)),
    });
    expect([traceOf(p, 'one'), traceOf(p, 'two'), traceOf(p, 'never')]).toEqual(['0:0', '0:0 0:1', 'holds']);
  });

  it('names the witnesses that no state satisfied', () => {
    const p = program(
      [COUNT],
      [actor('a', go([set(0, 1)], 1), END)],
      {},
      { seen: is(0, 1), unseen: is(0, 2) },
    );
    expect(explore(p, OPTIONS).unreached).toEqual(['unseen']);
  });

  it('lets an actor loop for ever', () => {
    const p = program([shared('x')], [actor('a', go([set(0, 1)], 1), go([set(0, 0)], 0))]);
    expect(explore(p, OPTIONS)).toMatchObject({ states: 2, deadlock: { kind: 'holds' } });
  });

  it('reads and writes in one RMW, with the value before in the local', () => {
    const swap: Step = {
      kind: 'rmw',
      on: 0,
      value: variable(1),
      into: 1,
      order: 'full',
      cases: [
        { guard: is(1, 2), next: 1 },
        { guard: constant(1), next: 2 },
      ],
    };
    const variables = [shared('x', 2, 2), local(0, 'r', 2), local(0, 'way')];
    const p = program(variables, [actor('a', swap, go([set(2, 1)], 2), END)], {
      swapped: and(is(0, 0), is(1, 2), is(2, 1)),
    });
    expect(traceOf(p, 'swapped')).toBe('0:0 0:1');
  });
});

describe('the trace shown', () => {
  it('has the fewest switches of the shortest ones', () => {
    const twice = [go([], 1), go([], 2), END];
    const p = program(
      [COUNT],
      [
        actor('a', ...twice.slice(0, 2), go([set(0, add(variable(0), constant(1)))], 3), END),
        actor('b', go([], 1), go([set(0, add(variable(0), constant(1)))], 2), END),
      ],
      { both: is(0, 2) },
    );
    expect(traceOf(p, 'both')).toBe('0:0 0:1 0:2 1:0 1:1');
  });

  it('begins with the lowest actor, and takes the lowest choice', () => {
    const choose: Step = {
      kind: 'atomic',
      order: 'none',
      alternatives: [0, 1].map(() => ({ guard: constant(1), assign: [set(0, 1)], next: 1 })),
    };
    const p = program([shared('x')], [actor('a', choose, END), actor('b', choose, END)], { set: is(0, 1) });
    const outcome = explore(p, OPTIONS).outcomes.get('set');
    expect(outcome).toEqual({ kind: 'violated', trace: [{ actor: 0, step: 0, choice: 0, phase: 'run' }] });
  });
});

describe('a deadlock', () => {
  const lock = (id: number, next: number) => when(is(id, 0), [set(id, 1)], next);
  const both = (first: number, second: number) => [
    lock(first, 1),
    lock(second, 2),
    go([set(first, 0), set(second, 0)], 3),
    END,
  ];

  it('is a state in which nobody can go on and one has not ended', () => {
    const p = program(
      [shared('i_rwsem'), shared('page')],
      [actor('a', ...both(0, 1)), actor('b', ...both(1, 0))],
    );
    const { deadlock } = explore(p, OPTIONS);
    expect(deadlock.kind === 'violated' && words(deadlock.trace)).toBe('0:0 1:0');
  });

  it('is not one when all have ended, nor when the locks are taken in one order', () => {
    const p = program(
      [shared('i_rwsem'), shared('page')],
      [actor('a', ...both(0, 1)), actor('b', ...both(0, 1))],
    );
    expect(explore(p, OPTIONS).deadlock).toEqual({ kind: 'holds' });
  });
});

describe('what is asked of the end', () => {
  const locked = { id: 'left', bad: constant(0), atEnd: is(0, 1) };
  const asking = (...actors: readonly Actor[]): Program => ({
    ...program([shared('lock'), shared('bio')], actors),
    properties: [locked],
  });
  const leaks = actor('leaks', when(is(0, 0), [set(0, 1)], 1), END);
  const unlocks = actor('unlocks', when(is(0, 1), [set(0, 0)], 1), END);
  const said = (one: Program) =>
    [false, true].map((reduction) => explore(one, { ...OPTIONS, reduction }).outcomes.get('left')!.kind);

  it('is violated where all have ended and it holds, and not on the way there', () => {
    expect(said(asking(leaks))).toEqual(['violated', 'violated']);
    expect(said(asking(leaks, unlocks))).toEqual(['holds', 'holds']);
  });

  it('is not violated where one cannot go on: that is a deadlock', () => {
    const waits = actor('waits', when(is(1, 1), [], 1), END);
    expect(said(asking(leaks, waits))).toEqual(['holds', 'holds']);
    expect(explore(asking(leaks, waits), OPTIONS).deadlock.kind).toBe('violated');
  });

  it('does not wait for an actor that nobody has called, but for one that was called and hangs', () => {
    const completion = {
      ...actor('completion', when(is(1, 1), [], 1), when(is(0, 0), [], 2), END),
      called: true,
    } as const;
    expect(said(asking(leaks, completion))).toEqual(['violated', 'violated']);
    expect(explore(asking(leaks, completion), OPTIONS).deadlock.kind).toBe('holds');
    const submits = actor('submits', go([set(1, 1)], 1), END);
    expect(explore(asking(leaks, submits, completion), OPTIONS).deadlock.kind).toBe('violated');
  });
});

describe('limits', () => {
  const counter = program(
    [shared('n', 100)],
    [
      actor(
        'a',
        when(
          { kind: 'binary', op: '<', left: variable(0), right: constant(100) },
          [set(0, add(variable(0), constant(1)))],
          0,
        ),
      ),
    ],
    { ten: is(0, 10), ninety: is(0, 90) },
    { fifty: is(0, 50) },
  );

  it('never says `holds` when maxStates was reached', () => {
    const cut = explore(counter, { ...OPTIONS, maxStates: 20 });
    expect(cut.outcomes.get('ten')!.kind).toBe('violated');
    expect(cut.outcomes.get('ninety')).toEqual({ kind: 'bounded' });
    expect(cut).toMatchObject({
      complete: false,
      states: 20,
      deadlock: { kind: 'bounded' },
      unreached: ['fifty'],
    });
  });

  it('is complete when there are exactly maxStates states', () => {
    expect(explore(counter, { ...OPTIONS, maxStates: 101 }).complete).toBe(true);
    expect(explore(counter, { ...OPTIONS, maxStates: 100 }).complete).toBe(false);
  });

  it('throws where a step leaves the range of a variable, and names both', () => {
    const p = program(
      [shared('i_dio_count')],
      [actor('reader', go([set(0, add(variable(0), constant(1)))], 0))],
    );
    expect(() => explore(p, OPTIONS)).toThrow('actor reader, step 0, variable i_dio_count: 2 is not in 0..1');
  });

  it('throws on a program that is wrong', () => {
    const p = program([shared('x')], [actor('a', go([], 7))]);
    expect(() => explore(p, OPTIONS)).toThrow('no step 7');
  });
});
