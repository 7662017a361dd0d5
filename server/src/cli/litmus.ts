/** `dio-ordering litmus`: judges litmus tests under a memory model, one line a test. */

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { type Judgement, type MemoryModel, judge } from '../litmus/judge.js';
import { differs, lineOf } from '../litmus/line.js';
import { at } from '../litmus/place.js';
import { readLitmus } from '../litmus/read.js';
import type { Expected } from '../litmus/syntax.js';
import { complain, EXIT, type ExitCode, type Io } from './io.js';

const MEMORY: readonly MemoryModel[] = ['sc', 'tso', 'lkmm'];

/** The longest tests there are have some kilobytes. */
const MOST_BYTES = 1024 * 1024;

const HELP = `
Each line is the name of a test, then as in herd7's Observation: Never, Sometimes or Always, the executions that end
in what its condition describes, those that do not, and the number of final states. A test with something in it that
is not modelled (RCU grace periods, SRCU) is Unsupported, one that takes too long or too much memory Unfinished.

Exit codes:
  0  every answer is the one that the test itself gives in a comment 'Result:', if it does
  1  some answer differs from it (only with --memory lkmm: it is the kernel's model that these comments speak of)
  2  wrong usage, or a file that is no litmus test
  3  internal error`;

export interface LitmusFlags {
  readonly memory: MemoryModel;
}

export function addLitmus(program: Command, io: Io, done: (code: ExitCode) => void): void {
  program
    .command('litmus')
    .description('judge litmus tests in C under the memory model of the kernel')
    .argument('<inputs...>', 'litmus files; directories, whose *.litmus files are judged')
    .addOption(new Option('--memory <model>', 'memory model').choices(MEMORY).default('lkmm'))
    .addHelpText('after', HELP)
    .action(async (named: string[], flags: LitmusFlags) => {
      done(await litmusCommand(named, flags, io));
    });
}

/** Judges what can be read, and complains of the rest. */
export async function litmusCommand(
  operands: readonly string[],
  { memory }: LitmusFlags,
  io: Io,
): Promise<ExitCode> {
  let code: ExitCode = EXIT.clean;
  for (const operand of new Set(operands)) {
    for await (const one of textsOf(operand)) {
      const result = one.ok ? judgeFile(one.file, one.text, memory, io) : unreadable(one.what, io);
      if (result === 'wrong') code = EXIT.usage;
      else if (result === 'differs' && code === EXIT.clean) code = EXIT.findings;
    }
  }
  return code;
}

type Result = 'fine' | 'differs' | 'wrong';

function judgeFile(file: string, text: string, memory: MemoryModel, io: Io): Result {
  const read = readLitmus(text);
  switch (read.kind) {
    case 'wrong':
      return unreadable(`${file}:${read.place.line}:${read.place.column}: ${read.what}`, io);
    case 'unsupported':
      return print(
        read.name,
        { kind: 'unsupported', what: `${read.construct} (${at(read.place)})` },
        null,
        io,
      );
    case 'test': {
      const expected = memory === 'lkmm' ? read.test.expected : null;
      return print(read.test.name, judge(read.test, memory), expected, io);
    }
  }
}

function print(name: string, judgement: Judgement, expected: Expected | null, io: Io): Result {
  io.stdout.write(`${lineOf(name, judgement, expected)}\n`);
  return differs(judgement, expected) ? 'differs' : 'fine';
}

function unreadable(what: string, io: Io): Result {
  complain(io, what);
  return 'wrong';
}

type Text =
  | { readonly ok: true; readonly file: string; readonly text: string }
  | { readonly ok: false; readonly what: string };

async function* textsOf(operand: string): AsyncGenerator<Text> {
  try {
    const files = (await stat(operand)).isDirectory() ? await litmusFilesBelow(operand) : [operand];
    if (files.length === 0) yield { ok: false, what: `${operand}: no *.litmus file in this directory` };
    for (const file of files) yield await textOf(file);
  } catch (error) {
    yield { ok: false, what: `${operand}: ${reason(error)}` };
  }
}

async function textOf(file: string): Promise<Text> {
  try {
    const stats = await stat(file);
    if (stats.isCharacterDevice() || stats.size > MOST_BYTES) {
      return { ok: false, what: `${file}: too long for a litmus test: check the name` };
    }
    return { ok: true, file, text: await readFile(file, 'utf8') };
  } catch (error) {
    return { ok: false, what: `${file}: ${reason(error)}` };
  }
}

async function litmusFilesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.litmus'));
  return files.map(({ parentPath, name }) => join(parentPath, name)).sort();
}

/** Anything but the system's own error is not the input's fault and goes on to the top. */
function reason(error: unknown): string {
  if (!(error instanceof Error) || !('syscall' in error)) throw error;
  const code = 'code' in error ? String(error.code) : error.message;
  return code === 'ENOENT'
    ? 'no such file or directory: check the name'
    : `cannot be read (${code}): check the file`;
}
