/** Functions that a patch is seen to change only in part: what they do after it is not known. */

import { successors } from '../lower/control-flow.js';
import type { Code } from '../lower/code.js';
import type { FunctionCode, Instruction } from '../lower/instruction.js';
import type { Placed } from './placement.js';

/** Why each of them is, for people. */
export type HalfChanged = ReadonlyMap<string, string>;

export function halfChanged({ placement }: Placed, before: Code, after: Code): HalfChanged {
  const half = new Map<string, string>();
  for (const { half: name } of placement.unplaced)
    if (name !== null) half.set(name, `not all that the patch changes in ${name}() was placed`);
  for (const { kind, beforeName, afterName: name } of placement.changed) {
    if (kind !== 'function' || name === null || name !== beforeName) continue;
    if (losesItsValue(name, before, after))
      half.set(name, `${name}() ends without the value that it gave before the patch`);
    if (
      isVoid(name, before) !== isVoid(name, after) &&
      [before, after].some((code) => isVoidAndUsed(name, code))
    )
      half.set(
        name,
        `the patch gives ${name}() another type, and callers that it does not show have the other one`,
      );
  }
  return half;
}

/** Whether some caller looks at the value of a function that gives none. */
function isVoidAndUsed(name: string, code: Code): boolean {
  return (
    isVoid(name, code) &&
    [...code.base.universe.values()]
      .filter(({ lines }) => lines.some(({ text }) => text.includes(`${name}(`)))
      .some((text) => code.function(text.name)?.instructions.some((one) => usesValueOf(name, one)) ?? false)
  );
}

const usesValueOf = (name: string, one: Instruction): boolean =>
  one.kind === 'call' && one.used && one.callee.kind === 'name' && one.callee.name === name;

/** No C function does: its head and its callers are changed in another part of the patch, or of the series. */
function losesItsValue(name: string, before: Code, after: Code): boolean {
  const [old, now] = [before.function(name), after.function(name)];
  return old !== null && now !== null && !endsBare(old) && endsBare(now) && !isVoid(name, after);
}

/** Whether a way through the function ends without a value. */
function endsBare(code: FunctionCode): boolean {
  const seen = new Set<number>([0]);
  for (const at of seen) {
    const one = code.instructions[at]!;
    if (one.kind === 'return' && one.value === null) return true;
    for (const next of successors(code, at)) seen.add(next);
  }
  return false;
}

function isVoid(name: string, { base }: Code): boolean {
  const [head = ''] = (base.universe.get(name)?.lines ?? [])
    .map(({ text }) => text)
    .join(' ')
    .split('{');
  return new RegExp(`\\bvoid\\s+${name}\\s*\\(`).test(head);
}
