/** `--tree`: real kernel functions lowered and judged, on patches made from the tree's own text at test time. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kernelTree, type TreeVersion } from '../kernel-tree.js';
import { unifiedDiff } from '../source/helpers.js';
import { changes, report } from './patches.js';

interface Case {
  readonly version: TreeVersion;
  readonly what: string;
  readonly path: string;
  readonly edit: (text: string) => string;
  /** Every line says property, file system and change. */
  readonly expected: RegExp;
}

/** Moves the statement that begins with `from` and ends with `;` in front of `to`, inside the function `inside`. */
function moved(text: string, inside: string, from: string, to: string): string {
  const start = text.indexOf(inside);
  const at = text.indexOf(from, start);
  const end = text.indexOf(';\n', at) + 2;
  const block = text.slice(at, end);
  const without = text.slice(0, at) + text.slice(end);
  const target = without.indexOf(to, start);
  return without.slice(0, target) + block + without.slice(target);
}

/** Drops the `if` with the single statement beneath it. */
function dropped(text: string, inside: string, condition: string): string {
  const at = text.indexOf(condition, text.indexOf(inside));
  return text.slice(0, at) + text.slice(text.indexOf(';\n', at) + 2);
}

const COMPLETE = 'ssize_t iomap_dio_complete(';

const cases: readonly Case[] = [
  {
    version: '6.12',
    what: 'a lock left held where a condition that nothing decides leads back to buffered reads',
    path: 'fs/ext4/file.c',
    edit: (text) => {
      const at = text.indexOf('\t\tinode_unlock_shared(inode);', text.indexOf('ext4_dio_read_iter('));
      return text.slice(0, at) + text.slice(text.indexOf('\n', at) + 1);
    },
    expected: /^P7 ext4\/.*introduced$/,
  },
  {
    version: '6.12',
    what: 'the second invalidation before the extent conversion',
    path: 'fs/iomap/direct-io.c',
    edit: (text) => moved(text, COMPLETE, '\tif (!dio->error && dio->size', '\tif (dops && dops->end_io)'),
    // P8: an extending write's page is stale inside the new i_size.
    expected: /^P[28] (?:xfs|ext4)\/.*introduced$/,
  },
  {
    version: '6.12',
    what: 'writeback allocates written blocks under dioread_nolock',
    path: 'fs/ext4/inode.c',
    edit: (text) => dropped(text, 'static int mpage_map_one_extent(', '\tif (dioread_nolock)\n'),
    expected: /^P1 ext4\/.*dioread_nolock.*introduced$/,
  },
  {
    version: '6.1',
    what: 'writeback allocates written blocks under dioread_nolock',
    path: 'fs/ext4/inode.c',
    edit: (text) => dropped(text, 'static int mpage_map_one_extent(', '\tif (dioread_nolock)\n'),
    expected: /^P1 ext4\/.*dioread_nolock.*introduced$/,
  },
];

describe.each(cases)('$version: $what', ({ version, path, edit, expected }) => {
  const tree = kernelTree(version);

  it.skipIf(tree === null)(
    `is introduced on the real ${path} (skipped without linux-source-${version})`,
    async () => {
      const before = readFileSync(join(tree!, path), 'utf8');
      const after = edit(before);
      expect(after).not.toBe(before);
      const found = await report(`${unifiedDiff(path, before, after)}\n`, { tree });
      expect(found.notModelled).toEqual([]);
      const rows = changes(found);
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) expect(row).toMatch(expected);
      expect(
        found.findings.every(({ timeline }) => timeline.steps.some(({ at }) => at.kind === 'tree')),
      ).toBe(true);
    },
  );
});
