import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPatches } from '../../server/src/diff/read.js';
import type { Patch } from '../../server/src/diff/patch.js';
import { bundledEras, loadEra } from '../../server/src/source/bundled.js';
import { chooseEras } from '../../server/src/source/choose-eras.js';
import type { EraId } from '../../server/src/source/eras.js';
import { placePatch, type Placement } from '../../server/src/source/place.js';
import { changes, matters } from './helpers.js';

const SEEDS = join(import.meta.dirname, '../../../shared/seeds');

async function seed(name: string): Promise<Patch> {
  const read = await readPatches(readFileSync(join(SEEDS, name)));
  if (!read.ok) throw new Error(read.what);
  return read.input.patches[0]!;
}

function changesOf(placement: Placement): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(placement.changed.map((merged) => [merged.afterName ?? '', changes(merged)]));
}

const place = (patch: Patch, era: EraId): Placement => placePatch(patch, loadEra(era), matters);

/** What the authors meant, read off the mails by eye; the mails themselves stay where they are. */
describe.skipIf(!existsSync(SEEDS))('the mails beside the project (skipped: not there)', () => {
  it('first: every hunk has its place in 5.5', async () => {
    const placement = place(await seed('000_aacbbf09d21f9803.txt'), '5.5');
    expect(placement.unplaced).toEqual([]);
    expect(placement.fit).toMatchObject({ placed: 7, irrelevant: 0, unplaced: 0, misses: 0 });
    const changed = changesOf(placement);
    expect(Object.keys(changed).sort()).toEqual([
      'ext4_dio_check_get_block',
      'ext4_page_mkwrite',
      'iomap_dio_rw',
      'mpage_map_one_extent',
    ]);
    expect(changed['iomap_dio_rw']).toEqual([
      '7+ inode_dio_begin(inode);',
      '8+ smp_mb__after_atomic();',
      '7- inode_dio_begin(inode);',
    ]);
    const after = placement.after.universe.get('iomap_dio_rw')!.lines.map((line) => line.text.trim());
    const barrier = after.indexOf('smp_mb__after_atomic();');
    expect(after.slice(barrier - 4, barrier)).toEqual([
      'ret = filemap_write_and_wait_range(mapping, pos, end);',
      'if (ret)',
      'goto out_free_dio;',
      'inode_dio_begin(inode);',
    ]);
    expect(after.slice(barrier).find((line) => line.includes('('))).toBeDefined();
  });

  it('second: every hunk has its place in 4.8-4.10, the one without any context line in the base too', async () => {
    const placement = place(await seed('002_6008146da86edc26.txt'), '4.10');
    expect(placement.unplaced).toEqual([]);
    expect(placement.fit).toMatchObject({ placed: 4, irrelevant: 0, unplaced: 0 });
    const after = placement.after.universe
      .get('iomap_dio_rw')!
      .lines.map((line) => line.text.trim())
      .filter(Boolean);
    const complete = after.indexOf('ret = iomap_dio_complete(dio);');
    expect(after.slice(complete, complete + 8)).toEqual([
      'ret = iomap_dio_complete(dio);',
      'if (iov_iter_rw(iter) == WRITE && mapping->nrpages) {',
      'int err = invalidate_inode_pages2_range(mapping,',
      'start >> PAGE_SHIFT, end >> PAGE_SHIFT);',
      'WARN_ON_ONCE(err);',
      '}',
      'return ret;',
      'out_free_dio:',
    ]);
    expect(after.slice(complete - 2, complete)).toEqual(['}', '}']);
  });

  it('are given the eras that their hunks fit', async () => {
    const eras = async (name: string): Promise<readonly string[]> => {
      const patch = await seed(name);
      const choice = chooseEras(patch, { kernel: null, tree: null }, bundledEras(), {
        forwards: (era) => place(patch, era.id),
        backwards: null,
      });
      return choice.eras.map((one) => one.era.id);
    };
    // They would fit 5.5 and 5.6 as well: what they change is the same there.
    expect(await eras('000_aacbbf09d21f9803.txt')).toEqual(['5.8']);
    expect(await eras('002_6008146da86edc26.txt')).toEqual(['4.10']);
  });
});
