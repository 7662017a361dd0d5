/**
 * Locks and calls that no verdict hangs on here, and some does in the kernel: the ILOCK of XFS, i_data_sem, what becomes of
 * the rest of a block behind a new EOF. A patch that adds, drops or moves one is told so, beside its verdicts.
 */

import { unjudgedCall } from '../kernel/unmodelled-calls.js';
import type { Code } from '../lower/code.js';
import type { Changes } from '../source/merged.js';
import type { ChangedReference } from './changed-references.js';
import { matters } from './placement.js';

/** Functions in which such a call stands elsewhere among what is modelled than it did before the patch. */
export function changedUnjudged({ changed, edits }: Changes, before: Code, after: Code): ChangedReference[] {
  return changed.flatMap(({ beforeName, afterName }): ChangedReference[] => {
    if (afterName === null || orderIn(before, beforeName) === orderIn(after, afterName)) return [];
    const lines = edits.flatMap((edit) => (edit.function === afterName ? edit.lines : []));
    return lines.flatMap(({ line, text }): ChangedReference[] => {
      const reason = saidOf(text);
      return reason === null ? [] : [{ function: afterName, line, reason }];
    });
  });
}

/** Of the first such call on a line. */
const saidOf = (text: string): string | null =>
  text
    .match(/\w+(?=\s*\()/g)
    ?.map((name) => unjudgedCall(name, text))
    .find((said) => said !== null) ?? null;

/** These calls as written, among the names of those that are judged. */
function orderIn(code: Code, name: string | null): string {
  const instructions = (name === null ? null : code.function(name))?.instructions ?? [];
  const calls = instructions.flatMap((one) =>
    one.kind === 'call' && one.callee.kind === 'name' ? [{ name: one.callee.name, text: one.text }] : [],
  );
  return calls
    .filter((call) => unjudgedCall(call.name, call.text) !== null || matters(call.name))
    .map((call) => (unjudgedCall(call.name, call.text) === null ? call.name : call.text))
    .join('\n');
}
