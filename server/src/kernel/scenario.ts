/** What a scenario is, and what scenarios are made of: actors, initial states, mounts. */

import type { ActorRole, ByteRange, Configuration, FileSystem } from './configuration.js';
import { CONTENT, EXTENT, type InitialState } from './model.js';

/** What can go wrong in a scenario; see properties.ts. */
export type AskedProperty = 'P1' | 'P2' | 'P3' | 'P4' | 'P5' | 'P6' | 'P7' | 'P8';

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

export const WHOLE_PAGE: ByteRange = { at: 0, length: 4096 };

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

export const dioRead = (fs: FileSystem): ActorRole => actor(fs, 'dio-read', 'DIO read');
export const fault = (fs: FileSystem): ActorRole =>
  actor(fs, 'write-fault', 'write fault', { version: 1, entries: [`${fs}_mapped_store`] });
/** The second one finds the mapping as the first has left it, or faults again. */
export const twoStores = (fs: FileSystem): ActorRole =>
  actor(fs, 'write-fault', 'process with a mapping', {
    version: 1,
    entries: [`${fs}_mapped_store`, `${fs}_store_again`],
  });
/** Loads from a mapping: it finds the page, or fills it. */
export const readFault = (fs: FileSystem): ActorRole =>
  actor(fs, 'read-fault', 'read fault', { entries: [`${fs}_mapped_load`] });
export const bufferedWrite = (fs: FileSystem): ActorRole =>
  actor(fs, 'buffered-write', 'buffered write', { version: 1 });
/** Writes through the page cache, and when that has returned reads the same bytes directly. */
export const bufferedWriteThenDioRead = (fs: FileSystem): ActorRole =>
  actor(fs, 'buffered-write', 'buffered write, then DIO read', {
    version: 1,
    entries: [`${fs}_buffered_write`, `${fs}_dio_read`],
  });
export const flusher = (fs: FileSystem): ActorRole => actor(fs, 'writeback', 'flusher');

/** Writes directly, and when that has returned reads the same bytes through the page cache. */
export const dioWriteThenRead = (fs: FileSystem): ActorRole =>
  actor(fs, 'dio-write', 'DIO write', { version: 1, entries: [`${fs}_dio_write`, `${fs}_buffered_read`] });

/** Asynchronous: the completion is an actor of its own, and whoever waits for it reads after it was delivered. */
export const aioWriteThenRead = (fs: FileSystem): ActorRole[] => [
  actor(fs, 'dio-write', 'AIO DIO write', { version: 1, aio: true }),
  actor(fs, 'dio-completion', 'AIO completion, then its waiter', {
    version: 1,
    aio: true,
    entries: ['bio of the submitter', `${fs}_dio_end_io`, `${fs}_buffered_read`],
  }),
];

/** The locks are dropped with the submission, so only the count keeps a truncate from the blocks. */
export const aio = (fs: FileSystem, kind: 'dio-read' | 'dio-write', version: number): ActorRole[] => [
  actor(fs, kind, kind === 'dio-read' ? 'AIO DIO read' : 'AIO DIO write', { version, aio: true }),
  actor(fs, 'dio-completion', 'AIO completion', {
    version,
    aio: true,
    entries: ['bio of the submitter', `${fs}_dio_end_io`],
  }),
];

export const dioWrite = (fs: FileSystem): ActorRole => actor(fs, 'dio-write', 'DIO write', { version: 1 });
export const truncate = (fs: FileSystem): ActorRole =>
  actor(fs, 'truncate', 'truncate', { entries: [`${fs}_ftruncate`], range: WHOLE_PAGE });

export const FIRST_BLOCK: ByteRange = { at: 0, length: 2048 };
export const SECOND_BLOCK: ByteRange = { at: 2048, length: 2048 };
export const BEFORE_PAGE: ByteRange = { at: -4096, length: 4096 };

/** Blocks of the page that lie in a range: the whole page is one block. */
const blocksIn = (range: ByteRange): readonly number[] =>
  range === BEFORE_PAGE ? [] : range === SECOND_BLOCK ? [1] : [0];

