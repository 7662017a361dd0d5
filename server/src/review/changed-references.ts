/**
 * Who completes direct I/O: the last to drop its reference on `dio->ref`, of iomap (`dio->refcount` of fs/direct-io.c). The
 * model takes it as known when the I/O is submitted, so that a patch to the counting is said, and not judged.
 */

import type { Placed } from './placement.js';
import type { NotModelled } from './report.js';

/** What counts there, with the call or the operator that it is counted by. */
const COUNTS =
  /(?:\w+\s*\((?:[^();&]*,)?\s*&|--|\+\+)?\s*\bdio->ref(?:count)?\b(?:\s*(?:--|\+\+|[-+]?=[^;)]*))?/g;

/** The first line on which the patch counts otherwise; one that only moves, or is written anew, is none. */
export function changedReferences({ placement, release }: Placed): readonly Omit<NotModelled, 'file'>[] {
  const lines = placement.changed.flatMap((text) => text.lines);
  const before = lines.flatMap((line) => countsOf(line.before?.text ?? ''));
  const after = lines.flatMap((line) => countsOf(line.after?.text ?? ''));
  const times = (all: readonly string[], text: string): number => all.filter((one) => one === text).length;
  const differs = (text: string): boolean => times(before, text) !== times(after, text);
  for (const edit of placement.edits) {
    for (const { line, text } of edit.lines) {
      const count = countsOf(text).find(differs);
      if (count === undefined) continue;
      const reason = `who completes is decided by ${count} in ${edit.function}(), and the model takes it as known (${release})`;
      return [{ line, reason }];
    }
  }
  return [];
}

const countsOf = (text: string): readonly string[] =>
  (text.match(COUNTS) ?? []).map(
    (one) => `${one.replace(/\s+/g, ' ').trim()}${one.includes('(') ? ')' : ''}`,
  );
