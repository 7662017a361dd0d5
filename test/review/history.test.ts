/** The history of the kernel as oracle: races that releases had, and those that were closed, on the bundled paths. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AskedProperty } from '../../server/src/kernel/scenarios.js';
import { traceOf, type ExploredRun } from '../../server/src/review/judge.js';
import { readTrace } from '../../server/src/review/timeline.js';
import { evaluate } from '../../server/src/sim/expr.js';
import { replay } from '../../server/src/sim/replay.js';
import { bundledEras } from '../../server/src/source/bundled.js';
import { ERAS, type EraId } from '../../server/src/source/eras.js';
import { pathsFolder } from '../../server/src/source/paths-folder.js';
import { eraCode, runs, said, scenario } from './code.js';

const ALL: readonly EraId[] = ERAS.map(({ id }) => id);
const since = (era: EraId): readonly EraId[] => ALL.slice(ALL.indexOf(era));
const until = (era: EraId): readonly EraId[] => ALL.slice(0, ALL.indexOf(era) + 1);

type Row = readonly [
  eras: readonly EraId[],
  scenario: string,
  property: AskedProperty,
  expected: 'race' | 'none',
];

const HISTORY: readonly Row[] = [
  // 4.10 invalidates before the conversion; 4.11 after it, but for synchronous writes alone; 4.14 for all.
  [['4.10'], 'xfs/dio-write+buffered-read/block=page/unwritten', 'P2', 'race'],
  [['4.10'], 'xfs/dio-write+buffered-read/block<page/unwritten', 'P2', 'race'],
  [['4.10'], 'xfs/dio-write+buffered-read/block=page/mapped', 'P2', 'none'],
  [since('4.11'), 'xfs/dio-write+buffered-read/block=page/unwritten', 'P2', 'none'],
  [since('4.11'), 'xfs/dio-write+buffered-read/block<page/unwritten', 'P2', 'none'],
  [since('4.11'), 'xfs/dio-write+buffered-read/block=page/mapped', 'P2', 'none'],
  [until('4.12'), 'xfs/aio-dio-write+buffered-read/block=page/unwritten', 'P2', 'race'],
  [until('4.12'), 'xfs/aio-dio-write+buffered-read/block<page/unwritten', 'P2', 'race'],
  [until('4.12'), 'xfs/aio-dio-write+buffered-read/block=page/mapped', 'P2', 'race'],
  [since('4.14'), 'xfs/aio-dio-write+buffered-read/block=page/unwritten', 'P2', 'none'],
  [since('4.14'), 'xfs/aio-dio-write+buffered-read/block<page/unwritten', 'P2', 'none'],
  [since('4.14'), 'xfs/aio-dio-write+buffered-read/block=page/mapped', 'P2', 'none'],
  // ext4 converts before generic_file_direct_write() invalidates; AIO is invalidated in dio_complete() from 4.14 on.
  [ALL, 'ext4/dio-write+buffered-read/delalloc/block=page/unwritten', 'P2', 'none'],
  [ALL, 'ext4/dio-write+buffered-read/delalloc/block<page/unwritten', 'P2', 'none'],
  [ALL, 'ext4/dio-write+buffered-read/delalloc/block=page/mapped', 'P2', 'none'],
  [until('4.12'), 'ext4/aio-dio-write+buffered-read/delalloc/block=page/unwritten', 'P2', 'race'],
  [until('4.12'), 'ext4/aio-dio-write+buffered-read/delalloc/block<page/unwritten', 'P2', 'race'],
  [until('4.12'), 'ext4/aio-dio-write+buffered-read/delalloc/block=page/mapped', 'P2', 'race'],
  [since('4.14'), 'ext4/aio-dio-write+buffered-read/delalloc/block=page/unwritten', 'P2', 'none'],
  [since('4.14'), 'ext4/aio-dio-write+buffered-read/delalloc/block<page/unwritten', 'P2', 'none'],
  [since('4.14'), 'ext4/aio-dio-write+buffered-read/delalloc/block=page/mapped', 'P2', 'none'],
  // A direct write to a hole allocates unwritten blocks, or holds the lock that the reader takes.
  [ALL, 'xfs/dio-read+dio-write/hole', 'P1', 'none'],
  [ALL, 'ext4/dio-read+dio-write/delalloc/hole', 'P1', 'none'],
  [ALL, 'ext4/dio-read+dio-write/delalloc/indirect-blocks/hole', 'P1', 'none'],
  [ALL, 'ext4/dio-write+buffered-read/delalloc/indirect-blocks/hole', 'P1', 'none'],
  // Writeback of delayed blocks allocates them written in XFS up to 5.7, unwritten later (XFS_BMAPI_PREALLOC).
  [until('5.6'), 'xfs/dio-read+fault+writeback/hole', 'P1', 'race'],
  [since('5.8'), 'xfs/dio-read+fault+writeback/hole', 'P1', 'none'],
  [ALL, 'xfs/dio-read+buffered-write+writeback/hole', 'P1', 'none'],
  // ext4 allocates written ones in writeback (delalloc) or in the fault, but for dioread_nolock.
  [ALL, 'ext4/dio-read+fault+writeback/delalloc/hole', 'P1', 'race'],
  [ALL, 'ext4/dio-read+fault+writeback/nodelalloc/hole', 'P1', 'race'],
  [ALL, 'ext4/dio-read+fault+writeback/delalloc/dioread_nolock/hole', 'P1', 'none'],
  [ALL, 'ext4/dio-read+fault+writeback/nodelalloc/indirect-blocks/hole', 'P1', 'race'],
  [ALL, 'ext4/dio-read+buffered-write+writeback/delalloc/hole', 'P1', 'none'],
  [ALL, 'ext4/dio-read+buffered-write+writeback/nodelalloc/hole', 'P1', 'none'],
];

/** An era has the files of those before it, so what comes after a missing one is not whole. */
const missing = ALL.findIndex((era) => !bundledEras().some(({ id }) => id === era));
const bundled = new Set(missing < 0 ? ALL : ALL.slice(0, missing));

