/**
 * Who completes direct I/O, and who waits for it: the last to drop its reference on `dio->ref`, of iomap (`dio->refcount`
 * of fs/direct-io.c), `dio->is_async` there, and `dio->wait_for_completion` with `dio->submit.waiter`. The model takes it
 * as known when the I/O is submitted, so that a patch to this is said, and not judged.
 */

import type { InputLine } from '../diff/patch.js';
import type { Changes } from '../source/merged.js';

/** What counts there, with the call or the operator that it is counted by, and what is waited by. */
const COUNTS =
  /\bdio->is_async\s*=[^=;]*|(?:\w+\s*\((?:[^();&]*,)?\s*&|--|\+\+)?\s*\bdio->ref(?:count)?\b(?:\s*(?:--|\+\+|[-+]?=[^;)]*))?|\w+\s*\(dio->submit\.waiter\b[^)]*|\bdio->wait_for_completion\s*=[^=;]*/g;

export interface ChangedReference {
  readonly function: string;
  readonly line: InputLine;
  /** For people. */
  readonly reason: string;
}

/** Where the patch counts or waits otherwise; what only moves, or is written anew, is nothing of that. */
export function changedReferences({ changed, edits }: Changes): readonly ChangedReference[] {
  const lines = changed.flatMap((text) => text.lines);
  const before = lines.flatMap((line) => countsOf(line.before?.text ?? ''));
  const after = lines.flatMap((line) => countsOf(line.after?.text ?? ''));
  const times = (all: readonly string[], text: string): number => all.filter((one) => one === text).length;
  const differs = (text: string): boolean => times(before, text) !== times(after, text);
  return edits.flatMap((edit) =>
    edit.lines.flatMap(({ line, text }): ChangedReference[] => {
      const count = countsOf(text).find(differs);
      if (count === undefined) return [];
      const reason = `who completes is decided by ${count} in ${edit.function}(), and the model takes it as known`;
      return [{ function: edit.function, line, reason }];
    }),
  );
}

const countsOf = (text: string): readonly string[] =>
  (text.match(COUNTS) ?? []).map(
    (one) => `${one.replace(/\s+/g, ' ').trim()}${one.includes('(') ? ')' : ''}`,
  );
