/** Lowers and explores scenarios; equal programs are explored once. */

import type { Scenario } from '../kernel/scenarios.js';
import type { Code } from '../lower/code.js';
import { lowerScenario, type Lowered } from '../lower/lower.js';
import { explore } from '../sim/explore.js';
import { ModelRangeError } from '../sim/range-error.js';
import type { Program } from '../sim/program.js';
import type { Exploration, MemoryModel } from '../sim/exploration.js';
import type { Site } from '../lower/instruction.js';
import { knownRun, MEMORY_MODELS, restored } from './known-runs.js';

/** States after which a scenario is given up: seconds of work, and far above any bundled path. */
const MOST_STATES = 3_000_000;

export type Run =
  | {
      readonly kind: 'explored';
      readonly lowered: Lowered;
      readonly key: string;
      readonly exploration: Exploration;
    }
  | { readonly kind: 'not-modelled'; readonly reason: string; readonly site: Site | null };

export type LoweredRun =
  /** `lowered` may be made only when it is asked for. */
  | {
      readonly kind: 'lowered';
      readonly lowered: Lowered;
      readonly key: string;
      /** The bundled code as it stands. */
      readonly asBundled?: true;
    }
  | { readonly kind: 'not-modelled'; readonly reason: string; readonly site: Site | null };

/** By memory model and program. A server checks the same patch again and again, with one line changed. */
const explorations = new Map<string, Exploration | string>();

/** Explorations kept before the oldest is forgotten: a few patches' worth. */
const MOST_EXPLORATIONS = 96;

function keep(key: string, exploration: Exploration | string): void {
  if (explorations.size >= MOST_EXPLORATIONS) explorations.delete(explorations.keys().next().value!);
  explorations.set(key, exploration);
}

export class Runs {
  constructor(
    readonly memory: MemoryModel,
    /** Called before each exploration; what it throws ends the check. */
    readonly step: () => void = () => undefined,
  ) {}

  lower(code: Code, scenario: Scenario): LoweredRun {
    const result = lowerScenario(code, scenario);
    if (!result.ok) return { kind: 'not-modelled', reason: result.reason, site: result.site };
    return { kind: 'lowered', lowered: result.lowered, key: result.lowered.key };
  }

  /** The side before a patch: as known from the build where that is the bundled code as it stands. */
  lowerBefore(code: Code, scenario: Scenario): LoweredRun {
    const known = knownRun(code, scenario);
    if (!known) return this.lower(code, scenario);
    const run = new KnownLowered(known.key, () => this.lower(code, scenario));
    for (const memory of MEMORY_MODELS) {
      const key = `${memory}:${known.key}`;
      const explored = () => exploreFully(run.lowered.program, memory);
      if (!explorations.has(key)) keep(key, restored(known.explorations[memory], explored));
    }
    return run;
  }

  /** An exploration of the program that is there already. */
  knows(key: string, memory: MemoryModel): Exploration | null {
    const known = explorations.get(`${memory}:${key}`);
    return known === undefined || typeof known === 'string' ? null : known;
  }

  run(code: Code, scenario: Scenario, memory: MemoryModel = this.memory): Run {
    const lowered = this.lower(code, scenario);
    return lowered.kind === 'lowered' ? this.explore(lowered, memory) : lowered;
  }

  /** A scenario in which an interesting state is out of reach proves nothing, so it gets no verdict. */
  explore(run: LoweredRun & { kind: 'lowered' }, memory: MemoryModel = this.memory): Run {
    const key = `${memory}:${run.key}`;
    this.step();
    const known = explorations.get(key);
    const exploration = known ?? exploreInRange(run.lowered.program, memory);
    if (known === undefined) keep(key, exploration);
    if (typeof exploration === 'string') return { kind: 'not-modelled', reason: exploration, site: null };
    if (exploration.complete && exploration.unreached.length > 0 && !isStuck(exploration)) {
      return {
        kind: 'not-modelled',
        reason: `no run reaches the state "${exploration.unreached.join('", "')}"`,
        site: null,
      };
    }
    return new Explored(run, exploration);
  }
}

class KnownLowered {
  readonly kind = 'lowered';
  readonly asBundled = true;
  #lowered: Lowered | null = null;

  constructor(
    readonly key: string,
    readonly lower: () => LoweredRun,
  ) {}

  get lowered(): Lowered {
    if (this.#lowered === null) {
      const run = this.lower();
      if (run.kind !== 'lowered' || run.key !== this.key)
        throw new Error('what is known of a bundled path is not of this version: build again');
      this.#lowered = run.lowered;
    }
    return this.#lowered;
  }
}

class Explored {
  readonly kind = 'explored';

  constructor(
    readonly run: LoweredRun & { kind: 'lowered' },
    readonly exploration: Exploration,
  ) {}

  get key(): string {
    return this.run.key;
  }

  get lowered(): Lowered {
    return this.run.lowered;
  }
}

export function exploreFully(program: Program, memory: MemoryModel): Exploration {
  const hanging = program.properties.filter(({ deadlock }) => deadlock).map(({ id }) => id);
  const asked = hanging.length > 0;
  const found = explore(program, { memory, reduction: true, maxStates: MOST_STATES, deadlock: asked });
  const outcomes = new Map(found.outcomes);
  for (const id of hanging) if (outcomes.get(id)?.kind !== 'violated') outcomes.set(id, found.deadlock);
  return { ...found, outcomes };
}

/** Actors that wait for ever are why nobody comes to the end. */
const isStuck = ({ outcomes }: Exploration): boolean => outcomes.get('P7')?.kind === 'violated';

/** The answer, or why there is none: a count that goes below zero, or above what the actors can reach. */
export function exploreInRange(program: Program, memory: MemoryModel): Exploration | string {
  try {
    return exploreFully(program, memory);
  } catch (error) {
    if (error instanceof ModelRangeError) return `a count leaves the range of the model: ${error.message}`;
    throw error;
  }
}
