/**
 * Direct writes of part of a block. Where the block was never written, such a write fills the rest of it with zeros
 * (iomap_dio_zero()): without them a reader sees what the disk held there, and with them whoever writes the rest at the
 * same time loses his data. Who writes a part therefore drains all other direct I/O and keeps it out until he is done.
 */

import type { ActorRole, FileSystem } from './configuration.js';
import { CONTENT, EXTENT, type InitialState } from './model.js';
import {
  aio,
  blocks,
  dioRead,
  dioWrite,
  dioWriteThenRead,
  flusher,
  scenario,
  type AskedProperty,
  type Mount,
  type Scenario,
} from './scenario.js';

const HOLE_IN_HALVES = blocks(2, EXTENT.hole, CONTENT.stale);
const UNWRITTEN_IN_HALVES = blocks(2, EXTENT.unwritten, CONTENT.stale);

/** An overwrite, before which the page that holds both halves has to go, written back first. */
const DIRTY_IN_HALVES: InitialState = {
  ...blocks(2, EXTENT.mapped, CONTENT.zeros),
  cached: true,
  dirty: true,
};

const unaligned =
  (half: 0 | 1) =>
  (role: ActorRole): ActorRole => ({
    ...role,
    name: role.name.replace(/DIO/, 'unaligned DIO').replace('AIO unaligned DIO', 'unaligned AIO DIO'),
    blocks: [half],
    entries: role.entries.map((entry) => entry.replace('_dio_write', '_unaligned_dio_write')),
  });

const whole = (role: ActorRole): ActorRole => ({ ...role, blocks: [0, 1] });

const rival = (fs: FileSystem): ActorRole => ({ ...dioWrite(fs), version: 2 });
const second = (role: ActorRole): ActorRole => ({ ...role, name: `second ${role.name}` });

type Case = readonly [id: string, actors: readonly ActorRole[], asks: readonly AskedProperty[]];

function cases(fs: FileSystem): readonly Case[] {
  const [first, rest] = [unaligned(0), unaligned(1)];
  const write = first(dioWrite(fs));
  const asynchronous = aio(fs, 'dio-write', 1);
  // Until 5.4 ext4 does not drain before a synchronous one.
  const bothLater: Case = [
    'aio-dio-write+unaligned-aio-dio-write',
    [...asynchronous.map(whole), ...aio(fs, 'dio-write', 2).map((role) => second(first(role)))],
    ['P5', 'P7'],
  ];
  return [
    ['unaligned-dio-write+unaligned-dio-write', [write, second(rest(rival(fs)))], ['P5', 'P7']],
    ['unaligned-aio-dio-write+dio-write', [...asynchronous.map(first), whole(rival(fs))], ['P5', 'P7']],
    ['aio-dio-write+unaligned-dio-write', [...asynchronous.map(whole), first(rival(fs))], ['P5', 'P7']],
    ['unaligned-dio-write+dio-read', [write, { ...dioRead(fs), blocks: [1] }], ['P1', 'P7']],
    ...(fs === 'ext4' ? [bothLater] : []),
  ];
}

/** Each write is done with another of the same block. */
export function unalignedScenarios(mount: Mount): Scenario[] {
  const { fs } = mount.configuration;
  const halves: Mount = { ...mount, configuration: { ...mount.configuration, blockInHalves: true } };
  const starting = (start: string, initial: InitialState, which: readonly Case[]): Scenario[] =>
    which.map(([id, actors, asks]) => scenario(halves, id, start, initial, actors, asks));
  const overDirty = [unaligned(0)(dioWriteThenRead(fs)), flusher(fs)];
  const failing = { ...unaligned(0)(dioWrite(fs)), faults: true } as const;
  return [
    ...starting('unwritten', UNWRITTEN_IN_HALVES, cases(fs)),
    ...starting('hole', HOLE_IN_HALVES, cases(fs).slice(0, 1)),
    scenario(halves, 'unaligned-dio-write+writeback', 'dirty page', DIRTY_IN_HALVES, overDirty, ['P2', 'P5']),
    scenario(
      halves,
      'unaligned-dio-write',
      'unwritten',
      UNWRITTEN_IN_HALVES,
      [failing],
      ['P6', 'P7'],
      ['failing calls'],
    ),
  ];
}
