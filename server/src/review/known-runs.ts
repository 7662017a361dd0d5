/**
 * Verdicts of the unpatched bundled paths, computed when the program is built (scripts/known-runs.ts): the side before
 * a patch is mostly such a path, and then it need be neither lowered nor explored unless its trace is shown.
 */

import { scenariosOf, type Scenario } from '../kernel/scenarios.js';
import { Code } from '../lower/code.js';
import type { FunctionCode } from '../lower/instruction.js';
import type { Exploration, MemoryModel, Outcome } from '../sim/exploration.js';
import { bundledEras, loadEra } from '../source/bundled.js';
import type { CodeBase } from '../source/code-base.js';
import type { EraId } from '../source/eras.js';
import { readKnown } from '../source/known.js';

export const MEMORY_MODELS: readonly MemoryModel[] = ['sc', 'tso', 'lkmm'];

/** An exploration without its traces. */
export interface KnownExploration {
  readonly outcomes: readonly (readonly [string, Outcome['kind']])[];
  readonly unreached: readonly string[];
  readonly states: number;
  readonly transitions: number;
  readonly complete: boolean;
  readonly windowFull: boolean;
}

export interface KnownRun {
  /** `Lowered.key` of the scenario's program. */
  readonly key: string;
  /** Functions that some actor runs: see `Lowered.ran`. */
  readonly ran: readonly string[];
  readonly explorations: Readonly<Record<MemoryModel, KnownExploration>>;
}

/** By scenario id. */
export type KnownRuns = Readonly<Record<string, KnownRun>>;

/** The known run of a scenario on `code`, or null where the code is not the bundled one as it stands. */
export function knownRun(code: Code, scenario: Scenario): KnownRun | null {
  const known = knownFor(code);
  return known && Object.hasOwn(known, scenario.id) ? known[scenario.id]! : null;
}

const byBase = new WeakMap<CodeBase, KnownRuns | null>();

function knownFor(code: Code): KnownRuns | null {
  let known = byBase.get(code.base);
  if (known === undefined) {
    const era = bundledEras().find(({ label }) => label === code.base.release);
    known = era && isAsBundled(code, era.id) ? (readKnown(era.id) as KnownRuns | null) : null;
    byBase.set(code.base, known);
  }
  return known;
}

/** Whether all functions and tables do what the bundled ones do; where their lines stand does not matter. */
function isAsBundled(code: Code, era: EraId): boolean {
  const bundled = new Code(code.parser, loadEra(era));
  const { universe, tables } = bundled.base;
  if (code.base.universe.size !== universe.size || code.base.tables.size !== tables.size) return false;
  for (const [name, text] of code.base.tables) if (tables.get(name) !== text) return false;
  for (const [name, text] of code.base.universe) {
    if (universe.get(name) === text) continue;
    if (!universe.has(name) || shapeOf(code.function(name)) !== shapeOf(bundled.function(name))) return false;
  }
  return true;
}

/** A function without its places and the spelling of its calls. */
function shapeOf(code: FunctionCode | null): string {
  if (code === null) return '';
  const instructions = code.instructions.map((one) => ({ ...one, site: null, text: null }));
  return JSON.stringify([code.name, code.parameters, [...code.locals], instructions]);
}

/** An exploration as it was, where `explore` makes the traces that are asked for. */
export function restored(known: KnownExploration, explore: () => Exploration): Exploration {
  const outcome = (id: string, kind: Outcome['kind']): Outcome => {
    if (kind !== 'violated') return { kind };
    return {
      kind,
      get trace() {
        const found = explore().outcomes.get(id);
        return found?.kind === 'violated' ? found.trace : [];
      },
    };
  };
  return {
    ...known,
    outcomes: new Map(known.outcomes.map(([id, kind]) => [id, outcome(id, kind)])),
    deadlock: { kind: 'holds' },
  };
}

/** Scenarios of all file systems, whatever the era has of their entries. */
export const allScenarios = (): readonly Scenario[] => (['ext4', 'xfs'] as const).flatMap(scenariosOf);
