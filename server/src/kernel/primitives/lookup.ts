/** Looking pages up by tag and in batches: mm/filemap.c and mm/swap.c, 4.10 to 6.12. */

import {
  both,
  choose,
  equals,
  exit,
  field,
  not,
  option,
  register,
  type Effect,
  type Fragment,
} from '../fragment.js';
import { ABSENT, int, ONE, POSITIVE, UNKNOWN, ZERO, type Value } from '../value.js';
import { cached, found, FOUND } from './page-state.js';
import { indicesTouchPage } from './page-in-range.js';
import type { Primitive, PrimitiveCall } from './primitive.js';

/** Arguments of the lookups by tag: the pointer to the first index, and the last index where there is one. */
const INDICES: Readonly<Record<string, { readonly first: number; readonly last: number | null }>> = {
  pagevec_lookup_tag: { first: 2, last: null },
  pagevec_lookup_range_tag: { first: 2, last: 3 },
  pagevec_lookup_range_nr_tag: { first: 2, last: 3 },
  filemap_get_folios_tag: { first: 1, last: 2 },
};

/** Whether the scan comes by the page. */
function coversPage(call: PrimitiveCall): boolean {
  const { first, last } = INDICES[call.name]!;
  return indicesTouchPage(call.pointee(first), last === null ? UNKNOWN : call.args[last]);
}

/**
 * A tag lookup returns the page once per scan: the index has moved on after it. Where a folio_batch outlives the
 * function that looks up (writeback_iter), its cursor says that the page was handed out.
 */
function tagLookup(call: PrimitiveCall): Fragment {
  const { model } = call;
  if (!coversPage(call)) return [exit(ZERO)];
  const batch = call.argTexts.length - 1;
  const handedOut = call.name === 'filemap_get_folios_tag' ? batchCursor(call, batch) > 0 : false;
  if (handedOut || call.register('scanned').kind === 'int') return [exit(ZERO)];
  const inBatch = call.name === 'filemap_get_folios_tag' ? batchOfOne(batch) : [];
  const tagged = both(cached(model), equals(model.tagged, 1));
  return [
    choose(
      'none',
      option(
        '1 page',
        tagged,
        [found(call)],
        exit(ONE, FOUND, register('scanned', ONE, 'function'), ...inBatch),
      ),
      option('no page', not(tagged), [], exit(ZERO)),
    ),
  ];
}

/** How many folios were taken from a batch, and how many are in it: `fbatch->i` and `fbatch->nr`. */
const batchCursor = (call: PrimitiveCall, index: number): number => count(call.field(index, 'i'));
const count = (value: Value): number => (value.kind === 'int' ? value.value : 0);
const batchOfOne = (index: number): Effect[] => [field(index, 'nr', ONE), field(index, 'i', ZERO)];

/** Takes the next folio from a batch: no step, nobody else sees the batch. */
function nextOfBatch(call: PrimitiveCall): Fragment {
  const taken = batchCursor(call, 0);
  if (taken >= count(call.field(0, 'nr'))) return [exit(ABSENT)];
  return [exit(POSITIVE, field(0, 'i', int(taken + 1)))];
}

/** A batch with the folio at the index, or an empty one. */
const readBatch = (call: PrimitiveCall): Fragment => [
  choose(
    'full',
    option('found', cached(call.model), [found(call)], exit(UNKNOWN, FOUND, ...batchOfOne(3))),
    option('not in the cache', not(cached(call.model)), [], exit(UNKNOWN, field(3, 'nr', ZERO))),
  ),
];

export const LOOKUP: readonly Primitive[] = [
  {
    names: [
      'pagevec_lookup_range_tag',
      'pagevec_lookup_range_nr_tag',
      'filemap_get_folios_tag',
      'pagevec_lookup_tag',
    ],
    looksAt: [1, 2, 3],
    about: ['Looks for a dirty page, which is not locked yet', 'Fully ordered when it finds one.'],
    fragment: tagLookup,
  },
  {
    names: ['folio_batch_next'],
    fields: ['nr', 'i'],
    about: ['Takes the next folio from a batch', 'No look at shared state.'],
    fragment: nextOfBatch,
  },
  {
    names: ['filemap_get_read_batch'],
    about: ['Looks the page up for a buffered read', 'Fully ordered when it finds one.'],
    fragment: readBatch,
  },
];
