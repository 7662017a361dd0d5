/** What goes wrong in a scenario, and what it must come to lest its verdict be vacuous: expressions over its state. */

import type { Expr, Property } from '../sim/program.js';
import { takesBlocks, type ActorRole } from './configuration.js';
import { allOf, anyOf, both, either, equals, get, not, num } from './fragment.js';
import { lost } from './lost-write.js';
import { CONTENT, EXTENT, PTE, wrongLocks, type ActorVariables, type Model } from './model.js';
import { movesSize, sizeOutOfOrder } from './size-ordering.js';
import type { AskedProperty, Scenario } from './scenarios.js';

/** What is asked of every state, and what of the end: see `Property`. */
type Violation = Pick<Property, 'bad' | 'atEnd' | 'deadlock'>;

type Violated = (model: Model, actors: readonly ActorRole[]) => Violation;

const inEveryState =
  (bad: (model: Model, actors: readonly ActorRole[]) => Expr): Violated =>
  (model, actors) => ({ bad: bad(model, actors) });

const VIOLATED: Readonly<Record<AskedProperty, Violated>> = {
  P1: inEveryState(staleDataRead),
  P2: stalePage,
  P3: inEveryState(writeMissed),
  P4: inEveryState(freedBlockUsed),
  P5: inEveryState(lost),
  P6: countLeftOver,
  P7: stuck,
  P8: inEveryState(sizeOutOfOrder),
};

/** The properties that a scenario asks for. */
export const propertiesOf = (model: Model, { asks, actors }: Scenario): Property[] =>
  asks.map((id) => ({ id, ...VIOLATED[id](model, actors) }));

/** P1: a read returned what was on the disk before the block was ever written. */
function staleDataRead(model: Model): Expr {
  return anyOf(model.actors.flatMap((own) => own.got.map((got) => equals(got, CONTENT.stale))));
}

/** P2: a page is older than what was done to the file below it. */
function stalePage(model: Model, actors: readonly ActorRole[]): Violation {
  if (actors.some(({ kind }) => kind === 'dio-write')) return { bad: stalePageRead(model, actors) };
  return { bad: num(0), atEnd: either(pageOutlives(model, actors), mapsDroppedPage(model, actors)) };
}

/** Who faulted to read sees for ever what was in a page that is no longer the file's: filemap_fault() looks at its mapping. */
export const mapsDroppedPage = (model: Model, actors: readonly ActorRole[]): Expr =>
  anyOf(
    actors.flatMap(({ kind }, i) =>
      kind === 'read-fault' ? [equals(model.actors[i]!.pte, PTE.dropped)] : [],
    ),
  );

/** All have returned, and a clean page has something else in it than the file has below it, for the next read to find. */
function pageOutlives(model: Model, actors: readonly ActorRole[]): Expr {
  const taken = new Set(
    actors.filter(takesBlocks).flatMap(({ blocks, moves }) => [...blocks, ...(moves ?? [])]),
  );
  const clean = allOf([
    equals(model.nrpages, 1),
    equals(model.uptodate, 1),
    equals(model.dirty, 0),
    equals(model.writeback, 0),
  ]);
  const differs = [...taken].map((block) => {
    const { extent, page, disk } = model.blocks[block]!;
    const isMapped = equals(extent, EXTENT.mapped);
    const same: Expr = { kind: 'binary', op: '==', left: get(page), right: get(disk) };
    return either(both(isMapped, not(same)), both(not(isMapped), not(equals(page, CONTENT.zeros))));
  });
  return both(clean, anyOf(differs));
}

/** After the direct write was done and delivered, a buffered read of its bytes returned something else. */
function stalePageRead(model: Model, actors: readonly ActorRole[]): Expr {
  const reader = actors.findIndex(
    (role) => role.entries.length > 1 && role.entries.at(-1)!.endsWith('_buffered_read'),
  );
  const writer = actors.findIndex((role) => role.kind === 'dio-write');
  const role = actors[reader]!;
  const wrong = role.blocks.map((block) => {
    const got = model.actors[reader]!.got[block]!;
    return both(not(equals(got, CONTENT.nothing)), not(equals(got, CONTENT.data + role.version)));
  });
  return both(equals(model.actors[writer]!.bio, 2), anyOf(wrong));
}

/**
 * P3: the direct read that came after the buffered write of the same task returned something else. A write that came
 * back with an error before it stored anything has missed nothing.
 */
function writeMissed(model: Model, actors: readonly ActorRole[]): Expr {
  const reader = actors.findIndex(isBufferedThenDirect);
  const own = model.actors[reader]!;
  const role = actors[reader]!;
  const wrong = role.blocks.map((block) => {
    const got = own.got[block]!;
    return both(not(equals(got, CONTENT.nothing)), not(equals(got, CONTENT.data + role.version)));
  });
  return both(both(equals(own.returned, role.entries.length), equals(own.stored!, 1)), anyOf(wrong));
}

const isBufferedThenDirect = ({ kind, entries }: ActorRole): boolean =>
  kind === 'buffered-write' && entries.length > 1;

