/** A flush that is left out where nothing seems to need it: what is asked for decides. */

import { describe, expect, it } from 'vitest';
import { changes, diffOf, report } from './patches.js';

const FLUSH = /\treturn filemap_write_and_wait_range\(mapping, pos, end\);\n/;
const onlyIf = (asked: string) =>
  report(diffOf('6.5', 'mm/filemap.c', [FLUSH, `\tif (!${asked})\n\t\treturn 0;\n\n$&`]), { kernel: '6.6' });

describe('a direct read that flushes only', () => {
  it.each(['filemap_range_needs_writeback', 'filemap_range_has_writeback'])(
    'what is dirty, locked or under writeback opens nothing: %s',
    async (asks) => {
      const { findings, notModelled } = await onlyIf(`${asks}(mapping, pos, end)`);
      expect(findings.filter(({ change }) => change === 'introduced')).toEqual([]);
      expect(notModelled).toEqual([]);
    },
  );

  it.each([
    ['what is tagged dirty does not wait for what is being written', 'PAGECACHE_TAG_DIRTY'],
    ['what is tagged as being written leaves what is dirty', 'PAGECACHE_TAG_WRITEBACK'],
  ])('%s', async (_, tag) => {
    expect(changes(await onlyIf(`mapping_tagged(mapping, ${tag})`))).toContain(
      'P3 xfs/buffered-write+dio-read+writeback/hole@6.5-6.6: none -> race introduced',
    );
  });
});
