/** Small sets of actors with an initial state. What a patch touches chooses among them; see `review`. */

import type { ActorRole, Configuration, FileSystem } from './configuration.js';
import { CONTENT, EXTENT, type InitialState } from './model.js';

/** What can go wrong in a scenario; see properties.ts. */
export type AskedProperty = 'P1' | 'P2' | 'P3' | 'P4' | 'P6' | 'P7' | 'P8';

export interface Scenario {
  readonly id: string;
  readonly configuration: Configuration;
  /** As mount options and format are spoken of, e.g. `nodelalloc`, `indirect blocks`. */
  readonly mount: readonly string[];
  readonly actors: readonly ActorRole[];
  readonly initial: InitialState;
  /** What the initial state is, for people: `hole`, `unwritten`. */
  readonly start: string;
  /** The properties that can be violated here at all. */
  readonly asks: readonly AskedProperty[];
}

const actor = (
  fs: FileSystem,
  kind: ActorRole['kind'],
  name: string,
  more: Partial<ActorRole> = {},
): ActorRole => ({
  kind,
  name,
  aio: false,
  blocks: [0],
  version: 0,
  entries: [`${fs}_${kind.replace(/-/g, '_')}`],
  ...more,
});

const dioRead = (fs: FileSystem): ActorRole => actor(fs, 'dio-read', 'DIO read');
const fault = (fs: FileSystem): ActorRole =>
  actor(fs, 'write-fault', 'write fault', { version: 1, entries: [`${fs}_mapped_store`] });
const bufferedWrite = (fs: FileSystem): ActorRole =>
  actor(fs, 'buffered-write', 'buffered write', { version: 1 });
/** Writes through the page cache, and when that has returned reads the same bytes directly. */
const bufferedWriteThenDioRead = (fs: FileSystem): ActorRole =>
  actor(fs, 'buffered-write', 'buffered write, then DIO read', {
    version: 1,
    entries: [`${fs}_buffered_write`, `${fs}_dio_read`],
  });
const flusher = (fs: FileSystem): ActorRole => actor(fs, 'writeback', 'flusher');

/** Writes directly, and when that has returned reads the same bytes through the page cache. */
const dioWriteThenRead = (fs: FileSystem): ActorRole =>
  actor(fs, 'dio-write', 'DIO write', { version: 1, entries: [`${fs}_dio_write`, `${fs}_buffered_read`] });

/** Asynchronous: the completion is an actor of its own, and whoever waits for it reads after it was delivered. */
const aioWriteThenRead = (fs: FileSystem): ActorRole[] => [
  actor(fs, 'dio-write', 'AIO DIO write', { version: 1, aio: true }),
  actor(fs, 'dio-completion', 'AIO completion, then its waiter', {
    version: 1,
    aio: true,
    entries: ['bio of the submitter', `${fs}_dio_end_io`, `${fs}_buffered_read`],
  }),
];

/** The locks are dropped with the submission, so only the count keeps a truncate from the blocks. */
const aio = (fs: FileSystem, kind: 'dio-read' | 'dio-write', version: number): ActorRole[] => [
  actor(fs, kind, kind === 'dio-read' ? 'AIO DIO read' : 'AIO DIO write', { version, aio: true }),
  actor(fs, 'dio-completion', 'AIO completion', {
    version,
    aio: true,
    entries: ['bio of the submitter', `${fs}_dio_end_io`],
  }),
];

const dioWrite = (fs: FileSystem): ActorRole => actor(fs, 'dio-write', 'DIO write', { version: 1 });
const truncate = (fs: FileSystem): ActorRole =>
  actor(fs, 'truncate', 'truncate', { entries: [`${fs}_ftruncate`] });
const punchHole = (fs: FileSystem): ActorRole =>
  actor(fs, 'punch-hole', 'punch hole', { entries: [`${fs}_punch`] });

const bufferedRead = (fs: FileSystem, block: number): ActorRole =>
  actor(fs, 'buffered-read', 'buffered read', { blocks: [block] });

const blocks = (count: 1 | 2, extent: number, disk: number): InitialState => ({
  blocks: Array.from({ length: count }, () => ({ extent, disk })),
  cached: false,
});

const HOLE = blocks(1, EXTENT.hole, CONTENT.stale);
const UNWRITTEN = blocks(1, EXTENT.unwritten, CONTENT.stale);
const MAPPED = blocks(1, EXTENT.mapped, CONTENT.data);

interface Mount {
  readonly configuration: Configuration;
  readonly words: readonly string[];
}

interface Ext4Options {
  readonly delalloc: boolean;
  readonly dioreadNolock?: boolean;
  readonly lowSpace?: boolean;
  readonly extents?: boolean;
}

function ext4Mount({
  delalloc,
  dioreadNolock = false,
  lowSpace = false,
  extents = true,
}: Ext4Options): Mount {
  return {
    configuration: { fs: 'ext4', delalloc, dioreadNolock, lowSpace, extents, blocksPerPage: 1 },
    words: [
      delalloc ? 'delalloc' : 'nodelalloc',
      ...(dioreadNolock ? ['dioread_nolock'] : []),
      ...(lowSpace ? ['low on space'] : []),
      ...(extents ? [] : ['indirect blocks']),
    ],
  };
}

/** From 5.6 on `dioread_nolock` has no effect without delalloc: ext4_should_dioread_nolock(). */
const EXT4_DEFAULT = ext4Mount({ delalloc: true });
const EXT4_INDIRECT = ext4Mount({ delalloc: true, extents: false });
const EXT4: readonly Mount[] = [
  EXT4_DEFAULT,
  ext4Mount({ delalloc: false }),
  ext4Mount({ delalloc: true, dioreadNolock: true }),
  ext4Mount({ delalloc: true, dioreadNolock: true, lowSpace: true }),
  EXT4_INDIRECT,
  ext4Mount({ delalloc: false, extents: false }),
];

