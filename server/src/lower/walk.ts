/**
 * Executes C silently from one event to the next: locals, flags, fields and function pointers are followed, calls of
 * known functions entered, conditions decided or, where nothing decides them, taken both ways.
 */

import type { ActorRole, Configuration } from '../kernel/configuration.js';
import {
  decideArgument,
  decideCall,
  decidesCall,
  ioLength,
  sizeMoves,
  type Situation,
} from '../kernel/decisions.js';
import { failureOf, UNKNOWN_FAILURE } from '../kernel/failures.js';
import { primitiveOf, type Primitive } from '../kernel/primitives.js';
import { unmodelledCall } from '../kernel/unmodelled-calls.js';
import {
  ERROR,
  flagNames,
  NONZERO,
  ONE,
  pointer,
  POSITIVE,
  truth,
  UNKNOWN,
  ZERO,
  type Value,
} from '../kernel/value.js';
import { binary, seenBits } from './arithmetic.js';
import { conditionText } from './condition-text.js';
import { callBuiltin, counter, isBuiltin } from './builtins.js';
import {
  argumentTexts,
  evaluate,
  localPlace,
  placeOf,
  tempName,
  type Names,
  type Scope,
} from './evaluate.js';
import type { FunctionCode, Instruction, Local, Pure, Site } from './instruction.js';
import { NotModelledError } from './not-modelled.js';
import { directPrimitive, type Relevance } from './relevance.js';
import { placeAt, placeNamed, type Place } from './place.js';
import type { Store } from './store.js';

export interface Frame {
  readonly code: FunctionCode;
  /** The instruction to run next; in a caller, the one after the call. Changed in place while a path runs. */
  at: number;
  /** Temporary of the caller that takes the result. */
  readonly result: number;
  readonly situation: Situation;
  /** The callers and where they stand, as part of a configuration's key. */
  readonly callers: string;
}

/** Where an actor is and what its path knows. */
export interface Config {
  /** Innermost last. Changed in place while a path runs, as is the store. */
  readonly frames: Frame[];
  readonly store: Store;
}

/** An actor stands before a primitive, or has ended. */
export type Stop =
  | {
      readonly kind: 'primitive';
      readonly config: Config;
      readonly call: Instruction & { kind: 'call' };
      readonly primitive: Primitive;
    }
  | { readonly kind: 'end' };

export interface Reached {
  readonly stop: Stop;
  /** Conditions taken one way though nothing decides them. */
  readonly assumptions: readonly string[];
}

/** What the walker may ask of the code around it. */
export interface Surroundings {
  readonly names: Names;
  readonly configuration: Configuration;
  readonly role: ActorRole;
  readonly relevance: Relevance;
  code(name: string): FunctionCode | null;
  liveAt(code: FunctionCode, at: number): ReadonlySet<string>;
  /** A condition that nothing decides was taken both ways. */
  noteFork(site: Site): void;
  /** Which way a condition went that the patch brings. */
  noteWay(condition: Branch, way: Way): void;
  /** Whether one more undecided condition in a function that only computes a value is to be taken both ways. */
  mayCompute(): boolean;
  /** A call through a pointer whose function is not known: what it does is not explored. */
  noteUnresolvedCall(text: string, site: Site): void;
  /** A call of a function whose text is not known. */
  noteUnknownCall(name: string, text: string, site: Site): void;
  /** Text that could not be read; matters when it holds a primitive. */
  noteUnread(text: string, site: Site): void;
}

export type Branch = Instruction & { kind: 'branch' };
export type Way = 'then' | 'else';

/** A way of a condition, as a set of them is kept: one line may hold several. */
export const wayOf = ({ condition, site: { origin } }: Branch, way: Way): string =>
  `${origin.line} ${JSON.stringify(condition)} ${way}`;

/** Deeper than any real path to a primitive; recursion ends here. */
const DEEPEST = 40;

type Call = Instruction & { kind: 'call' };

interface Pending {
  readonly config: Config;
  readonly assumptions: readonly string[];
}

