/**
 * Patches that open a race, and their reverses, which close it: what each changes was thought out from the kernel, not
 * taken from the program. The two come as a series, so that the second finds the code that the first leaves.
 */

import { describe, expect, it } from 'vitest';
import type { Report } from '../../server/src/review/report.js';
import { ALLOCATION } from '../fixtures/positive/allocation.js';
import { BLOCKS } from '../fixtures/positive/blocks.js';
import { COMPLETION } from '../fixtures/positive/completion.js';
import { COUNT } from '../fixtures/positive/count.js';
import { ENDS } from '../fixtures/positive/ends.js';
import { FLUSH } from '../fixtures/positive/flush.js';
import { LEGACY } from '../fixtures/positive/legacy.js';
import type { RacePatch } from '../fixtures/positive/race-patch.js';
import { changes, report } from './patches.js';
import { diffOfWritten, mailOf, revertOfWritten, type Written } from './written.js';

/** Of the first ones the stale page cache and stale data alone: their other properties have tests of their own. */
const STALE = /^P[12] /;
const ALL = /^/;

const SETS = [
  ['the end of a direct write', COMPLETION, STALE],
  ['the kind of block', ALLOCATION, STALE],
  ['flush and locks', FLUSH, STALE],
  ['fs/direct-io.c', LEGACY, STALE],
  ['writeback and i_dio_count', COUNT, STALE],
  ['blocks that go', BLOCKS, ALL],
  ['ways out and their order', ENDS, ALL],
] as const;

const written = ({ what, era, files }: RacePatch): Written => [what, era, ...files];

/** A report holds the runs of all its scenarios: of so many patches what is asked for is kept. */
interface Said {
  readonly seen: readonly string[];
  readonly notModelled: readonly string[];
}

const known = new Map<RacePatch, Promise<Said>>();

function judged(patch: RacePatch): Promise<Said> {
  const said = known.get(patch) ?? judge(patch);
  known.set(patch, said);
  return said;
}

async function judge(patch: RacePatch): Promise<Said> {
  const [there, back] = [diffOfWritten(written(patch)), revertOfWritten(written(patch))];
  const series = mailOf(`[PATCH 1/2] ${patch.what}`, there) + mailOf(`[PATCH 2/2] not: ${patch.what}`, back);
  const all = await report(series, { kernel: patch.era });
  return { seen: seen(all), notModelled: all.notModelled.map(({ reason }) => reason) };
}

const seen = (all: Report): readonly string[] => changes(all).map((one) => one.replace(/@[^:[]*/, ''));

type Races = Pick<RacePatch, 'opens' | 'closes' | 'leaves' | 'undecided'>;

function expected({ opens, closes = [], leaves = [], undecided = [] }: Races): readonly string[] {
  const opened = (ids: readonly string[], n: number) =>
    ids.map((id) => `${id}[${String(n)}/2]: none -> race introduced`);
  const closed = (ids: readonly string[], n: number) =>
    ids.map((id) => `${id}[${String(n)}/2]: race -> none fixed`);
  const left = leaves.flatMap((id) => [1, 2].map((n) => `${id}[${String(n)}/2]: race -> race left`));
  return [
    ...opened(opens, 1),
    ...closed(opens, 2),
    ...closed(closes, 1),
    ...opened(closes, 2),
    ...left,
    ...undecided.map((id) => `${id}[1/2]: none -> not-modelled unknown`),
    ...undecided.map((id) => `${id}[2/2]: not-modelled -> none unknown`),
  ].sort();
}

describe.each(SETS)('%s', (_, patches, properties) => {
  it.each(patches)('$era: $what', async (patch) => {
    const said = await judged(patch);
    expect(said.notModelled).toEqual(patch.unreached ?? []);
    expect(said.seen.filter((one) => properties.test(one))).toEqual(expected(patch));
  });
});

describe('known gaps', () => {
  const gaps = SETS.flatMap(([, patches]) => patches.filter(({ unseen }) => unseen !== undefined));

  it.fails.each(gaps)('$era: $what: $unseen.because', async (patch) => {
    expect((await judged(patch)).seen).toEqual(
      expect.arrayContaining([...expected({ opens: patch.unseen!.races })]),
    );
  });
});
