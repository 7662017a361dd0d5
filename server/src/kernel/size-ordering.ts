/**
 * P8: what a reader sees inside EOF is what was written there, and beyond EOF it sees nothing. Of the blocks that the
 * write of the scenario appends; those before them were inside EOF all the time.
 */

import type { Expr } from '../sim/program.js';
import type { ActorRole } from './configuration.js';
import { both, either, equals, get, not, num } from './fragment.js';
import { CONTENT, EXTENT, type ActorVariables, type Model } from './model.js';

const anyOf = (conditions: readonly Expr[]): Expr =>
  conditions.reduce((left, right) => either(left, right), num(0));
const allOf = (conditions: readonly Expr[]): Expr => conditions.reduce((left, right) => both(left, right));

export function sizeOutOfOrder(model: Model, actors: readonly ActorRole[]): Expr {
  if (model.freed !== null) return either(emptyInsideEof(model, actors), zerosBesideTruncate(model, actors));
  return anyOf(
    actors.flatMap((role, i) => appended(model, role).map((block) => wrongRead(model, actors, i, block))),
  );
}

/** The blocks of the actor's I/O that lie beyond EOF at the start. */
const appended = ({ configuration }: Model, { blocks }: ActorRole): readonly number[] =>
  blocks.filter((block) => block >= configuration.sizeAtStart!);

function wrongRead(model: Model, actors: readonly ActorRole[], reader: number, block: number): Expr {
  const role = actors[reader]!;
  const { got, returned } = model.actors[reader]!;
  const read = got[block]!;
  const isWritten = equals(read, CONTENT.data + writtenBy(actors));
  if (isReadBack(role)) {
    // A read that came back with an error says nothing of i_size.
    const isShort = both(equals(read, CONTENT.nothing), isBeyond(model, block));
    const short = both(equals(returned, role.entries.length), isShort);
    const wrong = either(short, both(not(equals(read, CONTENT.nothing)), not(isWritten)));
    return both(hasWritten(model.actors[reader]!), wrong);
  }
  const beyond = both(not(equals(read, CONTENT.nothing)), isBeyond(model, block));
  const stale = either(equals(read, CONTENT.stale), beyond);
  const wrong = isTornByDesign(role, actors) ? stale : either(stale, equals(read, CONTENT.zeros));
  // Before that the look at i_size which the read goes by may not have happened yet.
  return both(equals(returned, lastReturn(role)), wrong);
}

/** Whether the write that is read back moved its data at all: with an error before that it has not completed. */
const hasWritten = ({ bio, stored }: ActorVariables): Expr =>
  stored === null ? num(1) : either(not(equals(bio, 0)), equals(stored, 1));

const writtenBy = (actors: readonly ActorRole[]): number => Math.max(...actors.map(({ version }) => version));

/** Reads what was written when the write has returned, or its completion was delivered. */
const isReadBack = ({ kind, entries }: ActorRole): boolean =>
  kind !== 'buffered-read' && (entries.at(-1) ?? '').endsWith('_buffered_read');

/**
 * A buffered read beside a direct write, of a page that is still to be dropped: zeros are what mixing the two gives in
 * every release, until the write has returned.
 */
const isTornByDesign = ({ kind }: ActorRole, actors: readonly ActorRole[]): boolean =>
  kind === 'buffered-read' && actors.some((one) => one.kind === 'dio-write');

const isBeyond = ({ size }: Model, block: number): Expr =>
  not({ kind: 'binary', op: '<', left: num(block), right: get(size!) });

/**
 * Write and truncate to nothing have both returned, and the file has the length that the write gave it and not its
 * blocks: no order of the two comes to that.
 */
function emptyInsideEof(model: Model, actors: readonly ActorRole[]): Expr {
  const returned = actors.map((role, i) => equals(model.actors[i]!.returned, lastReturn(role)));
  const empty = model.blocks.map(({ extent }, block) =>
    both(equals(extent, EXTENT.hole), not(isBeyond(model, block))),
  );
  return both(allOf(returned), anyOf(empty));
}

/**
 * A buffered read returns what was there, or that the file has ended. Zeros are a page that was filled behind the new EOF,
 * copied by the EOF of before: generic_file_read_iter() and filemap_read() look at i_size when the page is up to date.
 */
function zerosBesideTruncate(model: Model, actors: readonly ActorRole[]): Expr {
  return anyOf(
    actors.flatMap((role, i) => {
      if (role.kind !== 'buffered-read') return [];
      const { got, returned } = model.actors[i]!;
      return role.blocks.map((block) =>
        both(equals(returned, lastReturn(role)), equals(got[block]!, CONTENT.zeros)),
      );
    }),
  );
}

/** What the last entry leaves in `returned`. */
const lastReturn = ({ entries }: ActorRole): number => entries.length;

/** The state in which the file has grown; null where its size does not move. */
export const movesSize = ({ size, configuration: { sizeAtStart } }: Model): Expr | null =>
  size === null ? null : not(equals(size, sizeAtStart!));
