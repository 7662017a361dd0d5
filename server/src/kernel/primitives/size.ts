/** `inode->i_size`, in scenarios in which it moves: include/linux/fs.h, 4.8 to 6.12. It is counted in blocks here. */

import type { Expr } from '../../sim/program.js';
import {
  act,
  choose,
  equals,
  exit,
  num,
  option,
  to,
  TRUE,
  type Fragment,
  type LoadCase,
} from '../fragment.js';
import { blockBytes, type Model } from '../model.js';
import { int, ONE, UNKNOWN, ZERO, type Value } from '../value.js';
import { copyToUser } from './data.js';
import type { Primitive, PrimitiveCall } from './primitive.js';

const sizes = (model: Model): readonly number[] =>
  Array.from({ length: model.configuration.blocksPerPage + 1 }, (_, blocks) => blocks);

/** A lockless look: unless it is an acquire, what follows may happen before it. */
function read({ model, self, name }: PrimitiveCall): Fragment {
  const cases = sizes(model).map((blocks): LoadCase => {
    const bytes = blocks * blockBytes(model.configuration);
    const isLargest = blocks === model.configuration.blocksPerPage;
    const guard = isLargest ? TRUE : equals(self.scratch, blocks);
    return { guard, text: `reads ${bytes}`, items: [exit(int(bytes))] };
  });
  const order = name === 'smp_load_acquire' ? 'acquire' : 'relaxed';
  return [{ kind: 'load', from: model.size!, into: self.scratch, order, cases }];
}

/** The size in blocks, or null where it is not known or lies outside of the page. */
function blocksOf(model: Model, size: Value | undefined): number | null {
  if (size?.kind !== 'int') return null;
  const blocks = size.value / blockBytes(model.configuration);
  return sizes(model).includes(blocks) ? blocks : null;
}

const unknownSize = ({ name }: PrimitiveCall): Fragment => [
  { kind: 'not-modelled', reason: `the size given to ${name}() is not known` },
];

function write(call: PrimitiveCall): Fragment {
  const blocks = blocksOf(call.model, call.args[1]);
  if (blocks === null) return unknownSize(call);
  return [act('', [to(call.model.size!, blocks)]), exit(UNKNOWN)];
}

const below = (model: Model, blocks: number): Expr => ({
  kind: 'binary',
  op: '<',
  left: { kind: 'var', id: model.size! },
  right: num(blocks),
});

/** Moves it up only, under the exclusive i_rwsem. */
function update(call: PrimitiveCall): Fragment {
  const blocks = blocksOf(call.model, call.args[1]);
  if (blocks === null) return unknownSize(call);
  const shorter = below(call.model, blocks);
  return [
    choose(
      'none',
      option('i_size moves', shorter, [to(call.model.size!, blocks)], exit(ONE)),
      option('i_size is there', { kind: 'not', of: shorter }, [], exit(ZERO)),
    ),
  ];
}

/** Copies as much as `bytes` says, which follows from what i_size was read as; the blocks of a reader begin with the first. */
function copyInsideEof(call: PrimitiveCall): Fragment {
  const bytes = call.args[2];
  const blocks =
    bytes?.kind === 'int' ? Math.ceil(bytes.value / blockBytes(call.model.configuration)) : Infinity;
  return copyToUser({ ...call, role: { ...call.role, blocks: call.role.blocks.slice(0, blocks) } });
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
];
