/**
 * `inode->i_size`, in scenarios in which it moves: include/linux/fs.h, 4.8 to 6.12. It is counted in blocks here, or in
 * their halves, and so are the bytes that are zeroed where it moves up.
 */

import type { Assignment, Expr } from '../../sim/program.js';
import {
  act,
  anyOf,
  choice,
  choose,
  equals,
  exit,
  get,
  not,
  num,
  option,
  to,
  TRUE,
  wait,
  type Fragment,
  type LoadCase,
} from '../fragment.js';
import { CONTENT, EXTENT, PAGE_AT, partBytes, partsOf, type BlockVariables, type Model } from '../model.js';
import { int, ONE, UNKNOWN, ZERO, type Value } from '../value.js';
import { copyToUser } from './data.js';
import { isFilled } from './page-state.js';
import type { Primitive, PrimitiveCall } from './primitive.js';

const sizes = ({ configuration }: Model): readonly number[] =>
  Array.from({ length: partsOf(configuration) + 1 }, (_, parts) => parts);

/** A lockless look: unless it is an acquire, what follows may happen before it. */
function read({ model, self, name }: PrimitiveCall): Fragment {
  const cases = sizes(model).map((parts): LoadCase => {
    const bytes = parts * partBytes(model.configuration);
    const isLargest = parts === partsOf(model.configuration);
    const guard = isLargest ? TRUE : equals(self.scratch, parts);
    return { guard, text: `reads ${bytes}`, items: [exit(int(PAGE_AT + bytes))] };
  });
  const order = name === 'smp_load_acquire' ? 'acquire' : 'relaxed';
  return [{ kind: 'load', from: model.size!, into: self.scratch, order, cases }];
}

/** How many blocks or halves of the page `bytes` are, or null where that is not known or no whole number of them. */
function partsIn(model: Model, bytes: number): number | null {
  const parts = bytes / partBytes(model.configuration);
  return sizes(model).includes(parts) ? parts : null;
}

/** How many of them lie before a place in the file. */
const partsBefore = (model: Model, place: Value | undefined): number | null =>
  place?.kind === 'int' ? partsIn(model, place.value - PAGE_AT) : null;

const unknownSize = ({ name }: PrimitiveCall): Fragment => [
  { kind: 'not-modelled', reason: `the size given to ${name}() is not known` },
];

function write(call: PrimitiveCall): Fragment {
  const parts = partsBefore(call.model, call.args[1]);
  if (parts === null) return unknownSize(call);
  return [act('', [to(call.model.size!, parts)]), exit(UNKNOWN)];
}

const below = (model: Model, parts: number): Expr => ({
  kind: 'binary',
  op: '<',
  left: { kind: 'var', id: model.size! },
  right: num(parts),
});

/** Moves it up only, under the exclusive i_rwsem. */
function update(call: PrimitiveCall): Fragment {
  const parts = partsBefore(call.model, call.args[1]);
  if (parts === null) return unknownSize(call);
  const shorter = below(call.model, parts);
  return [
    choose(
      'none',
      option('i_size moves', shorter, [to(call.model.size!, parts)], exit(ONE)),
      option('i_size is there', { kind: 'not', of: shorter }, [], exit(ZERO)),
    ),
  ];
}

/** Copies as much as `bytes` says, which follows from what i_size was read as; the blocks of a reader begin with the first. */
function copyInsideEof(call: PrimitiveCall): Fragment {
  const bytes = call.args[2];
  const parts =
    bytes?.kind === 'int' ? Math.ceil(bytes.value / partBytes(call.model.configuration)) : Infinity;
  return copyToUser({ ...call, role: { ...call.role, blocks: call.role.blocks.slice(0, parts) } });
}

/**
 * iomap_zero_range(): what is not written yet reads as zeros already, and is passed over; the rest is zeroed in the page
 * cache, as a write that the next writeback brings to the disk (iomap_zero_iter(), 4.8: iomap_zero_range_actor()).
 */
function zeroRange(call: PrimitiveCall): Fragment {
  const { model } = call;
  // What the caller has found out of i_size before is not known together: it may come out negative.
  const length = call.args[2]?.kind === 'int' ? call.args[2].value : null;
  if (length !== null && length <= 0) return [exit(ZERO)];
  const from = partsBefore(model, call.args[1]);
  const parts = length === null ? null : partsIn(model, length);
  if (from === null || parts === null)
    return [{ kind: 'not-modelled', reason: `the range given to ${call.name}() is not known` }];
  const zeroed = model.blocks.slice(from, from + parts);
  const written = anyOf(zeroed.map(({ extent }) => equals(extent, EXTENT.mapped)));
  return [
    choose(
      'release',
      option('nothing written there', not(written), [], exit(ZERO)),
      option('looks up: mapped', written, []),
    ),
    wait('locks the page', equals(model.locked, 0), [to(model.locked, 1)], 'acquire'),
    act('zeroes it in the page cache, page dirty', zeroedInPage(model, zeroed), 'release'),
    exit(ZERO),
  ];
}

/** Under the page lock: the page is brought into the cache with what is around the zeros. */
const zeroedInPage = (model: Model, zeroed: readonly BlockVariables[]): Assignment[] => [
  ...model.blocks.map((block) => to(block.page, contents(block, zeroed.includes(block)))),
  to(model.nrpages, 1),
  to(model.uptodate, 1),
  to(model.dirty, 1),
  to(model.tagged, 1),
  to(model.locked, 0),
];

/** What a page holds for a block, or comes to hold when it is read; zeros in place of what is written, where it is zeroed. */
function contents(block: BlockVariables, isZeroed: boolean): Expr {
  const mapped = equals(block.extent, EXTENT.mapped);
  const inPage = choice(
    isFilled(block),
    get(block.page),
    choice(mapped, get(block.disk), num(CONTENT.zeros)),
  );
  return isZeroed ? choice(mapped, num(CONTENT.zeros), inPage) : inPage;
}

export const SIZE: readonly Primitive[] = [
  {
    names: ['inode->i_size', 'XFS_ISIZE'],
    about: ['Reads i_size', 'Relaxed load: orders nothing.'],
    fragment: read,
  },
  {
    names: ['smp_load_acquire'],
    when: ([of = '']) => of.endsWith('->i_size'),
    about: ['Reads i_size', 'Everything after it happens after it.'],
    fragment: read,
  },
  {
    names: ['copy_page_to_iter', 'copy_folio_to_iter'],
    looksAt: [2],
    about: ['Copies the cached page to the reader, up to EOF', 'Without the page lock.'],
    fragment: copyInsideEof,
  },
  {
    names: ['i_size_write'],
    looksAt: [1],
    landmark: true,
    about: ['Moves EOF', 'Belongs after the data and its extent can be read.'],
    fragment: write,
  },
  {
    names: ['ext4_update_inode_size'],
    looksAt: [1],
    landmark: true,
    about: ['Moves EOF up, in core and on disk', 'Under the exclusive i_rwsem.'],
    fragment: update,
  },
  {
    names: ['iomap_zero_range'],
    looksAt: [1, 2],
    about: [
      'Writes zeros to what is mapped in the range, through the page cache',
      'i_size may not move between the look at it and this.',
    ],
    fragment: zeroRange,
  },
];
