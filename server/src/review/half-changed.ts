/** Functions that a patch is seen to change only in part: what they do after it is not known. */

import { constant } from '../kernel/constants.js';
import { decidesCall } from '../kernel/decisions.js';
import { isPrimitiveName } from '../kernel/primitives.js';
import { unmodelledCall } from '../kernel/unmodelled-calls.js';
import { successors } from '../lower/control-flow.js';
import { pureText } from '../lower/evaluate.js';
import type { Code } from '../lower/code.js';
import type { FunctionCode, Instruction, Pure } from '../lower/instruction.js';
import { bundledFunctions, bundledWords } from '../source/bundled.js';
import { isChangedIn } from '../source/text.js';
import { changedReferences } from './changed-references.js';
import type { Placed } from './placement.js';
import { isOfLayer } from './unknown-names.js';

/** Why each of them is, for people. */
export type HalfChanged = ReadonlyMap<string, string>;

/** One function is named once; what is found last says why. */
export function halfChanged({ placement }: Placed, before: Code, after: Code): HalfChanged {
  const lines = new Set(placement.edits.flatMap((edit) => edit.lines.map(({ line }) => line)));
  const sides: readonly Sides[] = placement.changed
    .filter(({ kind }) => kind === 'function')
    .map(({ beforeName, afterName }) => ({
      old: beforeName === null ? null : before.function(beforeName),
      now: afterName === null ? null : after.function(afterName),
      before,
      after,
      lines,
    }));
  return new Map([
    ...placement.unplaced.flatMap(({ half }) =>
      half.map((name): Half => [name, `not all that the patch changes in ${name}() was placed`]),
    ),
    ...changedReferences(placement).map(({ function: name, reason }): Half => [name, reason]),
    ...sides.flatMap(otherValues),
    ...sides.flatMap(otherParameters),
    ...sides.flatMap(otherArguments),
    ...sides.flatMap(undeclared),
    ...sides.flatMap(tradesForUnknown),
    ...sides.flatMap(otherField),
    ...sides.flatMap(unsetField),
  ]);
}

/** A function, and why it is judged by nothing. */
type Half = readonly [name: string, reason: string];

/** A changed function on both sides of the patch, and the code that it stands in. */
interface Sides {
  readonly old: FunctionCode | null;
  readonly now: FunctionCode | null;
  readonly before: Code;
  readonly after: Code;
  /** Those that the patch adds or removes, in all functions. */
  readonly lines: ReadonlySet<number>;
}

function otherValues({ old, now, before, after }: Sides): readonly Half[] {
  const name = now?.name;
  if (name === undefined || name !== old?.name) return [];
  const turns = isVoid(name, before) !== isVoid(name, after);
  return [
    ...(losesItsValue(name, before, after)
      ? [[name, `${name}() ends without the value that it gave before the patch`] as const]
      : []),
    ...(turns && [before, after].some((code) => isVoidAndUsed(name, code))
      ? [
          [
            name,
            `the patch gives ${name}() another type, and callers that it does not show have the other one`,
          ] as const,
        ]
      : []),
  ];
}

function otherParameters({ old, now, before, after }: Sides): readonly Half[] {
  const name = now?.name;
  if (name === undefined || name !== old?.name) return [];
  return callersLeftBehind(name, before, after).map((caller) => [
    caller,
    `the patch gives ${name}() other parameters, and ${caller}() still passes the old ones`,
  ]);
}

function otherArguments({ now, after }: Sides): readonly Half[] {
  const [reason] = callsOfOtherTimes(now, after);
  return now === null || reason === undefined ? [] : [[now.name, reason]];
}

function undeclared({ old, now, before, after }: Sides): readonly Half[] {
  const [flag] = [...undeclaredFlags(now, old, after), ...undeclaredFlags(old, now, before)];
  const name = (now ?? old)?.name;
  if (flag === undefined || name === undefined) return [];
  return [[name, `\`${flag}\`, by which ${name}() decides, is not declared there`]];
}

/**
 * Where the patch puts a function that nobody here knows in the place of what orders something, or the other way round,
 * the one may well order the same as the other.
 */