const XFS: Mount = {
  configuration: {
    fs: 'xfs',
    delalloc: true,
    dioreadNolock: false,
    lowSpace: false,
    extents: true,
    blocksPerPage: 1,
  },
  words: [],
};

const scenario = (
  mount: Mount,
  id: string,
  start: string,
  initial: InitialState,
  actors: readonly ActorRole[],
  asks: readonly AskedProperty[],
  more: readonly string[] = [],
): Scenario => {
  const words = [...mount.words, ...more];
  return {
    id: [mount.configuration.fs, id, ...words, start].join('/').replace(/ /g, '-'),
    configuration: { ...mount.configuration, blocksPerPage: initial.blocks.length === 2 ? 2 : 1 },
    mount: words,
    actors,
    initial,
    start,
    asks,
  };
};

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

/** A direct read of what the page cache alone has, or is just writing back. */
const flushScenarios = (mount: Mount): Scenario[] => {
  const { fs } = mount.configuration;
  const actors = [bufferedWriteThenDioRead(fs), flusher(fs)];
  return [scenario(mount, 'buffered-write+dio-read+writeback', 'hole', HOLE, actors, ['P3'])];
};

/** One direct I/O of each kind, as its actors. */
const directKinds = (fs: FileSystem): readonly (readonly [id: string, actors: readonly ActorRole[]])[] => [
  ['dio-read', [dioRead(fs)]],
  ['aio-dio-read', aio(fs, 'dio-read', 0)],
  ['dio-write', [dioWrite(fs)]],
  ['aio-dio-write', aio(fs, 'dio-write', 1)],
];

/**
 * Direct I/O to blocks that somebody frees. Synchronous I/O is under i_rwsem until its bio is done, asynchronous I/O
 * only under i_dio_count, which is why each kind of it meets both.
 */
function freeingScenarios(mount: Mount): Scenario[] {
  const { fs } = mount.configuration;
  return directKinds(fs).flatMap(([id, actors]) => {
    const { kind, aio: later } = actors[0]!;
    const sync = kind === 'dio-read' ? truncate(fs) : punchHole(fs);
    return (later ? [truncate(fs), punchHole(fs)] : [sync]).map((freeing) =>
      scenario(mount, `${id}+${freeing.kind}`, 'mapped', MAPPED, [...actors, freeing], ['P4', 'P7']),
    );
  });
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
  const others = [bufferedRead(fs, 0), bufferedWrite(fs), fault(fs), truncate(fs), punchHole(fs)];
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
};

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

/** Preallocated by fallocate() with FALLOC_FL_KEEP_SIZE, so that a truncate to nothing has something to free. */
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

/** Only XFS leaves an extending write to its completion: ext4 waits for it under i_rwsem whoever submits it. */
const appenders = (fs: FileSystem): readonly Appender[] => [
  { id: 'extending-dio-write', write: [dioWrite(fs)], writeThenRead: [dioWriteThenRead(fs)] },
  ...(fs === 'xfs'
    ? [
        {
          id: 'extending-aio-dio-write',
          write: aio(fs, 'dio-write', 1),
          writeThenRead: aioWriteThenRead(fs),
        },
      ]
    : []),
];

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

/** i_size moves beside a direct read of the new bytes, and beside a buffered read of the page that they are in. */
function sizeScenarios(mount: Mount): Scenario[] {
  const { fs } = mount.configuration;
  return appenders(fs).flatMap(({ id, write, writeThenRead }) => {
    const beside = (extension: Extension, actors: readonly ActorRole[], reader: ActorRole): Scenario =>
      sizeScenario(mount, `${id}+${reader.kind}`, extension, [
        ...actors.map((role) => appending(role, extension)),
        reader,
      ]);
    return [
      beside(EMPTY_FILE, write, dioRead(fs)),
      beside(PREALLOCATED, write, truncate(fs)),
      ...[EMPTY_FILE, TAIL_OF_PAGE].map((extension) => beside(extension, writeThenRead, bufferedRead(fs, 0))),
    ];
  });
}

/** A buffered write appends to a page that a buffered read of the same bytes has at hand. */
function appendScenarios(mount: Mount): Scenario[] {
  const { fs } = mount.configuration;
  const actors = [appending(bufferedWrite(fs), CACHED), bufferedRead(fs, 0)];
  return [sizeScenario(mount, 'extending-buffered-write+buffered-read', CACHED, actors)];
}

/** Every scenario of a file system. */
export function scenariosOf(fs: FileSystem): readonly Scenario[] {
  if (fs === 'xfs') {
    return [
      ...allocationScenarios(XFS),
      ...directScenarios(XFS),
      ...cacheScenarios(XFS),
      ...flushScenarios(XFS),
      ...freeingScenarios(XFS),
      ...failingScenarios(XFS),
      ...sizeScenarios(XFS),
      ...appendScenarios(XFS),
    ];
  }
  return [
    ...EXT4.flatMap(allocationScenarios),
    ...[EXT4_DEFAULT, EXT4_INDIRECT].flatMap(directScenarios),
    ...cacheScenarios(EXT4_DEFAULT),
    ...flushScenarios(EXT4_DEFAULT),
    ...freeingScenarios(EXT4_DEFAULT),
    ...failingScenarios(EXT4_DEFAULT),
    ...sizeScenarios(EXT4_DEFAULT),
    ...appendScenarios(EXT4_DEFAULT),
  ];
}
