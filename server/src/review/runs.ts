/** Lowers and explores scenarios; equal programs are explored once. */

import type { Scenario } from '../kernel/scenarios.js';
import type { Code } from '../lower/code.js';
import { lowerScenario, type Lowered } from '../lower/lower.js';
import { explore } from '../sim/explore.js';
import { ModelRangeError } from '../sim/range-error.js';
import type { Program } from '../sim/program.js';
import type { Exploration, MemoryModel } from '../sim/exploration.js';
import type { Site } from '../lower/instruction.js';

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
  | { readonly kind: 'lowered'; readonly lowered: Lowered; readonly key: string }
  | { readonly kind: 'not-modelled'; readonly reason: string; readonly site: Site | null };

export class Runs {
  readonly #explorations = new Map<string, Exploration | string>();

  constructor(readonly memory: MemoryModel) {}

  lower(code: Code, scenario: Scenario): LoweredRun {
    const result = lowerScenario(code, scenario);
    if (!result.ok) return { kind: 'not-modelled', reason: result.reason, site: result.site };
    return { kind: 'lowered', lowered: result.lowered, key: JSON.stringify(result.lowered.program) };
  }

  run(code: Code, scenario: Scenario, memory: MemoryModel = this.memory): Run {
    const lowered = this.lower(code, scenario);
    return lowered.kind === 'lowered' ? this.explore(lowered, memory) : lowered;
  }

  /** A scenario in which an interesting state is out of reach proves nothing, so it gets no verdict. */
  explore(run: LoweredRun & { kind: 'lowered' }, memory: MemoryModel = this.memory): Run {
    const key = `${memory}:${run.key}`;
    const exploration = this.#explorations.get(key) ?? exploreInRange(run.lowered.program, memory);
    this.#explorations.set(key, exploration);
    if (typeof exploration === 'string') return { kind: 'not-modelled', reason: exploration, site: null };
    if (exploration.complete && exploration.unreached.length > 0) {
      return {
        kind: 'not-modelled',
        reason: `no run reaches the state "${exploration.unreached.join('", "')}"`,
        site: null,
      };
    }
    return { kind: 'explored', lowered: run.lowered, key: run.key, exploration };
  }
}

/** The answer, or why there is none: a count that goes below zero, or above what the actors can reach. */
function exploreInRange(program: Program, memory: MemoryModel): Exploration | string {
  try {
    return explore(program, { memory, reduction: true, maxStates: MOST_STATES, deadlock: false });
  } catch (error) {
    if (error instanceof ModelRangeError) return `a count leaves the range of the model: ${error.message}`;
    throw error;
  }
}
