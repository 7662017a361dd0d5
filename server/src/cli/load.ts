/** From what was named on the command line to patches: reads files, directories and stdin, and nothing else. */

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Patch } from '../diff/patch.js';
import { stacksOf } from '../diff/series.js';
import type { CheckedFile } from '../review/check.js';
import { patchesBelow } from './directory.js';
import type { Io } from './io.js';
import type { Services } from './services.js';

/** Something that was not checked. */
export interface Problem {
  /** One line: where, what, what to do. */
  readonly what: string;
  /** True for what was named by the user or could not be read; a file of a directory without a diff is only mentioned. */
  readonly fatal: boolean;
}

export interface Loaded {
  readonly files: readonly CheckedFile[];
  readonly problems: readonly Problem[];
}

/** Standard input on the command line, and in results. */
const STDIN = '-';
const STDIN_NAME = '<stdin>';

/** Just above what `readPatches` accepts: enough for it to refuse, and a device that never ends does end. */
const MOST_BYTES = 65 * 1024 * 1024;

/** Reads every operand once, in order. Files are judged each on its own; those of one directory are a series. */
export async function load(operands: readonly string[], io: Io, services: Services): Promise<Loaded> {
  const steps: Loaded[] = [];
  for (const operand of new Set(operands)) steps.push(await loadOperand(operand, io, services));
  return { files: steps.flatMap((step) => step.files), problems: steps.flatMap((step) => step.problems) };
}

async function loadOperand(operand: string, io: Io, services: Services): Promise<Loaded> {
  try {
    if (operand === STDIN) return await loadFile(STDIN_NAME, io.stdin, services);
    if ((await stat(operand)).isDirectory()) return await loadDirectory(operand, services);
    return await loadFile(operand, createReadStream(operand), services);
  } catch (error) {
    return { files: [], problems: [{ what: `${operand}: ${reason(error)}`, fatal: true }] };
  }
}

async function loadFile(file: string, bytes: AsyncIterable<Uint8Array>, services: Services): Promise<Loaded> {
  const read = await services.readPatches(await gather(bytes));
  return read.ok
    ? { files: [{ file, input: read.input }], problems: [] }
    : { files: [], problems: [{ what: `${file}: ${read.what}`, fatal: true }] };
}

async function loadDirectory(directory: string, services: Services): Promise<Loaded> {
  const paths = await patchesBelow(directory);
  if (paths.length === 0) {
    const what = `${directory}: no patch in this directory: give patch files, or a directory that holds some`;
    return { files: [], problems: [{ what, fatal: true }] };
  }
  const bySeries = new Map<string, CheckedFile[]>();
  const problems: Problem[] = [];
  for (const path of paths) {
    const step = await loadMember(path, services);
    problems.push(...step.problems);
    const own = bySeries.get(dirname(path));
    if (own === undefined) bySeries.set(dirname(path), [...step.files]);
    else own.push(...step.files);
  }
  const files = [...bySeries].flatMap(([series, own]) => inOrder(own).map((file) => ({ ...file, series })));
  return { files, problems };
}

/** A file of a directory: without a diff it is mentioned, a cover letter is no mistake. */
async function loadMember(path: string, services: Services): Promise<Loaded> {
  try {
    const step = await loadFile(path, createReadStream(path), services);
    return { ...step, problems: step.problems.map((problem) => ({ ...problem, fatal: false })) };
  } catch (error) {
    return { files: [], problems: [{ what: `${path}: ${reason(error)}`, fatal: true }] };
  }
}

/** Series after series, each by index; what has no number stays in the order of names. */
function inOrder(files: readonly CheckedFile[]): readonly CheckedFile[] {
  const order = stacksOf(files.flatMap(({ input }) => input.patches)).flatMap(({ patches }) => patches);
  const places = new Map(order.map((patch, place) => [patch, place]));
  const first = ({ input }: CheckedFile): number =>
    Math.min(...input.patches.map((one: Patch) => places.get(one)!));
  return [...files].sort((a, b) => first(a) - first(b));
}

async function gather(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= MOST_BYTES) break;
  }
  return Buffer.concat(chunks);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory: check the name',
  EACCES: 'permission denied: make it readable',
  EPERM: 'permission denied: make it readable',
  ELOOP: 'too many symbolic links: name the file itself',
  ENOTDIR: 'a part of the path is not a directory: check the name',
  ENAMETOOLONG: 'the name is too long: check it',
};

/** The system's error in words. Anything else is not the input's fault and goes on to the top. */
function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null;
  if (code === null || !(error instanceof Error) || !('syscall' in error)) throw error;
  return REASONS[code] ?? `cannot be read (${code}): check the file`;
}