const rows = HISTORY.flatMap(([eras, id, property, expected]) =>
  eras.filter((era) => bundled.has(era)).map((era) => [era, id, property, expected] as const),
);
const raceRows = rows.filter(([, , , expected]) => expected === 'race');

describe('the releases', () => {
  it.each(rows)('%s %s: %s %s', (era, id, property, expected) => {
    expect(said(runs.run(eraCode(era), scenario(id)), property)).toBe(expected);
  });
});

describe('a race', () => {
  const raced = (era: EraId, id: string): ExploredRun => runs.run(eraCode(era), scenario(id)) as ExploredRun;

  it.each(raceRows)(
    '%s %s: %s replays from the initial state into the state that it is about',
    (era, id, property) => {
      const run = raced(era, id);
      const { program } = run.lowered;
      const states = replay(program, traceOf(run, property)!, 'lkmm')!.states;
      const bad = program.properties.find((one) => one.id === property)!.bad;
      const violated = states.map((values) => evaluate(bad, (variable) => values[variable]!) !== 0);
      expect(violated.indexOf(true)).toBe(violated.length - 1);
    },
  );

  it.each(raceRows)(
    '%s %s: %s is told in steps that each stand on a line of a bundled path',
    (era, id, property) => {
      const run = raced(era, id);
      const read = readTrace(run, property, 'lkmm', 'test.patch')!;
      const { actors, steps } = read.timeline;
      expect(steps.map(({ n }) => n)).toEqual(steps.map((_, i) => i + 1));
      for (const step of steps) {
        const file = join(pathsFolder(), step.at.file);
        expect(step.at.kind === 'bundled' && existsSync(file), JSON.stringify(step)).toBe(true);
        expect(step.at.line).toBeLessThanOrEqual(readFileSync(file, 'utf8').split('\n').length);
        expect(step.actor).toBeLessThan(actors.length);
        expect(step.text).not.toBe('');
      }
    },
  );

  it('is told without a lock that is held at its end, and that nobody waits for', () => {
    const { timeline } = readTrace(
      raced('5.5', 'ext4/dio-read+fault+writeback/delalloc/hole'),
      'P1',
      'lkmm',
      'f',
    )!;
    const locks = timeline.steps.filter(({ text }) => text.startsWith('inode_lock_shared('));
    expect(locks.map(({ quiet }) => quiet)).toEqual([true]);
  });

  it('of direct read, fault and flusher needs all three', () => {
    const run = raced('4.14', 'xfs/dio-read+fault+writeback/hole');
    expect(readTrace(run, 'P1', 'lkmm', 'f')!.timeline.actors).toEqual([
      'DIO read',
      'write fault',
      'flusher',
    ]);
  });
});
