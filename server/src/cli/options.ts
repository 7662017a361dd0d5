/** The options that `check` and `timeline` share. */

import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { CheckOptions } from '../review/check.js';
import { readSilence, type Silence } from '../review/silence.js';
import { COLOR, type Color } from './screen.js';

const MEMORY: readonly CheckOptions['memory'][] = ['sc', 'tso', 'lkmm'];

export interface AnalysisFlags {
  readonly kernel?: string;
  readonly tree?: string;
  readonly memory: CheckOptions['memory'];
  readonly jobs: number;
  readonly all?: true;
  readonly silence: readonly Silence[];
  readonly color: Color;
}

export function addAnalysisOptions(command: Command): Command {
  return command
    .option(
      '--kernel <release>',
      'kernel release to judge the patch for, e.g. 5.5 (default: taken from the patch)',
    )
    .option('--tree <dir>', 'kernel tree whose functions are used instead of the bundled ones', directory)
    .addOption(new Option('--memory <model>', 'memory model').choices(MEMORY).default('lkmm'))
    .addOption(
      new Option('--jobs <n>', 'inputs checked at the same time')
        .argParser(positive)
        .default(availableParallelism(), 'one a processor'),
    )
    .option('--all', 'also judge diffs that are no proposals: quoted ones, debugging diffs')
    .addOption(
      new Option(
        '--silence <rule[:file]>',
        'count the findings of a rule and do not show them; may be repeated',
      )
        .argParser(silence)
        .default([], 'none'),
    )
    .addOption(new Option('--color <when>', 'colours in text').choices(COLOR).default('auto'));
}

export function checkOptions(flags: AnalysisFlags): CheckOptions {
  return {
    kernel: flags.kernel ?? null,
    tree: flags.tree ?? null,
    memory: flags.memory,
    jobs: flags.jobs,
    all: flags.all === true,
    silence: flags.silence,
  };
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('Give a number from 1 to 9999.');
  return Number(text);
}

function silence(text: string, before: readonly Silence[]): readonly Silence[] {
  const read = readSilence(text);
  if (!read.ok) throw new InvalidArgumentError(read.what);
  return [...before, read.silence];
}

function directory(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new InvalidArgumentError('It is not a directory: give the top of a kernel tree.');
  }
  return path;
}
