/** Small sets of actors with an initial state. What a patch touches chooses among them; see `review`. */

import type { ActorRole, FileSystem } from './configuration.js';
import { bufferedLostWriteScenarios, lostWriteScenarios } from './lost-write-scenarios.js';
import { CONTENT, EXTENT, type InitialState } from './model.js';
import {
  aio,
  aioWriteThenRead,
  blocks,
  bufferedRead,
  bufferedWrite,
  bufferedWriteThenDioRead,
  collapseRange,
  dioRead,
  dioWrite,
  dioWriteThenRead,
  DIRTY_PAGE,
  EXT4,
  EXT4_DEFAULT,
  EXT4_INDIRECT,
  EXT4_NODELALLOC,
  EXT4_NOLOCK,
  EXT4_NO_JOURNAL,
  fault,
  flusher,
  HOLE,
  insertRange,
  MAPPED,
  punchHole,
  readFault,
  scenario,
  truncate,
  UNWRITTEN,
  WHOLE_PAGE,
  XFS,
  zeroRange,
  type AskedProperty,
  type Mount,
  type Scenario,
} from './scenario.js';

import { appendScenarios, movingSizeScenarios, sizeScenarios, truncateScenarios } from './size-scenarios.js';
import { unalignedScenarios } from './unaligned-scenarios.js';

export type { AskedProperty, Scenario } from './scenario.js';

/** A read of a hole against everybody who allocates it. */
function allocationScenarios(mount: Mount): Scenario[] {
  const { fs, extents } = mount.configuration;
  const faulting = [dioRead(fs), fault(fs), flusher(fs)];
  const writing = [dioRead(fs), bufferedWrite(fs), flusher(fs)];
  const faults = scenario(mount, 'dio-read+fault+writeback', 'hole', HOLE, faulting, ['P1']);
  if (!extents) return [faults];
  return [faults, scenario(mount, 'dio-read+buffered-write+writeback', 'hole', HOLE, writing, ['P1'])];
}

/** Direct I/O on both sides: what decides is whether the inode can have unwritten blocks. */
const directScenarios = (mount: Mount): Scenario[] => {
  const { fs } = mount.configuration;
  const actors = [dioRead(fs), dioWriteThenRead(fs)];
  return [scenario(mount, 'dio-read+dio-write', 'hole', HOLE, actors, ['P1', 'P2'])];
};

function cacheScenarios(mount: Mount): Scenario[] {
  const { fs } = mount.configuration;
  const starts = [
    { start: 'unwritten', initial: blocks(1, EXTENT.unwritten, CONTENT.stale), size: 'block=page', other: 0 },
    { start: 'unwritten', initial: blocks(2, EXTENT.unwritten, CONTENT.stale), size: 'block<page', other: 1 },
    { start: 'mapped', initial: blocks(1, EXTENT.mapped, CONTENT.data), size: 'block=page', other: 0 },
  ];
  return starts.flatMap(({ start, initial, size, other }) => [
    scenario(
      mount,
      'dio-write+buffered-read',
      start,
      initial,
      [dioWriteThenRead(fs), bufferedRead(fs, other)],
      ['P1', 'P2'],
      [size],
    ),
    scenario(
      mount,
      'aio-dio-write+buffered-read',
      start,
      initial,
      [...aioWriteThenRead(fs), bufferedRead(fs, other)],
      ['P1', 'P2'],
      [size],
    ),
  ]);
}

/** A file with indirect blocks has none that are unwritten: a hole is written through the page cache, also by direct I/O. */
const indirectScenarios = (mount: Mount): Scenario[] => {
  const { fs } = mount.configuration;
  const actors = [dioWriteThenRead(fs), bufferedRead(fs, 0)];
  return [scenario(mount, 'dio-write+buffered-read', 'hole', HOLE, actors, ['P1', 'P2'])];
};

/** A direct read of what the page cache alone has, or is just writing back, and a direct write over that. */
const flushScenarios = (mount: Mount): Scenario[] => {
  const { fs } = mount.configuration;
  const over = (id: string, actors: readonly ActorRole[]): Scenario =>
    scenario(mount, id, 'dirty page', DIRTY_PAGE, [...actors, flusher(fs)], ['P2']);
  const read = [bufferedWriteThenDioRead(fs), flusher(fs)];
  return [
    scenario(mount, 'buffered-write+dio-read+writeback', 'hole', HOLE, read, ['P3']),
    over('dio-write+writeback', [dioWriteThenRead(fs)]),
    over('aio-dio-write+writeback', aioWriteThenRead(fs)),
  ];
};

