/** The table of primitives: calls whose steps are known, whatever their bodies say. */

import { COUNT } from './primitives/count.js';
import { DATA } from './primitives/data.js';
import { DIO_REFERENCE } from './primitives/dio-reference.js';
import { EXTENTS } from './primitives/extent.js';
import { FREEING } from './primitives/free.js';
import { GET_BLOCK } from './primitives/get-block.js';
import { LOCKS } from './primitives/locks.js';
import { LOOKUP } from './primitives/lookup.js';
import { MAPPING } from './primitives/mapping.js';
import { PAGE } from './primitives/page.js';
import type { Primitive } from './primitives/primitive.js';
import { RANGE } from './primitives/range.js';
import { SIZE } from './primitives/size.js';
import { COUNT_OF_UNWRITTEN } from './primitives/unwritten.js';
import { WRITEBACK } from './primitives/writeback.js';

export type { Primitive, PrimitiveCall } from './primitives/primitive.js';

type Table = ReadonlyMap<string, readonly Primitive[]>;

function tableOf(rows: readonly Primitive[]): Map<string, readonly Primitive[]> {
  const table = new Map<string, readonly Primitive[]>();
  for (const row of rows) for (const name of row.names) table.set(name, [...(table.get(name) ?? []), row]);
  return table;
}

const PLAIN: Table = tableOf([
  ...COUNT,
  ...LOCKS,
  ...PAGE,
  ...MAPPING,
  ...LOOKUP,
  ...RANGE,
  ...EXTENTS,
  ...FREEING,
  ...GET_BLOCK,
  ...COUNT_OF_UNWRITTEN,
  ...DATA,
  ...DIO_REFERENCE,
  ...WRITEBACK,
]);

/** Primitives that move i_size beside what they are known for: where it moves their bodies are followed. */
const MOVE_SIZE: readonly string[] = ['truncate_setsize', 'xfs_iomap_write_unwritten'];

const SIZE_NAMES = tableOf(SIZE);
const WITH_SIZE: Table = new Map([...PLAIN, ...SIZE_NAMES].filter(([name]) => !MOVE_SIZE.includes(name)));

/**
 * The primitive that a call is, or null for an ordinary call. `argTexts` are the arguments as written; `sizeMoves`:
 * in a scenario in which i_size is shared state.
 */
export function primitiveOf(name: string, argTexts: readonly string[], sizeMoves = false): Primitive | null {
  const rows = (sizeMoves ? WITH_SIZE : PLAIN).get(name);
  return rows?.find((row) => !row.when || row.when(argTexts)) ?? null;
}

/** Reads of these fields are primitives of their own: lockless looks at shared state. */
export const TRACKED_FIELDS: Readonly<Record<string, string>> = {
  nrpages: 'mapping->nrpages',
  i_size: 'inode->i_size',
};

/** The inode's own size; `dio->i_size` is a copy. */
const AN_INODE = /(?:inode|host|\))$/;

/** The primitive that reading a field is, or null. `of` is the object as written. */
export function trackedField(of: string, field: string): string | null {
  if (!Object.hasOwn(TRACKED_FIELDS, field)) return null;
  return field !== 'i_size' || AN_INODE.test(of) ? TRACKED_FIELDS[field]! : null;
}

const MOVES_SIZE: ReadonlySet<string> = new Set(['i_size_write', 'ext4_update_inode_size']);

/** Atomic operations matter where they work on i_dio_count, which then stands in the line as well. */
const BY_THEIR_OBJECT = /^atomic_/;

/** Names whose appearance in a changed line means that the line matters to the model. */
export function isPrimitiveName(name: string): boolean {
  if (BY_THEIR_OBJECT.test(name)) return false;
  return PLAIN.has(name) || name === 'nrpages' || name === 'i_dio_count' || MOVES_SIZE.has(name);
}

/** One name for all that the kernel has called a primitive; other names stand for themselves. */
export const primitiveFamily = (name: string): string => PLAIN.get(name)?.[0]?.names[0] ?? name;
