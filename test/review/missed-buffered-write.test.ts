/** P3: a direct read after a buffered write of the same task, beside the flusher. */

import { describe, expect, it } from 'vitest';
import type { ExploredRun } from '../../server/src/review/judge.js';
import { readTrace } from '../../server/src/review/timeline.js';
import { bundledEras } from '../../server/src/source/bundled.js';
import { eraCode, mutated, runs, said, scenario, type Mutation } from './code.js';
import { diffOf, report } from './patches.js';

const EXT4 = 'ext4/buffered-write+dio-read+writeback/delalloc/hole';
const XFS = 'xfs/buffered-write+dio-read+writeback/hole';
const unpatched = bundledEras().flatMap(({ id }) => [EXT4, XFS].map((one) => [id, one] as const));

/** No release from 4.8 on is known to read past the page cache. */
describe('the releases', () => {
  it.each(unpatched)('%s %s: none', (era, id) => {
    expect(said(runs.run(eraCode(era), scenario(id)), 'P3')).toBe('none');
  });
});

const iomap = { era: '5.15', path: 'fs/iomap/direct-io.c', function: '__iomap_dio_rw' } as const;
const ext4Read = { era: '4.14', path: 'fs/ext4/inode.c', function: 'ext4_direct_IO_read' } as const;

const FLUSH = /\tret = filemap_write_and_wait_range\([^;]*;/;
const WITHOUT_FLUSH: Mutation = { ...iomap, find: FLUSH, replace: '\tret = 0;' };

type Row = readonly [what: string, mutation: Mutation];

const CHANGES: readonly Row[] = [
  ['no flush in __iomap_dio_rw()', WITHOUT_FLUSH],
  ['a flush for writes alone', { ...iomap, find: FLUSH, replace: '\tif (iov_iter_rw(iter) == WRITE)\n\t$&' }],
  [
    'a flush only where somebody has the file mapped: the flusher is still at it, or the page is dirty',
    { ...iomap, find: FLUSH, replace: '\tif (mapping_mapped(mapping))\n\t$&' },
  ],
];

describe('a change for the worse', () => {
  it.each(CHANGES)('%s', (_, mutation) => {
    const code = mutated(mutation);
    for (const id of [EXT4, XFS]) expect(said(runs.run(code, scenario(id)), 'P3')).toBe('race');
  });

  it('is none where another flush makes the dropped one redundant: generic_file_read_iter() has flushed', () => {
    const code = mutated({ ...ext4Read, find: /filemap_write_and_wait_range\([^;]*;/, replace: '0;' });
    expect(said(runs.run(code, scenario(EXT4)), 'P3')).toBe('none');
  });

  it('is told up to the read that misses the data', () => {
    const run = runs.run(mutated(WITHOUT_FLUSH), scenario(EXT4)) as ExploredRun;
    const { timeline } = readTrace(run, 'P3', 'lkmm', 'f')!;
    expect(timeline.steps.at(-1)!.text).toMatch(/returns to user space/);
    expect(timeline.steps.flatMap(({ effects }) => effects).join()).toMatch(/read got (?:zeros|STALE)/);
  });
});

describe('a patch', () => {
  it('that drops the flush is blamed on its line', async () => {
    const { findings } = await report(diffOf('5.15', iomap.path, [FLUSH, '\tret = 0;']), { kernel: '6.1' });
    const own = findings.filter(({ rule }) => rule === 'missed-buffered-write');
    expect(own.map(({ change }) => change)).toEqual(['introduced', 'introduced']);
    expect(own.map(({ message }) => message)).toContain(
      'after a buffered write has returned, a DIO read can now return zeros instead of its data (ext4, delalloc, hole, 5.15-6.4)',
    );
  });

  it('that flushes twice has none', async () => {
    const text = diffOf('5.15', iomap.path, [FLUSH, '$&\n\tif (ret)\n\t\tgoto out_free_dio;\n$&']);
    const { findings } = await report(text, { kernel: '6.1' });
    expect(findings).toEqual([]);
  });
});