/** All events that can be next from a configuration, each once. */
export function walk(around: Surroundings, start: Config): Reached[] {
  const reached = new Map<string, Reached>();
  const seen = new Set<string>();
  const todo: Pending[] = [{ config: start, assumptions: [] }];
  for (let pending = todo.pop(); pending; pending = todo.pop()) {
    const outcome = run(around, pending, seen, (way) => todo.push(way));
    if (outcome.kind === 'fork') todo.push(...outcome.ways);
    if (outcome.kind === 'stop') {
      const key = outcome.stop.kind === 'end' ? 'end' : configKey(outcome.stop.config);
      if (!reached.has(key)) reached.set(key, { stop: outcome.stop, assumptions: outcome.assumptions });
    }
  }
  return [...reached.values()];
}

const placeOfFrame = (frame: Frame | undefined): string =>
  frame ? `${frame.callers}${frame.code.name}@${frame.at}` : '';

export function configKey(config: Config): string {
  return `${placeOfFrame(config.frames.at(-1))}/${config.store.key()}`;
}

type Outcome =
  | { readonly kind: 'stop'; readonly stop: Stop; readonly assumptions: readonly string[] }
  | { readonly kind: 'fork'; readonly ways: readonly Pending[] }
  /** Came to where another way already was: a silent loop or a join. */
  | { readonly kind: 'seen' };

/** Silent steps after which a path is watched: coming back to where it was, it loops for ever and makes no event. */
const LONGEST = 20_000;

/** Silent steps that are watched; a path that goes on longer cannot be followed. */
const WATCHED = 2_000;

function run(
  around: Surroundings,
  pending: Pending,
  seen: Set<string>,
  alsoRun: (way: Pending) => void,
): Outcome {
  const { assumptions } = pending;
  const path = pending.config;
  const watched = new Set<string>();
  for (let steps = 0; steps < LONGEST + WATCHED; steps++) {
    if (steps >= LONGEST) {
      const key = configKey(path);
      if (watched.has(key)) return { kind: 'seen' };
      watched.add(key);
    }
    const frame = path.frames.at(-1);
    if (!frame) return { kind: 'stop', stop: { kind: 'end' }, assumptions };
    frame.at = around.relevance.nextThatMatters(frame.code, frame.at);
    const instruction = frame.code.instructions[frame.at]!;
    if (instruction.kind === 'branch') {
      const forked = branch(around, path, instruction);
      if (!forked) continue;
      around.noteFork(instruction.site);
      prune(around, path);
      const key = configKey(path);
      if (seen.has(key)) return { kind: 'seen' };
      seen.add(key);
      return { kind: 'fork', ways: forked().map((way) => extend(way, assumptions)) };
    }
    const failed =
      instruction.kind === 'call' && around.role.faults ? failing(around, path, instruction) : null;
    if (failed) alsoRun(extend(failed, assumptions));
    const primitive = instruction.kind === 'call' ? primitiveCalled(around, path, instruction) : null;
    if (primitive && instruction.kind === 'call') {
      prune(around, path);
      return {
        kind: 'stop',
        stop: { kind: 'primitive', config: path, call: instruction, primitive },
        assumptions,
      };
    }
    execute(around, path, instruction);
  }
  const { code, at } = path.frames.at(-1)!;
  throw new NotModelledError(`${code.name}() runs on without an event`, code.instructions[at]!.site);
}

const FAILED = placeNamed('register:a call failed');

/** The way on which a call fails, if it can and none has failed before. */
function failing(around: Surroundings, path: Config, call: Call): Pending | null {
  if (path.store.get(FAILED)) return null;
  const scope = scopeOf(around, path);
  const name = calleeName(scope, call);
  if (name === null) return null;
  const known = failureOf(name);
  const value = known ?? (around.code(name) ? null : unknownFailure(scope, name, call));
  if (value === null) return null;
  const config = copyConfig(path);
  config.store.set(FAILED, ONE);
  result(around, config, call, value);
  return { config, assumptions: [`${call.text} fails in ${scope.code.name}()`] };
}

const unknownFailure = (scope: Scope, name: string, call: Call): Value | null =>
  isErrorReturn(scope.code, call) && !isDecided(scope, name, call) ? UNKNOWN_FAILURE : null;

function isDecided({ situation }: Scope, name: string, call: Call): boolean {
  const moving = sizeMoves(situation.configuration);
  if (decidesCall(name, moving) || isBuiltin(name)) return true;
  return primitiveOf(name, argumentTexts(call.args), moving) !== null;
}

const extend = (way: Pending, assumptions: readonly string[]): Pending => ({
  config: way.config,
  assumptions: [...assumptions, ...way.assumptions.filter((text) => !assumptions.includes(text))],
});

