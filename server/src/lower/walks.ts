/** Walks of one actor that were made before: in another scenario it mostly runs from one event to the next as it did. */

import type { Consulted, Watched } from './consulted.js';
import type { Site } from './instruction.js';
import { configKey, walk, type Config, type Reached, type Surroundings } from './walk.js';

/** What an actor has met while it walked; equal before and after a walk that may be remembered. */
export interface WalkTraces {
  readonly forks: number;
  readonly lastFork: Site | null;
  /** Whatever else a walk leaves in its surroundings. */
  readonly others: number;
}

export interface TracedSurroundings extends Surroundings {
  traces(): WalkTraces;
  /** Counts the undecided conditions of a walk that is not made again. */
  countForks(count: number, last: Site | null): void;
  /** The ways that conditions of the patch went since this was last asked. */
  takeWays(): ReadonlySet<string>;
  /** Adds those of a walk that is not made again. */
  addWays(taken: ReadonlySet<string>): void;
}

interface Walked {
  readonly consulted: Consulted;
  readonly reached: Reached[];
  readonly forks: number;
  readonly lastFork: Site | null;
  readonly ways: ReadonlySet<string>;
}

export class RememberedWalks {
  readonly #byStart = new Map<string, Walked[]>();

  /** `walk()`. What is reached must not be changed, as it may be reached again. */
  walk(around: TracedSurroundings, watched: Watched, start: Config): readonly Reached[] {
    const key = configKey(start);
    const known = this.#byStart.get(key)?.find(({ consulted }) => watched.agrees(consulted));
    if (known) {
      watched.ask(known.consulted);
      around.countForks(known.forks, known.lastFork);
      around.addWays(known.ways);
      return known.reached;
    }
    const before = around.traces();
    const { result, consulted } = watched.during(() => walk(around, start));
    const ways = around.takeWays();
    const { forks, lastFork, others } = around.traces();
    if (others === before.others) {
      const walked = { consulted, reached: result, forks: forks - before.forks, lastFork, ways };
      this.#byStart.set(key, [...(this.#byStart.get(key) ?? []), walked]);
    }
    return result;
  }
}
