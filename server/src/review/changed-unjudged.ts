/**
 * Locks and calls that no verdict hangs on here, and something does in the kernel: the ILOCK of XFS, i_data_sem, what
 * becomes of the rest of a block behind a new EOF. A patch that adds, drops or moves one is told so, beside its verdicts.
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
    const isNamedOn =
      (call: UnjudgedCall) =>
      (one: { readonly text: string }): boolean =>
        one.text.includes(`${call.name}(`);
    const told = moved.find((call) => lines.some(isNamedOn(call))) ?? moved[0];
    if (told === undefined) return [];
    const at = lines.find(isNamedOn(told)) ?? lines.find(({ text }) => matters(text));
    return at === undefined ? [] : [{ function: afterName, line: at.line, reason: told.reason }];
  });
}

/** A call as it stands in a function. */
interface StandingCall {
  readonly name: string;
  readonly text: string;
  /** What is to be said of it; null for a call that is judged. */
  readonly reason: string | null;
}

type UnjudgedCall = StandingCall & { readonly reason: string };

const isUnjudged = (call: StandingCall): call is UnjudgedCall => call.reason !== null;

/** The calls that are modelled, by name, and these, as written. */
function callsIn(code: Code, name: string | null): readonly StandingCall[] {
  const instructions = (name === null ? null : code.function(name))?.instructions ?? [];
  return instructions.flatMap((one): StandingCall[] => {
    if (one.kind !== 'call' || one.callee.kind !== 'name') return [];
    const called = one.callee.name;
    const reason = unjudgedCall(called, one.text);
    if (reason !== null) return [{ name: called, text: one.text, reason }];
    return matters(called) ? [{ name: called, text: called, reason }] : [];
  });
}

/** Those not judged that one side has more often than the other, or that have others of what both have above them. */
function movedCalls(
  before: readonly StandingCall[],
  after: readonly StandingCall[],
): readonly UnjudgedCall[] {
  const times = (all: readonly StandingCall[], text: string): number =>
    all.filter((one) => one.text === text).length;
  const isKept = ({ text }: StandingCall): boolean => times(before, text) === times(after, text);
  const [old, now] = [before.filter(isKept), after.filter(isKept)];
  const oldAbove = old.filter(isUnjudged).map((call) => `${call.text}: ${judgedAbove(old, call)}`);
  const moved = now
    .filter(isUnjudged)
    .filter((call, at) => `${call.text}: ${judgedAbove(now, call)}` !== oldAbove[at]);
  return [...[...after, ...before].filter((one) => !isKept(one)).filter(isUnjudged), ...moved];
}

/** The judged calls above one that is not, in whatever order. */
const judgedAbove = (all: readonly StandingCall[], call: UnjudgedCall): string =>
  all
    .slice(0, all.indexOf(call))
    .flatMap((one) => (isUnjudged(one) ? [] : [one.name]))
    .sort()
    .join();
