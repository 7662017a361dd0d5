/** i_size moves: a write makes the file longer while others read its new end, or free it (P8); a truncate makes it shorter. */

import type { ActorRole, FileSystem } from './configuration.js';
import { CONTENT, EXTENT, type InitialState } from './model.js';
import {
  aio,
  aioWriteThenRead,
  blocks,
  bufferedRead,
  bufferedWrite,
  dioRead,
  dioWrite,
  dioWriteThenRead,
  fault,
  FIRST_BLOCK,
  flusher,
  HOLE,
  MAPPED,
  preallocate,
  readFault,
  scenario,
  truncate,
  UNWRITTEN,
  type Mount,
  type Scenario,
} from './scenario.js';

/** A write that makes the file longer: where it begins in the page, and what lies there. */
interface Extension {
  readonly size: string;
  readonly start: string;
  readonly initial: InitialState;
  /** The block that is appended; those before it are inside EOF. */
  readonly block: 0 | 1;
}

const EMPTY_FILE: Extension = { size: 'block=page', start: 'hole beyond EOF', initial: HOLE, block: 0 };
const TAIL_OF_PAGE: Extension = {
  size: 'block<page',
  start: 'hole beyond EOF',
  initial: {
    blocks: [
      { extent: EXTENT.mapped, disk: CONTENT.data },
      { extent: EXTENT.hole, disk: CONTENT.stale },
    ],
    cached: false,
  },
  block: 1,
};

/** Preallocated by fallocate() with FALLOC_FL_KEEP_SIZE, so that a truncate to where the page begins has something to free. */
const PREALLOCATED: Extension = {
  ...EMPTY_FILE,
  start: 'unwritten beyond EOF',
  initial: UNWRITTEN,
};

/** The page is cached, and what it holds beyond EOF is zeros. */
const CACHED: Extension = {
  ...EMPTY_FILE,
  start: 'cached hole beyond EOF',
  initial: { ...HOLE, cached: true },
};

/** Its first block is inside EOF, so that a read of the page comes to where the second is appended. */
const CACHED_TAIL: Extension = {
  ...TAIL_OF_PAGE,
  start: 'cached hole beyond EOF',
  initial: { ...TAIL_OF_PAGE.initial, cached: true },
};

const appending = (role: ActorRole, { block }: Extension): ActorRole => ({
  ...role,
  name: role.name.replace(/(?=DIO write|buffered write)/, 'extending '),
  blocks: [block],
});

/** Who appends directly, alone or reading back through the page cache what it wrote. */
interface Appender {
  readonly id: string;
  readonly write: readonly ActorRole[];
  readonly writeThenRead: readonly ActorRole[];
}

const appenders = (fs: FileSystem): readonly Appender[] => [
  { id: 'extending-dio-write', write: [dioWrite(fs)], writeThenRead: [dioWriteThenRead(fs)] },
  {
    id: 'extending-aio-dio-write',
    write: aio(fs, 'dio-write', 1),
    writeThenRead: aioWriteThenRead(fs),
  },
];

/**
 * Only XFS leaves an extending write to its completion: ext4 waits for it under i_rwsem whoever submits it, so that one
 * scenario is enough to see that it still does.
 */
const isWaitedFor = (fs: FileSystem, [writer]: readonly ActorRole[]): boolean => fs === 'ext4' && writer!.aio;

function sizeScenario(
  mount: Mount,
  id: string,
  extension: Extension,
  actors: readonly ActorRole[],
): Scenario {
  const { size, start, initial, block } = extension;
  const moving = { ...mount, configuration: { ...mount.configuration, sizeAtStart: block } };
  return scenario(moving, id, start, initial, actors, ['P8'], [size]);
}

const TWO_HOLES = blocks(2, EXTENT.hole, CONTENT.stale);

/** Begins behind EOF: XFS has to zero what lies between, for which it changes to the exclusive lock, and back. */
const BEHIND_EMPTY_FILE: Extension = {
  size: 'block<page',
  start: 'gap before it',
  initial: TWO_HOLES,
  block: 1,
};

/** Extending writes whose calls can fail: what each took, and what it counted, is given back on every way out. */
function alone(mount: Mount): Scenario[] {
  const empty = { ...mount, configuration: { ...mount.configuration, sizeAtStart: 0 } };
  return [EMPTY_FILE, BEHIND_EMPTY_FILE].map((extension) => {
    const write: ActorRole = { ...appending(dioWrite(mount.configuration.fs), extension), faults: true };
    const { start, initial } = extension;
    return scenario(empty, 'extending-dio-write', start, initial, [write], ['P6', 'P7'], ['failing calls']);
  });
}

/**
 * XFS: an extending AIO write moves i_size in its completion, which holds no lock of the inode. Who decides by i_size, to
 * make the file longer or to zero what is between it and his own data, has to drain direct I/O before he looks
 * (xfs_file_fallocate() from 5.5 on, xfs_file_write_checks()).
 */
