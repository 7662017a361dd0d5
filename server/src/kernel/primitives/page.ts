/**
 * Operations on the page (folio) of the scenario. There is one at a time: whoever looked a page up that was dropped
 * since holds another one (`ActorVariables.holds`), whose lock is nobody's business and whose mapping is gone.
 */

import type { Assignment, Expr } from '../../sim/program.js';
import {
  act,
  anyOf,
  both,
  choose,
  either,
  equals,
  exit,
  get,
  loadZero,
  not,
  num,
  option,
  test,
  to,
  wait,
  type Fragment,
  type Item,
} from '../fragment.js';
import type { Model } from '../model.js';
import { ABSENT, flagNames, int, POSITIVE, ONE, UNKNOWN, ZERO, type Value } from '../value.js';
import { bytesTouchPage } from './page-in-range.js';
import {
  cached,
  current,
  found,
  FOUND,
  inserted,
  isFilled,
  lockFree,
  lookedUp,
  unmapped,
} from './page-state.js';
import type { Primitive, PrimitiveCall } from './primitive.js';

/** Waits for the page lock and takes it; the lock of a page that was dropped is free and guards nothing. */
function lock(call: PrimitiveCall): Fragment {
  const { model } = call;
  const free = equals(model.locked, 0);
  const take = [to(model.locked, 1)];
  if (!lookedUp(call)) return [wait('', free, take, 'acquire'), exit(ZERO)];
  const taken = option('', both(current(call), free), take);
  return [
    choose('acquire', taken, option('of a page dropped meanwhile', not(current(call)), [])),
    exit(ZERO),
  ];
}

/** filemap_range_has_writeback(), mm/filemap.c, v5.18. */
const busyOrClean = (model: Model): Item =>
  test(
    both(cached(model), anyOf([model.dirty, model.locked, model.writeback].map((bit) => equals(bit, 1)))),
    ['page dirty, locked or under writeback', exit(ONE)],
    ['no such page', exit(ZERO)],
  );

function trylock(call: PrimitiveCall): Fragment {
  const { model } = call;
  const taken = (when: Expr) => option('taken', when, [to(model.locked, 1)], exit(ONE));
  const busy = (when: Expr) => option('busy', when, [], exit(ZERO));
  const [free, held] = [equals(model.locked, 0), equals(model.locked, 1)];
  if (!lookedUp(call)) return [choose('acquire', taken(free), busy(held))];
  const dropped = option('taken, of a page dropped meanwhile', not(current(call)), [], exit(ONE));
  return [choose('acquire', taken(both(current(call), free)), busy(both(current(call), held)), dropped)];
}

function unlock(call: PrimitiveCall): Fragment {
  const { locked, unlockedUnheld } = call.model;
  const drops = (own: Expr) => [
    option('', both(own, equals(locked, 1)), [to(locked, 0)]),
    option('not locked', both(own, equals(locked, 0)), [to(unlockedUnheld, 1)]),
  ];
  if (!lookedUp(call)) return [choose('release', ...drops(num(1))), exit(UNKNOWN)];
  return [choose('release', ...drops(current(call)), option('', not(current(call)), [])), exit(UNKNOWN)];
}

/** `partial` of __block_commit_write(): a page with a block that it holds nothing for does not come up to date. */
const allFilled = ({ blocks, uptodate }: Model): Expr => ({
  kind: 'if',
  condition: blocks.map(isFilled).reduce((a, b) => both(a, b), num(1)),
  then: num(1),
  else: get(uptodate),
});

/** Nobody writes a page back that is dirtied after it was dropped. */
function dirtied(call: PrimitiveCall): Fragment {
  const { dirty, tagged } = call.model;
  const set = [to(dirty, 1), to(tagged, 1)];
  if (!lookedUp(call)) return [act('', set)];
  return [
    choose(
      'none',
      option('', current(call), set),
      option('of a page dropped meanwhile', not(current(call)), []),
    ),
  ];
}

const setter = (
  names: readonly string[],
  about: readonly [string, string],
  set: (call: PrimitiveCall) => Assignment[],
  order: 'none' | 'release' = 'none',
): Primitive => ({
  names,
  about,
  fragment: (call) => [act('', set(call), order), exit(UNKNOWN)],
});

const tester = (
  names: readonly string[],
  about: readonly [string, string],
  pick: (model: Model) => number,
): Primitive => ({
  names,
  about,
  fragment: ({ model }) => [test(get(pick(model)), ['true', exit(ONE)], ['false', exit(ZERO)])],
});

/**
 * Who drops a page leaves the bit as it is. A read of a page that is gone starts again by the lock and `page->mapping`
 * instead; a read fault copies nothing, and it is the page that it found which it maps.
 */
function isUptodate(call: PrimitiveCall): Expr {
  const bit = get(call.model.uptodate);
  return call.role.kind === 'read-fault' && lookedUp(call) ? either(not(current(call)), bit) : bit;
}

