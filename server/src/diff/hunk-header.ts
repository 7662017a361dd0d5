/** The `@@` line. */

import type { TextLine } from '../mail/message.js';
import { looksLikeC } from './c-shape.js';
import type { InputLine } from './patch.js';

export interface HunkHeader {
  readonly line: InputLine;
  readonly oldStart: number;
  readonly oldCount: number;
  readonly newStart: number;
  readonly newCount: number;
  readonly section: string;
  /** The header as it stands, for judging whether a mailer broke it. */
  readonly raw: string;
  /** It was written by hand and says no numbers: they are counted from the lines below it. */
  readonly bare?: true;
}

const form = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@ ?(.*)$/;

/** Reads a hunk header; a left-out count is 1 (POSIX diff, unified format). */
export function parseHunkHeader({ text, line }: TextLine): HunkHeader | null {
  const match = text.startsWith('@@ -') ? form.exec(text) : null;
  if (!match) return null;
  return {
    line,
    oldStart: Number(match[1]),
    oldCount: Number(match[2] ?? 1),
    newStart: Number(match[3]),
    newCount: Number(match[4] ?? 1),
    section: match[5]!.trim(),
    raw: text,
  };
}

/** A header at `at` and the index after it. A header broken between its numbers is put together again. */
export function hunkHeaderAt(
  lines: readonly TextLine[],
  at: number,
): { readonly header: HunkHeader; readonly end: number } | null {
  const first = lines[at]!;
  if (!first.text.startsWith('@@ -')) return null;
  const header = parseHunkHeader(first);
  if (header) return { header, end: at + 1 };
  const next = lines[at + 1];
  if (!next || first.text.length > 60) return null;
  const joined = parseHunkHeader({ text: `${first.text.trimEnd()} ${next.text.trim()}`, line: first.line });
  return joined && { header: joined, end: at + 2 };
}

/** `@@`, `@@ iomap_dio_rw(` or `@@ iomap_dio_rw @@`, as people write them in replies. */
const BARE = /^@@(?: ([^-@\s][^@]*?))?(?: ?@@)?$/;
/** What stands for lines that were cut: what is below it is a hunk of its own. */
const CUT = /^(?:\.{3,}|\u2026|[[<({] ?(?:\.{3,}|\u2026|snip\w*|cut) ?[\])>}])$/;

/** Lines between hunks of which the distance is not said: too many for them to touch. */
const APART = 1000;

/**
 * A header without numbers at `at`, and the index after it. Between hunks it takes a change below it that looks like C for
 * three dots to be one.
 */
export function bareHeaderAt(
  lines: readonly TextLine[],
  at: number,
  previous: Pick<HunkHeader, 'oldStart' | 'oldCount'> | undefined,
): { readonly header: HunkHeader; readonly end: number } | null {
  const { text, line } = lines[at]!;
  const named = BARE.exec(text.trimEnd());
  if (!named && !CUT.test(text.trim())) return null;
  let from = at + 1;
  while (!named && lines[from]?.text === '') from++;
  const body = bodyFrom(lines, from);
  if (!body.some(({ text: own }) => /^[+-]/.test(own) && looksLikeC(own.slice(1)))) return null;
  const count = (other: string): number => body.filter((one) => !one.text.startsWith(other)).length;
  const start = previous === undefined ? 1 : previous.oldStart + previous.oldCount + APART;
  const header: HunkHeader = {
    line,
    oldStart: start,
    oldCount: count('+'),
    newStart: start,
    newCount: count('-'),
    section: named?.[1]?.trim() ?? '',
    raw: text,
    bare: true,
  };
  return { header, end: from };
}

/** As far as lines begin as those of a hunk do; blank ones at the end are no part of it. */
function bodyFrom(lines: readonly TextLine[], from: number): readonly TextLine[] {
  let end = from;
  while (
    end < lines.length &&
    /^(?:[ +-]|$)/.test(lines[end]!.text) &&
    !/^--(?:-|\s*$)/.test(lines[end]!.text)
  )
    end++;
  while (end > from && lines[end - 1]!.text.trim() === '') end--;
  return lines.slice(from, end);
}
