/**
 * Locks and calls that no verdict hangs on here, and some does in the kernel: the ILOCK of XFS, i_data_sem, what becomes of
 * the rest of a block behind a new EOF. A patch that adds, drops or moves one is told so, beside its verdicts.
 */

import { unjudgedCall } from '../kernel/unmodelled-calls.js';
import type { Code } from '../lower/code.js';
import type { Changes } from '../source/merged.js';
import type { ChangedReference } from './changed-references.js';
import { matters } from './placement.js';

/** Functions in which such a call is another, or stands elsewhere among what is modelled, than before the patch. */
export function changedUnjudged({ changed, edits }: Changes, before: Code, after: Code): ChangedReference[] {
  return changed.flatMap(({ beforeName, afterName }): ChangedReference[] => {
    if (afterName === null) return [];
    const lines = edits.flatMap((edit) => (edit.function === afterName ? edit.lines : []));
    const moved = movedCalls(callsIn(before, beforeName), callsIn(after, afterName));
    const lineOf = ({ name }: KnownCall) => lines.find(({ text }) => text.includes(`${name}(`));
    const told = moved.find(lineOf) ?? moved[0];
    const at = told && (lineOf(told) ?? lines.find(({ text }) => matters(text)));
    return at === undefined || told?.reason == null
      ? []
      : [{ function: afterName, line: at.line, reason: told.reason }];
  });
}

interface KnownCall {
  readonly name: string;
  readonly text: string;
  /** Null for a call that is judged. */
  readonly reason: string | null;
}

/** The calls that are modelled, and these, in the order of the code. */
function callsIn(code: Code, name: string | null): readonly KnownCall[] {
  const instructions = (name === null ? null : code.function(name))?.instructions ?? [];
  return instructions.flatMap((one): KnownCall[] => {
    if (one.kind !== 'call' || one.callee.kind !== 'name') return [];
    const reason = unjudgedCall(one.callee.name, one.text);
    if (reason === null && !matters(one.callee.name)) return [];
    return [{ name: one.callee.name, text: reason === null ? one.callee.name : one.text, reason }];
  });
}

/** Those not judged that one side has more often than the other, or that have others of what both have before them. */
function movedCalls(before: readonly KnownCall[], after: readonly KnownCall[]): readonly KnownCall[] {
  const times = (all: readonly KnownCall[], text: string): number =>
    all.filter((one) => one.text === text).length;
  const isKept = ({ text }: KnownCall): boolean => times(before, text) === times(after, text);
  const isUnjudged = ({ reason }: KnownCall): boolean => reason !== null;
  const others = [...after, ...before].filter((one) => !isKept(one) && isUnjudged(one));
  const old = withWhatIsBefore(before.filter(isKept));
  const now = withWhatIsBefore(after.filter(isKept));
  const moved = now.filter(({ text, above }, at) => text !== old[at]!.text || above !== old[at]!.above);
  return [...others, ...moved];
}

/** The calls that are not judged, each with those above it that are, in whatever order. */
const withWhatIsBefore = (all: readonly KnownCall[]): readonly (KnownCall & { readonly above: string })[] =>
  all.flatMap((one, at) => {
    if (one.reason === null) return [];
    const judged = all.slice(0, at).filter(({ reason }) => reason === null);
    return [
      {
        ...one,
        above: judged
          .map(({ name }) => name)
          .sort()
          .join(),
      },
    ];
  });