/** One direct I/O of each kind, as its actors. */
const directKinds = (fs: FileSystem): readonly (readonly [id: string, actors: readonly ActorRole[]])[] => [
  ['dio-read', [dioRead(fs)]],
  ['aio-dio-read', aio(fs, 'dio-read', 0)],
  ['dio-write', [dioWrite(fs)]],
  ['aio-dio-write', aio(fs, 'dio-write', 1)],
];

/**
 * Who frees or moves blocks under direct I/O. ext4 zeroes a range in place: a bio in flight there goes to the same file.
 * A read that gets what was in a block before it was moved is right.
 */
const freeing = (fs: FileSystem, kind: ActorRole['kind']): readonly ActorRole[] => [
  truncate(fs),
  punchHole(fs),
  collapseRange(fs),
  ...(fs === 'xfs' ? [zeroRange(fs)] : []),
  ...(kind === 'dio-write' ? [insertRange(fs, WHOLE_PAGE, [0])] : []),
];

/**
 * Direct I/O to blocks that somebody frees. Synchronous I/O is under i_rwsem until its bio is done, asynchronous I/O
 * only under i_dio_count, which is why each kind of it meets all of them.
 */
function freeingScenarios(mount: Mount): Scenario[] {
  const { fs } = mount.configuration;
  return directKinds(fs).flatMap(([id, actors]) => {
    const { kind, aio: later } = actors[0]!;
    const sync = kind === 'dio-read' ? [truncate(fs), collapseRange(fs)] : [punchHole(fs), zeroRange(fs)];
    return (later ? freeing(fs, kind) : sync).map((rival) => {
      const frees = fs === 'xfs' || rival.kind !== 'zero-range';
      const asks: readonly AskedProperty[] = frees ? ['P4', 'P7'] : ['P7'];
      return scenario(mount, `${id}+${rival.kind}`, 'mapped', MAPPED, [...actors, rival], asks);
    });
  });
}

/**
 * A direct read is in flight when somebody comes to free its blocks, and another begins while that one is waited for:
 * the wait is good for those after it only under the lock that they take.
 */
function laterDirectScenarios(mount: Mount): Scenario[] {
  const { fs } = mount.configuration;
  const first = aio(fs, 'dio-read', 0);
  const later = first.map((role): ActorRole => ({ ...role, name: `later ${role.name}` }));
  return freeing(fs, 'dio-read').map((rival) =>
    scenario(
      mount,
      `aio-dio-read+later-aio-dio-read+${rival.kind}`,
      'mapped',
      MAPPED,
      [...first, ...later, rival],
      ['P4'],
    ),
  );
}

/**
 * Nothing but i_dio_count keeps who frees apart from a read until 4.8, and where a patch would have it again; and from an
 * overwrite until 5.4, which gives the inode lock back before it looks its blocks up.
 */
const unlockedScenarios = (mount: Mount): Scenario[] =>
  [dioRead('ext4'), dioWrite('ext4')].flatMap((direct) =>
    [truncate('ext4'), punchHole('ext4')].map((rival) =>
      scenario(mount, `${direct.kind}+${rival.kind}`, 'mapped', MAPPED, [direct, rival], ['P4', 'P7']),
    ),
  );

/** Until 5.2 ext4_setattr() waits for direct I/O only where it has put the inode on the orphan list, which is in the journal. */
const noJournalScenarios = (mount: Mount): Scenario[] =>
  directKinds('ext4').map(([id, actors]) =>
    scenario(mount, `${id}+truncate`, 'mapped', MAPPED, [...actors, truncate('ext4')], ['P4', 'P7']),
  );

/**
 * A buffered read, or a read fault, fills a page from blocks that are on their way out of the file, or to another place; a
 * fault may also find one that is on its way out of the page cache.
 */
