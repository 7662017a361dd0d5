/** P8: a write makes the file longer while others read its new end, or free it. */

import type { ActorRole, FileSystem } from './configuration.js';
import { CONTENT, EXTENT, type InitialState } from './model.js';
import {
  aio,
  aioWriteThenRead,
  bufferedRead,
  bufferedWrite,
  dioRead,
  dioWrite,
  dioWriteThenRead,
  HOLE,
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

/** An extending write whose calls can fail: what it took, and what it counted, is given back on every way out. */
function alone(mount: Mount): Scenario {
  const { start, initial, block } = EMPTY_FILE;
  const moving = { ...mount, configuration: { ...mount.configuration, sizeAtStart: block } };
  const write: ActorRole = { ...appending(dioWrite(mount.configuration.fs), EMPTY_FILE), faults: true };
  return scenario(moving, 'extending-dio-write', start, initial, [write], ['P6', 'P7'], ['failing calls']);
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
    return [
      beside(EMPTY_FILE, write, dioRead(fs)),
      beside(PREALLOCATED, write, truncate(fs)),
      ...[EMPTY_FILE, TAIL_OF_PAGE].map((extension) => beside(extension, writeThenRead, bufferedRead(fs, 0))),
    ];
  });
  return [...pairs, alone(mount)];
}

/** A buffered write appends to a page that a buffered read of the same bytes has at hand. */
export function appendScenarios(mount: Mount): Scenario[] {
  const { fs } = mount.configuration;
  return [CACHED, CACHED_TAIL].map((extension) => {
    const reader = { ...bufferedRead(fs, 0), blocks: extension === CACHED ? [0] : [0, 1] };
    const actors = [appending(bufferedWrite(fs), extension), reader];
    return sizeScenario(mount, 'extending-buffered-write+buffered-read', extension, actors);
  });
}
