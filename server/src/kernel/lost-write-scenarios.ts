/**
 * P5: somebody stores data in a page, and somebody else writes back, drops pages, or changes the blocks below them.
 * Which blocks the two have in common decides what must last: where the page has two blocks, the data is in one and the
 * range is the other, and the page holds both.
 */

import type { ActorRole, ByteRange, FileSystem } from './configuration.js';
import { CONTENT, EXTENT, type InitialState } from './model.js';
import {
  BEFORE_PAGE,
  blocks,
  bufferedWrite,
  collapseRange,
  dioRead,
  dioWrite,
  fault,
  FIRST_BLOCK,
  flusher,
  HOLE,
  insertRange,
  MAPPED,
  punchHole,
  scenario,
  SECOND_BLOCK,
  twoStores,
  WHOLE_PAGE,
  zeroRange,
  type Mount,
  type Scenario,
} from './scenario.js';

const TWO_MAPPED = blocks(2, EXTENT.mapped, CONTENT.data);

const keeping = (role: ActorRole, block: number): ActorRole => ({ ...role, kept: true, blocks: [block] });

/** By a store to a mapping, which no i_rwsem keeps out, and by a write, which it does. */
const storing = (fs: FileSystem, block: number): readonly (readonly [id: string, role: ActorRole])[] => [
  ['fault', keeping(fault(fs), block)],
  ['buffered-write', keeping(bufferedWrite(fs), block)],
];

function against(mount: Mount, rival: ActorRole, block: number, initial: InitialState): Scenario[] {
  const size = initial.blocks.length === 2 ? 'block<page' : 'block=page';
  return storing(mount.configuration.fs, block).map(([id, role]) =>
    scenario(mount, `${id}+${rival.kind}`, 'mapped', initial, [role, rival], ['P5'], [size]),
  );
}

/** Who stores in the block that is taken away may lose his data, but no page may stay dirty without a block. */
const inTheRange = (mount: Mount, rival: ActorRole): Scenario[] => against(mount, rival, 0, MAPPED);

type Call = (fs: FileSystem, range: ByteRange) => ActorRole;

const besideTheRange = (mount: Mount, call: Call): Scenario[] =>
  against(mount, call(mount.configuration.fs, FIRST_BLOCK), 1, TWO_MAPPED);

/** Part of the page is taken away: the page stays, and a mapping of it that is writable needs no fault to be stored to. */
const underMapping = (mount: Mount, call: Call): Scenario => {
  const { fs } = mount.configuration;
  const rival = call(fs, FIRST_BLOCK);
  const actors = [keeping(twoStores(fs), 0), rival];
  return scenario(mount, `two-stores+${rival.kind}`, 'mapped', TWO_MAPPED, actors, ['P5'], ['block<page']);
};

function shifting(mount: Mount): Scenario[] {
  const { fs } = mount.configuration;
  return [
    ...against(mount, collapseRange(fs, BEFORE_PAGE, [0]), 0, MAPPED),
    ...against(mount, collapseRange(fs, SECOND_BLOCK), 0, TWO_MAPPED),
    ...against(mount, insertRange(fs, WHOLE_PAGE, [0]), 0, MAPPED),
    ...against(mount, insertRange(fs, SECOND_BLOCK, [1]), 0, TWO_MAPPED),
  ];
}

function writingBack(mount: Mount): Scenario[] {
  const { fs } = mount.configuration;
  const [[, stored], [, written]] = storing(fs, 0) as [[string, ActorRole], [string, ActorRole]];
  return [
    scenario(mount, 'buffered-write+writeback', 'hole', HOLE, [written, flusher(fs)], ['P5']),
    scenario(mount, 'fault+dio-read+writeback', 'hole', HOLE, [stored, dioRead(fs), flusher(fs)], ['P5']),
  ];
}

export const lostWriteScenarios = (mount: Mount): Scenario[] => [
  ...writingBack(mount),
  ...against(mount, dioWrite(mount.configuration.fs), 1, TWO_MAPPED),
  ...[punchHole, zeroRange].flatMap((call) => [
    ...inTheRange(mount, call(mount.configuration.fs)),
    ...besideTheRange(mount, call),
    underMapping(mount, call),
  ]),
  ...shifting(mount),
];

/**
 * Of buffered writes alone, which go through functions of their own without delalloc, and whose blocks writeback allocates
 * unwritten and converts with dioread_nolock.
 */
export const bufferedLostWriteScenarios = (mount: Mount): Scenario[] =>
  [...writingBack(mount), ...against(mount, dioWrite(mount.configuration.fs), 1, TWO_MAPPED)].filter(
    ({ actors }) => actors[0]!.kind === 'buffered-write',
  );
