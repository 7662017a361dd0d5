/**
 * What smp_mb__before_atomic() and smp_mb__after_atomic() do beside a call. They complete an atomic operation that
 * returns nothing, or that is relaxed; beside anything else they promise nothing, and an operation that returns a
 * value is fully ordered by itself (Documentation/atomic_t.txt, atomic_bitops.txt).
 */

export type BesideBarrier = 'completed' | 'ordered-already' | 'no-rmw';

/** Wrappers of one atomic operation: include/linux/fs.h, page-flags.h and mm.h of 6.12, and what they were before. */
const WRAPPERS: readonly (readonly [RegExp, BesideBarrier])[] = [
  [/^inode_dio_begin$/, 'completed'],
  [/^inode_dio_(?:end|done)$/, 'ordered-already'],
  [/^(?:Set|Clear)Page\w+$/, 'completed'],
  [/^folio_(?:set|clear)_(?!bit)\w+$/, 'completed'],
];

/** On failure a conditional operation orders nothing, so that a barrier beside it may be needed: those are not here. */
const OPERATIONS: readonly (readonly [RegExp, BesideBarrier])[] = [
  [/^atomic(?:64|_long)?_(?:add|sub|inc|dec|and|andnot|or|xor)$/, 'completed'],
  [/^(?:set|clear|change)_bit$/, 'completed'],
  [/^clear_bit_unlock$/, 'completed'],
  [/^atomic(?:64|_long)?_\w+_(?:relaxed|acquire|release)$/, 'completed'],
  [/^atomic(?:64|_long)?_(?:add|sub|inc|dec)_return$/, 'ordered-already'],
  [/^atomic(?:64|_long)?_fetch_(?:add|sub|inc|dec|and|andnot|or|xor)$/, 'ordered-already'],
  [/^atomic(?:64|_long)?_(?:(?:sub|inc|dec)_and_test|add_negative)$/, 'ordered-already'],
  [/^atomic(?:64|_long)?_xchg$|^xchg$/, 'ordered-already'],
  [/^test_and_(?:set|clear|change)_bit$/, 'ordered-already'],
];

const ACCESSES: readonly (readonly [RegExp, BesideBarrier])[] = [
  [/^atomic(?:64|_long)?_(?:read|set)(?:_acquire|_release)?$/, 'no-rmw'],
  [/^(?:READ|WRITE)_ONCE$/, 'no-rmw'],
  [/^smp_(?:load_acquire|store_release|store_mb|mb|rmb|wmb)$/, 'no-rmw'],
  [/^__(?:set|clear|change)_bit$|^test_bit$/, 'no-rmw'],
];

/** Accesses first: atomic_read_acquire() ends like an operation. */
const TABLE = [...ACCESSES, ...OPERATIONS, ...WRAPPERS];

/** What the barrier does beside a call of `name`; null where that is not known. */
export function besideBarrier(name: string): BesideBarrier | null {
  return TABLE.find(([names]) => names.test(name))?.[1] ?? null;
}