function tradesForUnknown({ old, now, before, after, lines }: Sides): readonly Half[] {
  if (old === null || now === null) return [];
  const [removed, added] = [patchCalls(old, lines), patchCalls(now, lines)];
  const orders = (all: readonly PatchCall[], others: readonly PatchCall[]): readonly PatchCall[] =>
    all.filter(({ name }) => isKnown(name) && others.every((other) => other.name !== name));
  const unknown = (all: readonly PatchCall[], others: readonly PatchCall[]): readonly PatchCall[] =>
    all.filter(({ name }) => isUnknown(name, before, after) && others.every((other) => other.name !== name));
  const come = traded(unknown(added, removed), orders(removed, added)).map(
    ([one, was]) => `${one} takes the place of ${was}, and what it does is not known`,
  );
  const gone = traded(orders(added, removed), unknown(removed, added)).map(
    ([one, was]) => `${one} takes the place of ${was}, and what that did is not known`,
  );
  return [...come, ...gone].map((reason) => [now.name, reason] as const);
}

const isKnown = (name: string): boolean => isPrimitiveName(name) || bundledFunctions().has(name);

/** The names of added calls that take the place of removed ones, with theirs. */
const traded = (
  added: readonly PatchCall[],
  removed: readonly PatchCall[],
): readonly (readonly [added: string, removed: string])[] =>
  added.flatMap((one) => {
    const was = removed.find(({ line }) => one.line > line && one.line - line <= NEXT_TO);
    return was === undefined ? [] : [[`${one.name}()`, `${was.name}()`] as const];
  });

/** A field that is written in the place of another, and that nobody reads: what reads it is another patch of the series. */
function otherField({ old, now, before, after, lines }: Sides): readonly Half[] {
  if (old === null || now === null) return [];
  const [gone, come] = [fieldWrites(old, lines), fieldWrites(now, lines)];
  // What is written before and after is moved, as by an initialiser that names its fields.
  const without = (all: readonly FieldWrite[], others: readonly FieldWrite[]): readonly FieldWrite[] =>
    all.filter(({ field }) => others.every((other) => other.field !== field));
  const [removed, added] = [without(gone, come), without(come, gone)];
  const isRead = ({ field }: FieldWrite): boolean => [before, after].some((code) => readsField(field, code));
  return added.flatMap((one): Half[] => {
    const was = removed.find(({ line }) => one.line > line && one.line - line <= NEXT_TO);
    if (was === undefined || isRead(one) === isRead(was)) return [];
    const unread = isRead(one) ? was : one;
    return [[now.name, `${one.text} takes the place of ${was.text}, and nothing here reads ${unread.text}`]];
  });
}

/** A field by which a line of the patch decides, and that only other releases ever set: what it holds here is not known. */
function unsetField({ old, now, before, after, lines }: Sides): readonly Half[] {
  const sides = [
    [old, before],
    [now, after],
  ] as const;
  return sides.flatMap(([side, code]): readonly Half[] => {
    const asked = side === null ? [] : fieldsAsked(side, lines);
    const unset = asked.find(({ name }) => bundledWords().has(name) && !isNamed(name, code));
    if (side === null || unset === undefined) return [];
    const { release } = code.base;
    return [
      [side.name, `the code of ${release} here never sets ${unset.text}, by which ${side.name}() decides`],
    ];
  });
}

interface FieldAsked {
  readonly name: string;
  readonly text: string;
}

/** What a path makes for itself: whatever its fields hold the path has set. */
const OWN_OBJECT = /^(?:dio|ioend|io_end|iomi|wpc|mpd)$/;

/** The fields of its own objects that branches on lines of the patch look at. */
const fieldsAsked = ({ instructions }: FunctionCode, lines: ReadonlySet<number>): readonly FieldAsked[] =>
  instructions.flatMap((one) => {
    const { origin } = one.site;
    if (one.kind !== 'branch' || !isChangedIn(origin, lines)) return [];
    return fieldsIn(one.condition);
  });

/** Whether a line that is no patch's names it, or one that sets it. */
function isNamed(field: string, { base }: Code): boolean {
  const named = new RegExp(`\\b${field}\\b`);
  const set = new RegExp(`\\b${field}\\b\\s*[-+|&]?=(?!=)`);
  return [...base.universe.values()].some(({ lines }) =>
    lines.some(({ text, origin }) => (origin.kind === 'patch' ? set : named).test(text)),
  );
}

