/** The part in braces at the top: what variables hold at the start. */

import type { Value } from '../sim/axiomatic/event.js';
import type { Cursor } from './cursor.js';
import { UnsupportedConstruct } from './place.js';
import { declarator, isType, skipType } from './types.js';

export interface InitialValue {
  /** Null for a shared variable. */
  readonly thread: number | null;
  readonly name: string;
  readonly value: Value;
}

/** `{ x=1; int *p=&y; 0:r0=2; }` */
export function initialState(cursor: Cursor): InitialValue[] {
  cursor.expect('{');
  const values: InitialValue[] = [];
  while (!cursor.accept('}')) {
    if (cursor.accept(';')) continue;
    values.push(initialValue(cursor));
    if (!cursor.is('}')) cursor.expect(';');
  }
  return values;
}

function initialValue(cursor: Cursor): InitialValue {
  const thread = cursor.next.kind === 'number' ? cursor.integer() : null;
  if (thread !== null) cursor.expect(':');
  const isBracketed = cursor.accept('[');
  if (isType(cursor)) skipType(cursor);
  const { name } = declaratorOf(cursor, isBracketed);
  return { thread, name, value: cursor.accept('=') ? startValue(cursor) : 0 };
}

function declaratorOf(cursor: Cursor, isBracketed: boolean): { name: string } {
  if (!isBracketed) return declarator(cursor);
  const name = cursor.word('a variable');
  cursor.expect(']');
  return { name };
}

const INITIALISERS: ReadonlySet<string> = new Set(['ATOMIC_INIT', 'ATOMIC_LONG_INIT', 'ATOMIC64_INIT']);

/** A number, `ATOMIC_INIT(1)`, or a variable's name, which is its address. */
function startValue(cursor: Cursor): Value {
  if (cursor.is('{')) throw new UnsupportedConstruct('an initialiser in braces', cursor.place);
  const isAddress = cursor.accept('&');
  if (!isAddress && cursor.next.kind !== 'word') return cursor.integer();
  const name = cursor.word('a number or the name of a shared variable');
  if (name === 'NULL') return 0;
  if (!INITIALISERS.has(name)) return name;
  cursor.expect('(');
  const value = cursor.integer();
  cursor.expect(')');
  return value;
}