export function movingSizeScenarios(mount: Mount): Scenario[] {
  const { fs } = mount.configuration;
  const empty: Mount = { ...mount, configuration: { ...mount.configuration, sizeAtStart: 0 } };
  const halves: Mount = { ...empty, configuration: { ...empty.configuration, blockInHalves: true } };
  const write = aio(fs, 'dio-write', 1);
  const beside = (
    at: Mount,
    role: ActorRole,
    blocks: readonly number[],
    more: readonly string[],
  ): Scenario => {
    const extending = write.map((one) => ({ ...appending(one, EMPTY_FILE), blocks }));
    const id = `extending-aio-dio-write+${role.kind}`;
    return scenario(at, id, 'hole beyond EOF', TWO_HOLES, [...extending, role], ['P5'], more);
  };
  const behind = (role: ActorRole): ActorRole => ({
    ...role,
    name: `${role.name} behind it`,
    version: 2,
    blocks: [1],
  });
  return [
    beside(halves, preallocate(fs, FIRST_BLOCK), [0, 1], []),
    // A direct write behind it takes the same way to its zeroing.
    beside(empty, behind(bufferedWrite(fs)), [0], ['block<page']),
  ];
}

/**
 * EOF is in the middle of the block that is written: ext4 allocates what begins beyond EOF as written at once, and only
 * what begins inside has to be converted (ext4_iomap_alloc()).
 */
function acrossEof(mount: Mount, id: string, writeThenRead: readonly ActorRole[]): Scenario {
  const { fs } = mount.configuration;
  const moving: Mount = {
    ...mount,
    configuration: { ...mount.configuration, blockInHalves: true, sizeAtStart: 1 },
  };
  const writers = writeThenRead.map((role) => ({ ...appending(role, EMPTY_FILE), blocks: [0, 1] }));
  const initial = blocks(2, EXTENT.unwritten, CONTENT.stale);
  const actors = [...writers, bufferedRead(fs, 0)];
  return scenario(moving, `${id}+buffered-read`, 'unwritten around EOF', initial, actors, ['P8']);
}

/** i_size moves beside a direct read of the new bytes, and beside a buffered read of the page that they are in. */
export function sizeScenarios(mount: Mount): Scenario[] {
  const { fs } = mount.configuration;
  const pairs = appenders(fs).flatMap(({ id, write, writeThenRead }) => {
    const beside = (extension: Extension, actors: readonly ActorRole[], reader: ActorRole): Scenario =>
      sizeScenario(mount, `${id}+${reader.kind}`, extension, [
        ...actors.map((role) => appending(role, extension)),
        reader,
      ]);
    const readsBack = beside(EMPTY_FILE, writeThenRead, bufferedRead(fs, 0));
    if (isWaitedFor(fs, write)) return [readsBack];
    return [
      beside(EMPTY_FILE, write, dioRead(fs)),
      beside(PREALLOCATED, write, truncate(fs)),
      readsBack,
      beside(TAIL_OF_PAGE, writeThenRead, bufferedRead(fs, 0)),
      acrossEof(mount, id, writeThenRead),
    ];
  });
  return [...pairs, ...alone(mount)];
}

/**
 * A buffered write appends to a page that a buffered read of the same bytes has at hand; and to one that the flusher
 * finds, who passes over what is beyond EOF.
 */
export function appendScenarios(mount: Mount): Scenario[] {
  const { fs } = mount.configuration;
  const read = [CACHED, CACHED_TAIL].map((extension) => {
    const reader = { ...bufferedRead(fs, 0), blocks: extension === CACHED ? [0] : [0, 1] };
    const actors = [appending(bufferedWrite(fs), extension), reader];
    return sizeScenario(mount, 'extending-buffered-write+buffered-read', extension, actors);
  });
  const empty: Mount = { ...mount, configuration: { ...mount.configuration, sizeAtStart: 0 } };
  const { start, initial } = EMPTY_FILE;
  const written = [{ ...appending(bufferedWrite(fs), EMPTY_FILE), kept: true } as const, flusher(fs)];
  return [...read, scenario(empty, 'extending-buffered-write+writeback', start, initial, written, ['P5'])];
}

/**
 * Truncate beside those who bring pages into the cache: what keeps a page of freed blocks from staying there is i_size,
 * which they look at again under the page lock, as much as the locks.
 */
export function truncateScenarios(mount: Mount): Scenario[] {
  const { fs } = mount.configuration;
  const inside: Mount = { ...mount, configuration: { ...mount.configuration, sizeAtStart: 1 } };
  const beside = (id: string, role: ActorRole, ...asks: ('P2' | 'P5' | 'P8')[]): Scenario =>
    scenario(inside, `${id}+truncate`, 'mapped', MAPPED, [role, truncate(fs)], asks);
  return [
    beside('buffered-read', bufferedRead(fs, 0), 'P2', 'P8'),
    beside('read-fault', readFault(fs), 'P2'),
    beside('fault', { ...fault(fs), kept: true }, 'P5'),
  ];
}
