/** What a patch changes and nothing is said of by what ran: a change of ordering must not pass in silence. */

import { namesPartOfPrimitive } from '../kernel/primitive-parts.js';
import { primitiveFamily } from '../kernel/primitives.js';
import { namesUnmodelledCall, unmodelledCall } from '../kernel/unmodelled-calls.js';
import type { Code } from '../lower/code.js';
import { conditionText } from '../lower/condition-text.js';
import { pureText } from '../lower/evaluate.js';
import type { FunctionCode, Instruction, Pure } from '../lower/instruction.js';
import type { Lowered } from '../lower/lower.js';
import { directPrimitive } from '../lower/relevance.js';
import { wayOf, type Branch, type Way } from '../lower/walk.js';
import type { Edit } from '../source/merged.js';
import { isChangedIn } from '../source/text.js';
import type { ChangedLines } from './judge.js';
import { matters, type Placed } from './placement.js';
import type { NotModelled } from './report.js';

type Note = Omit<NotModelled, 'file'>;

/** Changed functions that no scenario runs. `ran`: those that some actor runs, before or after. */
export function notRun({ placement, release }: Placed, ran: ReadonlySet<string>): readonly Note[] {
  const { tables } = placement.after;
  return placement.edits.flatMap((edit): Note[] => {
    const line = edit.lines.find(({ text }) => orders(text));
    if (!line || ran.has(edit.function) || tables.has(edit.function)) return [];
    if (isUnused(edit.function, placement)) return [];
    return [{ line: line.line, reason: `no scenario runs the changed ${edit.function}() (${release})` }];
  });
}

/** Also what a primitive is made of: where it is bundled as well, nobody runs it. */
const orders = (text: string): boolean =>
  matters(text) || namesUnmodelledCall(text) || namesPartOfPrimitive(text);

/** A function that the patch brings, for another one of its series: nothing names it, so that nobody runs it. */
function isUnused(name: string, { changed, after }: Placed['placement']): boolean {
  const isNew = changed.some(({ beforeName, afterName }) => beforeName === null && afterName === name);
  const named = new RegExp(`\\b${name}\\b`);
  const texts = [...after.universe.values(), ...after.tables.values()];
  return (
    isNew && texts.every((text) => text.name === name || text.lines.every((line) => !named.test(line.text)))
  );
}

interface Sides {
  readonly before: Code;
  readonly after: Code;
  readonly loweredAfter: readonly Lowered[];
  /** Made one after the other while it is not known whether the lines that the patch removes were reached. */
  readonly loweredBefore: Iterable<Lowered>;
}

/** Changed calls, and what decides beside one that stays, in functions that run, in branches which no scenario takes. */
export function notReached(
  { placement, release }: Placed,
  ran: ReadonlySet<string>,
  { before, after, loweredAfter, loweredBefore }: Sides,
): readonly Note[] {
  const reached = new Set(loweredAfter.flatMap((one) => [...linesReached(one)]));
  const besideOthers = new Set(loweredAfter.filter(hasOthers).flatMap((one) => [...linesReached(one)]));
  // Who is alone waits for nobody.
  const isReached = (call: Call): boolean =>
    (WAITS.test(nameOf(call)) ? besideOthers : reached).has(call.site.origin.line);
  const witnesses = (one: Ordering): readonly Call[] => [...callsOf(one), ...one.beside];
  const isOpen = (one: Ordering): boolean => !witnesses(one).some(isReached);

  const orderings = orderingsOf(placement, before, after);
  let open = orderings.filter((one) => witnesses(one).length > 0 && isOpen(one));
  const removes = open.some(({ removed, beside }) => removed.length + beside.length > 0);
  for (const lowered of removes ? loweredBefore : []) {
    for (const line of linesReached(lowered)) {
      reached.add(line);
      if (hasOthers(lowered)) besideOthers.add(line);
    }
    open = open.filter(isOpen);
    if (open.length === 0) break;
  }
  const isMoved = movedBy(orderings);
  return open.flatMap((one): Note[] => {
    if (!ran.has(one.edit.function) || (callsOf(one).length > 0 && callsOf(one).every(isMoved))) return [];
    const [{ text, site }] = witnesses(one) as [Call];
    const alone = witnesses(one).some((call) => reached.has(call.site.origin.line))
      ? ' beside asynchronous direct I/O'
      : '';
    const reason = `no scenario comes to ${text} in ${one.edit.function}()${alone} (${release})`;
    const line = callsOf(one).length > 0 ? site.origin.line : one.edit.lines[0]!.line;
    return [{ line, reason }];
  });
}

