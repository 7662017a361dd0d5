/** Small sets of actors with an initial state. What a patch touches chooses among them; see `review`. */

import type { Expr } from '../sim/program.js';
import type { ActorRole, Configuration, FileSystem } from './configuration.js';
import { both, either, equals, get, not } from './fragment.js';
import { CONTENT, EXTENT, type InitialState, type Model } from './model.js';

export interface Scenario {
  readonly id: string;
  readonly configuration: Configuration;
  /** As mount options and format are spoken of, e.g. `nodelalloc`, `indirect blocks`. */
  readonly mount: readonly string[];
  readonly actors: readonly ActorRole[];
  readonly initial: InitialState;
  /** What the initial state is, for people: `hole`, `unwritten`. */
  readonly start: string;
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
const flusher = (fs: FileSystem): ActorRole => actor(fs, 'writeback', 'flusher');

/** Writes directly, and when that has returned reads the same bytes through the page cache. */
const dioWriteThenRead = (fs: FileSystem): ActorRole =>
  actor(fs, 'dio-write', 'DIO write', { version: 1, entries: [`${fs}_dio_write`, `${fs}_buffered_read`] });

/** Asynchronous: the completion is an actor of its own, and whoever waits for it reads after it was delivered. */
const aioWrite = (fs: FileSystem): ActorRole[] => [
  actor(fs, 'dio-write', 'AIO DIO write', { version: 1, aio: true }),
  actor(fs, 'dio-completion', 'AIO completion, then its waiter', {
    version: 1,
    aio: true,
    entries: ['bio of the submitter', `${fs}_dio_end_io`, `${fs}_buffered_read`],
  }),
];

const bufferedRead = (fs: FileSystem, block: number): ActorRole =>
  actor(fs, 'buffered-read', 'buffered read', { blocks: [block] });

const blocks = (count: 1 | 2, extent: number, disk: number): InitialState => ({
  blocks: Array.from({ length: count }, () => ({ extent, disk })),
  cached: false,
});

const HOLE = blocks(1, EXTENT.hole, CONTENT.stale);

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
  };
};

/** A read of a hole against everybody who allocates it. */
function allocationScenarios(mount: Mount): Scenario[] {
  const { fs, extents } = mount.configuration;
  const writers = scenario(mount, 'dio-read+fault+writeback', 'hole', HOLE, [
    dioRead(fs),
    fault(fs),
    flusher(fs),
  ]);
  if (!extents) return [writers];
  return [
    writers,
    scenario(mount, 'dio-read+buffered-write+writeback', 'hole', HOLE, [
      dioRead(fs),
      bufferedWrite(fs),
      flusher(fs),
    ]),
  ];
}

/** Direct I/O on both sides: what decides is whether the inode can have unwritten blocks. */
const directScenarios = (mount: Mount): Scenario[] => [
  scenario(mount, 'dio-read+dio-write', 'hole', HOLE, [
    dioRead(mount.configuration.fs),
    dioWriteThenRead(mount.configuration.fs),
  ]),
];

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
      [size],
    ),
    scenario(
      mount,
      'aio-dio-write+buffered-read',
      start,
      initial,
      [...aioWrite(fs), bufferedRead(fs, other)],
      [size],
    ),
  ]);
}

/** Every scenario of a file system. */
export function scenariosOf(fs: FileSystem): readonly Scenario[] {
  if (fs === 'xfs') return [...allocationScenarios(XFS), ...directScenarios(XFS), ...cacheScenarios(XFS)];
  return [
    ...EXT4.flatMap(allocationScenarios),
    ...[EXT4_DEFAULT, EXT4_INDIRECT].flatMap(directScenarios),
    ...cacheScenarios(EXT4_DEFAULT),
  ];
}

const anyOf = (conditions: readonly Expr[]): Expr => conditions.reduce((left, right) => either(left, right));

/** P1: a read returned what was on the disk before the block was ever written. */
export function staleDataRead(model: Model): Expr {
  return anyOf(model.actors.flatMap((own) => own.got.map((got) => equals(got, CONTENT.stale))));
}

/** P2: after the direct write was done and delivered, a buffered read of its bytes returned something else. Null: no such write. */
export function stalePageRead(model: Model, actors: readonly ActorRole[]): Expr | null {
  const reader = actors.findIndex(
    (role) => role.entries.length > 1 && role.entries.at(-1)!.endsWith('_buffered_read'),
  );
  if (reader < 0) return null;
  const writer = actors.findIndex((role) => role.kind === 'dio-write');
  const role = actors[reader]!;
  const wrong = role.blocks.map((block) => {
    const got = model.actors[reader]!.got[block]!;
    return both(not(equals(got, CONTENT.nothing)), not(equals(got, CONTENT.data + role.version)));
  });
  return both(equals(model.actors[writer]!.bio, 2), anyOf(wrong));
}

/** States that some run of the scenario must reach, or its verdict would be vacuous. */
export function interestingStates(model: Model, actors: readonly ActorRole[]): { id: string; state: Expr }[] {
  return actors.flatMap((role, i) => {
    const own = model.actors[i]!;
    if (role.kind === 'dio-read' || role.kind === 'buffered-read') {
      return [
        { id: `${role.name} returns data`, state: not(equals(own.got[role.blocks[0]!]!, CONTENT.nothing)) },
      ];
    }
    if (role.kind === 'write-fault' || role.kind === 'buffered-write')
      return [{ id: `${role.name} dirties the page`, state: equals(model.dirty, 1) }];
    if (role.kind === 'writeback')
      return [{ id: `${role.name} writes the page`, state: equals(model.writeback, 1) }];
    return [{ id: `${role.name} returns`, state: get(own.returned) }];
  });
}
