/** Pure expressions -> values and places, in the frame of one function. */

import { constant } from '../kernel/constants.js';
import { decideField, type Situation } from '../kernel/decisions.js';
import { isPrimitiveName } from '../kernel/primitives.js';
import { flagNames, functionValue, int, pointer, UNKNOWN, type Value } from '../kernel/value.js';
import { binary, complement, negate, not, withoutFlags } from './arithmetic.js';
import type { FunctionCode, Pure } from './instruction.js';
import { placeAt, placeNamed, type Place } from './place.js';
import type { Store } from './store.js';

/** Names that stand for code: functions of the universe, and tables of function pointers. */
export interface Names {
  isFunction(name: string): boolean;
  isTable(name: string): boolean;
  /** The function that a table's initialiser puts into a field, or null. */
  tableEntry(table: string, field: string): string | null;
}

export interface Scope {
  readonly code: FunctionCode;
  readonly depth: number;
  readonly store: Store;
  readonly names: Names;
  readonly situation: Situation;
}

export const localPlace = (scope: Scope, name: string): Place => placeAt(scope.depth, name);

const tempNames: string[] = [];

export const tempName = (id: number): string => (tempNames[id] ??= `#${id}`);

const isLocal = (scope: Scope, name: string): boolean => scope.code.locals.has(name) || name.startsWith('?');

/** Where an lvalue stands; every expression that can be assigned has a place. */
export function placeOf(scope: Scope, pure: Pure): Place {
  switch (pure.kind) {
    case 'name':
      return isLocal(scope, pure.name) ? localPlace(scope, pure.name) : placeNamed(`global:${pure.name}`);
    case 'temp':
      return localPlace(scope, tempName(pure.id));
    case 'field':
      return (pure.arrow ? pointee(scope, pure.of) : placeOf(scope, pure.of)).field(pure.name);
    case 'deref':
      return pointee(scope, pure.of);
    default:
      return placeNamed(`expression:${pureText(pure)}`);
  }
}

/** The object that a pointer points to: the tracked one, or the only one of its type. */
export function pointee(scope: Scope, pure: Pure): Place {
  const value = evaluate(scope, pure);
  if (value.kind === 'pointer') return placeNamed(value.to);
  if (pure.kind === 'address') return placeOf(scope, pure.of);
  const local = pure.kind === 'name' ? scope.code.locals.get(pure.name) : undefined;
  return local && local.type !== '' ? placeNamed(local.type) : placeOf(scope, pure).pointee();
}

function evaluateName(scope: Scope, name: string): Value {
  if (isLocal(scope, name)) return scope.store.get(localPlace(scope, name)) ?? UNKNOWN;
  const known = constant(name);
  if (known) return known;
  if (scope.names.isTable(name)) return pointer(`table:${name}`);
  return scope.names.isFunction(name) || isPrimitiveName(name) ? functionValue(name) : UNKNOWN;
}

function evaluateField(scope: Scope, place: Place): Value {
  const stored = scope.store.get(place);
  if (stored) return stored;
  if (place.table !== null) {
    const entry = scope.names.tableEntry(place.table, place.name);
    return entry ? functionValue(entry) : constant('NULL')!;
  }
  if (scope.store.isZeroed(place)) return constant('NULL')!;
  return decideField(place.parent?.name ?? '', place.name, scope.situation) ?? UNKNOWN;
}

/** `*ppos` with `ppos = &iocb->ki_pos` is the field itself. */
function evaluateDeref(scope: Scope, place: Place): Value {
  return place.parent === null ? (scope.store.get(place) ?? UNKNOWN) : evaluateField(scope, place);
}

function evaluateAddress(scope: Scope, of: Pure): Value {
  if (of.kind === 'name' && !isLocal(scope, of.name)) return evaluateName(scope, of.name);
  return pointer(placeOf(scope, of).text);
}

function evaluateBinary(scope: Scope, pure: Pure & { kind: 'binary' }): Value {
  const left = evaluate(scope, pure.left);
  if (pure.op === '&' && pure.right.kind === 'complement') {
    const mask = evaluate(scope, pure.right.of);
    const names = flagNames(mask);
    if (names) return withoutFlags(left, names);
    return binary('&', left, complement(mask));
  }
  return binary(pure.op, left, evaluate(scope, pure.right));
}

function evaluateChoice(scope: Scope, pure: Pure & { kind: 'choice' }): Value {
  const condition = not(evaluate(scope, pure.condition));
  if (condition.kind !== 'int') return UNKNOWN;
  return evaluate(scope, condition.value === 0 ? pure.then : pure.else);
}

export function evaluate(scope: Scope, pure: Pure): Value {
  switch (pure.kind) {
    case 'int':
      return int(pure.value);
    case 'name':
      return evaluateName(scope, pure.name);
    case 'temp':
      return scope.store.get(localPlace(scope, tempName(pure.id))) ?? UNKNOWN;
    case 'field':
      return evaluateField(scope, placeOf(scope, pure));
    case 'deref':
      return evaluateDeref(scope, placeOf(scope, pure));
    case 'address':
      return evaluateAddress(scope, pure.of);
    case 'not':
      return not(evaluate(scope, pure.of));
    case 'negate':
      return negate(evaluate(scope, pure.of));
    case 'binary':
      return evaluateBinary(scope, pure);
    case 'choice':
      return evaluateChoice(scope, pure);
    case 'complement':
      return complement(evaluate(scope, pure.of));
    case 'opaque':
      return UNKNOWN;
  }
}

const textsOfCalls = new WeakMap<readonly Pure[], readonly string[]>();

/** The arguments of a call as C writes them. */
export function argumentTexts(args: readonly Pure[]): readonly string[] {
  let texts = textsOfCalls.get(args);
  if (!texts) textsOfCalls.set(args, (texts = args.map(pureText)));
  return texts;
}

/** An expression as C writes it, for messages and for arguments that are told apart by their text. */
export function pureText(pure: Pure): string {
  switch (pure.kind) {
    case 'int':
      return String(pure.value);
    case 'name':
      return pure.name;
    case 'temp':
      return 'result';
    case 'field':
      return `${pureText(pure.of)}${pure.arrow ? '->' : '.'}${pure.name}`;
    case 'deref':
      return `*${pureText(pure.of)}`;
    case 'address':
      return `&${pureText(pure.of)}`;
    case 'not':
      return `!${pureText(pure.of)}`;
    case 'negate':
      return `-${pureText(pure.of)}`;
    case 'complement':
      return `~${pureText(pure.of)}`;
    case 'binary':
      return `${pureText(pure.left)} ${pure.op} ${pureText(pure.right)}`;
    case 'choice':
      return `${pureText(pure.condition)} ? ${pureText(pure.then)} : ${pureText(pure.else)}`;
    case 'opaque':
      return pure.text;
  }
}
