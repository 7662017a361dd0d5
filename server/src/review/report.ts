/**
 * What a check answers: the one value that every face renders. `schema/dio-ordering-1.schema.json` is its
 * published form; field names there and here are the contract and change only with the version in `schema`.
 * All lines are 1-based and stand in the input as opened.
 */

import type { MemoryModel } from '../sim/exploration.js';
import type { InputKind, Loss } from '../diff/patch.js';

export const SCHEMA = 'dio-ordering/1';

export type PropertyId = 'P1' | 'P2' | 'P3' | 'P4' | 'P5' | 'P6' | 'P7' | 'P8' | 'P9';

/** How a scenario stands against a property, before or after the patch. */
export type Verdict = 'race' | 'none' | 'not-modelled';

/**
 * introduced: none before, race after. fixed: race before, none after. left: race before and after, and the patch
 * changes an ordering that this race depends on. untouched: race before and after, its ordering not changed.
 * absent: none before and after. unknown: one side is not modelled.
 */
export type Change = 'introduced' | 'fixed' | 'left' | 'untouched' | 'absent' | 'unknown';

export type Severity = 'error' | 'warning' | 'information';

export interface PatchSummary {
  readonly path: string;
  readonly hunks: number;
  readonly damage: readonly { readonly line: number; readonly what: string }[];
}

export interface InputSummary {
  readonly file: string;
  readonly kind: InputKind;
  readonly messages: number;
  readonly patches: readonly PatchSummary[];
  /** What the verdicts on a patch of it take for granted, where that is anything. */
  readonly conditions?: readonly LineNote[];
  /** Set where a patch that was judged lacks changed lines: what is said of the input is said of the rest of it. */
  readonly incomplete?: Loss;
  /** Diffs that were not judged because they are no proposals. */
  readonly passedOver?: readonly PassedOver[];
}

export interface PassedOver extends LineNote {
  readonly kind: 'quoted' | 'cover' | 'debugging';
}

/** A sentence and the line that it belongs to. */
export interface LineNote {
  readonly line: number;
  readonly text: string;
}

export interface ScenarioSummary {
  readonly id: string;
  /** The release era judged, e.g. `5.5-5.8`, or the version of the tree. */
  readonly release: string;
  readonly fs: string;
  /** Mount options and inode format that decide conditions, e.g. `nodelalloc`, `dioread_nolock`, `block<page`. */
  readonly mount: readonly string[];
  readonly actors: readonly string[];
  readonly memory: MemoryModel;
}

export interface VerdictRow {
  readonly file: string;
  readonly property: PropertyId;
  readonly scenario: ScenarioSummary;
  readonly before: Verdict;
  readonly after: Verdict;
  readonly change: Change;
  /**
   * `exhaustive`, or what stopped the exploration, e.g. `bounded at 2000000 states`, or what of a memory model was not
   * explored, where a verdict of none rests on it.
   */
  readonly bounds: string;
  /** Distinct states explored before and after together. */
  readonly states: number;
  /** As in `Finding`. */
  readonly condition?: string;
}

/** Where a step stands. */
export interface Place {
  readonly kind: 'patch' | 'tree' | 'bundled';
  readonly file: string;
  readonly line: number;
}

export interface TimelineStep {
  /** 1-based position in the interleaving. */
  readonly n: number;
  /** Index into `Timeline.actors`. */
  readonly actor: number;
  readonly function: string;
  /** What is executed, as kernel people write it: `inode_dio_begin()`, `reads i_dio_count: 0`. */
  readonly text: string;
  /** State changes, e.g. `i_dio_count 0→1`, `block 0 hole→mapped`. */
  readonly effects: readonly string[];
  readonly at: Place;
  /** The innermost call on a line of the patch that leads to a step which stands elsewhere, where there is one. */
  readonly calledAt?: Place;
  /** Set when the memory model let the access take effect elsewhere than where it stands in the program. */
  readonly reordered?: 'issued' | 'late';
  /** Set for a step that the race does not turn on: it changes at most a lock, and nothing that another actor touches. */
  readonly quiet?: true;
}

export interface Timeline {
  readonly actors: readonly string[];
  readonly steps: readonly TimelineStep[];
}

export type Side = 'before' | 'after';

