/**
 * Bundled against real: a file of a kernel tree in the place of the bundled one of its name gives the same verdicts,
 * property by property, in every scenario.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Code } from '../../server/src/lower/code.js';
import { cParser } from '../../server/src/lower/parser.js';
import { allScenarios } from '../../server/src/review/known-runs.js';
import { withCalledFunctions } from '../../server/src/source/called.js';
import { overlay, type CodeBase } from '../../server/src/source/code-base.js';
import { loadEra } from '../../server/src/source/bundled.js';
import type { EraId } from '../../server/src/source/eras.js';
import { openTree } from '../../server/src/source/files.js';
import { kernelTree, type TreeVersion } from '../kernel-tree.js';
import { runs, said } from './code.js';

const parser = await cParser();

const FILES = [
  'fs/iomap/direct-io.c',
  'fs/iomap/buffered-io.c',
  'fs/iomap/iter.c',
  'fs/ext4/file.c',
  'fs/ext4/inode.c',
  'fs/ext4/extents.c',
  'fs/ext4/page-io.c',
  'fs/ext4/readpage.c',
  'fs/xfs/xfs_file.c',
  'fs/xfs/xfs_aops.c',
  'fs/xfs/xfs_iomap.c',
  'fs/xfs/xfs_iops.c',
  'fs/xfs/xfs_bmap_util.c',
  'fs/buffer.c',
  'mm/filemap.c',
  'mm/page-writeback.c',
  'mm/truncate.c',
];

/** Where every call can fail (P6), real functions have more that do. */
const PROPERTIES = ['P1', 'P2', 'P3', 'P4', 'P5', 'P7'] as const;

const linesOf = (file: string, text: string) =>
  text.split('\n').map((line, at) => ({ text: line, origin: { kind: 'tree', file, line: at + 1 } as const }));

function withReal(base: CodeBase, tree: string, file: string): CodeBase {
  const lines = linesOf(file, readFileSync(join(tree, file), 'utf8'));
  return withCalledFunctions(
    overlay(base, 'real', new Map([[file, lines]])),
    base,
    lines.map(({ text }) => text),
    openTree(tree)!,
    linesOf,
  );
}

/**
 * iomap_writepage_map() of 6.1 keeps what it will submit in a list, which is not followed: that the page stays under
 * writeback is a guess, and no deadlock.
 */
const definite = (verdict: string): string => (verdict === 'not-modelled' ? 'none' : verdict);

/** Of the file systems that run the file. */
function verdicts(base: CodeBase, file: string): Record<string, string> {
  const code = new Code(parser, base);
  const owner = /^fs\/(ext4|xfs)\//.exec(file)?.[1];
  const rows = allScenarios()
    .filter(({ configuration: { fs } }) => owner === undefined || fs === owner)
    .map((one) => {
      const asked = PROPERTIES.filter((property) => one.asks.includes(property));
      const run = asked.length === 0 ? null : runs.run(code, one);
      return [one.id, asked.map((property) => `${property} ${definite(said(run!, property))}`).join(', ')];
    });
  return Object.fromEntries(rows) as Record<string, string>;
}

/** Debian's 6.12 has the fallocate of 6.14. */
const TREES: readonly (readonly [TreeVersion, EraId])[] = [
  ['6.12', '6.14'],
  ['6.1', '5.15'],
];

describe.each(TREES)('the real files of %s (needs its kernel source)', (version, era) => {
  const tree = kernelTree(version);

  it.skipIf(tree === null).each(FILES)(
    '%s',
    (file) => {
      const base = loadEra(era);
      expect(verdicts(withReal(base, tree!, file), file)).toEqual(verdicts(base, file));
    },
    60_000,
  );
});
