/** A hunk's lines as statements in order: unchanged ones, removed ones, added ones. */

import type { Hunk, LineKind, PatchLine } from '../diff/patch.js';
import { withLostEnds } from './cut-statements.js';
import { maskFragment } from './mask.js';
import { definedFunction, statements, type Statement } from './statements.js';

export interface HunkStatement {
  /** A statement of which only some lines changed is removed in its old form and added in its new one. */
  readonly kind: LineKind;
  readonly words: readonly string[];
  /** The patch's lines that hold it, unchanged lines of a partly changed statement included. */
  readonly lines: readonly PatchLine[];
  /** The index into `lines` for each word. */
  readonly lineOf: readonly number[];
  /** Where it stands in the hunk: it may be cut at the hunk's edge. */
  readonly edge: 'first' | 'last' | 'inside';
  /** Tabs before its first word; null when the hunk lost its indentation. */
  readonly indent: number | null;
}

/** One side's statement with the indices of its lines in the hunk. */
interface Placed {
  readonly statement: HunkStatement;
  readonly at: readonly number[];
}

/**
 * A diff may show a function added before another's end as `+}`, the new head and body, then an unchanged `}`; other
 * lines of the first may be added before. Slides the run's end up to that brace, so that whole functions are added.
 */
function slide(lines: readonly PatchLine[]): readonly PatchLine[] {
  const next = [...lines];
  let at = 0;
  while (at < next.length) {
    const kind = next[at]!.kind;
    let end = at;
    while (end < next.length && next[end]!.kind === kind) end += 1;
    const after = next[end];
    const brace = kind === 'context' || after?.kind !== 'context' ? -1 : ownEnd(next.slice(at, end), after);
    if (brace >= 0) {
      next[at + brace] = { ...next[at + brace]!, kind: 'context' };
      next[end] = { ...after!, kind };
      end += 1;
    }
    at = end;
  }
  return next;
}

/** Where in a run of changes that ends before a brace the brace stands that ends the function before the new one; or -1. */
function ownEnd(run: readonly PatchLine[], after: PatchLine): number {
  if (after.text.trim() !== '}') return -1;
  return run.findIndex(({ text }, at) => text.trim() === '}' && beginsFunction(run.slice(at + 1)));
}

/** What names the function above it for modules is no part of it, nor of the next one. */
const EXPORT = /^EXPORT_SYMBOL/;

/** A type on a line of its own, above the name of its function. */
const isType = (words: readonly string[]): boolean => words.every((word) => /^(?:\w+|\*)$/.test(word));

function beginsFunction(lines: readonly PatchLine[]): boolean {
  const all = statements(maskFragment(lines.map(({ text }) => text)));
  const first = all.find(({ tokens }) => !EXPORT.test(tokens[0] ?? '') && !isType(tokens));
  return first !== undefined && definedFunction(first.tokens) !== null;
}

const TAB = 8;

/** Tabs of indentation, blanks counted as eighths of them. */
export function indentOf(text: string): number {
  const lead = /^[ \t]*/.exec(text)?.[0] ?? '';
  return [...lead].reduce((sum, char) => sum + (char === '\t' ? 1 : 1 / TAB), 0);
}

/** `intact`: the mail has lost none of the hunk's lines. */
function sideOf(
  lines: readonly PatchLine[],
  without: LineKind,
  indented: boolean,
  intact: boolean,
): readonly Placed[] {
  const own = lines.flatMap((line, index) => (line.kind === without ? [] : [index]));
  const code = maskFragment(own.map((index) => lines[index]!.text));
  const found = statements(intact ? code : withLostEnds(code));
  return found.map((statement, order) => {
    const at = [...new Set(statement.lineOf)].map((line) => own[line]!);
    return {
      at,
      statement: toHunkStatement(statement, at, lines, own, edgeOf(order, found.length), indented),
    };
  });
}

function edgeOf(order: number, count: number): HunkStatement['edge'] {
  return order === 0 ? 'first' : order === count - 1 ? 'last' : 'inside';
}

function toHunkStatement(
  statement: Statement,
  at: readonly number[],
  lines: readonly PatchLine[],
  own: readonly number[],
  edge: HunkStatement['edge'],
  indented: boolean,
): HunkStatement {
  return {
    kind: 'context',
    words: statement.tokens,
    lines: at.map((index) => lines[index]!),
    lineOf: statement.lineOf.map((line) => at.indexOf(own[line]!)),
    edge,
    indent: indented ? Math.round(indentOf(lines[at[0]!]!.text)) : null,
  };
}

/** The statements of a hunk; removed ones stand before the added ones that replace them. */
export function hunkStatements(hunk: Hunk): readonly HunkStatement[] {
  const lines = slide(hunk.lines);
  const indented = lines.some((line) => /^\t| {7}/.test(line.text));
  const before = sideOf(lines, 'added', indented, hunk.intact);
  const after = sideOf(lines, 'removed', indented, hunk.intact);
  const key = (placed: Placed): string => placed.at.join();
  const unchanged = (placed: Placed): boolean => placed.at.every((index) => lines[index]!.kind === 'context');
  const kept = new Set(after.filter(unchanged).map(key));
  const context = new Set(before.filter((placed) => unchanged(placed) && kept.has(key(placed))).map(key));
  const tagged = [
    ...before.map(
      (placed) => ({ ...placed, kind: context.has(key(placed)) ? 'context' : 'removed' }) as const,
    ),
    ...after
      .filter((placed) => !context.has(key(placed)))
      .map((placed) => ({ ...placed, kind: 'added' }) as const),
  ];
  // A stable sort: of an old and a new form that end on the same line the old one comes first.
  return tagged
    .sort((a, b) => a.at.at(-1)! - b.at.at(-1)!)
    .map((placed) => ({ ...placed.statement, kind: placed.kind }));
}

/** The first line of a statement that the patch changes; for an unchanged statement its first line. */
export function changedLine(statement: HunkStatement): PatchLine {
  return statement.lines.find((line) => line.kind === statement.kind) ?? statement.lines[0]!;
}

export function shown(statement: HunkStatement): string {
  return changedLine(statement).text.trim();
}
