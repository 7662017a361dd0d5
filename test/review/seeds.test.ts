/** The two mails that the work started from, read where they stand beside the project. */

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { MemoryModel } from '../../server/src/sim/exploration.js';
import type { Report, VerdictRow } from '../../server/src/review/report.js';
import { changes, linesWith, report } from './patches.js';

const path = (name: string): string =>
  fileURLToPath(new URL(`../../../shared/seeds/${name}`, import.meta.url));
const FIRST = path('000_aacbbf09d21f9803.txt');
const SECOND = path('002_6008146da86edc26.txt');

const text = (file: string): string => readFileSync(file, 'utf8');
const loadBearing = ({ findings }: Report): readonly number[] =>
  findings.flatMap((one) => (one.change === 'fixed' ? one.loadBearing.map(({ line }) => line) : []));

describe.skipIf(!existsSync(FIRST))(
  'counting direct I/O before it invalidates, and a check of the count',
  () => {
    const reports = new Map<MemoryModel, Report>();
    const under = (memory: MemoryModel): Report => reports.get(memory)!;

    beforeAll(async () => {
      for (const memory of ['lkmm', 'sc'] as const)
        reports.set(memory, await report(text(FIRST), { memory, kernel: '5.5' }));
    }, 120_000);

    it('closes the race with delalloc and leaves the others, under either memory model', () => {
      for (const memory of ['lkmm', 'sc'] as const) {
        expect(changes(under(memory)).filter((one) => !one.includes('dioread_nolock'))).toEqual([
          'P1 ext4/dio-read+fault+writeback/delalloc/hole@5.5: race -> none fixed',
          'P1 ext4/dio-read+fault+writeback/delalloc/indirect-blocks/hole@5.5: race -> race left',
          'P1 ext4/dio-read+fault+writeback/nodelalloc/hole@5.5: race -> race left',
          'P1 ext4/dio-read+fault+writeback/nodelalloc/indirect-blocks/hole@5.5: race -> race left',
          // The mail counts earlier and leaves the way out of sb_init_dio_done_wq() as it was.
          'P6 ext4/aio-dio-write/delalloc/failing-calls/unwritten@5.5: none -> race introduced',
          'P6 xfs/aio-dio-write/failing-calls/unwritten@5.5: none -> race introduced',
        ]);
      }
    });

    it('keeps it closed by the check, the branch on it, the count and, in the kernel’s memory model, the barrier', () => {
      expect(loadBearing(under('lkmm'))).toEqual([78, 96, 129, 130]);
      expect(loadBearing(under('sc'))).toEqual([78, 96, 129]);
      expect(linesWith(text(FIRST), 'smp_mb__after_atomic();').at(-1)).toBe(130);
    });

    it('takes away what dioread_nolock gave the fault: where that does not delay allocation, a race is new', () => {
      for (const memory of ['lkmm', 'sc'] as const) {
        expect(changes(under(memory)).filter((one) => one.includes('dioread_nolock'))).toEqual([
          'P1 ext4/dio-read+fault+writeback/delalloc/dioread_nolock/low-on-space/hole@5.5: none -> race introduced',
        ]);
      }
    });

    it('says nothing of XFS, whose race it does not touch', () => {
      const { verdicts, notModelled } = under('lkmm');
      expect(notModelled).toEqual([]);
      const xfs = verdicts.filter(({ scenario, before }) => scenario.fs === 'xfs' && before === 'race');
      expect(xfs.map(({ change }) => change)).toEqual(['untouched']);
    });

    it('has verdicts that are exhaustive, under lkmm but for stores that three actors see in different orders', () => {
      const { verdicts } = under('lkmm');
      const none = verdicts.filter(({ before, after }) => before === 'none' || after === 'none');
      const boundsOf = (of: (scenario: VerdictRow['scenario']) => boolean): ReadonlySet<string> =>
        new Set(none.filter(({ scenario }) => of(scenario)).map(({ bounds }) => bounds));
      // Collapsing a range moves more blocks than the window of late accesses holds; who writes or reads beyond EOF beside
      // two others may look at i_size as often.
      const collapses = (id: string): boolean => /(?:fault|buffered-write)\+collapse-range/.test(id);
      const looksAtSize = (id: string): boolean => id.includes('extending-');
      expect(boundsOf(({ actors, id }) => actors.length < 3 && !collapses(id) && !looksAtSize(id))).toEqual(
        new Set(['exhaustive']),
      );
      expect(boundsOf(({ id }) => collapses(id))).toEqual(
        new Set(['exhaustive for sc and tso; lkmm: at most 3 accesses of an actor late']),
      );
      expect(boundsOf(({ actors, id }) => actors.length === 3 && !looksAtSize(id))).toEqual(
        new Set(['exhaustive for sc and tso; lkmm: multi-copy atomic']),
      );
      const lkmm = 'exhaustive for sc and tso; lkmm: ';
      expect(boundsOf(({ id }) => looksAtSize(id))).toEqual(
        new Set([
          'exhaustive',
          `${lkmm}multi-copy atomic`,
          `${lkmm}at most 3 accesses of an actor late, multi-copy atomic`,
        ]),
      );
      expect(new Set(under('sc').verdicts.map(({ bounds }) => bounds))).toEqual(new Set(['exhaustive']));
    });
  },
);

describe.skipIf(!existsSync(SECOND))('invalidating after the conversion', () => {
  let second: Report | null = null;

  beforeAll(async () => {
    second = await report(text(SECOND));
  }, 120_000);

  it('closes the race of synchronous writes for both block sizes', () => {
    expect(changes(second!)).toEqual([
      'P2 xfs/dio-write+buffered-read/block<page/unwritten@4.8-4.10: race -> none fixed',
      'P2 xfs/dio-write+buffered-read/block=page/unwritten@4.8-4.10: race -> none fixed',
      'P8 xfs/extending-dio-write+buffered-read/block<page/hole-beyond-EOF@4.8-4.10: race -> none fixed',
      'P8 xfs/extending-dio-write+buffered-read/block=page/hole-beyond-EOF@4.8-4.10: race -> none fixed',
      'P8 xfs/extending-dio-write+buffered-read/unwritten-around-EOF@4.8-4.10: race -> none fixed',
    ]);
    expect(loadBearing(second!).length).toBeGreaterThan(0);
    const rows = second!.findings.flatMap((one) => (one.rule === 'stale-page-cache' ? one.loadBearing : []));
    const moved = rows.filter((row) => row.text.includes('iomap_dio_complete(dio)'));
    expect(moved.flatMap(({ scenarios }) => scenarios)).toHaveLength(2);
  });

  it('changes nothing for asynchronous writes, whose race is there before and after', () => {
    const aio = second!.verdicts.filter(
      ({ property, scenario }) =>
        property === 'P2' && scenario.id.includes('xfs/aio-dio-write+buffered-read'),
    );
    expect(aio).toHaveLength(3);
    expect(new Set(aio.map(({ before, after, change }) => `${before} ${after} ${change}`))).toEqual(
      new Set(['race race untouched']),
    );
  });
});
