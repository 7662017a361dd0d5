/** The table of primitives: calls whose steps are known, whatever their bodies say. */

import { COUNT } from './primitives/count.js';
import { DATA } from './primitives/data.js';
import { EXTENTS } from './primitives/extent.js';
import { FREEING } from './primitives/free.js';
import { GET_BLOCK } from './primitives/get-block.js';
import { LOCKS } from './primitives/locks.js';
import { LOOKUP } from './primitives/lookup.js';
import { PAGE } from './primitives/page.js';
import type { Primitive } from './primitives/primitive.js';
import { RANGE } from './primitives/range.js';
import { WRITEBACK } from './primitives/writeback.js';

export type { Primitive, PrimitiveCall } from './primitives/primitive.js';

const byName = new Map<string, Primitive[]>();
for (const row of [
  ...COUNT,
  ...LOCKS,
  ...PAGE,
  ...LOOKUP,
  ...RANGE,
  ...EXTENTS,
  ...FREEING,
  ...GET_BLOCK,
  ...DATA,
  ...WRITEBACK,
]) {
  for (const name of row.names) byName.set(name, [...(byName.get(name) ?? []), row]);
}

/** The primitive that a call is, or null for an ordinary call. `argTexts` are the arguments as written. */
export function primitiveOf(name: string, argTexts: readonly string[]): Primitive | null {
  return byName.get(name)?.find((row) => !row.when || row.when(argTexts)) ?? null;
}

/** Reads of these fields are primitives of their own: lockless looks at shared state. */
export const TRACKED_FIELDS: Readonly<Record<string, string>> = { nrpages: 'mapping->nrpages' };

/** Names whose appearance in a changed line means that the line matters to the model. */
export function isPrimitiveName(name: string): boolean {
  return byName.has(name) || Object.hasOwn(TRACKED_FIELDS, name) || name === 'i_dio_count';
}
