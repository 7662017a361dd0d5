/**
 * P5: data that was stored in the page cache, and that nothing can bring to the disk any more; and data of a direct
 * write that somebody else fills with zeros, or that is behind EOF when its write has been delivered.
 */

import type { Expr } from '../sim/program.js';
import { isFreeing, type ActorRole } from './configuration.js';
import { allOf, anyOf, both, either, equals, get, not, num } from './fragment.js';
import { BUFFER, CONTENT, EXTENT, type BlockVariables, type Model } from './model.js';

/** How data gets lost; what a finding says of it. */
export type Loss = 'dropped' | 'not written' | 'without a block' | 'without a fault' | 'zeroed' | 'cut off';

export const LOSSES: readonly Loss[] = [
  'dropped',
  'not written',
  'without a block',
  'without a fault',
  'zeroed',
  'cut off',
];

/** The kept data of an actor in one of its blocks. */
interface Kept {
  readonly block: BlockVariables;
  readonly version: number;
  /** Nobody in the scenario takes the block away, and so nobody may take the data. */
  readonly lasts: boolean;
}

/** The state in which kept data is lost in one of these ways. */
export function lost(model: Model, actors: readonly ActorRole[], ways: readonly Loss[] = LOSSES): Expr {
  const inWay = (way: Loss): Expr => {
    if (way === 'zeroed') return anyOf(actors.map((_, actor) => isZeroed(model, actors, actor)));
    if (way === 'cut off') return anyOf(actors.map((_, actor) => isCutOff(model, actors, actor)));
    return lostInPage(model, actors, way);
  };
  return anyOf(ways.map(inWay));
}

/** Whether what an actor wrote directly is lost. */
export const isLostDirectly = (model: Model, actors: readonly ActorRole[], actor: number): Expr =>
  either(isZeroed(model, actors, actor), isCutOff(model, actors, actor));

/** The bio was on the disk, and where nobody else writes what it wrote is there no more, or under a dirty page of zeros. */
function isZeroed(model: Model, actors: readonly ActorRole[], actor: number): Expr {
  const { blockInHalves, sizeAtStart } = model.configuration;
  const { kind, blocks, version } = actors[actor]!;
  if (kind !== 'dio-write' || (!blockInHalves && sizeAtStart === undefined)) return num(0);
  const others = actors.filter((role, i) => isWriting(role) && i !== actor);
  const alone = blocks.filter((part) => others.every((role) => !role.blocks.includes(part)));
  const gone = alone.map((part) => {
    const { disk, page } = model.blocks[part]!;
    const covered = both(equals(model.dirty, 1), equals(page, CONTENT.zeros));
    return either(not(equals(disk, CONTENT.data + version)), covered);
  });
  return both(equals(model.actors[actor]!.bio, 2), anyOf(gone));
}

/** Who writes data of its own; what completes such a write is not another one. */
const isWriting = ({ kind }: ActorRole): boolean => kind === 'dio-write' || kind === 'buffered-write';

/** The completion of an extending write has been delivered, nobody makes the file shorter, and EOF is before its end. */
function isCutOff(model: Model, actors: readonly ActorRole[], actor: number): Expr {
  const { kind, aio, blocks } = actors[actor]!;
  const completion = model.actors[actor + 1];
  if (kind !== 'dio-write' || !aio || model.size === null || actors.some(isFreeing)) return num(0);
  const end = Math.max(...blocks) + 1;
  const delivered = equals(completion!.returned, actors[actor + 1]!.entries.length);
  const isShort: Expr = { kind: 'binary', op: '<', left: get(model.size), right: num(end) };
  return both(delivered, isShort);
}

type LossInPage = Exclude<Loss, 'zeroed' | 'cut off'>;

/** Who stores in a block that somebody takes away may lose the data, but no page may be left dirty that cannot be written. */
const OF_TAKEN_BLOCKS: ReadonlySet<Loss> = new Set(['without a block', 'without a fault']);

function lostInPage(model: Model, actors: readonly ActorRole[], way: LossInPage): Expr {
  const taken = new Set(actors.filter(isFreeing).flatMap(({ blocks }) => blocks));
  return anyOf(
    actors.flatMap((role, i) => {
      const { stored } = model.actors[i]!;
      if (stored === null) return [];
      return role.blocks.map((block) => {
        const kept: Kept = {
          block: model.blocks[block]!,
          version: CONTENT.data + role.version,
          lasts: !taken.has(block),
        };
        if (!kept.lasts && !OF_TAKEN_BLOCKS.has(way)) return num(0);
        return both(equals(stored, 1), LOST[way](model, kept));
      });
    }),
  );
}

const inCache = (model: Model, { block, version }: Kept): Expr =>
  both(equals(model.nrpages, 1), equals(block.page, version));

/** On disk, where a read finds it; or it was when its block was moved to another place in the file. */
function isSafe({ block, version }: Kept): Expr {
  const onDisk = both(equals(block.disk, version), equals(block.extent, EXTENT.mapped));
  return block.moved === null ? onDisk : either(onDisk, equals(block.moved, version));
}

/** ext4 writes to the block that the buffer is mapped to; iomap looks up the extent, and passes over a hole. */
const hasNoBlock = ({ block: { buffer, extent } }: Kept): Expr =>
  buffer === null ? equals(extent, EXTENT.hole) : equals(buffer, BUFFER.stale);

/** ext4 does not write a buffer that is neither mapped nor delayed, and no get_block was asked for this one. */
const isGivenUp = ({ block: { buffer } }: Kept): Expr =>
  buffer === null ? num(0) : equals(buffer, BUFFER.givenUp);

const LOST: Readonly<Record<LossInPage, (model: Model, kept: Kept) => Expr>> = {
  dropped: (model, kept) => both(not(inCache(model, kept)), not(isSafe(kept))),
  /** Whoever clears the dirty bit holds the page lock until it has set the writeback bit. */
  'not written': (model, kept) => {
    const idle = [model.dirty, model.writeback, model.locked].map((bit) => equals(bit, 0));
    return both(allOf([inCache(model, kept), ...idle]), not(isSafe(kept)));
  },
  'without a block': (model, kept) => allOf([inCache(model, kept), equals(model.dirty, 1), hasNoBlock(kept)]),
  'without a fault': (model, kept) => allOf([inCache(model, kept), equals(model.dirty, 1), isGivenUp(kept)]),
};
