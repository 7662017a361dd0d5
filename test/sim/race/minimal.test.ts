import { describe, expect, it } from 'vitest';
import { explore } from '../../../server/src/sim/explore.js';
import type { Program } from '../../../server/src/sim/program.js';
import { itemsOf, waysOf } from '../../../server/src/sim/race/accesses.js';
import { alignedWay } from '../../../server/src/sim/race/align.js';
import { executionOf } from '../../../server/src/sim/race/execution.js';
import { answerOf, isAccess, type LitmusTest } from '../../../server/src/sim/race/litmus-test.js';
import { type LitmusPair, minimalPair } from '../../../server/src/sim/race/minimal.js';
import { replay } from '../../../server/src/sim/replay.js';
import { type Op, fence, inc, litmusProgram, lock, read, unlock, write } from '../litmus-programs.js';

const BAD = { r0: 0, r1: 0 };

/** The race of `open`, of which `closed` is the other side where there is one. */
function pairOf(
  open: readonly (readonly Op[])[],
  closed: readonly (readonly Op[])[] | null,
): LitmusPair | null {
  const [program, other] = [open, closed].map((ops) => ops && litmusProgram(ops, [BAD])) as [
    Program,
    Program | null,
  ];
  const [outcome] = explore(program, {
    memory: 'lkmm',
    reduction: true,
    maxStates: 500_000,
    deadlock: false,
  }).outcomes.values();
  if (outcome?.kind !== 'violated') throw new Error('no race');
  const { states } = replay(program, outcome.trace, 'lkmm')!;
  const none = new Set<number>();
  const execution = executionOf(program, outcome.trace, states, none)!;
  const ways = waysOf(program, outcome.trace, states)!;
  const threads =
    other && ways.map((way, actor) => itemsOf(other, actor, alignedWay(program, way, other, actor)!, none));
  return minimalPair(execution, other && threads && { program: other, threads });
}

/** `P0: rmw x, after-atomic, read y` */
const shapeOf = ({ program, threads }: LitmusTest): string[] =>
  threads.map(
    ({ actor, items }) =>
      `P${actor}: ` +
      items
        .map((item) =>
          isAccess(item) ? `${item.access} ${program.variables[item.variable]!.name}` : item.fence,
        )
        .join(', '),
  );

/** Store buffering with things around it that decide nothing. */
const withBarrier = (barrier: readonly Op[]): readonly (readonly Op[])[] => [
  [write('a', 1), lock('l'), unlock('l'), inc('x'), ...barrier, read('y', 'r0'), read('a', 'r2')],
  [write('y', 1), write('b', 1), fence('mb'), read('x', 'r1'), inc('b')],
  [read('b', 'r3'), write('c', 1)],
];

describe('a race as a pair of litmus tests', () => {
  it('keeps the accesses of the cycle alone, and the barrier that closes it', () => {
    const pair = pairOf(withBarrier([]), withBarrier([fence('after-atomic')]))!;
    expect(pair.closedBy).toBe('other side');
    expect(shapeOf(pair.open)).toEqual(['P0: rmw x, read y', 'P1: write y, mb, read x']);
    expect(shapeOf(pair.closed)).toEqual(['P0: rmw x, after-atomic, read y', 'P1: write y, mb, read x']);
  });

  it('keeps a barrier that is too weak', () => {
    const pair = pairOf(withBarrier([fence('wmb')]), withBarrier([fence('mb')]))!;
    expect(shapeOf(pair.open)[0]).toBe('P0: rmw x, wmb, read y');
    expect(shapeOf(pair.closed)[0]).toBe('P0: rmw x, mb, read y');
  });

  it('has full barriers for the other test where the other side is not known, or has the race, too', () => {
    for (const other of [null, withBarrier([])]) {
      const pair = pairOf(withBarrier([]), other)!;
      expect(pair.closedBy).toBe('full barriers');
      expect(shapeOf(pair.closed)).toEqual(['P0: rmw x, mb, read y', 'P1: write y, mb, read x']);
    }
  });

  it('finds an access that the other side makes earlier', () => {
    const moved = [
      [read('y', 'r0'), inc('x')],
      [write('y', 1), fence('mb'), read('x', 'r1')],
    ];
    const pair = pairOf(
      [[inc('x'), read('y', 'r0')], moved[1]!],
      [[inc('x'), fence('mb'), ...moved[0]!.slice(0, 1)], moved[1]!],
    )!;
    expect(pair.closedBy).toBe('other side');
  });

  it('is possible in the one and not in the other, and less of it is not', () => {
    const { open, closed } = pairOf(withBarrier([]), withBarrier([fence('after-atomic')]))!;
    expect([answerOf(open, 'lkmm'), answerOf(closed, 'lkmm'), answerOf(open, 'sc')]).toEqual([
      'sometimes',
      'never',
      'never',
    ]);
    for (const id of open.threads.flatMap(({ items }) => items.filter(isAccess)).map((access) => access.id)) {
      const without = (test: LitmusTest): LitmusTest => ({
        ...test,
        threads: test.threads.map((thread) => ({
          ...thread,
          items: thread.items.filter((item) => !isAccess(item) || item.id !== id),
        })),
      });
      expect([answerOf(without(open), 'lkmm'), answerOf(without(closed), 'lkmm')]).not.toEqual([
        'sometimes',
        'never',
      ]);
    }
  });

  it('is the same again', () => {
    const twice = [1, 2].map(() => pairOf(withBarrier([]), withBarrier([fence('mb')]))!);
    expect(shapeOf(twice[0]!.open)).toEqual(shapeOf(twice[1]!.open));
  });
});