function fillingScenarios(mount: Mount): Scenario[] {
  const { fs } = mount.configuration;
  const rivals = [punchHole(fs), zeroRange(fs), collapseRange(fs), insertRange(fs, WHOLE_PAGE, [0])];
  const filling = [bufferedRead(fs, 0), readFault(fs)].flatMap((reader) =>
    rivals.map((rival) =>
      scenario(mount, `${reader.kind}+${rival.kind}`, 'mapped', MAPPED, [reader, rival], ['P2']),
    ),
  );
  const found = [readFault(fs), punchHole(fs)];
  return [
    ...filling,
    scenario(mount, 'read-fault+punch-hole', 'cached', { ...MAPPED, cached: true }, found, ['P2']),
  ];
}

/**
 * One actor alone, with every call that can fail failing in its turn: whether the count comes out even, and whether a
 * lock is left held, is a matter of the path taken and not of who runs beside it.
 */
function failingScenarios(mount: Mount): Scenario[] {
  const { fs } = mount.configuration;
  const failing = (id: string, actors: readonly ActorRole[], asks: readonly AskedProperty[]): Scenario => {
    const roles = actors.map((role): ActorRole => ({ ...role, faults: true }));
    const [start, initial] = STARTS[actors[0]!.kind] ?? MAPPED_START;
    return scenario(mount, id, start, initial, roles, asks, ['failing calls']);
  };
  const others = [
    bufferedRead(fs, 0),
    readFault(fs),
    bufferedWrite(fs),
    fault(fs),
    truncate(fs),
    punchHole(fs),
    zeroRange(fs),
    collapseRange(fs),
    insertRange(fs, WHOLE_PAGE, [0]),
    flusher(fs),
  ];
  return [
    ...directKinds(fs).map(([id, actors]) => failing(id, actors, ['P6', 'P7'])),
    ...others.map((role) => failing(role.kind, [role], ['P7'])),
  ];
}

type Start = readonly [words: string, state: InitialState];
const MAPPED_START: Start = ['mapped', MAPPED];

/** Who allocates begins where there is something to allocate or to convert. */
const STARTS: Partial<Record<ActorRole['kind'], Start>> = {
  'dio-write': ['unwritten', UNWRITTEN],
  'buffered-write': ['hole', HOLE],
  'write-fault': ['hole', HOLE],
  writeback: ['delayed', { ...DIRTY_PAGE, ...blocks(1, EXTENT.delayed, CONTENT.stale), cached: true }],
};

/** Every scenario of a file system. */
export function scenariosOf(fs: FileSystem): readonly Scenario[] {
  if (fs === 'xfs') {
    return [
      ...allocationScenarios(XFS),
      ...directScenarios(XFS),
      ...cacheScenarios(XFS),
      ...flushScenarios(XFS),
      ...freeingScenarios(XFS),
      ...laterDirectScenarios(XFS),
      ...fillingScenarios(XFS),
      ...failingScenarios(XFS),
      ...sizeScenarios(XFS),
      ...appendScenarios(XFS),
      ...truncateScenarios(XFS),
      ...movingSizeScenarios(XFS),
      ...lostWriteScenarios(XFS),
      ...unalignedScenarios(XFS),
    ];
  }
  return [
    ...EXT4.flatMap(allocationScenarios),
    ...[EXT4_DEFAULT, EXT4_INDIRECT].flatMap(directScenarios),
    ...cacheScenarios(EXT4_DEFAULT),
    ...indirectScenarios(EXT4_INDIRECT),
    ...flushScenarios(EXT4_DEFAULT),
    ...freeingScenarios(EXT4_DEFAULT),
    ...laterDirectScenarios(EXT4_DEFAULT),
    ...unlockedScenarios(EXT4_NOLOCK),
    ...noJournalScenarios(EXT4_NO_JOURNAL),
    ...fillingScenarios(EXT4_DEFAULT),
    ...failingScenarios(EXT4_DEFAULT),
    ...sizeScenarios(EXT4_DEFAULT),
    ...appendScenarios(EXT4_DEFAULT),
    ...truncateScenarios(EXT4_DEFAULT),
    ...lostWriteScenarios(EXT4_DEFAULT),
    ...[EXT4_NODELALLOC, EXT4_NOLOCK].flatMap(bufferedLostWriteScenarios),
    ...unalignedScenarios(EXT4_DEFAULT),
  ];
}
