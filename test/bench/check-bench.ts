/** The whole process as its user starts it: cold, one call for all patches, against the second that it may take. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kernelTree, type TreeVersion } from '../kernel-tree.js';
import { unifiedDiff } from '../source/helpers.js';

/** A reviewer waits at most this long for the two mails that the project grew from. */
const LIMIT_SECONDS = 1;
const RUNS = 5;

interface Sample {
  readonly wall: number;
  readonly cpu: number;
}

function run(args: readonly string[]): Sample {
  const start = process.hrtime.bigint();
  const before = process.resourceUsage();
  const done = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (done.status === null || done.status > 1) throw new Error(`${args.join(' ')}: ${done.stderr}`);
  const after = process.resourceUsage();
  const cpu = after.userCPUTime + after.systemCPUTime - before.userCPUTime - before.systemCPUTime;
  return { wall: Number(process.hrtime.bigint() - start) / 1e9, cpu: cpu / 1e6 };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

function measure(name: string, args: readonly string[]): string {
  run(args);
  const walls = Array.from({ length: RUNS }, () => run(args).wall);
  const empty = median(Array.from({ length: RUNS }, () => run(['-e', '0']).wall));
  const wall = median(walls);
  return `${name}: ${wall.toFixed(2)} s, ${(wall / LIMIT_SECONDS).toFixed(2)} of the limit, ${(wall / empty).toFixed(0)} times an empty node`;
}

const patches = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .sort()
        .map((name) => join(folder, name))
    : [];

const WRITEBACK = 'fs/ext4/inode.c';

/** A patch of the tree's own file that takes the choice of unwritten extents out of writeback. */
function patchOf(tree: string): string {
  const before = readFileSync(join(tree, WRITEBACK), 'utf8').trimEnd();
  const after = before.replace(/\tif \(dioread_nolock\)\n.*\n/, '');
  return `${unifiedDiff(WRITEBACK, before, after)}\n`;
}

function measureTree(cli: string, version: TreeVersion): string {
  const tree = kernelTree(version);
  const name = `a patch on the kernel tree of ${version}`;
  if (tree === null) return `${name}: not here, not measured`;
  const folder = mkdtempSync(join(tmpdir(), 'dio-bench-'));
  try {
    const patch = join(folder, 'tree.patch');
    writeFileSync(patch, patchOf(tree));
    return measure(name, [cli, 'check', '--tree', tree, patch]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One line for each set of patches that is there. */
export function benchCheck(root: string): string[] {
  const cli = join(root, 'dist', 'cli.cjs');
  const seeds = patches(join(root, '..', 'shared', 'seeds'));
  const examples = patches(join(root, 'examples'));
  return [
    `cold start of the process included, median of ${RUNS}`,
    ...(seeds.length > 0
      ? [measure('both seed mails', [cli, 'check', ...seeds])]
      : ['seed mails: not here, not measured']),
    ...examples.slice(0, 1).map((file) => measure('one example', [cli, 'check', file])),
    ...(['6.12', '6.1'] as const).map((version) => measureTree(cli, version)),
  ];
}