interface FieldWrite {
  readonly field: string;
  /** As it is written, e.g. `iomi.processed`. */
  readonly text: string;
  readonly line: number;
}

/** The fields that are written on lines that the patch changes. */
const fieldWrites = ({ instructions }: FunctionCode, lines: ReadonlySet<number>): readonly FieldWrite[] =>
  instructions.flatMap((one) => {
    const { origin } = one.site;
    if (one.kind !== 'assign' || one.target.kind !== 'field' || !isChangedIn(origin, lines)) return [];
    const { of, name, arrow } = one.target;
    if (of.kind !== 'name') return [];
    return [{ field: name, text: `${of.name}${arrow ? '->' : '.'}${name}`, line: origin.line }];
  });

/** Whether a field of this name is looked at anywhere in the code. */
function readsField(field: string, { base }: Code): boolean {
  const read = new RegExp(`(?:->|\\.)${field}\\b(?!\\s*=(?!=))`);
  return [...base.universe.values()].some((text) => text.lines.some((line) => read.test(line.text)));
}

/** Lines between a call that goes and the one that takes its place: each may be broken, or have a blank line before it. */
const NEXT_TO = 4;

/** A macro that leads to the inode of a file system: `EXT4_I(inode)->i_mmap_sem`. */
const ACCESSOR = /^[A-Z0-9]+_I$/;

const isUnknown = (name: string, before: Code, after: Code): boolean =>
  isOfLayer(name) &&
  !ACCESSOR.test(name) &&
  !isPrimitiveName(name) &&
  !decidesCall(name) &&
  !bundledFunctions().has(name) &&
  unmodelledCall(name) === null &&
  [before, after].every((code) => code.function(name) === null);

interface PatchCall {
  readonly name: string;
  readonly line: number;
}

/** The calls on lines that the patch changes. */
const patchCalls = ({ instructions }: FunctionCode, lines: ReadonlySet<number>): readonly PatchCall[] =>
  instructions.flatMap((one) => {
    const { origin } = one.site;
    if (one.kind !== 'call' || one.callee.kind !== 'name' || !isChangedIn(origin, lines)) return [];
    return [{ name: one.callee.name, line: origin.line }];
  });

/** Calls that the patch makes as another release takes them: a flag for a `bool`, more or fewer arguments. */
function callsOfOtherTimes(caller: FunctionCode | null, code: Code): readonly string[] {
  return (caller?.instructions ?? []).flatMap((one) => {
    if (one.kind !== 'call' || one.site.origin.kind !== 'patch' || one.callee.kind !== 'name') return [];
    const called = code.function(one.callee.name);
    if (called === null) return [];
    const { parameters } = called;
    if (one.args.length !== parameters.length)
      return [
        `${one.text} has ${one.args.length} arguments, and ${called.name}() takes ${parameters.length} here`,
      ];
    return one.args.some((arg, at) => parameters[at]!.boolean && namesFlag(arg))
      ? [`${one.text} gives flags where this release takes true or false`]
      : [];
  });
}

/** Kernel code writes flags in capitals; true and false are none. */
const namesFlag = (pure: Pure): boolean => {
  if (pure.kind === 'name') return /^[A-Z][A-Z0-9]*_[A-Z0-9_]+$/.test(pure.name);
  if (pure.kind === 'choice') return namesFlag(pure.then) || namesFlag(pure.else);
  return pure.kind === 'binary' && pure.op === '|' && (namesFlag(pure.left) || namesFlag(pure.right));
};

/**
 * Names that one side of a patch decides by, or keeps, and does not declare: the lines of the patch bring them, or the
 * other side declares them. Another patch of the series, or a hunk that is not placed, makes them a parameter or a
 * local here. What both sides name without declaring it is the release's own, and may be cut.
 */
