import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { check, type CheckResult } from '../../server/src/review/check.js';
import { dioOrdering as run } from './command-line.js';

const example = (name: string): string => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
const BARRIER = example('dio-count-without-barrier.mbox');

/** All runs are of one file with the same options. */
let known: Promise<CheckResult> | null = null;

const dioOrdering = (args: readonly string[]) =>
  run(args, { check: (files, options) => (known ??= check(files, options)) });

async function idOf(file: string, isWanted: (memory: readonly string[]) => boolean): Promise<string> {
  const { out } = await dioOrdering(['check', '--format', 'json', file]);
  const { findings } = JSON.parse(out) as { findings: readonly { id: string; memory: string[] }[] };
  return findings.find(({ memory }) => isWanted(memory))!.id;
}

describe('timeline --format litmus and promela', { timeout: 300_000 }, () => {
  it('prints the litmus test of either side, and of a race that sc has why there is none', async () => {
    const reordered = await idOf(BARRIER, (memory) => !memory.includes('sc'));
    const litmus = ['timeline', BARRIER, '--format', 'litmus', '--finding'];
    const open = await dioOrdering([...litmus, reordered]);
    expect({ code: open.code, err: open.err }).toEqual({ code: 0, err: '' });
    expect(open.out).toMatch(
      /^C stale-data-exposure\+p1-\w+\+after\n[\s\S]*Result: Sometimes[\s\S]*exists \(.*\)\n$/,
    );
    const closed = await dioOrdering([...litmus, reordered, '--side', 'before']);
    expect(closed.out).toMatch(/\+before\n[\s\S]*Result: Never[\s\S]*\tsmp_mb__after_atomic\(\);/);
    const inOrder = await dioOrdering([...litmus, await idOf(BARRIER, (memory) => memory.includes('sc'))]);
    expect({ code: inOrder.code, out: inOrder.out }).toEqual({ code: 2, out: '' });
    expect(inOrder.err).toMatch(/exists under sc already: .*\(format promela\)/);
  });

  it('refuses a side where there is none to choose', async () => {
    const id = await idOf(BARRIER, () => true);
    const { code, err } = await dioOrdering([
      'timeline',
      BARRIER,
      '--finding',
      id,
      '--format',
      'promela',
      '--side',
      'before',
    ]);
    expect(code).toBe(2);
    expect(err).toContain('--side is of --format svg and litmus');
  });
});
