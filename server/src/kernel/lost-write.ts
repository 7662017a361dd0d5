/**
 * P5: data that was stored in the page cache, and that nothing can bring to the disk any more; and data of a direct
 * write that somebody else fills with zeros.
 */

import type { Expr } from '../sim/program.js';
import { isFreeing, type ActorRole } from './configuration.js';
import { allOf, anyOf, both, either, equals, not, num } from './fragment.js';
import { BUFFER, CONTENT, EXTENT, type BlockVariables, type Model } from './model.js';

/** How data gets lost; what a finding says of it. */
export type Loss = 'dropped' | 'not written' | 'without a block' | 'zeroed';

export const LOSSES: readonly Loss[] = ['dropped', 'not written', 'without a block', 'zeroed'];

/** The kept data of an actor in one of its blocks. */
interface Kept {
  readonly block: BlockVariables;
  readonly version: number;
  /** Nobody in the scenario takes the block away, and so nobody may take the data. */
  readonly lasts: boolean;
}

/** The state in which kept data is lost in one of these ways. */
export function lost(model: Model, actors: readonly ActorRole[], ways: readonly Loss[] = LOSSES): Expr {
  return anyOf(
    ways.map((way) => (way === 'zeroed' ? zeroed(model, actors) : lostInPage(model, actors, way))),
  );
}

/** Somebody has written zeros over what an actor wrote directly. */
const zeroed = (model: Model, actors: readonly ActorRole[]): Expr =>
  anyOf(actors.map((_, actor) => isZeroed(model, actors, actor)));

/** The bio was on the disk, and what it wrote where nobody else writes is there no more. */
export function isZeroed(model: Model, actors: readonly ActorRole[], actor: number): Expr {
  const { kind, blocks, version } = actors[actor]!;
  if (kind !== 'dio-write' || !model.configuration.blockInHalves) return num(0);
  const others = actors.filter((role, i) => role.kind === 'dio-write' && i !== actor);
  const alone = blocks.filter((half) => others.every((role) => !role.blocks.includes(half)));
  const gone = alone.map((half) => not(equals(model.blocks[half]!.disk, CONTENT.data + version)));
  return both(equals(model.actors[actor]!.bio, 2), anyOf(gone));
}

type LossInPage = Exclude<Loss, 'zeroed'>;

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
        if (way !== 'without a block' && !kept.lasts) return num(0);
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
const hasNoBlock = ({ block }: Kept): Expr =>
  block.buffer === null ? equals(block.extent, EXTENT.hole) : equals(block.buffer, BUFFER.stale);

const LOST: Readonly<Record<LossInPage, (model: Model, kept: Kept) => Expr>> = {
  dropped: (model, kept) => both(not(inCache(model, kept)), not(isSafe(kept))),
  /** Whoever clears the dirty bit holds the page lock until it has set the writeback bit. */
  'not written': (model, kept) => {
    const idle = [model.dirty, model.writeback, model.locked].map((bit) => equals(bit, 0));
    return both(allOf([inCache(model, kept), ...idle]), not(isSafe(kept)));
  },
  'without a block': (model, kept) => allOf([inCache(model, kept), equals(model.dirty, 1), hasNoBlock(kept)]),
};