export function scopeOf(around: Surroundings, config: Config, depth = config.frames.length): Scope {
  const frame = config.frames[depth - 1]!;
  return {
    code: frame.code,
    depth,
    store: config.store,
    names: around.names,
    situation: frame.situation,
  };
}

/** What the local holds now that the innermost function being executed which keeps one for `field` writes there. */
export function storedAs(around: Surroundings, config: Config, field: string): Value {
  for (let depth = config.frames.length; depth > 0; depth -= 1) {
    const store = config.frames[depth - 1]!.code.instructions.find(
      (instruction) =>
        instruction.kind === 'assign' &&
        instruction.target.kind === 'field' &&
        instruction.target.name === field &&
        instruction.value.kind === 'name',
    );
    if (store?.kind === 'assign') return evaluate(scopeOf(around, config, depth), store.value);
  }
  return UNKNOWN;
}

/** The name that a call goes to: as written, or through a pointer whose value is known. */
export function calleeName(scope: Scope, call: Call): string | null {
  if (call.callee.kind === 'name' && !scope.code.locals.has(call.callee.name)) return call.callee.name;
  const value = evaluate(scope, call.callee.kind === 'deref' ? call.callee.of : call.callee);
  return value.kind === 'function' ? value.name : null;
}

function primitiveCalled(around: Surroundings, config: Config, call: Call): Primitive | null {
  const moving = sizeMoves(around.configuration);
  const direct = directPrimitive(config.frames.at(-1)!.code, call, moving);
  if (direct !== undefined) return direct;
  const name = calleeName(scopeOf(around, config), call);
  return name === null ? null : primitiveOf(name, argumentTexts(call.args), moving);
}

function goTo(path: Config, next: number): void {
  path.frames.at(-1)!.at = next;
}

/** A configuration of its own, for going on in another way. Callers are copied when they are returned to. */
export function copyConfig({ frames, store }: Config): Config {
  return { frames: [...frames.slice(0, -1), { ...frames.at(-1)! }], store: store.copy() };
}

const advance = (path: Config): void => goTo(path, path.frames.at(-1)!.at + 1);

function execute(
  around: Surroundings,
  path: Config,
  instruction: Exclude<Instruction, { kind: 'branch' }>,
): void {
  switch (instruction.kind) {
    case 'jump':
      return goTo(path, instruction.to);
    case 'declare': {
      const place = localPlace(scopeOf(around, path), instruction.name);
      if (instruction.zeroed) path.store.zero(place);
      else path.store.set(place, UNKNOWN);
      return advance(path);
    }
    case 'assign':
      assign(around, scopeOf(around, path), instruction);
      return advance(path);
    case 'return':
      return leave(
        around,
        path,
        instruction.value ? evaluate(scopeOf(around, path), instruction.value) : UNKNOWN,
      );
    case 'unread':
      around.noteUnread(instruction.text, instruction.site);
      return advance(path);
    case 'call':
      return call(around, path, instruction);
  }
}

/** Values that nothing asks for are not kept: they would only tell apart what is the same. */
export function write(around: Surroundings, store: Store, place: Place, value: Value): void {
  if (around.relevance.isRelevantName(place.name)) store.set(place, value);
}

function assign(around: Surroundings, scope: Scope, instruction: Instruction & { kind: 'assign' }): void {
  const right = evaluate(scope, instruction.value);
  const op = instruction.op.slice(0, -1);
  const value = op === '' ? right : binaryAssign(scope, instruction.target, op, instruction.value, right);
  const local =
    instruction.target.kind === 'name' ? scope.code.locals.get(instruction.target.name) : undefined;
  write(around, scope.store, placeOf(scope, instruction.target), local?.boolean ? asBoolean(value) : value);
}

function binaryAssign(scope: Scope, target: Pure, op: string, value: Pure, right: Value): Value {
  if (value.kind === 'complement') return evaluate(scope, { kind: 'binary', op, left: target, right: value });
  return binary(op, evaluate(scope, target), right);
}

function asBoolean(value: Value): Value {
  const known = truth(value);
  return known === null ? UNKNOWN : known ? ONE : ZERO;
}

