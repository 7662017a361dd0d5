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
import type { Model } from '../model.js';
import { int, UNKNOWN, ZERO, type Value } from '../value.js';
import { cached, unmapped } from './page.js';
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
  return [
    act('unmaps', unmapped(model)),
    findPage(call, 'no page cached', ZERO),
    lockIfThere(call, [exit(ZERO)]),
    wait('waits for writeback', equals(model.writeback, 0), [], 'acquire'),
    act('drops the page', [...removed(model), ...unmapped(model)], 'release'),
    exit(UNKNOWN),
  ];
}

/** `invalidate_mapping_pages`: drops clean, unlocked, unmapped pages and waits for nothing. */
function invalidateClean({ model }: PrimitiveCall): Fragment {
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
    ],
    about: [
      'Unmaps and drops the pages of the range, dirty or not',
      'Waits for the page lock and for writeback.',
    ],
    fragment: truncate,
  },
  {
    names: ['invalidate_mapping_pages'],
    about: ['Drops clean idle pages', 'Waits for nothing.'],
    fragment: invalidateClean,
  },
];
