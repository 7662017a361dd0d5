/** C's operators on what litmus tests compute with: ints, and addresses that can be compared. */

import type { Value } from '../sim/axiomatic/event.js';
import { type Place, at } from './place.js';
import { Stuck } from './stuck.js';
import type { BinaryOperator } from './syntax.js';

const SMALLEST = -(2 ** 31);
/** Unsigned values are there, too. */
const LARGEST = 2 ** 32 - 1;

export function applyUnary(op: '!' | '~' | '-', value: Value, place: Place): Value {
  if (op === '!') return value === 0 ? 1 : 0;
  return inRange(op === '~' ? ~bitsAt(value, place) : 0 - numberAt(value, place), place);
}

export function applyBinary(op: BinaryOperator, left: Value, right: Value, place: Place): Value {
  switch (op) {
    case '==':
      return left === right ? 1 : 0;
    case '!=':
      return left !== right ? 1 : 0;
    case '&&':
      return left !== 0 && right !== 0 ? 1 : 0;
    case '||':
      return left !== 0 || right !== 0 ? 1 : 0;
    default:
      if (isNoOffset(op, left, right)) return left;
      if (op === '&' || op === '|' || op === '^') {
        return onBits(op, bitsAt(left, place), bitsAt(right, place));
      }
      return inRange(onNumbers(op, numberAt(left, place), numberAt(right, place), place), place);
  }
}

/** `x + (r0 & 0)`: an address dependency, and no other address. */
const isNoOffset = (op: BinaryOperator, left: Value, right: Value): boolean =>
  typeof left === 'string' && right === 0 && (op === '+' || op === '-');

type BitOperator = '&' | '|' | '^';
type NumberOperator = Exclude<BinaryOperator, '==' | '!=' | '&&' | '||' | BitOperator>;

function onBits(op: BitOperator, left: number, right: number): number {
  switch (op) {
    case '&':
      return left & right;
    case '|':
      return left | right;
    case '^':
      return left ^ right;
  }
}

function onNumbers(op: NumberOperator, left: number, right: number, place: Place): number {
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return Math.trunc(left / divisor(right, place));
    case '%':
      return left % divisor(right, place);
    case '<<':
      return left * 2 ** distance(right, place);
    case '>>':
      return Math.floor(left / 2 ** distance(right, place));
    case '<':
      return left < right ? 1 : 0;
    case '<=':
      return left <= right ? 1 : 0;
    case '>':
      return left > right ? 1 : 0;
    case '>=':
      return left >= right ? 1 : 0;
  }
}

function divisor(value: number, place: Place): number {
  if (value === 0) throw new Stuck(`a division by 0 (${at(place)})`);
  return value;
}

function distance(value: number, place: Place): number {
  if (value < 0 || value > 31) throw new Stuck(`a shift by ${value} (${at(place)})`);
  return value;
}

/** What lies above int has other bits as an unsigned int than as a long, once a negative number comes to it. */
function bitsAt(value: Value, place: Place): number {
  const number = numberAt(value, place);
  if (number > -1 - SMALLEST)
    throw new Stuck(`the bits of a value that leaves the range of int (${at(place)})`);
  return number;
}

function numberAt(value: Value, place: Place): number {
  if (typeof value === 'number') return value;
  throw new Stuck(`arithmetic on the address of ${value} (${at(place)})`);
}

/** Never -0, which is 0 to C. */
function inRange(value: number, place: Place): number {
  if (value >= SMALLEST && value <= LARGEST) return value + 0;
  throw new Stuck(`a value that leaves the range of int (${at(place)})`);
}
