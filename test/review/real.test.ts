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
  'fs/ext4/inode.c',
  'fs/ext4/file.c',
  'fs/ext4/page-io.c',
  'fs/ext4/readpage.c',
  'fs/xfs/xfs_file.c',
  'fs/xfs/xfs_aops.c',
  'fs/xfs/xfs_iomap.c',
  'fs/xfs/xfs_iops.c',
  'fs/buffer.c',
  'mm/filemap.c',
  'mm/page-writeback.c',
  'mm/truncate.c',
];

/** Those of the scenarios that ask for them; truncate and punch hole of real trees are not read throughout yet. */
const PROPERTIES = ['P1', 'P2'] as const;

const linesOf = (file: string, text: string) =>
  text.split('\n').map((line, at) => ({ text: line, origin: { kind: 'tree', file, line: at + 1 } as const }));

function withReal(base: CodeBase, tree: string, file: string): CodeBase {
  const lines = linesOf(file, readFileSync(join(tree, file), 'utf8'));
  const real = overlay(base, 'real', new Map([[file, lines]]));
  return withCalledFunctions(
    real,
    base,
    lines.map(({ text }) => text),
    openTree(tree)!,
    linesOf,
  );
}

function verdicts(base: CodeBase): Record<string, string> {
  const code = new Code(parser, base);
  const asking = allScenarios().filter(({ asks }) => PROPERTIES.some((property) => asks.includes(property)));
  const rows = asking.map((scenario) => {
    const run = runs.run(code, scenario);
    return [scenario.id, PROPERTIES.map((property) => `${property} ${said(run, property)}`).join(', ')];
  });
  return Object.fromEntries(rows) as Record<string, string>;
}

const TREES: readonly (readonly [TreeVersion, EraId])[] = [
  ['6.12', '6.5'],
  ['6.1', '5.15'],
];

describe.each(TREES)('the real files of %s (needs its kernel source)', (version, era) => {
  const tree = kernelTree(version);

  it.skipIf(tree === null).each(FILES)(
    '%s',
    (file) => {
      const base = loadEra(era);
      expect(verdicts(withReal(base, tree!, file))).toEqual(verdicts(base));
    },
    60_000,
  );
});
