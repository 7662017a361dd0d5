/** Tests that would take more than there is: they end as Unfinished, and the process stays small. */

import { describe, expect, it } from 'vitest';
import { judge } from '../../server/src/litmus/judge.js';
import { readLitmus } from '../../server/src/litmus/read.js';

/** docs/memory-model.md promises that a process stays below 300 MB; what the test runner itself has comes on top. */
const MOST_GROWTH_KB = 300 * 1024;

const body = (statement: (thread: number, i: number) => string, count: number) => (thread: number) =>
  Array.from({ length: count }, (_, i) => `\t${statement(thread, i)}`).join('\n');

function test(threads: number, text: (thread: number) => string): string {
  const all = Array.from({ length: threads }, (_, i) => `P${i}(int *x, int *y, int *z)\n{\n${text(i)}\n}\n`);
  return ['C large', '{}', ...all, 'exists (x=0)', ''].join('\n');
}

const LARGE: readonly (readonly [string, string])[] = [
  [
    'many writes to one variable',
    test(
      5,
      body((thread, i) => `WRITE_ONCE(*x, ${thread * 10 + i});`, 6),
    ),
  ],
  [
    'many reads of many values',
    test(
      4,
      body(
        (thread, i) => (i % 2 === 0 ? `int r${i} = READ_ONCE(*x);` : `WRITE_ONCE(*x, ${thread * 10 + i});`),
        10,
      ),
    ),
  ],
  [
    'many atomic operations',
    test(
      4,
      body((_, i) => `atomic_inc(${'xyz'[i % 3]!});`, 9),
    ),
  ],
  [
    'a value that grows without end',
    test(
      2,
      body((_, i) => `int r${i} = READ_ONCE(*x); WRITE_ONCE(*x, r${i} + 1);`, 12),
    ),
  ],
  [
    'many events',
    test(
      2,
      body((_, i) => `WRITE_ONCE(*x, ${i});`, 80),
    ),
  ],
];

describe('a litmus test that is too large', { timeout: 300_000 }, () => {
  it.each(LARGE)('%s: is Unfinished, in bounded memory', (_, text) => {
    const read = readLitmus(text);
    if (read.kind !== 'test') throw new Error(JSON.stringify(read));
    const before = process.resourceUsage().maxRSS;
    for (const memory of ['sc', 'tso', 'lkmm'] as const)
      expect(judge(read.test, memory).kind).toBe('unfinished');
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(MOST_GROWTH_KB);
  });
});
