/** What frees or moves blocks, in every release: locks, the wait for direct I/O, the page cache, the blocks, in this order. */

import { describe, expect, it } from 'vitest';
import type { ActorRole, FileSystem } from '../../server/src/kernel/configuration.js';
import { CONTENT, EXTENT } from '../../server/src/kernel/model.js';
import { Code } from '../../server/src/lower/code.js';
import { lowerScenario, type Lowered } from '../../server/src/lower/lower.js';
import { cParser } from '../../server/src/lower/parser.js';
import { lowerStep } from '../../server/src/sim/lowered.js';
import { bundledEras, loadEra } from '../../server/src/source/bundled.js';
import type { EraId } from '../../server/src/source/eras.js';
import { CONFIGURATION, scenarioOf } from '../lower/c.js';

const parser = await cParser();

const KINDS: Readonly<Record<string, ActorRole['kind']>> = {
  ftruncate: 'truncate',
  punch: 'punch-hole',
  zero: 'zero-range',
  collapse: 'collapse-range',
  insert: 'insert-range',
};

const MOVING: ReadonlySet<ActorRole['kind']> = new Set(['collapse-range', 'insert-range']);

function entered(era: EraId, fs: FileSystem, entry: string): Lowered {
  const kind = KINDS[entry.slice(entry.indexOf('_') + 1)]!;
  const role: ActorRole = {
    kind,
    name: `user of ${fs}`,
    aio: false,
    blocks: MOVING.has(kind) ? [] : [0],
    version: 0,
    entries: [entry],
    // What lies behind a collapsed range moves: the page does, not the range.
    range: { at: kind === 'collapse-range' ? -8192 : 0, length: 4096 },
    ...(MOVING.has(kind) ? { moves: [0] } : {}),
  };
  const mapped = { blocks: [{ extent: EXTENT.mapped, disk: CONTENT.data }], cached: true };
  const result = lowerScenario(
    new Code(parser, loadEra(era)),
    scenarioOf([role], { configuration: { ...CONFIGURATION, fs }, initial: mapped }),
  );
  if (!result.ok) throw new Error(`${entry}() of ${era}: ${result.reason}`);
  return result.lowered;
}

/** The steps of the one actor as a graph; an event is a step whose call matches. */
class Events {
  readonly #next: readonly (readonly number[])[];
  readonly #calls: readonly string[];
  readonly #ends: readonly number[];
  readonly #entry: number;

  constructor({ program, notes }: Lowered) {
    const { steps, entry } = program.actors[0]!;
    this.#next = steps.map((step) => (step.kind === 'end' ? [] : lowerStep(step).map(({ next }) => next)));
    this.#calls = steps.map((_, at) => notes[0]![at]?.call ?? '');
    this.#ends = steps.flatMap((step, at) => (step.kind === 'end' ? [at] : []));
    this.#entry = entry;
  }

  #stepsOf(event: RegExp): readonly number[] {
    return this.#calls.flatMap((call, at) => (event.test(call) ? [at] : []));
  }

  #reached(from: readonly number[], without: readonly number[]): ReadonlySet<number> {
    const seen = new Set<number>();
    const todo = from.filter((at) => !without.includes(at));
    for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      todo.push(...this.#next[at]!.filter((next) => !without.includes(next)));
    }
    return seen;
  }

  has(event: RegExp): boolean {
    const all = this.#reached([this.#entry], []);
    return this.#stepsOf(event).some((at) => all.has(at));
  }

  /** No run comes to `later` but over `earlier`. */
  always(earlier: RegExp, later: RegExp): boolean {
    const all = this.#reached([this.#entry], this.#stepsOf(earlier));
    return this.has(later) && !this.#stepsOf(later).some((at) => all.has(at));
  }

  /** `earlier` is there, `later` comes after it in some run, and in none before it. */
  ordered(earlier: RegExp, later: RegExp): boolean {
    const reaches = (from: RegExp, to: RegExp): boolean => {
      const after = this.#reached(
        this.#stepsOf(from).flatMap((at) => this.#next[at]!),
        [],
      );
      return this.#stepsOf(to).some((at) => after.has(at));
    };
    return this.has(earlier) && reaches(earlier, later) && !reaches(later, earlier);
  }

  /** No run ends after `event` but over `last`. */
  closes(event: RegExp, last: RegExp): boolean {
    const after = this.#reached(
      this.#stepsOf(event).flatMap((at) => this.#next[at]!),
      this.#stepsOf(last),
    );
    return this.has(event) && !this.#ends.some((at) => after.has(at));
  }
}

