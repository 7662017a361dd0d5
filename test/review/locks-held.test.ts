/** Lock variables of a trace -> who holds what from when to when. */

import { describe, expect, it } from 'vitest';
import { buildModel, type LockVariables } from '../../server/src/kernel/model.js';
import { holdsOf } from '../../server/src/review/locks-held.js';
import { scenariosOf } from '../../server/src/kernel/scenarios.js';

const scenario = scenariosOf('ext4')[0]!;
const model = buildModel(scenario.configuration, scenario.initial, scenario.actors);

type Change = readonly [actor: number, changes: Readonly<Record<number, number>>];

/** The holds of a trace whose moves set these variables. */
function holdsAfter(...moves: readonly Change[]) {
  const states = [model.variables.map(({ initial }) => initial)];
  for (const [, changes] of moves) states.push(states.at(-1)!.map((value, id) => changes[id] ?? value));
  const trace = moves.map(([actor]) => ({ actor, step: 0, choice: 0, phase: 'run' }) as const);
  return holdsOf(model, trace, states).map(
    ({ lock, mode, actor, from, to }) => `${actor} ${lock} ${mode} ${from}-${to ?? ''}`,
  );
}

const readers = ({ readers: id }: LockVariables, count: number) => ({ [id]: count });
const writer = ({ writer: id }: LockVariables, held: 0 | 1) => ({ [id]: held });

describe('holds', () => {
  it('of two readers are told apart by who gives back', () => {
    const { rwsem } = model;
    expect(
      holdsAfter(
        [0, readers(rwsem, 1)],
        [1, readers(rwsem, 2)],
        [1, readers(rwsem, 1)],
        [0, readers(rwsem, 0)],
      ),
    ).toEqual(['0 i_rwsem shared 0-3', '1 i_rwsem shared 1-2']);
  });

  it('turn from exclusive into shared in one move', () => {
    const { rwsem } = model;
    expect(
      holdsAfter(
        [0, writer(rwsem, 1)],
        [0, { ...writer(rwsem, 0), ...readers(rwsem, 1) }],
        [0, readers(rwsem, 0)],
      ),
    ).toEqual(['0 i_rwsem exclusive 0-1', '0 i_rwsem shared 1-2']);
  });

  it('end when another actor unlocks for the holder', () => {
    expect(holdsAfter([0, { [model.locked]: 1 }], [1, { [model.locked]: 0 }])).toEqual([
      '0 page lock exclusive 0-1',
    ]);
  });

  it('that are never given back stay open, and one actor can hold again', () => {
    const { invalidateLock } = model;
    expect(
      holdsAfter(
        [2, readers(invalidateLock, 1)],
        [2, readers(invalidateLock, 0)],
        [2, readers(invalidateLock, 1)],
      ),
    ).toEqual(['2 i_mmap_sem/invalidate_lock shared 0-1', '2 i_mmap_sem/invalidate_lock shared 2-']);
  });
});
