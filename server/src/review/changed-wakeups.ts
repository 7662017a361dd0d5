/**
 * What the end of a bio does where somebody waits for the I/O: iomap_dio_bio_end_io() wakes him, and he completes. The
 * model completes synchronous I/O in the submitter and runs no end of its bio, so that a change there is said.
 */

import { successors } from '../lower/control-flow.js';
import type { Code } from '../lower/code.js';
import type { FunctionCode, Pure } from '../lower/instruction.js';
import type { Changes } from '../source/merged.js';
import type { ChangedReference } from './changed-references.js';

/** Functions that after the patch do for who waits what they did for others, or wake him no more. */
export function changedWakeups({ changed, edits }: Changes, before: Code, after: Code): ChangedReference[] {
  return changed.flatMap(({ beforeName, afterName }): ChangedReference[] => {
    const [old, now] = [waysOf(before, beforeName), waysOf(after, afterName)];
    if (old === null || now === null || afterName === null || !differs(old, now)) return [];
    const line = edits.find((edit) => edit.function === afterName)?.lines[0]?.line;
    const reason = `what ${afterName}() does for who waits is changed, and the model takes it that he is woken and completes`;
    return line === undefined ? [] : [{ function: afterName, line, reason }];
  });
}

interface Ways {
  /** What is called from where `dio->wait_for_completion` is found set on. */
  readonly forWaiter: ReadonlySet<string>;
  /** What is called at all. */
  readonly all: ReadonlySet<string>;
}

/** Null where nobody asks whether anyone waits. */
function waysOf(code: Code, name: string | null): Ways | null {
  const own = name === null ? null : code.function(name);
  if (!own) return null;
  const ways = own.instructions.flatMap((one) =>
    one.kind === 'branch' && asksForWaiter(one.condition) ? [one.then] : [],
  );
  if (ways.length === 0) return null;
  return { forWaiter: new Set(ways.flatMap((at) => [...callsFrom(own, at)])), all: callsFrom(own, 0) };
}

function differs(old: Ways, now: Ways): boolean {
  const takesOver = [...now.forWaiter].some((name) => !old.forWaiter.has(name) && old.all.has(name));
  return takesOver || (wakes(old) && !wakes(now));
}

const wakes = ({ forWaiter }: Ways): boolean => [...forWaiter].some((name) => name.includes('wake'));

const asksForWaiter = (condition: Pure): boolean =>
  condition.kind === 'field' && condition.name === 'wait_for_completion';

function callsFrom(code: FunctionCode, start: number): ReadonlySet<string> {
  const seen = new Set<number>();
  const todo = [start];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    if (seen.has(at) || at >= code.instructions.length) continue;
    seen.add(at);
    todo.push(...successors(code, at));
  }
  return new Set(
    [...seen].flatMap((at) => {
      const one = code.instructions[at]!;
      return one.kind === 'call' && one.callee.kind === 'name' ? [one.callee.name] : [];
    }),
  );
}
