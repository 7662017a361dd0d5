/** What a primitive does and what it orders, in a line each: for those who hover over its call. */

import { primitiveOf } from './primitives.js';

export interface PrimitiveDescription {
  readonly does: string;
  readonly orders: string;
}

/** Fields whose lockless reads are primitives of their own. */
const FIELDS: ReadonlyMap<string, PrimitiveDescription> = new Map([
  [
    'nrpages',
    {
      does: 'Reads how many pages the mapping holds',
      orders: 'Plain load: orders nothing. 0 says only that there was no page at some moment.',
    },
  ],
  [
    'i_size',
    {
      does: 'Reads where the file ends',
      orders: 'Plain load: orders nothing. A page or an extent looked at before it may be older than it.',
    },
  ],
  [
    'i_dio_count',
    {
      does: 'Counts the direct I/O in flight on the inode',
      orders:
        'What an access of it orders is said by the call that it stands in (Documentation/atomic_t.txt).',
    },
  ],
]);

/** For what only changes the task's own data. */
const ORDERS_NOTHING = 'Orders nothing.';

/** Null for a name that the model does not know. `argTexts` are the arguments as written. */
export function describePrimitive(name: string, argTexts: readonly string[]): PrimitiveDescription | null {
  const primitive = primitiveOf(name, argTexts) ?? primitiveOf(name, argTexts, true);
  if (!primitive) return FIELDS.get(name) ?? null;
  const [does, orders] = primitive.about;
  return { does, orders: orders === '' ? ORDERS_NOTHING : orders };
}