function undeclaredFlags(
  side: FunctionCode | null,
  other: FunctionCode | null,
  { base }: Code,
): readonly string[] {
  if (side === null) return [];
  const named = new Set((other?.instructions ?? []).flatMap(decidingNames));
  const declares = ({ locals, undeclared }: FunctionCode, name: string): boolean =>
    locals.has(name) && !undeclared.has(name);
  const isUnknown = (flag: string): boolean =>
    /^[a-z]\w*$/.test(flag) &&
    !declares(side, flag) &&
    (other === null || declares(other, flag) || !named.has(flag)) &&
    constant(flag) === null &&
    !base.universe.has(flag) &&
    !base.tables.has(flag) &&
    !isPrimitiveName(flag);
  return side.instructions.flatMap((one, at) =>
    decidingNames(one).filter((flag) => isUnknown(flag) && !isSetJustBefore(side, at, flag)),
  );
}

/** Whether the only way to an instruction comes from where `name` is set: what it held before is not asked. */
function isSetJustBefore(code: FunctionCode, at: number, name: string): boolean {
  const comesFrom = (to: number): readonly number[] =>
    code.instructions.flatMap((_, from) => (successors(code, from).includes(to) ? [from] : []));
  for (let ways = comesFrom(at); ways.length === 1 && ways[0]! < at; ways = comesFrom(ways[0]!)) {
    const one = code.instructions[ways[0]!]!;
    if (one.kind === 'assign' && one.target.kind === 'name' && one.target.name === name) return true;
  }
  return false;
}

/** What an instruction decides by, or keeps in an object. */
function decidingNames(one: Instruction): readonly string[] {
  if (one.kind === 'branch') return flagsIn(one.condition);
  return one.kind === 'assign' && one.target.kind === 'field' ? flagsIn(one.value) : [];
}

/** The names that are looked at as truth values or as flags. */
function flagsIn(pure: Pure): readonly string[] {
  if (pure.kind === 'name') return [pure.name];
  if (pure.kind === 'not') return flagsIn(pure.of);
  return pure.kind === 'binary' && FLAG_OPERATORS.has(pure.op)
    ? [...flagsIn(pure.left), ...flagsIn(pure.right)]
    : [];
}

function fieldsIn(pure: Pure): readonly FieldAsked[] {
  switch (pure.kind) {
    case 'field':
      return pure.of.kind === 'name' && OWN_OBJECT.test(pure.of.name)
        ? [{ name: pure.name, text: pureText(pure) }]
        : [];
    case 'not':
      return fieldsIn(pure.of);
    case 'binary':
      return [...fieldsIn(pure.left), ...fieldsIn(pure.right)];
    default:
      return [];
  }
}

const FLAG_OPERATORS: ReadonlySet<string> = new Set(['&', '|', '&&', '||']);

/** Callers of a function with other parameters that pass what they passed, where the patch adapts other callers. */
function callersLeftBehind(name: string, before: Code, after: Code): readonly string[] {
  const [old, now] = [before.function(name), after.function(name)];
  if (old === null || now === null || parameterTypes(old) === parameterTypes(now)) return [];
  const callers = callersOf(name, after);
  const stays = callers.filter((caller) => spelt(name, caller, before) === spelt(name, caller, after));
  return stays.length < callers.length ? stays : [];
}

const parameterTypes = ({ parameters }: FunctionCode): string =>
  parameters.map(({ type, pointer }) => `${type}${pointer ? ' *' : ''}`).join();

const callersOf = (name: string, code: Code): readonly string[] =>
  [...code.base.universe.values()]
    .filter((text) => text.lines.some((line) => line.text.includes(`${name}(`)))
    .map((text) => text.name)
    .filter((caller) => callsOf(name, caller, code).length > 0);

type Call = Instruction & { readonly kind: 'call' };

const callsOf = (name: string, caller: string, code: Code): readonly Call[] =>
  (code.function(caller)?.instructions ?? []).filter(
    (one): one is Call => one.kind === 'call' && one.callee.kind === 'name' && one.callee.name === name,
  );

/** As it is written in `caller`. */
const spelt = (name: string, caller: string, code: Code): string =>
  callsOf(name, caller, code)
    .map(({ text }) => text)
    .join('\n');

/** Whether some caller looks at the value of a function that gives none. */
function isVoidAndUsed(name: string, code: Code): boolean {
  return (
    isVoid(name, code) &&
    callersOf(name, code).some((caller) => callsOf(name, caller, code).some(({ used }) => used))
  );
}

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
