/** Patches and code bases from text that a person can read, and a small maker of unified diffs. */

import type { FilePatch, Hunk, LineKind, Patch, PatchLine } from '../../server/src/diff/patch.js';
import { codeBaseOf, type CodeBase } from '../../server/src/source/code-base.js';
import type { MergedText } from '../../server/src/source/merged.js';
import type { FunctionText, SourceLine } from '../../server/src/source/text.js';

/** Calls that the tests treat as tracked. */
export const matters = (text: string): boolean =>
  /\b(?:inode_dio_\w+|smp_\w+|invalidate_\w+|filemap_\w+|lock_page|unlock_page|submit_bio|truncate_pagecache|i_dio_count)\b/.test(
    text,
  );

export function bundled(path: string, source: string, release = '9.9'): CodeBase {
  return codeBaseOf(release, new Map([[path, sourceLines(path, source)]]));
}

export function sourceLines(file: string, source: string): readonly SourceLine[] {
  const text = source.replace(/^\n/, '').replace(/\n$/, '');
  return text
    .split('\n')
    .map((line, at) => ({ text: line, origin: { kind: 'bundled', file, line: at + 1 } }));
}

const KINDS: Readonly<Record<string, LineKind>> = { '+': 'added', '-': 'removed' };

/** Reads a plain, undamaged diff written in a test; `+++` decides the path. Lines are numbered from 1. */
export function patchOf(diff: string): Patch {
  const files: {
    path: string;
    line: number;
    change: FilePatch['change'];
    hunks: { header: RegExpExecArray; line: number; lines: PatchLine[] }[];
  }[] = [];
  let change: FilePatch['change'] = 'modified';
  diff
    .replace(/^\n/, '')
    .replace(/\n$/, '')
    .split('\n')
    .forEach((text, at) => {
      const line = at + 1;
      const file = files.at(-1);
      const header = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/.exec(text);
      if (text.startsWith('--- ')) change = text.endsWith('/dev/null') ? 'added' : 'modified';
      else if (text.startsWith('+++ '))
        files.push({ path: text.replace(/^\+\+\+ (?:b\/)?/, ''), line, change, hunks: [] });
      else if (header !== null) file?.hunks.push({ header, line, lines: [] });
      else
        file?.hunks
          .at(-1)
          ?.lines.push({ kind: KINDS[text[0] ?? ''] ?? 'context', text: text.slice(1), line });
    });
  return {
    subject: null,
    series: null,
    date: null,
    messageId: null,
    references: [],
    standing: { kind: 'proposal' },
    damage: [],
    files: files.map(({ path, line, hunks, change: how }) => ({
      path,
      newPath: path,
      change: how,
      line,
      blobs: null,
      hunks: hunks.map(({ header, line: at, lines }): Hunk => {
        const number = (group: number): number => Number(header[group] ?? '1');
        return {
          line: at,
          oldStart: number(1),
          oldCount: number(2),
          newStart: number(3),
          newCount: number(4),
          section: header[5] ?? '',
          lines,
          intact: true,
        };
      }),
    })),
  };
}

/** The patch with every hunk's lines changed: what mail and archives do to it. */
export function damaged(patch: Patch, damage: (lines: readonly PatchLine[]) => readonly PatchLine[]): Patch {
  const files = patch.files.map((file) => ({
    ...file,
    hunks: file.hunks.map((hunk) => ({ ...hunk, intact: false, lines: damage(hunk.lines) })),
  }));
  return { ...patch, files };
}

export const lostIndentation = (lines: readonly PatchLine[]): readonly PatchLine[] =>
  lines.map((line) => ({ ...line, text: line.text.trimStart() }));

export const lostBlankLines = (lines: readonly PatchLine[]): readonly PatchLine[] =>
  lines.filter((line) => line.text.trim() !== '');

/** Archives that drop context lines with nothing but a brace or a comment's delimiter. */
export const lostLoneBraces = (lines: readonly PatchLine[]): readonly PatchLine[] =>
  lines.filter((line) => line.kind !== 'context' || !/^\s*(?:[{}]|\/\*|\*\/)?\s*$/.test(line.text));

/** Lines without indentation, blank lines and comments: what two texts must agree in. */
export function code(text: FunctionText | undefined | null): readonly string[] {
  return (text?.lines ?? [])
    .map((line) => line.text.trim())
    .filter((line) => line !== '' && !/^(?:\/\*|\*)/.test(line));
}

/** Changed lines as in a diff, with the edit's number: `0- foo();`. */
export function changes(merged: MergedText): readonly string[] {
  return merged.lines
    .filter((line) => line.before === null || line.after === null)
    .map(
      (line) =>
        `${String(line.edit ?? '')}${line.before === null ? '+' : '-'} ${(line.after ?? line.before)!.text.trim()}`,
    );
}

/** Longest common lines of two texts, as pairs of indices. */
function commonLines(a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] {
  const length = Array.from({ length: a.length + 1 }, () => new Int32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      length[i]![j] =
        a[i] === b[j] ? length[i + 1]![j + 1]! + 1 : Math.max(length[i + 1]![j]!, length[i]![j + 1]!);
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (length[i + 1]![j]! >= length[i]![j + 1]!) i += 1;
    else j += 1;
  }
  return pairs;
}

const CONTEXT = 3;

interface Row {
  readonly kind: ' ' | '-' | '+';
  readonly text: string;
  readonly old: number;
  readonly now: number;
}

function rowsOf(a: readonly string[], b: readonly string[]): readonly Row[] {
  // Equal ends are cut off first: the table of common lines would be large for whole kernel files.
  let head = 0;
  while (head < Math.min(a.length, b.length) && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const rows: Row[] = [];
  let i = 0;
  let j = 0;
  const until = (to: number, now: number): void => {
    while (i < to) rows.push({ kind: '-', text: a[i]!, old: i++, now: j });
    while (j < now) rows.push({ kind: '+', text: b[j]!, old: i, now: j++ });
  };
  const same = (count: number): void => {
    for (let k = 0; k < count; k += 1) rows.push({ kind: ' ', text: a[i]!, old: i++, now: j++ });
  };
  same(head);
  for (const [x, y] of commonLines(a.slice(head, a.length - tail), b.slice(head, b.length - tail))) {
    until(head + x, head + y);
    same(1);
  }
  until(a.length - tail, b.length - tail);
  same(tail);
  return rows;
}

/** A unified diff of two texts as git makes it, sections included. */
export function unifiedDiff(path: string, before: string, after: string): string {
  const rows = rowsOf(before.split('\n'), after.split('\n'));
  const near = (at: number): boolean =>
    rows.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some((row) => row.kind !== ' ');
  const out = [`diff --git a/${path} b/${path}`, `--- a/${path}`, `+++ b/${path}`];
  let open: Row[] = [];
  const close = (): void => {
    if (open.length === 0) return;
    const count = (without: Row['kind']): number => open.filter((row) => row.kind !== without).length;
    const first = open[0]!;
    const section = rows
      .slice(0, rows.indexOf(first))
      .findLast((row) => row.kind !== '+' && /^[A-Za-z_$]/.test(row.text));
    const [old, now] = [String(first.old + 1), String(first.now + 1)];
    out.push(
      `@@ -${old},${String(count('+'))} +${now},${String(count('-'))} @@ ${section?.text ?? ''}`.trimEnd(),
    );
    out.push(...open.map((row) => row.kind + row.text));
    open = [];
  };
  rows.forEach((row, at) => {
    if (near(at)) open.push(row);
    else close();
  });
  close();
  return out.join('\n');
}