function leave(around: Surroundings, path: Config, value: Value): void {
  const left = path.frames.pop()!;
  path.store.dropFrames(path.frames.length + 1);
  const caller = path.frames.at(-1);
  if (caller) path.frames[path.frames.length - 1] = { ...caller };
  if (caller && around.relevance.isRelevantTemp(caller.code, left.result)) {
    path.store.set(placeAt(path.frames.length, tempName(left.result)), value);
  }
}

function call(around: Surroundings, path: Config, instruction: Call): void {
  const scope = scopeOf(around, path);
  const name = calleeName(scope, instruction);
  const args = instruction.args.map((arg) => evaluate(scope, arg));
  const value = name === null ? null : returned(around, path, scope, name, instruction, args);
  if (value) return result(around, path, instruction, value);
  const code = name === null ? null : around.code(name);
  if (code && path.frames.length < DEEPEST && !isRecursive(path, code))
    return enter(around, path, instruction, code, args);
  if (code && around.relevance.isEventful(code.name)) {
    throw new NotModelledError(
      `${code.name}() calls itself, or is called too deep to follow`,
      instruction.site,
    );
  }
  if (name === null) around.noteUnresolvedCall(instruction.text, instruction.site);
  else around.noteUnknownCall(name, instruction.text, instruction.site);
  forgetArguments(scope, instruction);
  result(around, path, instruction, isErrorReturn(scope.code, instruction) ? ZERO : UNKNOWN);
}

/** Locals that kernel code keeps error numbers in. */
const ERROR_LOCAL = /^(?:err|error|ret|retval|rc|status|err2|ret2)$/;

/**
 * A call without effect here whose result goes into `err` or the like: it succeeds. Failing calls are explored where a
 * property asks for it, not in every race.
 */
function isErrorReturn(code: FunctionCode, call: Call): boolean {
  const next = code.instructions[code.instructions.indexOf(call) + 1];
  if (next?.kind !== 'assign' || next.op !== '=' || next.target.kind !== 'name') return false;
  return next.value.kind === 'temp' && next.value.id === call.result && ERROR_LOCAL.test(next.target.name);
}

/** What a call returns that needs no entering, or null. */
function returned(
  around: Surroundings,
  path: Config,
  scope: Scope,
  name: string,
  instruction: Call,
  args: readonly Value[],
): Value | null {
  if (BUFFER_LEFT.has(name)) return left(path, scope.situation, name);
  return (
    count(around, scope, name, instruction, args) ??
    callBuiltin(name, args) ??
    decideCall(name, scope.situation, args, argumentTexts(instruction.args))
  );
}

const ITER_DONE = placeNamed('register:iter done');

const left = (path: Config, situation: Situation, name: string): Value => {
  if (path.store.get(ITER_DONE)) return ZERO;
  return name === 'iov_iter_count' ? ioLength(situation) : ONE;
};

/** What is left of the user's buffer, in units or pages: all of it before the data has moved, nothing after. */
const BUFFER_LEFT: ReadonlySet<string> = new Set([
  'iov_iter_count',
  'iov_iter_npages',
  'bio_iov_vecs_to_alloc',
  'iov_iter_single_seg_count',
]);

const isRecursive = (path: Config, code: FunctionCode): boolean =>
  path.frames.filter((frame) => frame.code.name === code.name).length > 1;

function result(around: Surroundings, path: Config, call: Call, value: Value): void {
  if (around.relevance.isRelevantTemp(path.frames.at(-1)!.code, call.result))
    path.store.set(placeAt(path.frames.length, tempName(call.result)), value);
  advance(path);
}

/** A function that is not known may write through the pointers it is given. */
function forgetArguments(scope: Scope, call: Call): void {
  for (const arg of call.args) if (arg.kind === 'address') scope.store.forget(placeOf(scope, arg.of));
}

function count(
  around: Surroundings,
  scope: Scope,
  name: string,
  call: Call,
  args: readonly Value[],
): Value | null {
  const row = counter(name);
  const target = row ? call.args[row.pointer] : undefined;
  // One that every task sees is none of the path's own.
  if (!row || !target || unmodelledCall(name, call.text) !== null) return null;
  const place = placeOf(scope, { kind: 'deref', of: target });
  const { now, result: value } = row.apply(scope.store.get(place) ?? UNKNOWN, args[1] ?? UNKNOWN);
  write(around, scope.store, place, now);
  return value;
}