/**
 * Calls that the patch adds, in functions that run, of modelled functions which nobody comes to there: a branch that no
 * scenario takes, into another way of doing the same.
 */
export function notEntered(
  { placement, release }: Placed,
  ran: ReadonlySet<string>,
  { before, after, loweredAfter }: Pick<Sides, 'before' | 'after' | 'loweredAfter'>,
): readonly Note[] {
  const entered = new Set(loweredAfter.flatMap((one) => [...one.ran]));
  const ways = new Set(loweredAfter.flatMap((one) => [...one.ways]));
  const formerName = formerNames(placement.changed);
  const removed = new Set(
    placement.edits.flatMap((edit) =>
      changedCalls(before, formerName(edit), edit, 'removed').map(({ text }) => text),
    ),
  );
  const removedLines = removedTexts(placement.edits);
  const had = new Set(
    placement.changed.flatMap(({ beforeName }) =>
      beforeName === null ? [] : (before.function(beforeName)?.instructions ?? []).flatMap(calledName),
    ),
  );
  return placement.edits.flatMap((edit): Note[] => {
    if (!ran.has(edit.function)) return [];
    const passedBy = callsPassedBy(after.function(edit.function), ways, removedLines);
    const isOpen = (one: Call) =>
      passedBy.has(one) ? !removed.has(one.text) : !entered.has(nameOf(one)) && !had.has(nameOf(one));
    const call = changedCalls(after, edit.function, edit, 'added').find(
      (one) => isOpen(one) && leadsToPrimitive(after, nameOf(one)),
    );
    if (call === undefined) return [];
    const reason = `no scenario comes to ${call.text} in ${edit.function}() (${release})`;
    return [{ line: call.site.origin.line, reason }];
  });
}

/** Calls in branches of the patch's new conditions that are come to, and never go that way. */
function callsPassedBy(
  code: FunctionCode | null,
  ways: ReadonlySet<string>,
  removed: readonly string[],
): ReadonlySet<Instruction> {
  const passedBy = new Set<Instruction>();
  for (const one of code?.instructions ?? []) {
    const way = one.kind === 'branch' ? onlyWay(one, ways) : null;
    if (one.kind !== 'branch' || way === null) continue;
    const text = conditionText(code!, one.condition);
    if (removed.some((line) => line.includes(text))) continue;
    for (const other of blockOf(code!, one, way === 'then' ? 'else' : 'then')) passedBy.add(other);
  }
  return passedBy;
}

/** Whether a function calls a primitive, or one that does. */
function leadsToPrimitive(code: Code, name: string, passed = new Set<string>()): boolean {
  const text = code.base.universe.get(name);
  if (text === undefined || passed.has(name)) return false;
  passed.add(name);
  if (text.lines.some((line) => matters(line.text))) return true;
  return (code.function(name)?.instructions ?? [])
    .flatMap(calledName)
    .some((one) => leadsToPrimitive(code, one, passed));
}

const calledName = (one: Instruction): readonly string[] => (one.kind === 'call' ? [nameOf(one)] : []);

