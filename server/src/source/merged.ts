/** A changed function as one list of lines from which its text before, after and without some edits is read. */

import { interned } from './intern.js';
import type { InputLine } from '../diff/patch.js';
import type { CodeBase } from './code-base.js';
import type { FunctionText, SourceLine, Universe } from './text.js';

/** One line of a changed function; null on the side that does not have it. Unchanged lines have both and no edit. */
export interface MergedLine {
  readonly before: SourceLine | null;
  readonly after: SourceLine | null;
  /** `Edit.id`, or null for a line that the patch leaves alone. */
  readonly edit: number | null;
}

export interface MergedText {
  /** Null for a function that the patch adds. */
  readonly beforeName: string | null;
  /** Null for a function that the patch removes; differs from `beforeName` for a rename. */
  readonly afterName: string | null;
  readonly path: string;
  readonly lines: readonly MergedLine[];
  /** What is keyed by the name: a function, or a table of function pointers. */
  readonly kind: 'function' | 'table';
}

export interface EditLine {
  readonly line: InputLine;
  readonly kind: 'added' | 'removed';
  readonly text: string;
}

/** The smallest group of changed lines that can be taken back alone and leaves C that parses. */
export interface Edit {
  readonly id: number;
  readonly lines: readonly EditLine[];
  /** The function or table that it changes, by its name after the patch (before it, for a removed one). */
  readonly function: string;
}

const none: ReadonlySet<number> = new Set();

/** The text with the given edits taken back; null when nothing of it is left. */
export function textWithout(merged: MergedText, edits: ReadonlySet<number>): FunctionText | null {
  const takenBack = (line: MergedLine): boolean => line.edit !== null && edits.has(line.edit);
  const lines = merged.lines.flatMap((line) => (takenBack(line) ? line.before : line.after) ?? []);
  if (lines.length === 0) return null;
  const headKept = merged.lines.every((line) => line.after === null || !takenBack(line));
  const renamed = merged.beforeName !== merged.afterName && merged.beforeName !== null;
  const name = renamed && !headKept ? merged.beforeName : (merged.afterName ?? merged.beforeName);
  return name === null ? null : { name, path: merged.path, lines };
}

export function textAfter(merged: MergedText): FunctionText | null {
  return textWithout(merged, none);
}

export function textBefore(merged: MergedText): FunctionText | null {
  const lines = merged.lines.flatMap((line) => line.before ?? []);
  return merged.beforeName === null ? null : { name: merged.beforeName, path: merged.path, lines };
}

/** What a placing gives: the code before and after, and how the one becomes the other, edit by edit. */
export interface Changes {
  readonly before: CodeBase;
  readonly after: CodeBase;
  readonly changed: readonly MergedText[];
  readonly edits: readonly Edit[];
}

/** `base` with every merged text replaced by the side that `side` reads of it. */
export function replaceTexts(
  base: CodeBase,
  merged: readonly MergedText[],
  side: (text: MergedText) => FunctionText | null,
): CodeBase {
  return {
    ...base,
    universe: replaceIn(
      base.universe,
      merged.filter((text) => text.kind === 'function'),
      side,
    ),
    tables: replaceIn(
      base.tables,
      merged.filter((text) => text.kind === 'table'),
      side,
    ),
  };
}

function replaceIn(
  all: Universe,
  merged: readonly MergedText[],
  side: (text: MergedText) => FunctionText | null,
): Universe {
  const next = new Map(all);
  for (const text of merged)
    for (const name of [text.beforeName, text.afterName]) if (name !== null) next.delete(name);
  for (const text of merged) {
    const now = side(text);
    if (now !== null) next.set(now.name, interned(now));
  }
  return next;
}

/** The code after the patch with the given edits taken back; functions that they do not touch are the same objects. */
export function codeWithoutEdits(changes: Changes, edits: ReadonlySet<number>): CodeBase {
  return replaceTexts(changes.after, changes.changed, (merged) =>
    merged.lines.some((line) => line.edit !== null && edits.has(line.edit))
      ? textWithout(merged, edits)
      : (sameText(changes.after, merged) ?? null),
  );
}

function sameText(code: CodeBase, merged: MergedText): FunctionText | undefined {
  const all = merged.kind === 'function' ? code.universe : code.tables;
  return merged.afterName === null ? undefined : all.get(merged.afterName);
}

/** `codeWithoutEdits` for those who need the functions alone. */
export function withoutEdits(changes: Changes, edits: ReadonlySet<number>): Universe {
  return codeWithoutEdits(changes, edits).universe;
}