function enter(
  around: Surroundings,
  path: Config,
  call: Call,
  code: FunctionCode,
  args: readonly Value[],
): void {
  const depth = path.frames.length + 1;
  const caller = path.frames.at(-1)!;
  // The driver's callees are what the actor enters the kernel by.
  const situation =
    caller.situation.entry === '' ? { ...caller.situation, entry: code.name } : caller.situation;
  code.parameters.forEach((parameter, i) => {
    const value = args[i] ?? entryArgument(parameter, situation);
    write(around, path.store, placeAt(depth, parameter.name), value);
  });
  advance(path);
  path.frames.push({ code, at: 0, result: call.result, situation, callers: `${placeOfFrame(caller)}>` });
}

/** Entries are called without arguments: their pointers are to the one object of each type. */
const entryArgument = (parameter: Local, situation: Situation): Value =>
  parameter.pointer ? pointer(parameter.type) : decideArgument(parameter.name, situation);

/** Goes on where the condition is decided or does not matter; otherwise gives both ways on. */
function branch(around: Surroundings, path: Config, instruction: Branch): (() => Pending[]) | null {
  const frame = path.frames.at(-1)!;
  const skip = around.relevance.skipTo(frame.code, frame.at);
  if (skip !== null) {
    if (skip < frame.code.instructions.length) goTo(path, skip);
    else leave(around, path, UNKNOWN);
    return null;
  }
  const decided = truth(evaluate(scopeOf(around, path), instruction.condition));
  if (decided === null) {
    if (leaveComputation(around, path)) return null;
    for (const way of ['then', 'else'] as const) around.noteWay(instruction, way);
    return () => [true, false].map((way) => take(around, path, instruction, way));
  }
  const way = decided ? 'then' : 'else';
  around.noteWay(instruction, way);
  goTo(path, instruction[way]);
  return null;
}

/**
 * Out of functions that only compute a value, where it depends on much that nobody knows: the caller's own conditions
 * ask for no more than one or two. Whether there was one to leave.
 */
function leaveComputation(around: Surroundings, path: Config): boolean {
  const first = path.frames.findIndex(({ code }) => around.relevance.onlyReturns(code.name));
  if (first < 1 || around.mayCompute()) return false;
  while (path.frames.length > first) leave(around, path, UNKNOWN);
  return true;
}

function take(around: Surroundings, path: Config, instruction: Branch, way: boolean): Pending {
  const config = copyConfig(path);
  const scope = scopeOf(around, config);
  const assumptions = [assumption(scope, instruction, way)];
  refine(around, scope, instruction.condition, way);
  goTo(config, way ? instruction.then : instruction.else);
  return { config, assumptions };
}

/** What a condition taken one way tells about the value it asked for. */
function refine(around: Surroundings, scope: Scope, condition: Pure, way: boolean): void {
  if (condition.kind === 'not') return refine(around, scope, condition.of, !way);
  if (condition.kind === 'name' || condition.kind === 'temp' || condition.kind === 'field') {
    return write(around, scope.store, placeOf(scope, condition), way ? NONZERO : ZERO);
  }
  if (condition.kind !== 'binary' || !isLvalue(condition.left)) return;
  const [left, right] = [evaluate(scope, condition.left), evaluate(scope, condition.right)];
  const names = condition.op === '&' ? flagNames(right) : null;
  const learned = names ? seenBits(left, names, way) : learn(condition.op, right, way);
  if (learned) write(around, scope.store, placeOf(scope, condition.left), learned);
}

const isLvalue = (pure: Pure): boolean =>
  pure.kind === 'name' || pure.kind === 'field' || pure.kind === 'temp';

function learn(op: string, right: Value, way: boolean): Value | null {
  if ((op === '==' && way) || (op === '!=' && !way)) return right.kind === 'unknown' ? null : right;
  if (right.kind !== 'int' || right.value !== 0) return null;
  if ((op === '<' && way) || (op === '>=' && !way)) return ERROR;
  return (op === '>' && way) || (op === '<=' && !way) ? POSITIVE : null;
}

function assumption(scope: Scope, instruction: Instruction & { kind: 'branch' }, way: boolean): string {
  const text = conditionText(scope.code, instruction.condition);
  return `${text} is ${way ? 'true' : 'false'} in ${scope.code.name}()`;
}

/** Drops locals that no function on the stack reads again. */
function prune(around: Surroundings, { frames, store }: Config): void {
  frames.forEach(({ code, at }, i) => store.prune(i + 1, at, around.liveAt(code, at)));
}