/** What the flags of `__filemap_get_folio` ask for; names of include/linux/pagemap.h. */
function lookup(call: PrimitiveCall, wanted: Value): Fragment {
  const names = flagNames(wanted);
  if (!names) return [{ kind: 'not-modelled', reason: `the flags of ${call.name}() are not known` }];
  const writeBegin = names.includes('FGP_WRITEBEGIN');
  const lock = writeBegin || names.includes('FGP_LOCK');
  const create = writeBegin || names.includes('FGP_CREAT');
  if (names.includes('FGP_FOR_MMAP')) return findForFault(call);
  return find(call, lock, create);
}

/** FGP_FOR_MMAP: a page that had to be added is unlocked again before it is returned, so neither way holds its lock. */
function findForFault(call: PrimitiveCall): Fragment {
  const { model } = call;
  const added = [...inserted(model), to(model.locked, 0), found(call)];
  return [
    choose(
      'full',
      option('found', cached(model), [found(call)], exit(POSITIVE, FOUND)),
      option('added', not(cached(model)), added, exit(POSITIVE, FOUND)),
    ),
  ];
}

/** Looking up takes a reference by a conditional RMW that is fully ordered when it succeeds (folio_try_get). */
function find(call: PrimitiveCall, lock: boolean, create: boolean): Fragment {
  const { model } = call;
  const there = lock
    ? option('found, locked', lockFree(model), [to(model.locked, 1), found(call)], exit(POSITIVE, FOUND))
    : option('found', cached(model), [found(call)], exit(POSITIVE, FOUND));
  const added = [...inserted(model), found(call)];
  const missing = create
    ? option('added, locked', not(cached(model)), added, exit(POSITIVE, FOUND))
    : option('not in the cache', not(cached(model)), [], exit(ABSENT));
  return [choose('full', there, missing)];
}

