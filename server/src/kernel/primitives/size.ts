/** `inode->i_size`, in scenarios in which it moves: include/linux/fs.h, 4.8 to 6.12. It is counted in blocks here. */

import type { Expr } from '../../sim/program.js';
import { act, choose, equals, exit, num, option, to, type Fragment } from '../fragment.js';
import { blockBytes, type Model } from '../model.js';
import { int, ONE, UNKNOWN, ZERO, type Value } from '../value.js';
import type { Primitive, PrimitiveCall } from './primitive.js';

const sizes = (model: Model): readonly number[] =>
  Array.from({ length: model.configuration.blocksPerPage + 1 }, (_, blocks) => blocks);

function read({ model }: PrimitiveCall): Fragment {
  const bytes = (blocks: number): number => blocks * blockBytes(model.configuration);
  return [
    choose(
      'none',
      ...sizes(model).map((blocks) =>
        option(`reads ${bytes(blocks)}`, equals(model.size!, blocks), [], exit(int(bytes(blocks)))),
      ),
    ),
  ];
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

export const SIZE: readonly Primitive[] = [
  {
    names: ['i_size_read', 'inode->i_size', 'XFS_ISIZE'],
    about: ['Reads i_size', 'Orders nothing before 6.9, which made it an acquire.'],
    fragment: read,
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
