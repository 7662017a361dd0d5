/** The whole process as its user starts it: cold, one call for all patches, against the second that it may take. */

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

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
  ];
}
