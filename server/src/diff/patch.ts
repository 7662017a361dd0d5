/**
 * A patch as read: file patches, hunks and lines, each line still knowing where it stands in the input.
 * Made by `readPatches`; damage is already repaired and every repair is listed.
 */

/** 1-based line in the input as the user opened it, before any decoding. */
export type InputLine = number;

export type LineKind = 'context' | 'added' | 'removed';

export interface PatchLine {
  readonly kind: LineKind;
  /** The line's text without its leading ' ', '+' or '-', tabs and indentation as far as they survived; no newline. */
  readonly text: string;
  /** Where it stands; for a line joined from wrapped pieces the first of them. */
  readonly line: InputLine;
}

export interface Hunk {
  /** The `@@` line. */
  readonly line: InputLine;
  /** From the header; 1-based. What the header says, not what the body holds. */
  readonly oldStart: number;
  readonly oldCount: number;
  readonly newStart: number;
  readonly newCount: number;
  /** The text after the second `@@`, wrapped continuation joined: usually the function that the hunk starts in. */
  readonly section: string;
  readonly lines: readonly PatchLine[];
  /** True when the body agrees with the counts of the header without repair. */
  readonly intact: boolean;
}

export interface FilePatch {
  /** Path in the kernel tree without `a/` or `b/`: the old one, or the new one for a new file. */
  readonly path: string;
  /** Different from `path` only for a rename or copy. */
  readonly newPath: string;
  readonly change: 'modified' | 'added' | 'deleted' | 'renamed';
  /** The `diff --git` or `---` line. */
  readonly line: InputLine;
  /** Blob ids of the `index` line, as abbreviated there. */
  readonly blobs: { readonly old: string; readonly new: string } | null;
  readonly hunks: readonly Hunk[];
}

/** A repair, or a defect that could not be repaired. */
export interface Damage {
  readonly line: InputLine;
  /** For people: what was wrong and what was assumed, e.g. "hunk header wrapped: joined with the next line". */
  readonly what: string;
  /** Set where a part of the diff is missing and cannot be told. */
  readonly cut?: true;
  /** Set where changed lines are lost or were left out: what they do is in no verdict. */
  readonly lost?: Loss;
}

/** `blank lines`: the text has none left at all, and no more lack than it can have had. */
export type Loss = 'changes' | 'blank lines';

/** What the sender of a diff wants with it. Told by `standingOf()`. */
export type Standing =
  /** To be judged: sent as a patch, or signed off, or a diff without a mail around it. */
  | { readonly kind: 'proposal' }
  /** In a reply and not signed off: a sketch, a counter-proposal. Judged too. */
  | { readonly kind: 'sketch' }
  /** Read out of a `> ` quote: a patch under discussion, of which the quote may hold a part, or the `whole` one. */
  | { readonly kind: 'quoted'; readonly whole: boolean }
  /** In a cover letter, where it shows what changed since the last version. */
  | { readonly kind: 'cover' }
  /** Somebody is asked to run it: `adds` is what it prints with, `sign` what else says so. */
  | { readonly kind: 'debugging'; readonly adds: string; readonly sign: DebuggingSign };

/** It does nothing but print; the mail asks to try it; the mail calls it a debugging patch. */
export type DebuggingSign = 'prints-only' | 'asks-to-try' | 'says-so';

/** One patch: one mail, one commit of `git show`, one plain diff. */
export interface Patch {
  readonly subject: string | null;
  /** `[PATCH v2 3/7]` and the like. */
  readonly series: { readonly version: number; readonly index: number; readonly total: number } | null;
  /** ISO day (yyyy-mm-dd) of the mail or commit, when one is given. */
  readonly date: string | null;
  readonly messageId: string | null;
  /** The first line of its message, of a page that shows several. */
  readonly onPage?: InputLine;
  /** Message ids of the mails that this one answers, the root of the thread first. */
  readonly references: readonly string[];
  readonly standing: Standing;
  readonly files: readonly FilePatch[];
  readonly damage: readonly Damage[];
}

export type InputKind = 'diff' | 'format-patch' | 'mail' | 'mbox' | 'archive-page';

/** Everything that one input file held. */
export interface PatchInput {
  readonly kind: InputKind;
  readonly messages: number;
  readonly patches: readonly Patch[];
}

export type ReadResult =
  | { readonly ok: true; readonly input: PatchInput }
  /** `what` is one line for stderr: what is wrong, where, and what to do. */
  | { readonly ok: false; readonly what: string };
