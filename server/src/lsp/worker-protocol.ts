/** What the server's thread and the thread that checks say to each other: plain data alone. */

import type { ChangedFunction } from '../review/changed-functions.js';
import type { ExtractedEvent, Report } from '../review/report.js';
import type { Silence } from '../review/silence.js';
import type { ScenarioTimeline } from '../review/scenario-timeline.js';
import type { ExportedModel } from '../render/litmus.js';
import type { MemoryModelName, ModelFormat, Others, Side } from './protocol.js';

/** Everything that a report depends on. */
export interface CheckInput {
  /** The document's name in the report: the last part of its URI. */
  readonly file: string;
  readonly text: string;
  /** A release, or null to take it from the patch. */
  readonly kernel: string | null;
  readonly tree: string | null;
  readonly memory: MemoryModelName;
  /** The user asked for this very text: diffs that are no proposals are judged too. */
  readonly all: boolean;
  readonly silence: readonly Silence[];
  /** The other patches of its series, which are not judged. */
  readonly series: Others;
}

/** Where a function's text begins that a call in the patch leads to. */
export interface Definition {
  readonly kind: 'bundled' | 'tree';
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

export type Outcome =
  | {
      readonly kind: 'checked';
      /** Without its events: they cost a third of a check, and are asked for when somebody wants them. */
      readonly report: Report;
      /** By the function's name. */
      readonly definitions: Readonly<Record<string, Definition>>;
      /** The patch's lines with their sign, by input line. */
      readonly patchLines: ReadonlyMap<number, string>;
      readonly functions: readonly ChangedFunction[];
    }
  /** The text holds no patch. `what` is one line for people. */
  | { readonly kind: 'no-patch'; readonly what: string }
  /** Something that the user named cannot be used, e.g. the tree. */
  | { readonly kind: 'refused'; readonly what: string }
  | { readonly kind: 'failed'; readonly what: string };

export interface WantedTimeline {
  readonly finding: string;
  readonly scenario: string | undefined;
  readonly side: Side | undefined;
}

export interface WantedModel {
  readonly finding: string;
  readonly format: ModelFormat;
  readonly side: Side | undefined;
}

/** How far a check is, in units of work that are all alike to the user. */
export interface CheckProgress {
  readonly done: number;
  readonly total: number;
  readonly what: string;
}

export type ToWorker =
  | {
      readonly kind: 'check';
      readonly id: number;
      readonly input: CheckInput;
      /** Whatever is remembered of the input: a tree may have changed. */
      readonly anew: boolean;
    }
  | {
      readonly kind: 'timeline';
      readonly id: number;
      readonly input: CheckInput;
      readonly wanted: WantedTimeline;
    }
  | { readonly kind: 'model'; readonly id: number; readonly input: CheckInput; readonly wanted: WantedModel }
  | { readonly kind: 'events'; readonly id: number; readonly input: CheckInput };

export type FromWorker =
  | { readonly kind: 'progress'; readonly id: number; readonly progress: CheckProgress }
  | { readonly kind: 'checked'; readonly id: number; readonly outcome: Outcome }
  | { readonly kind: 'timeline'; readonly id: number; readonly timeline: ScenarioTimeline | null }
  | { readonly kind: 'model'; readonly id: number; readonly model: ExportedModel | null }
  | { readonly kind: 'events'; readonly id: number; readonly events: readonly ExtractedEvent[] };

/** Given to the worker at its start. `abandoned` holds the id of the newest job that nobody waits for any more. */
export interface WorkerStart {
  readonly abandoned: SharedArrayBuffer;
}
