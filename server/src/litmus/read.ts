/** The door of the reader: the text of a litmus file to a test. Never throws. */

import type { Value } from '../sim/axiomatic/event.js';
import { type Known, condition, observed } from './condition.js';
import { Cursor } from './cursor.js';
import { type InitialValue, initialState } from './initial-state.js';
import { type Place, UnsupportedConstruct, WrongFile } from './place.js';
import { threadBody } from './statements.js';
import type { Answer, Condition, Expected, LitmusTest, Observed, ThreadCode } from './syntax.js';
import { tokenize } from './tokens.js';
import { declarator, skipType } from './types.js';

export type ReadLitmus =
  | { readonly kind: 'test'; readonly test: LitmusTest }
  | { readonly kind: 'wrong'; readonly what: string; readonly place: Place }
  /** A test with something in it that is not modelled: RCU grace periods, SRCU, arrays, ... */
  | {
      readonly kind: 'unsupported';
      readonly name: string;
      readonly construct: string;
      readonly place: Place;
    };

const HEADER = /^\uFEFF?(?:\s|\(\*[^]*?\*\))*/;
const FIRST_LINE = /C\s+([^\n]*)/y;

export function readLitmus(text: string): ReadLitmus {
  const start = HEADER.exec(text)![0].length;
  FIRST_LINE.lastIndex = start;
  const first = FIRST_LINE.exec(text);
  const name = first?.[1]!.replace(/\(\*.*$/, '').trim() ?? '';
  if (first === null || name === '') return notLitmus(text, start);
  try {
    return { kind: 'test', test: testOf(text, start, FIRST_LINE.lastIndex, name) };
  } catch (error) {
    if (error instanceof WrongFile) return { kind: 'wrong', what: error.message, place: error.place };
    if (!(error instanceof UnsupportedConstruct)) throw error;
    return { kind: 'unsupported', name, construct: error.message, place: error.place };
  }
}

function notLitmus(text: string, start: number): ReadLitmus {
  const line = text.slice(0, start).split('\n').length;
  return {
    kind: 'wrong',
    what: "not a litmus test in C: 'C' and a name expected",
    place: { line, column: 1 },
  };
}

function testOf(text: string, start: number, offset: number, name: string): LitmusTest {
  const { tokens, comments } = tokenize(text, offset);
  const cursor = new Cursor(tokens);
  skipHeader(cursor);
  const values = initialState(cursor);
  const threads = threadsOf(cursor);
  const shared = sharedOf(values, threads);
  const initialLocals = threads.map((_, index) => startOf(values, index));
  const locals = threads.map((thread, index) => new Set([...thread.locals, ...initialLocals[index]!.keys()]));
  const ending = endOf(cursor, { shared, locals });
  const initial = new Map([...[...shared].map((own) => [own, 0] as const), ...startOf(values, null)]);
  return {
    name,
    initial,
    initialLocals,
    threads,
    ...ending,
    expected: expectedIn([text.slice(0, start), ...comments]),
  };
}

/** A variable whose address is taken is there, too, although no thread names it. */
function sharedOf(values: readonly InitialValue[], threads: readonly ThreadCode[]): Set<string> {
  const named = values.filter(({ thread }) => thread === null).map(({ name }) => name);
  const addresses = values.map(({ value }) => value).filter((value) => typeof value === 'string');
  return new Set([...named, ...addresses, ...threads.flatMap(({ parameters }) => parameters)]);
}

/** Lines such as `"PodWR Rfe"` and `Com=Rf Fr`, which generators write. */
function skipHeader(cursor: Cursor): void {
  while (!cursor.is('{') && cursor.next.kind !== 'end') cursor.take();
}

const startOf = (values: readonly InitialValue[], thread: number | null): Map<string, Value> =>
  new Map(values.filter((value) => value.thread === thread).map(({ name, value }) => [name, value]));

function threadsOf(cursor: Cursor): ThreadCode[] {
  const threads: ThreadCode[] = [];
  while (/^P\d+$/.test(cursor.next.text)) {
    const { text, place } = cursor.take();
    if (text !== `P${threads.length}`)
      throw new WrongFile(`P${threads.length} expected, found ${text}`, place);
    threads.push(threadBody(cursor, threads.length, parameters(cursor, text)));
  }
  if (threads.length === 0) throw cursor.wrong('P0');
  return threads;
}

function parameters(cursor: Cursor, thread: string): string[] {
  const names: string[] = [];
  cursor.expect('(');
  if (cursor.is('void') && cursor.ahead(1).text === ')') cursor.take();
  while (!cursor.accept(')')) {
    if (names.length > 0) cursor.expect(',');
    names.push(parameter(cursor, thread));
  }
  return names;
}

function parameter(cursor: Cursor, thread: string): string {
  skipType(cursor);
  const { place } = cursor;
  const { name, stars } = declarator(cursor);
  if (stars === 0)
    throw new WrongFile(`${name} of ${thread} is no pointer: parameters point to shared variables`, place);
  return name;
}

type Ending = Pick<LitmusTest, 'quantifier' | 'condition' | 'filter' | 'locations'>;

/** `locations [..]`, `filter (..)`, and the condition, which is the last thing in the file. */
function endOf(cursor: Cursor, known: Known): Ending {
  let filter: Condition | null = null;
  const locations: Observed[] = [];
  for (;;) {
    if (cursor.accept('locations')) locations.push(...observedList(cursor, known));
    else if (cursor.accept('filter')) filter = condition(cursor, known);
    else break;
  }
  const quantifier = quantifierAt(cursor);
  const body = condition(cursor, known);
  if (cursor.next.kind !== 'end') throw cursor.wrong('the end of the file');
  return { quantifier, condition: body, filter, locations };
}

function quantifierAt(cursor: Cursor): LitmusTest['quantifier'] {
  if (cursor.accept('forall')) return 'forall';
  const isNegated = cursor.accept('~');
  if (!cursor.accept('exists'))
    throw cursor.wrong(isNegated ? "'exists'" : "'exists', '~exists' or 'forall'");
  return isNegated ? '~exists' : 'exists';
}

function observedList(cursor: Cursor, known: Known): Observed[] {
  const list: Observed[] = [];
  cursor.expect('[');
  while (!cursor.accept(']')) {
    list.push(observed(cursor, known));
    if (!cursor.is(']')) cursor.expect(';');
  }
  return list;
}

/** The first `Result:` in a comment, e.g. `Result: Sometimes DATARACE`. */
function expectedIn(comments: readonly string[]): Expected | null {
  for (const comment of comments) {
    const found = /^[\s(*]*Result:\s*(Never|Sometimes|Always)\b([^\n]*)/m.exec(comment);
    if (found !== null) return { answer: found[1] as Answer, race: /\bDATARACE\b/i.test(found[2]!) };
  }
  return null;
}
