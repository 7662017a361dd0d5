/** Two or more actors on small C functions, explored to the end: what some run of them can come to. */

import type { ActorRole } from '../../server/src/kernel/configuration.js';
import { both, equals, get } from '../../server/src/kernel/fragment.js';
import type { Model } from '../../server/src/kernel/model.js';
import type { Scenario } from '../../server/src/kernel/scenarios.js';
import { explore } from '../../server/src/sim/explore.js';
import type { MemoryModel } from '../../server/src/sim/exploration.js';
import type { Expr } from '../../server/src/sim/program.js';
import { lowered, ROLE, scenarioOf } from '../lower/c.js';

/** Actors by their entry function; `more` changes their role. */
export interface Cast {
  readonly [entry: string]: Partial<ActorRole>;
}

const rolesOf = (cast: Cast): readonly ActorRole[] =>
  Object.entries(cast).map(([entry, more]) => ({
    ...ROLE,
    name: `actor of ${entry}`,
    entries: [entry],
    ...more,
  }));

export interface Question {
  readonly source: string;
  readonly cast: Cast;
  readonly state: (model: Model) => Expr;
  readonly initial?: Scenario['initial'];
  readonly configuration?: Partial<Scenario['configuration']>;
  readonly memory?: MemoryModel;
}

/** Whether some run comes to a state. */
export function canReach({ source, cast, state, initial, configuration, memory = 'sc' }: Question): boolean {
  const plain = scenarioOf(rolesOf(cast));
  const { program, model } = lowered(source, {
    ...plain,
    initial: initial ?? plain.initial,
    configuration: { ...plain.configuration, ...configuration },
  });
  const asked = { ...program, properties: [{ id: 'asked', bad: state(model) }], witnesses: [] };
  const found = explore(asked, { memory, reduction: true, maxStates: 500_000, deadlock: false });
  return found.outcomes.get('asked')!.kind === 'violated';
}

/** All actors have returned. */
export const allReturned = (model: Model): Expr =>
  model.actors.map(({ returned }) => get(returned)).reduce((left, right) => both(left, right));

/** The `index`-th actor got this content in block 0. */
export const got = (model: Model, index: number, content: number): Expr =>
  equals(model.actors[index]!.got[0]!, content);

/** The `index`-th actor has returned from its system call. */
export const returned = (model: Model, index: number): Expr => get(model.actors[index]!.returned);
