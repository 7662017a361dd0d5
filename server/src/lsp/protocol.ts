/**
 * What the server and its clients say to each other beyond LSP: names and plain types alone. The VS Code client imports
 * this file and nothing else of the server.
 */

import type { Side } from '../review/report.js';
import type { LockHeld, ScenarioStep, ScenarioTimeline } from '../review/scenario-timeline.js';

/** Commands that lenses, hovers and code actions name. VS Code's client registers those of `CLIENT_COMMANDS` itself. */
export const COMMAND = {
  check: 'dioOrdering.check',
  showTimeline: 'dioOrdering.showTimeline',
  explain: 'dioOrdering.explain',
  copyAsReply: 'dioOrdering.copyAsReply',
  export: 'dioOrdering.export',
  /** Arguments: uri, and `FunctionPair.after` of the function or nothing. */
  compareFunction: 'dioOrdering.compareFunction',
  /** Arguments: uri, finding id or null. Chooses the finding whose inlay hints are shown. */
  selectFinding: 'dioOrdering.selectFinding',
  /** Arguments: uri, rule. VS Code's client writes the setting; the server alone keeps it until the text is closed. */
  silence: 'dioOrdering.silenceRule',
} as const;

/** What a client with `clientCommands` registers itself; the server then offers only the other one. */
export const CLIENT_COMMANDS: readonly string[] = [
  COMMAND.check,
  COMMAND.showTimeline,
  COMMAND.explain,
  COMMAND.copyAsReply,
  COMMAND.export,
  COMMAND.compareFunction,
  COMMAND.silence,
];

/** Documents that the server writes itself: `REQUEST.content` and `workspace/textDocumentContent` read them. */
export const CONTENT_SCHEME = 'dio-ordering';

/** Models of one race for other tools. */
export type ModelFormat = 'litmus' | 'promela';
export type ExportFormat = 'text' | 'markdown' | 'json' | 'sarif' | 'mail' | 'svg' | ModelFormat;
export type { Side };
export type MemoryModelName = 'sc' | 'tso' | 'lkmm';

/** `initializationOptions` and the `dioOrdering` section of the settings, as the server reads both. */
export interface Settings {
  /** `auto`, or a release such as `5.7`. */
  readonly kernel: string;
  /** Root of a kernel tree, or empty for the bundled paths. Never read where `trusted` is false. */
  readonly tree: string;
  readonly memory: MemoryModelName;
  readonly inlayHints: { readonly enabled: boolean };
  readonly codeLens: { readonly enabled: boolean };
  readonly hover: { readonly enabled: boolean };
  readonly diagnostics: {
    readonly enabled: boolean;
    /** Level of a rule by its slug; a rule that is not named has the level of its change. */
    readonly levels: Readonly<Record<string, 'off' | 'hint' | 'information' | 'warning' | 'error'>>;
  };
  /** `RULE` or `RULE:FILE`: findings that are counted and not shown. */
  readonly silence: readonly string[];
  /** Milliseconds of quiet after an edit before the check starts. */
  readonly debounce: number;
}

/** `initializationOptions`. */
export interface InitializationOptions {
  readonly settings?: Partial<Settings>;
  /** False in VS Code's restricted mode. */
  readonly trusted?: boolean;
  /** The client registers the commands itself, and has the timeline view. */
  readonly clientCommands?: boolean;
}

/** Requests of the client. */
export const REQUEST = {
  /** TimelineParams -> TimelineView | null */
  timeline: 'dioOrdering/timeline',
  /** ExportParams -> ExportResult | ExportRefusal | null */
  export: 'dioOrdering/export',
  /** { uri } -> { text } as Markdown | null */
  explain: 'dioOrdering/explain',
  /** { uri of scheme `dio-ordering` } -> { text } | null: a bundled file, or the text of a function before or after. */
  content: 'dioOrdering/content',
  /** FunctionsParams -> FunctionPair[]: the functions that a patch changes, as documents to compare. */
  functions: 'dioOrdering/functions',
  /** CheckParams -> Status: checks now, whatever was cached, and answers when done. */
  check: 'dioOrdering/check',
} as const;

export interface UriParams {
  readonly uri: string;
}

export interface CheckParams extends UriParams {
  /** Judge diffs that are no proposals too, and so at later checks: the user asked for this very text. */
  readonly all?: boolean;
  /** The other patches of its series, each in a file of its own, also at later checks. */
  readonly series?: Others;
}

/** It is placed on top of the earlier ones; of the later ones it is known that they are there. */
export interface Others {
  readonly earlier: readonly NamedText[];
  readonly later: readonly NamedText[];
}

export interface NamedText {
  readonly file: string;
  readonly text: string;
}

export interface TimelineParams extends UriParams {
  readonly finding: string;
  /** A scenario of the finding; without one, the one that the finding shows. */
  readonly scenario?: string;
  readonly side?: Side;
}

export interface ExportParams extends UriParams {
  readonly format: ExportFormat;
  /** Only this finding; `mail`, `svg`, `litmus` and `promela` need one. */
  readonly finding?: string;
  /** `svg`: which scenario of the finding, and which side; as in TimelineParams. `litmus`: which side. */
  readonly scenario?: string;
  readonly side?: Side;
}

export interface ExportResult {
  readonly text: string;
}

/** The race cannot be had in that format: one sentence on why. */
export interface ExportRefusal {
  readonly refused: string;
}

export interface FunctionsParams extends UriParams {
  /** 0-based: only the functions that this line of the patch is in, unless it is in none. */
  readonly line?: number;
}

/** A function before and after the patch; `before` and `after` are documents of scheme `dio-ordering`. */
export interface FunctionPair {
  readonly name: string;
  /** Which patch of the document, from 1. */
  readonly patch: number;
  readonly release: string;
  readonly before: string;
  readonly after: string;
  /** 0-based: the line of `after` that stands where the asked one does. */
  readonly line: number;
}

/** Notifications of the server. */
export const NOTIFICATION = {
  /** Status */
  status: 'dioOrdering/status',
} as const;

/** The summary of a check that the user cancelled. */
export const CANCELLED = 'cancelled';

/** What the language status item shows of a document. */
export interface Status extends UriParams {
  readonly state: 'waiting' | 'checking' | 'done' | 'failed';
  /** Releases judged, e.g. `5.5-5.8`; empty where none was found. */
  readonly releases: readonly string[];
  readonly memory: MemoryModelName;
  /** One line: `1 race introduced, 2 left, 1 fixed`, `no race found, 2 not modelled`, `no verdict, 1 not modelled`, `nothing here is modelled`. */
  readonly summary: string;
  readonly introduced: number;
  readonly left: number;
  readonly fixed: number;
  readonly notModelled: number;
  /** Ids and lines (0-based) of the findings, in the order of the report: for next and previous race. */
  readonly findings: readonly { readonly id: string; readonly line: number; readonly title: string }[];
}

/** One finding as swimlanes: what the timeline view draws. All lines are 1-based. */
export interface TimelineView extends Omit<ScenarioTimeline, 'steps'> {
  readonly uri: string;
  readonly steps: readonly ViewStep[];
}

export interface ViewStep extends Omit<ScenarioStep, 'at'> {
  readonly at: ScenarioStep['at'] & {
    /** To open: the patch's own document, or a document of scheme `dio-ordering` or `file`. */
    readonly uri: string;
  };
}

export type { LockHeld };