/** What becomes of a race's interleaving on the side of the patch that does not have the race. */
export interface SideWithoutRace {
  readonly side: Side;
  /** The steps that go another way there while the actors take turns as in the race; `n` counts those between as well. */
  readonly timeline: Timeline;
}

export interface LoadBearing {
  readonly line: number;
  readonly endLine: number;
  /** The edit, e.g. the text of the added line. */
  readonly text: string;
  /** Scenario ids in which the race is back without it. */
  readonly scenarios: readonly string[];
}

/** One of two accesses of an actor. */
export interface BarrierEnd {
  readonly function: string;
  readonly text: string;
  readonly at: Place;
}

/** Two accesses that the memory model reorders, and the barrier between them that closes the race. */
export interface MissingBarrier {
  /** `smp_mb()`; all that are named together are needed. */
  readonly barrier: string;
  readonly actor: string;
  readonly earlier: BarrierEnd;
  readonly later: BarrierEnd;
}

export interface Finding {
  /** Stable for the same input and version; what `timeline --finding` takes. */
  readonly id: string;
  /** Slug of the rule, e.g. `stale-data-exposure`. */
  readonly rule: string;
  readonly property: PropertyId;
  readonly change: Change;
  readonly severity: Severity;
  readonly file: string;
  readonly line: number;
  readonly endLine: number;
  readonly function: string;
  /** One headline: what can happen, to whom, in which configuration. */
  readonly message: string;
  /** Scenario ids, first the one that the timeline shows. */
  readonly scenarios: readonly string[];
  /** Memory models under which the race of the timeline's scenario exists. */
  readonly memory: readonly MemoryModel[];
  /** Conditions that neither the scenario nor tracked values decide, as the trace takes them. */
  readonly assumptions: readonly string[];
  /** The interleaving: of the code after the patch, or for `fixed` of the code before it. */
  readonly timeline: Timeline;
  /** For a race that one side of the patch does not have, where anything goes another way there than in the race. */
  readonly otherSide?: SideWithoutRace;
  /** Lines that keep this race closed (for `fixed`): without one of them it is back. */
  readonly loadBearing: readonly LoadBearing[];
  /** What the verdict takes for granted of patches that were not given. */
  readonly condition?: string;
  /** Set for a race that is not there under `sc`: explored again with these barriers, it is gone. */
  readonly missingBarriers?: readonly MissingBarrier[];
}

/** A finding that the user silenced: it is counted, and not among the findings. */
export type SilencedFinding = Pick<Finding, 'id' | 'rule' | 'change' | 'file' | 'line' | 'message'>;

/** What one scenario cost. */
export interface ScenarioStats {
  readonly file: string;
  readonly scenario: string;
  readonly states: number;
  readonly milliseconds: number;
  /** Of the explored states, as the simulator holds them. */
  readonly bytes: number;
}

export interface NotModelled {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

/** One ordering event that was read out of a function, before or after the patch: for `--explain`. */
export interface ExtractedEvent {
  readonly function: string;
  readonly text: string;
  readonly at: Place;
  readonly side: 'before' | 'after' | 'both';
}

export interface SkippedScenario {
  readonly file: string;
  readonly scenario: string;
  readonly reason: string;
}

/** How the reason of a skipped scenario begins that came to something which is not modelled. */
export const NOT_JUDGED = 'not modelled: ';

/** The reason of a scenario that the patch leaves as it is. */
export const NO_STEP = 'the patch changes no step of its actors';

/** What `--explain` prints; not part of the findings. */
export interface Explanation {
  readonly releases: readonly { readonly file: string; readonly release: string; readonly why: string }[];
  readonly events: readonly ExtractedEvent[];
  readonly skipped: readonly SkippedScenario[];
}

export interface Report {
  readonly schema: typeof SCHEMA;
  readonly version: string;
  readonly inputs: readonly InputSummary[];
  readonly verdicts: readonly VerdictRow[];
  readonly findings: readonly Finding[];
  readonly notModelled: readonly NotModelled[];
  /** Only where something is silenced. */
  readonly silenced?: readonly SilencedFinding[];
  /** Only where it was asked for: times are not the same from run to run. */
  readonly stats?: readonly ScenarioStats[];
  readonly explanation: Explanation;
}