/** A condition on what the scenario is: on a call or on an object. A local is as the code has set it. */
const ASKS = /[(.]|->/;

/** Of whether a call has failed, or how much of it was done: who fails is a scenario of its own. */
const OUTCOME = /\b(?:err|error|ret|retval|rc|status|written|copied|res|result)\d?\b|\bIS_ERR/;

/**
 * Conditions that the patch puts around a call which orders something, and that hold in every scenario: what is left out
 * where they do not hold is not explored. Those that it only writes anew or moves stood in the text before. One a place.
 */
export function alwaysHolding(
  { placement, release }: Placed,
  ran: ReadonlySet<string>,
  { after, loweredAfter }: Pick<Sides, 'after' | 'loweredAfter'>,
): readonly Note[] {
  // Whoever is alone fails in every way, and is asked for its count and its locks alone.
  const ways = new Set(loweredAfter.filter(isAmongOthers).flatMap((one) => [...one.ways]));
  const removed = removedTexts(placement.edits);
  return placement.edits.flatMap((edit): readonly Note[] => {
    const code = ran.has(edit.function) ? after.function(edit.function) : null;
    if (code === null) return [];
    const own = new Set(edit.lines.filter(({ kind }) => kind === 'added').map(({ line }) => line));
    const notes = code.instructions.flatMap((one): readonly Note[] => {
      const { origin } = one.site;
      if (one.kind !== 'branch' || origin.kind !== 'patch' || origin.role !== 'added') return [];
      if (!own.has(origin.line)) return [];
      const way = onlyWay(one, ways);
      const ordering =
        way && (firstOrdering(after, code, blockOf(code, one, way)) ?? orderingBehind(after, code, one, way));
      const text = conditionText(code, one.condition);
      if (!ordering || !ASKS.test(text) || OUTCOME.test(text)) return [];
      if (removed.some((line) => line.includes(text))) return [];
      const other = way === 'then' ? 'false' : 'true';
      const reason = `no scenario has ${text} ${other} in ${edit.function}(), where ${ordering} is left out (${release})`;
      return [{ line: origin.line, reason }];
    });
    return notes.slice(0, 1);
  });
}

const removedTexts = (edits: readonly Edit[]): readonly string[] =>
  edits.flatMap(({ lines }) => lines.flatMap(({ kind, text }) => (kind === 'removed' ? [text] : [])));

/** The way that a condition goes wherever it is come to; null where it goes both, or nobody comes to it. */
function onlyWay(branch: Branch, ways: ReadonlySet<string>): Way | null {
  const [way, other] = (['then', 'else'] as const).filter((one) => ways.has(wayOf(branch, one)));
  return other === undefined ? (way ?? null) : null;
}

/** What is done one way and left out the other; nothing where that is the rest of the function. */
function blockOf({ instructions }: FunctionCode, branch: Branch, way: Way): readonly Instruction[] {
  const [from, to] = way === 'then' ? [branch.then, branch.else] : [branch.else, branch.then];
  return instructions.slice(from, Math.max(from, to));
}

/** A flag of direct I/O: set by nobody where it is never found set. */
const asksForFlag = (condition: Pure): boolean =>
  condition.kind === 'binary' && condition.op === '&' && pureText(condition.left) === 'dio->flags';

/** The first that a block leaves out which is for such a flag, by a `return` in it. */
function orderingBehind(all: Code, code: FunctionCode, branch: Branch, way: Way): string | null {
  const { instructions } = code;
  if (way === 'then' || branch.then >= branch.else || !asksForFlag(branch.condition)) return null;
  const leaves = instructions.slice(branch.then, branch.else).some(({ kind }) => kind === 'return');
  return leaves ? firstOrdering(all, code, instructions.slice(branch.else)) : null;
}

/** The first that orders something, or chooses who does; as it is written. */
function firstOrdering(all: Code, code: FunctionCode, some: readonly Instruction[]): string | null {
  for (const one of some) {
    if (one.kind === 'call' && (isPrimitive(code, one) || leadsToPrimitive(all, nameOf(one))))
      return one.text;
    if (one.kind === 'assign' && one.value.kind === 'name' && matters(one.value.name))
      return `${pureText(one.target)} = ${one.value.name}`;
  }
  return null;
}

const isPrimitive = (code: FunctionCode, call: Call): boolean =>
  (directPrimitive(code, call, false) ?? null) !== null;

const WAITS = /_wait$/;
/**
 * Whether somebody else may have to be waited for: direct I/O that is in flight while its submitter holds no lock, and
 * so is asynchronous. Its completion goes with its submitter.
 */
const hasOthers = (lowered: Lowered): boolean =>
  lowered.program.actors.some(({ called }) => called === true) && isAmongOthers(lowered);

const isAmongOthers = ({ program: { actors } }: Lowered): boolean =>
  actors.filter(({ called }) => called !== true).length > 1;

/** Barriers between plain accesses: one that helps nobody in the scenarios helps against something else. */
const FENCES = /^smp_[rw]?mb$/;

/**
 * Barriers that the patch adds or takes away, in functions that run, where no verdict changes with it: what they are for
 * the scenarios do not show.
 */
export function unexplainedBarriers(
  { placement, release }: Placed,
  ran: ReadonlySet<string>,
  { before, after }: Pick<Sides, 'before' | 'after'>,
): readonly Note[] {
  const orderings = orderingsOf(placement, before, after);
  const isMoved = movedBy(orderings);
  return orderings.flatMap((one): Note[] => {
    const fence = callsOf(one).find((call) => FENCES.test(nameOf(call)) && !isMoved(call));
    if (fence === undefined || !ran.has(one.edit.function)) return [];
    const reason = `no scenario depends on ${fence.text} in ${one.edit.function}() (${release})`;
    return [{ line: fence.site.origin.line, reason }];
  });
}

type Call = Instruction & { kind: 'call' };

/** An edit, and what it adds or removes of calls that order something. */
interface Ordering {
  readonly edit: Edit;
  readonly added: readonly Call[];
  readonly removed: readonly Call[];
  /** Where it has none, and changes which way is gone or which lock is held: calls that stay and run just before. */
  readonly beside: readonly Call[];
}

function orderingsOf(
  { changed, edits }: Placed['placement'],
  before: Code,
  after: Code,
): readonly Ordering[] {
  const formerName = formerNames(changed);
  return edits.map((edit): Ordering => {
    const name = formerName(edit);
    const added = orderingCalls(after, edit.function, edit, 'added');
    const removed = orderingCalls(before, name, edit, 'removed');
    const beside =
      added.length + removed.length > 0
        ? []
        : [
            ...callsBeside(after, edit.function, edit, 'added'),
            ...callsBeside(before, name, edit, 'removed'),
          ];
    return { edit, added, removed, beside };
  });
}

/** What the function of an edit was called before the patch. */
function formerNames(changed: Placed['placement']['changed']): (edit: Edit) => string {
  const former = new Map(changed.map(({ beforeName, afterName }) => [afterName, beforeName]));
  return (edit) => former.get(edit.function) ?? edit.function;
}

const callsOf = ({ added, removed }: Ordering): readonly Call[] => [...added, ...removed];

/** Tells calls that the patch takes away in one place and makes in another, as many times. */
function movedBy(all: readonly Ordering[]): (call: Call) => boolean {
  const added = all.flatMap((one) => one.added.map(kindOf));
  const removed = all.flatMap((one) => one.removed.map(kindOf));
  const times = (calls: readonly string[], kind: string): number =>
    calls.filter((one) => one === kind).length;
  return (call) => times(added, kindOf(call)) === times(removed, kindOf(call));
}

/** By what the kernel called it first, and by the flags that it is given: other arguments are named as it suits. */
const kindOf = (call: Call): string =>
  [primitiveFamily(nameOf(call)), ...(call.text.match(/\b[A-Z][A-Z0-9_]{3,}\b/g) ?? [])].join(' ');

const nameOf = ({ callee }: Call): string => (callee.kind === 'name' ? callee.name : '');

function orderingCalls(code: Code, name: string, edit: Edit, kind: 'added' | 'removed'): readonly Call[] {
  const read = code.function(name);
  return changedCalls(code, name, edit, kind).filter(
    (one) => (read !== null && isPrimitive(read, one)) || unmodelledCall(nameOf(one)) !== null,
  );
}

function changedCalls(code: Code, name: string, { lines }: Edit, kind: 'added' | 'removed'): readonly Call[] {
  const own = new Set(lines.filter((line) => line.kind === kind).map(({ line }) => line));
  const read = own.size === 0 ? null : code.function(name);
  if (read === null) return [];
  return read.instructions
    .filter((one) => one.kind === 'call')
    .filter(
      ({ site: { origin } }) => origin.kind === 'patch' && origin.role === kind && own.has(origin.line),
    );
}

/** A way that is gone, or a flag as locks are named by: `goto restart;`, `iolock = XFS_IOLOCK_SHARED;`. */
const DECIDES = /^\s*(?:goto|return|break|continue)\b|=\s*[A-Z][A-Z0-9]*_[A-Z0-9_]+;$/;

/** Calls that order something, in lines of the patch that stay, right before what it changes, with no branch between. */
function callsBeside(code: Code, name: string, { lines }: Edit, kind: 'added' | 'removed'): readonly Call[] {
  const own = new Set(
    lines.filter((one) => one.kind === kind && DECIDES.test(one.text)).map(({ line }) => line),
  );
  const read = own.size === 0 ? null : code.function(name);
  if (read === null) return [];
  const { instructions } = read;
  const isOwn = ({ site: { origin } }: Instruction): boolean =>
    origin.kind === 'patch' && origin.role === kind && own.has(origin.line);
  const first = instructions.findIndex(isOwn);
  const straight = instructions.slice(0, Math.max(first, 0));
  const start = straight.findLastIndex(
    ({ kind: one }) => one === 'branch' || one === 'jump' || one === 'return',
  );
  return straight
    .slice(start + 1)
    .filter((one) => one.kind === 'call')
    .filter((one) => one.site.origin.kind === 'patch' && isPrimitive(read, one));
}

const linesReached = ({ reached, unmodelled }: Lowered): readonly number[] => [
  ...reached,
  ...[...unmodelled.values()].map(({ site }) => site.origin.line),
];

/** Calls that the patch adds and that go nowhere we know: what they do to the order is not explored. */
export function unresolvedCalls(
  release: string,
  changed: ChangedLines,
  all: readonly Lowered[],
): readonly Note[] {
  return all
    .flatMap(({ unresolved }) => unresolved)
    .filter(({ site }) => isChangedIn(site.origin, changed))
    .map(({ text, site }) => ({
      line: site.origin.line,
      reason: `the function that ${text} calls in ${site.function}() is not known (${release})`,
    }));
}