const INODE_LOCK = /^(?:inode_lock|xfs_ilock)\(/;
const INODE_UNLOCK = /^(?:inode_unlock|xfs_iunlock)\(/;
const MAPPING_LOCK = /^(?:down_write\(.*i_mmap_sem|filemap_invalidate_lock\(|xfs_ilock\()/;
const MAPPING_UNLOCK = /^(?:up_write\(.*i_mmap_sem|filemap_invalidate_unlock\(|xfs_iunlock\()/;
const DIO_WAIT = /^inode_dio_wait\(/;
const CACHE = /^(?:truncate_(?:pagecache|pagecache_range|setsize)|invalidate_inode_pages2_range)\(/;
const FREE =
  /^(?:ext4_ext_truncate|ext4_ext_remove_space|xfs_itruncate_extents(?:_flags)?|xfs_unmap_extent)\(/;
/** In ext4_alloc_file_blocks(); the calls of writeback look otherwise. */
const MAKE_UNWRITTEN = /^ext4_map_blocks\(handle, inode, &map, flags\)/;
const MOVE = /^(?:ext4_ext_shift_extents|xfs_bmap_(?:shift|collapse|insert)_extents)\(/;

/** What an entry does to the blocks last. */
const lastOf = (entry: string): RegExp => {
  if (/_(?:collapse|insert)$/.test(entry)) return MOVE;
  return entry === 'ext4_zero' ? MAKE_UNWRITTEN : FREE;
};

const ENTRIES = (['ext4', 'xfs'] as const).flatMap((fs) =>
  Object.keys(KINDS).map((what) => [fs, `${fs}_${what}`] as const),
);
const rows = bundledEras().flatMap(({ id }) => ENTRIES.map(([fs, entry]) => [id, fs, entry] as const));

/** Up to 4.18 xfs_shift_file_space() trusts that xfs_free_file_space() has waited, and insert range does not call it. */
const NO_WAIT: Readonly<Record<string, readonly EraId[]>> = {
  xfs_insert: ['4.10', '4.11', '4.12', '4.14'],
};
const waits = (era: EraId, entry: string): boolean => !NO_WAIT[entry]?.includes(era);

describe.each(rows)('%s %s: %s', (era, fs, entry) => {
  const events = new Events(entered(era, fs, entry));
  const last = lastOf(entry);
  const dioWait = waits(era, entry) ? [DIO_WAIT] : [];

  it('takes the inode lock and the mapping lock before it touches the page cache or the blocks', () => {
    for (const event of [...dioWait, CACHE, last])
      expect([String(event), events.always(INODE_LOCK, event)]).toEqual([String(event), true]);
    for (const event of [CACHE, last])
      expect([String(event), events.always(MAPPING_LOCK, event)]).toEqual([String(event), true]);
  });

  it('waits for direct I/O, then drops the pages, then changes the blocks', () => {
    for (const wait of dioWait) {
      expect(events.always(wait, CACHE)).toBe(true);
      expect(events.ordered(wait, last)).toBe(true);
    }
    expect(events.ordered(CACHE, last)).toBe(true);
  });

  it('drops both locks', () => {
    expect(events.closes(last, INODE_UNLOCK)).toBe(true);
    expect(events.closes(CACHE, MAPPING_UNLOCK)).toBe(true);
  });
});

describe('the wait for direct I/O in ext4_setattr()', () => {
  it.each(bundledEras().map(({ id }) => id))('%s: stands in all runs that make the file smaller', (era) => {
    const events = new Events(entered(era, 'ext4', 'ext4_ftruncate'));
    expect(events.has(DIO_WAIT)).toBe(true);
    expect(events.always(DIO_WAIT, FREE)).toBe(true);
  });
});
