/** Page cache operations on a range: mm/truncate.c, 4.10 to 6.12. */

import {
  act,
  both,
  choose,
  equals,
  exit,
  loadZero,
  not,
  option,
  to,
  wait,
  type Fragment,
  type Item,
} from '../fragment.js';
import { BUFFER, CONTENT, PAGE_AT, partBytes, type BlockVariables, type Model } from '../model.js';
import { int, UNKNOWN, ZERO, type Value } from '../value.js';
import { cached, unmapped } from './page-state.js';
import { bytesTouchPage, indicesTouchPage, position } from './page-in-range.js';
import type { Primitive, PrimitiveCall } from './primitive.js';

const EBUSY = int(-16);

const removed = (model: Model) => [
  to(model.nrpages, 0),
  to(model.uptodate, 0),
  to(model.dirty, 0),
  to(model.tagged, 0),
  to(model.locked, 0),
  ...model.actors.map(({ holds }) => to(holds, 0)),
];

/** The lookup by index: a page that takes the place of the one found later is not looked at. */
const findPage = ({ model, self }: PrimitiveCall, none: string, result: Value): Item =>
  choose(
    'none',
    option('finds the page', cached(model), [to(self.holds, 1)]),
    option(none, not(cached(model)), [], exit(result)),
  );

/** Page lock, taken only if the page is still there when it is had: the recheck of page->mapping under the lock. */
const lockIfThere = ({ model, self }: PrimitiveCall, gone: Fragment): Item =>
  choose(
    'acquire',
    option('locks the page', both(equals(self.holds, 1), equals(model.locked, 0)), [to(model.locked, 1)]),
    option('page gone meanwhile', equals(self.holds, 0), [], ...gone),
  );

/** `invalidate_inode_pages2_range`: a page that is dirty again stays, and the caller gets -EBUSY. */
function invalidate2(call: PrimitiveCall): Fragment {
  const { model, self } = call;
  if (!indicesTouchPage(call.args[1], call.args[2])) return [exit(ZERO)];
  return [
    loadZero(model.nrpages, self.scratch, ['mapping is empty', exit(ZERO)], ['page cached']),
    findPage(call, 'finds no page', ZERO),
    act('unmaps it', unmapped(model)),
    lockIfThere(call, [exit(ZERO)]),
    wait('waits for writeback', equals(model.writeback, 0), unmapped(model), 'acquire'),
    choose(
      'release',
      option('page is dirty: stays, -EBUSY', equals(model.dirty, 1), [to(model.locked, 0)], exit(EBUSY)),
      option('drops the page', equals(model.dirty, 0), removed(model), exit(ZERO)),
    ),
  ];
}

/** `truncate_inode_pages_range`: unlike invalidation it drops dirty pages as well. */
function truncate(call: PrimitiveCall): Fragment {
  const { model } = call;
  const { blocks } = model;
  const inside = blocks.filter((_, block) => isInside(call, block));
  if (inside.length < blocks.length) return inside.length === 0 ? [exit(UNKNOWN)] : zeroPart(call, inside);
  return [
    act('unmaps', unmapped(model)),
    findPage(call, 'no page cached', ZERO),
    lockIfThere(call, [exit(ZERO)]),
    wait('waits for writeback', equals(model.writeback, 0), [], 'acquire'),
    act('drops the page', [...removed(model), ...unmapped(model)], 'release'),
    exit(UNKNOWN),
  ];
}

/** A page that the range covers in part stays cached and mapped: the part is zeroed, its buffers are given up. */
function zeroPart(call: PrimitiveCall, blocks: readonly BlockVariables[]): Fragment {
  const { model } = call;
  const zeroed = blocks.flatMap(({ page, buffer }) => [
    to(page, CONTENT.zeros),
    ...(buffer === null ? [] : [to(buffer, BUFFER.givenUp)]),
  ]);
  return [
    findPage(call, 'no page cached', ZERO),
    lockIfThere(call, [exit(ZERO)]),
    wait('waits for writeback', equals(model.writeback, 0), [], 'acquire'),
    act('zeroes part of the page, which stays', [...zeroed, to(model.locked, 0)], 'release'),
    exit(UNKNOWN),
  ];
}