export const PAGE: readonly Primitive[] = [
  {
    names: [
      'lock_page',
      '__lock_page',
      'folio_lock',
      '__folio_lock',
      'lock_page_killable',
      '__lock_page_killable',
      'folio_lock_killable',
      '__folio_lock_killable',
    ],
    about: ['Waits for the page lock and takes it', 'Acquire; not a full barrier.'],
    fragment: lock,
  },
  {
    names: ['trylock_page', 'folio_trylock'],
    about: ['Takes the page lock if it is free', 'Acquire when it succeeds.'],
    fragment: trylock,
  },
  { names: ['unlock_page', 'folio_unlock'], about: ['Drops the page lock', 'Release.'], fragment: unlock },
  {
    names: ['page->mapping'],
    about: ['Tests whether the page is still in the mapping', 'Under the page lock, which removal takes.'],
    fragment: (call) => [
      test(
        lookedUp(call) ? current(call) : cached(call.model),
        ['in the mapping', exit(ONE)],
        ['gone from the mapping', exit(ZERO)],
      ),
    ],
  },
  {
    names: ['mapping->nrpages'],
    about: ['Reads the number of cached pages', 'Plain load: orders nothing.'],
    fragment: ({ model, self }) => [
      loadZero(model.nrpages, self.scratch, ['reads 0', exit(ZERO)], ['reads 1', exit(POSITIVE)]),
    ],
  },
  {
    names: ['mapping_tagged'],
    about: [
      'Tests for a dirty page by its tag, or for one under writeback',
      'Taken in program order here: a late load of the tag is not explored.',
    ],
    fragment: ({ model, argTexts }) => [
      argTexts[1] === 'PAGECACHE_TAG_WRITEBACK'
        ? test(
            equals(model.writeback, 1),
            ['page under writeback', exit(ONE)],
            ['no page under writeback', exit(ZERO)],
          )
        : test(equals(model.tagged, 1), ['dirty page', exit(ONE)], ['no dirty page', exit(ZERO)]),
    ],
  },
  {
    // include/linux/pagemap.h, v5.18: the tags first, then the page itself.
    names: ['filemap_range_needs_writeback'],
    about: [
      'Tests for a page that is dirty, under writeback or locked for it',
      'Taken in program order here: a late load of the tags is not explored.',
    ],
    looksAt: [1, 2],
    fragment: ({ model, args: [, first, last] }) => {
      if (!bytesTouchPage(first, last)) return [exit(ZERO)];
      const marked = anyOf([equals(model.tagged, 1), equals(model.writeback, 1)]);
      return [
        choose('none', option('tagged', marked, []), option('no page tagged', not(marked), [], exit(ZERO))),
        busyOrClean(model),
      ];
    },
  },
  {
    names: ['filemap_range_has_writeback'],
    looksAt: [1, 2],
    about: ['Tests for a page that is dirty, locked or under writeback', 'Orders nothing.'],
    fragment: ({ model, args: [, first, last] }) =>
      bytesTouchPage(first, last) ? [busyOrClean(model)] : [exit(ZERO)],
  },
  {
    names: ['filemap_range_has_page', 'mapping_empty'],
    looksAt: [1, 2],
    about: ['Tests for a cached page without a lock', 'Plain load: orders nothing.'],
    fragment: ({ model, self, name, args: [, first, last] }) => {
      const empty = name === 'mapping_empty';
      if (!empty && !bytesTouchPage(first, last)) return [exit(ZERO)];
      return [
        loadZero(
          model.nrpages,
          self.scratch,
          ['no page', exit(empty ? ONE : ZERO)],
          ['page cached', exit(empty ? ZERO : ONE)],
        ),
      ];
    },
  },
  tester(
    ['PageDirty', 'folio_test_dirty'],
    ['Tests the dirty bit', 'Orders nothing.'],
    (model) => model.dirty,
  ),
  tester(
    ['PageWriteback', 'folio_test_writeback'],
    ['Tests the writeback bit', 'Orders nothing.'],
    (model) => model.writeback,
  ),
  {
    names: ['PageUptodate', 'folio_test_uptodate'],
    about: ['Tests the uptodate bit', 'Read barrier when set.'],
    fragment: (call) => [test(isUptodate(call), ['true', exit(ONE)], ['false', exit(ZERO)])],
  },
  setter(
    ['SetPageUptodate', 'folio_mark_uptodate'],
    ['Sets the uptodate bit', 'Write barrier before it.'],
    ({ model }) => [to(model.uptodate, allFilled(model))],
  ),
  {
    names: [
      'set_page_dirty',
      'folio_mark_dirty',
      '__set_page_dirty',
      '__folio_mark_dirty',
      'filemap_dirty_folio',
      '__set_page_dirty_nobuffers',
      '__set_page_dirty_buffers',
      'iomap_set_page_dirty',
      'mark_buffer_dirty',
    ],
    about: ['Sets the dirty bit and tag', 'Orders nothing.'],
    fragment: (call) => [...dirtied(call), exit(UNKNOWN)],
  },
  {
    names: ['clear_page_dirty_for_io', 'folio_clear_dirty_for_io'],
    about: ['Clears the dirty bit and write-protects mappings', 'Returns whether it was dirty.'],
    fragment: ({ model }) => [
      choose(
        'none',
        option('was dirty', equals(model.dirty, 1), [to(model.dirty, 0), ...unmapped(model)], exit(ONE)),
        option('was clean', equals(model.dirty, 0), [], exit(ZERO)),
      ),
    ],
  },
  setter(
    [
      'set_page_writeback',
      'folio_start_writeback',
      '__folio_start_writeback',
      'set_page_writeback_keepwrite',
      'folio_start_writeback_keepwrite',
    ],
    ['Sets the writeback bit', 'Orders nothing.'],
    ({ model }) => [to(model.writeback, 1), to(model.tagged, get(model.dirty))],
  ),
  setter(
    ['end_page_writeback', 'folio_end_writeback'],
    ['Clears the writeback bit and wakes waiters', 'Release.'],
    ({ model }) => [to(model.writeback, 0)],
    'release',
  ),
  {
    names: [
      'wait_on_page_writeback',
      'folio_wait_writeback',
      'wait_for_stable_page',
      'folio_wait_stable',
      'filemap_fdatawait',
    ],
    about: [
      'Waits until the writeback bit is clear',
      'A page that is locked and not yet under writeback is not waited for.',
    ],
    fragment: ({ model }) => [wait('', equals(model.writeback, 0), [], 'acquire'), exit(ZERO)],
  },
  {
    names: [
      'wait_on_page_locked',
      'wait_on_page_locked_killable',
      'folio_wait_locked',
      'folio_wait_locked_killable',
      'folio_put_wait_locked',
    ],
    about: ['Waits until the page lock is free', 'Does not take it.'],
    fragment: ({ model }) => [wait('', equals(model.locked, 0), [], 'acquire'), exit(ZERO)],
  },
  {
    names: ['find_get_page', 'filemap_get_folio', 'find_get_entry', 'filemap_get_entry'],
    about: ['Looks the page up and takes a reference', 'Fully ordered when it finds one.'],
    fragment: (call) => find(call, false, false),
  },
  {
    names: ['find_lock_page', 'filemap_lock_folio'],
    about: ['Looks the page up and locks it', 'Fully ordered when it finds one.'],
    fragment: (call) => find(call, true, false),
  },
  {
    names: ['grab_cache_page_write_begin', 'grab_cache_page', 'find_or_create_page', 'iomap_get_folio'],
    about: ['Looks the page up or adds it, locked', 'Fully ordered.'],
    fragment: (call) => find(call, true, true),
  },
  {
    names: ['pagecache_get_page', '__filemap_get_folio'],
    looksAt: [2],
    about: ['Looks the page up as its FGP flags say', 'Fully ordered when it finds one.'],
    fragment: (call) => lookup(call, call.args[2] ?? UNKNOWN),
  },
  {
    names: ['add_to_page_cache_lru', 'filemap_add_folio'],
    about: ['Adds a new page to the cache, locked', 'Fully ordered.'],
    fragment: (call) => [
      choose(
        'full',
        option(
          'added, locked',
          not(cached(call.model)),
          [...inserted(call.model), found(call)],
          exit(ZERO, FOUND),
        ),
        option('somebody else added one', cached(call.model), [], exit(int(-17))),
      ),
    ],
  },
];
