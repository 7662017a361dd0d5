/**
 * One scenario of a finding, before or after the patch, as swimlanes: plain data that the faces send and the drawings
 * read. All lines are 1-based.
 */

import type { MemoryModel } from '../sim/exploration.js';
import type { Change, Place, PropertyId, Side, Verdict } from './report.js';

export interface ScenarioTimeline {
  readonly finding: {
    readonly id: string;
    readonly property: PropertyId;
    /** Slug of the rule. */
    readonly rule: string;
    readonly change: Change;
    readonly message: string;
    readonly line: number;
  };
  /** All scenarios of the finding, first the one that it shows. */
  readonly scenarios: readonly ScenarioChoice[];
  /** Id of the scenario drawn here. */
  readonly scenario: string;
  readonly side: Side;
  /** Null where this side of this scenario has no race: the steps are then what becomes there of the other side's. */
  readonly violation: { readonly property: PropertyId; readonly text: string } | null;
  readonly memory: MemoryModel;
  readonly actors: readonly string[];
  readonly steps: readonly ScenarioStep[];
  readonly locks: readonly LockHeld[];
  /** Names of the state's parts, in the order of `initial` and `ScenarioStep.state`. */
  readonly stateNames: readonly string[];
  /** Values before the first step, as words. */
  readonly initial: readonly string[];
  readonly loadBearing: readonly { readonly line: number; readonly endLine: number; readonly text: string }[];
}

export interface ScenarioChoice {
  readonly id: string;
  /** `ext4, nodelalloc, hole, 5.5-5.8` */
  readonly label: string;
  readonly before: Verdict;
  readonly after: Verdict;
  /** `exhaustive`, or what stopped the exploration. */
  readonly bounds: string;
}

export interface ScenarioStep {
  readonly n: number;
  /** Index into `actors`. */
  readonly actor: number;
  readonly function: string;
  readonly text: string;
  readonly effects: readonly string[];
  readonly at: Place;
  /** For a step that takes effect late: the `n` of the step where it stands in the program. */
  readonly programOrder: number | null;
  readonly reordered: 'issued' | 'late' | null;
  /** The race does not turn on it. */
  readonly quiet: boolean;
  /** On a side without the race: the race has no such step in its place. */
  readonly differs: boolean;
  /** Its line keeps the race closed after the patch. */
  readonly loadBearing: boolean;
  /** Values after this step, as words, by `stateNames`. */
  readonly state: readonly string[];
}

export interface LockHeld {
  readonly lock: string;
  readonly mode: 'exclusive' | 'shared';
  /** Index into `actors`. */
  readonly actor: number;
  /** `n` of the step that takes it, and of the step that gives it back; null: held at the end. */
  readonly from: number;
  readonly to: number | null;
}