/** A range without an end goes to the end of the file, and so does one whose end is -1. */
function lastByte({ name, args }: PrimitiveCall): number | null {
  const last = name.endsWith('_range') ? position(args[2]) : -1;
  return last === -1 ? Infinity : last;
}

/** Whether all of a block lies in the range; every block does where the range is not known. */
function isInside(call: PrimitiveCall, block: number): boolean {
  const size = partBytes(call.model.configuration);
  const [from, last] = [position(call.args[1]), lastByte(call)];
  if (from === null || last === null) return true;
  const begin = PAGE_AT + block * size;
  return from <= begin && begin + size - 1 <= last;
}

/** The last byte or index of a range that is given by its length; with 0 it goes to the end of the file. */
function lastOf(first: Value | undefined, length: Value | undefined): Value {
  if (length?.kind !== 'int' || first?.kind !== 'int' || length.value === 0) return UNKNOWN;
  return int(first.value + length.value - 1);
}

/** `unmap_mapping_range` counts in bytes, `unmap_mapping_pages` in page indices. */
function unmap({ model, name, args: [, first, length] }: PrimitiveCall): Fragment {
  const touches = name === 'unmap_mapping_range' ? bytesTouchPage : indicesTouchPage;
  if (!touches(first, lastOf(first, length))) return [exit(UNKNOWN)];
  return [act('', unmapped(model)), exit(UNKNOWN)];
}

/** `invalidate_mapping_pages`: drops clean, unlocked, unmapped pages and waits for nothing. */
function invalidateClean({ model, args: [, first, last] }: PrimitiveCall): Fragment {
  if (!indicesTouchPage(first, last)) return [exit(ZERO)];
  const idle = both(both(equals(model.dirty, 0), equals(model.writeback, 0)), equals(model.locked, 0));
  return [
    choose(
      'none',
      option('drops the page', both(cached(model), idle), removed(model)),
      option('nothing to drop', not(both(cached(model), idle)), []),
    ),
    exit(UNKNOWN),
  ];
}

export const RANGE: readonly Primitive[] = [
  {
    names: ['invalidate_inode_pages2_range', 'invalidate_inode_pages2'],
    looksAt: [1, 2],
    about: [
      'Unmaps, locks, waits for writeback and drops each cached page',
      'A page that is dirty (again) stays: -EBUSY. Does nothing if the mapping reads empty.',
    ],
    fragment: invalidate2,
  },
  {
    names: [
      'truncate_pagecache',
      'truncate_pagecache_range',
      'truncate_inode_pages_range',
      'truncate_inode_pages',
      'truncate_setsize',
      // Of the block device, on which no actor here runs: a patch to it is not passed over.
      'truncate_bdev_range',
    ],
    looksAt: [1, 2],
    about: [
      'Unmaps and drops the pages of the range, dirty or not',
      'Waits for the page lock and for writeback.',
    ],
    fragment: truncate,
  },
  {
    names: ['unmap_mapping_range', 'unmap_mapping_pages'],
    looksAt: [1, 2],
    about: ['Unmaps the pages of the range from processes', 'Later accesses fault.'],
    fragment: unmap,
  },
  {
    names: ['filemap_fdatawait_range', '__filemap_fdatawait_range'],
    looksAt: [1, 2],
    about: [
      'Waits until no page of the range is under writeback',
      'A page that is locked and not yet under writeback is not waited for.',
    ],
    fragment: ({ model, args: [, first, last] }) =>
      bytesTouchPage(first, last)
        ? [wait('', equals(model.writeback, 0), [], 'acquire'), exit(ZERO)]
        : [exit(ZERO)],
  },
  {
    names: ['invalidate_mapping_pages'],
    looksAt: [1, 2],
    about: ['Drops clean idle pages', 'Waits for nothing.'],
    fragment: invalidateClean,
  },
];
