/** Whether a range that a primitive is given touches the scenario's page. What is not known may be anything. */

import { INSIDE } from '../decisions.js';
import { PAGE_AT, PAGE_BYTES, PAGE_INDEX } from '../model.js';
import type { Value } from '../value.js';

/** A place in the file, or null where it is not known. */
export const position = (value: Value | undefined): number | null =>
  value?.kind === 'int' && value !== INSIDE ? value.value : null;

/** Of a range from its first byte to its last; one that ends before it begins is none. */
export function bytesTouchPage(first: Value | undefined, last: Value | undefined): boolean {
  const [from, to] = [position(first), position(last)];
  return (from === null || from < PAGE_AT + PAGE_BYTES) && (to === null || to >= PAGE_AT);
}

/** Of a range from its first page index to its last, which are unsigned: -1 is the largest. */
export function indicesTouchPage(first: Value | undefined, last: Value | undefined): boolean {
  const [from, to] = [position(first), position(last)];
  return (from === null || from <= PAGE_INDEX) && (to === null || to === -1 || to >= PAGE_INDEX);
}