/** P4: a read got what the disk held after the block was freed, or a write went to a block that no extent has. */
function freedBlockUsed(model: Model, actors: readonly ActorRole[]): Expr {
  const { freed } = model;
  const read = freed === null ? [] : model.actors.flatMap((own) => own.got.map((got) => equals(got, freed)));
  const written = actors.flatMap((role, i) => {
    if (role.kind !== 'dio-write') return [];
    const done = equals(model.actors[i]!.bio, 2);
    return role.blocks.map((block) => {
      const { extent, disk } = model.blocks[block]!;
      return both(done, both(equals(extent, EXTENT.hole), equals(disk, CONTENT.data + role.version)));
    });
  });
  return anyOf([...read, ...written]);
}

/** P6: the I/O has ended, with nobody left to end it, and the count is not 0; or it was ended once too often. */
function countLeftOver({ endedAtZero, dioCount }: Model): Violation {
  return { bad: num(0), atEnd: either(get(endedAtZero), not(equals(dioCount, 0))) };
}

/**
 * P7: nobody can go on; or everybody has returned, and a lock is held that the next one will wait for; or somebody has
 * dropped one that he did not hold, so that its count is wrong from there on; or has taken one shared that he held so, for
 * which he waits where a writer has come in between.
 */
function stuck(model: Model): Violation {
  const { rwsem, invalidateLock, locked } = model;
  const held = [rwsem.readers, rwsem.writer, invalidateLock.readers, invalidateLock.writer, locked];
  return { bad: num(0), atEnd: anyOf([...held, ...wrongLocks(model)].map(get)), deadlock: true };
}

interface Interesting {
  readonly id: string;
  readonly state: Expr;
}

/** States that some run of the scenario must reach, or its verdict would be vacuous. */
export function interestingStates(model: Model, actors: readonly ActorRole[]): Interesting[] {
  const moved = movesSize(model);
  const own = statesOfActors(model, actors);
  return moved === null ? own : [...own, { id: 'i_size moves', state: moved }];
}

function statesOfActors(model: Model, actors: readonly ActorRole[]): Interesting[] {
  return actors.flatMap((role, i) => {
    const own = model.actors[i]!;
    if (takesBlocks(role)) return [takesAway(model, role), ...inFlights(model, actors)];
    if (role.kind === 'preallocate') return [movesEof(model, role)];
    if (role.kept) return [{ id: `${role.name} stores its data`, state: equals(own.stored!, 1) }];
    if ((role.kind === 'dio-read' && !role.aio) || role.kind === 'buffered-read') {
      return [returnsData(role, own)];
    }
    if (role.kind === 'write-fault' || role.kind === 'buffered-write') {
      const dirties = { id: `${role.name} dirties the page`, state: equals(model.dirty, 1) };
      return isBufferedThenDirect(role) ? [dirties, returnsData(role, own)] : [dirties];
    }
    if (role.kind === 'writeback')
      return [{ id: `${role.name} writes the page`, state: equals(model.writeback, 1) }];
    return [{ id: `${role.name} returns`, state: hasEnded(model, role, i) }];
  });
}

/** Who waits for asynchronous I/O of part of a block, or beyond EOF, completes it himself. */
function hasEnded({ configuration, actors }: Model, { kind }: ActorRole, i: number): Expr {
  const { blockInHalves, sizeAtStart } = configuration;
  const returned = get(actors[i]!.returned);
  if (kind !== 'dio-completion' || (!blockInHalves && sizeAtStart === undefined)) return returned;
  return either(returned, equals(actors[i - 1]!.bio, 2));
}

const returnsData = (role: ActorRole, { got }: ActorVariables): Interesting => ({
  id: `${role.name} returns data`,
  state: not(equals(got[role.blocks[0]!]!, CONTENT.nothing)),
});

/** What a call does to the blocks of its range, or to those behind it. */
function takesAway(model: Model, { kind, name, blocks, moves }: ActorRole): Interesting {
  const block = model.blocks[[...blocks, ...(moves ?? [])][0]!]!;
  if (moves && blocks.length === 0)
    return {
      id: `${name} moves the blocks`,
      state:
        block.moved === null ? equals(block.extent, EXTENT.hole) : not(equals(block.moved, CONTENT.nothing)),
    };
  if (kind === 'zero-range')
    return { id: `${name} makes the blocks unwritten`, state: equals(block.extent, EXTENT.unwritten) };
  return { id: `${name} frees the blocks`, state: equals(block.extent, EXTENT.hole) };
}

/** EOF is where its range ends. */
const movesEof = ({ size }: Model, { name, blocks }: ActorRole): Interesting => ({
  id: `${name} moves EOF`,
  state: equals(size!, blocks.length),
});

const inFlights = (model: Model, actors: readonly ActorRole[]): Interesting[] =>
  actors.flatMap((role, i) => (isSubmitter(role) ? [inFlight(model, role, i)] : []));

const isSubmitter = ({ kind, aio }: ActorRole): boolean => aio && kind !== 'dio-completion';

/** The submitter has dropped its locks, and its bio is on its way: who frees need not wait for the lock. */
function inFlight(model: Model, { name }: ActorRole, submitter: number): Interesting {
  const { returned, bio } = model.actors[submitter]!;
  return {
    id: `the bio of the ${name} is in flight after its submitter has returned`,
    state: both(equals(returned, 1), equals(bio, 1)),
  };
}
