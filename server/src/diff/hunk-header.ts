/** The `@@` line. */

import type { TextLine } from '../mail/message.js';
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