/** A mode of fallocate(2) for a range, and the blocks of the page that it moves. */
const fallocate =
  (kind: ActorRole['kind'], name: string, entry: string) =>
  (fs: FileSystem, range: ByteRange = WHOLE_PAGE, moves?: readonly number[]): ActorRole =>
    actor(fs, kind, name, {
      entries: [`${fs}_${entry}`],
      range,
      blocks: kind === 'insert-range' ? [] : blocksIn(range),
      ...(moves ? { moves } : {}),
    });

export const punchHole = fallocate('punch-hole', 'punch hole', 'punch');
export const zeroRange = fallocate('zero-range', 'zero range', 'zero');
export const collapseRange = fallocate('collapse-range', 'collapse range', 'collapse');
export const insertRange = fallocate('insert-range', 'insert range', 'insert');
export const preallocate = fallocate('preallocate', 'preallocation', 'preallocate');

export const bufferedRead = (fs: FileSystem, block: number): ActorRole =>
  actor(fs, 'buffered-read', 'buffered read', { blocks: [block] });

export const blocks = (count: 1 | 2, extent: number, disk: number): InitialState => ({
  blocks: Array.from({ length: count }, () => ({ extent, disk })),
  cached: false,
});

export const HOLE = blocks(1, EXTENT.hole, CONTENT.stale);
export const UNWRITTEN = blocks(1, EXTENT.unwritten, CONTENT.stale);
export const MAPPED = blocks(1, EXTENT.mapped, CONTENT.data);
/** A write through the page cache has returned, and nobody has written the page back yet. */
export const DIRTY_PAGE: InitialState = {
  ...blocks(1, EXTENT.mapped, CONTENT.zeros),
  cached: true,
  dirty: true,
};

export interface Mount {
  readonly configuration: Configuration;
  readonly words: readonly string[];
}

interface Ext4Options {
  readonly delalloc: boolean;
  readonly dioreadNolock?: boolean;
  readonly lowSpace?: boolean;
  readonly extents?: boolean;
  readonly journal?: false;
}

function ext4Mount({
  delalloc,
  dioreadNolock = false,
  lowSpace = false,
  extents = true,
  journal,
}: Ext4Options): Mount {
  return {
    configuration: {
      fs: 'ext4',
      delalloc,
      dioreadNolock,
      lowSpace,
      extents,
      ...(journal === false ? { journal } : {}),
      blocksPerPage: 1,
    },
    words: [
      delalloc ? 'delalloc' : 'nodelalloc',
      ...(dioreadNolock ? ['dioread_nolock'] : []),
      ...(lowSpace ? ['low on space'] : []),
      ...(extents ? [] : ['indirect blocks']),
      ...(journal === false ? ['no journal'] : []),
    ],
  };
}

/** From 5.6 on `dioread_nolock` has no effect without delalloc: ext4_should_dioread_nolock(). */
export const EXT4_DEFAULT = ext4Mount({ delalloc: true });
export const EXT4_NODELALLOC = ext4Mount({ delalloc: false });
export const EXT4_INDIRECT = ext4Mount({ delalloc: true, extents: false });
export const EXT4_NOLOCK = ext4Mount({ delalloc: true, dioreadNolock: true });
export const EXT4_NO_JOURNAL = ext4Mount({ delalloc: true, journal: false });
export const EXT4: readonly Mount[] = [
  EXT4_DEFAULT,
  EXT4_NODELALLOC,
  EXT4_NOLOCK,
  ext4Mount({ delalloc: true, dioreadNolock: true, lowSpace: true }),
  EXT4_INDIRECT,
  ext4Mount({ delalloc: false, extents: false }),
];

export const XFS: Mount = {
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

/** What every scenario asks besides: that the count is even at the end, and that everybody gets there. */
const ALWAYS_ASKED: readonly AskedProperty[] = ['P6', 'P7'];

export const scenario = (
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
    configuration: {
      ...mount.configuration,
      blocksPerPage: initial.blocks.length === 2 && !mount.configuration.blockInHalves ? 2 : 1,
    },
    mount: words,
    actors,
    initial,
    start,
    asks: [...new Set([...asks, ...ALWAYS_ASKED])].sort(),
  };
};
