/** The kernel's own litmus tests, one by one, each as if it were the only one: read, judged, against the limit. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judge } from '../../server/src/litmus/judge.js';
import { readLitmus } from '../../server/src/litmus/read.js';

/** What a test may take at most. */
const LIMIT_MS = 100;

interface Sample {
  readonly file: string;
  readonly first: number;
  readonly again: number;
  readonly candidates: number;
}

/** One line a test, the slowest first. */
export function benchLitmus(root: string): string[] {
  const folder = join(root, 'build/trees/linux-source-6.12/tools/memory-model/litmus-tests');
  if (!existsSync(folder)) return ["the kernel's litmus tests: not here, not measured"];
  const files = readdirSync(folder).filter((name) => name.endsWith('.litmus'));
  const samples = files.map((file) => measure(file, readFileSync(join(folder, file), 'utf8')));
  const slowest = Math.max(...samples.map(({ first }) => first));
  return [
    `${files.length} litmus tests under lkmm, the first time and again; the slowest takes ${(slowest / LIMIT_MS).toFixed(2)} of the limit of ${LIMIT_MS} ms`,
    ...samples.sort((a, b) => b.first - a.first).map(lineOf),
  ];
}

function measure(file: string, text: string): Sample {
  const [first, candidates] = timed(text);
  const [again] = timed(text);
  return { file, first, again, candidates };
}

/** Milliseconds, and the candidates that were looked at. */
function timed(text: string): [number, number] {
  const start = process.hrtime.bigint();
  const read = readLitmus(text);
  const judgement = read.kind === 'test' ? judge(read.test, 'lkmm') : null;
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
  return [milliseconds, judgement?.kind === 'observation' ? judgement.candidates : 0];
}

const lineOf = ({ file, first, again, candidates }: Sample): string =>
  `  ${file}: ${first.toFixed(1)} ms, ${again.toFixed(1)} ms, ${candidates} candidates`;
