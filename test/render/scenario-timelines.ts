/** Timelines made by hand, small enough to be checked by eye. */

import type { ScenarioStep, ScenarioTimeline } from '../../server/src/review/scenario-timeline.js';

const STATE_NAMES = ['i_dio_count', 'page flags', 'extent of block', 'DIO read got'];

type Own = Pick<ScenarioStep, 'actor' | 'function' | 'text' | 'state'> & Partial<ScenarioStep>;

const step = (n: number, own: Own): ScenarioStep => ({
  n,
  effects: [],
  at: { kind: 'bundled', file: '5.5/fs/ext4/inode.c', line: 100 + n },
  programOrder: null,
  reordered: null,
  quiet: false,
  differs: false,
  loadBearing: false,
  ...own,
});

const patchLine = (line: number): ScenarioStep['at'] => ({ kind: 'patch', file: 'dio.patch', line });

/** The read counts itself late, so that the flusher sees no direct I/O and allocates. */
export const reordered: ScenarioTimeline = {
  finding: {
    id: 'p1-2c7e6189',
    property: 'P1',
    rule: 'stale-data-exposure',
    change: 'introduced',
    message: 'a DIO read can now return stale disk blocks against a flusher (ext4, delalloc, hole, 5.5-5.8)',
    line: 91,
  },
  scenarios: [
    {
      id: 'ext4/delalloc',
      label: 'ext4, delalloc, hole, 5.5-5.8',
      before: 'none',
      after: 'race',
      bounds: 'exhaustive',
    },
    {
      id: 'ext4/nodelalloc',
      label: 'ext4, nodelalloc, hole, 5.5-5.8',
      before: 'none',
      after: 'race',
      bounds: 'exhaustive',
    },
  ],
  scenario: 'ext4/delalloc',
  side: 'after',
  violation: { property: 'P1', text: 'a DIO read has returned stale disk blocks' },
  memory: 'lkmm',
  actors: ['DIO read', 'flusher'],
  stateNames: STATE_NAMES,
  initial: ['0', 'dirty', 'delayed', 'nothing'],
  steps: [
    step(1, {
      actor: 0,
      function: 'ext4_dio_read_iter',
      text: 'inode_lock_shared(inode)',
      effects: ['i_rwsem readers 0→1'],
      quiet: true,
      state: ['0', 'dirty', 'delayed', 'nothing'],
    }),
    step(2, {
      actor: 0,
      function: 'iomap_dio_rw',
      text: 'inode_dio_begin(inode)',
      at: patchLine(91),
      reordered: 'issued',
      state: ['0', 'dirty', 'delayed', 'nothing'],
    }),
    step(3, {
      actor: 1,
      function: 'mpage_prepare_extent_to_map',
      text: 'lock_page(page)',
      effects: ['page locked 0→1'],
      state: ['0', 'locked dirty', 'delayed', 'nothing'],
    }),
    step(4, {
      actor: 1,
      function: 'mpage_map_one_extent',
      text: 'atomic_read(&inode->i_dio_count): reads 0',
      at: patchLine(29),
      state: ['0', 'locked dirty', 'delayed', 'nothing'],
    }),
    step(5, {
      actor: 1,
      function: 'mpage_map_one_extent',
      text: 'ext4_map_blocks(): allocates mapped',
      effects: ['block delayed→mapped'],
      state: ['0', 'locked dirty', 'mapped', 'nothing'],
    }),
    step(6, {
      actor: 0,
      function: 'iomap_dio_rw',
      text: 'inode_dio_begin(inode)',
      at: patchLine(91),
      reordered: 'late',
      programOrder: 2,
      effects: ['i_dio_count 0→1'],
      state: ['1', 'locked dirty', 'mapped', 'nothing'],
    }),
    step(7, {
      actor: 0,
      function: 'iomap_dio_bio_actor',
      text: 'submit_bio(bio): bio reads the disk',
      effects: ['DIO read got nothing→STALE'],
      state: ['1', 'locked dirty', 'mapped', 'STALE'],
    }),
  ],
  locks: [
    { lock: 'i_rwsem', mode: 'shared', actor: 0, from: 1, to: null },
    { lock: 'page lock', mode: 'exclusive', actor: 1, from: 3, to: 5 },
  ],
  loadBearing: [],
};

/** The other side of the same scenario, of which nothing is known but the verdict. */
export const withoutRace: ScenarioTimeline = {
  ...reordered,
  side: 'before',
  violation: null,
  steps: [],
  locks: [],
  stateNames: [],
  initial: [],
};

/** What becomes of it on the other side: the flusher sees the direct I/O, and the read gets zeros. */
export const otherWay: ScenarioTimeline = {
  ...reordered,
  side: 'before',
  violation: null,
  locks: [{ lock: 'i_rwsem', mode: 'shared', actor: 0, from: 1, to: null }],
  steps: [
    reordered.steps[0]!,
    step(2, {
      actor: 1,
      function: 'mpage_map_one_extent',
      text: 'atomic_read(&inode->i_dio_count): reads > 0',
      at: patchLine(29),
      differs: true,
      state: ['1', 'locked dirty', 'delayed', 'nothing'],
    }),
    step(3, {
      actor: 0,
      function: 'iomap_dio_actor',
      text: 'iomap_dio_hole_actor(length, dio): zeros to the buffer',
      effects: ['read got zeros'],
      differs: true,
      state: ['1', 'locked dirty', 'unwritten', 'zeros'],
    }),
  ],
};

/** A patch whose text wants to be more than text. */
export const hostile: ScenarioTimeline = {
  ...reordered,
  finding: { ...reordered.finding, message: 'a <script>alert(1)</script> & "b" \u202e' },
  steps: [
    {
      ...reordered.steps[0]!,
      function: '<img src=x onerror=alert(1)>',
      text: ']]></text><script>alert(2)</script>',
    },
    ...reordered.steps.slice(1),
  ],
};
