/** The bundled paths are ours: the kernel's names and the order of its events, in fewer words than the kernel's. */

import { readdirSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { splitFile } from '../../server/src/source/functions.js';
import { maskComments } from '../../server/src/source/mask.js';
import { isBraceOnly, statements } from '../../server/src/source/statements.js';
import { kernelTree } from '../kernel-tree.js';

const PATHS = fileURLToPath(new URL('../../server/src/kernel/paths', import.meta.url));

/** Statements that may stand one after the other as in the kernel: an ordering is no shorter. */
const LONGEST_RUN = 8;

/** A function's statements, each as its words; braces alone are left out. */
type Body = readonly string[];

function functionsOf(file: string): readonly (readonly [name: string, body: Body])[] {
  const lines = maskComments(readFileSync(file, 'utf8'))
    .split('\n')
    .map((text, at) => ({ text, origin: { kind: 'tree', file, line: at + 1 } as const }));
  return splitFile(file, lines).functions.map(({ name, lines: own }) => {
    const words = statements(own.map(({ text }) => text)).map(({ tokens }) => tokens);
    return [name, words.filter((one) => !isBraceOnly(one)).map((one) => one.join(' '))];
  });
}

function longestRun(own: Body, other: Body): number {
  let longest = 0;
  let above: readonly number[] = [];
  for (const statement of own) {
    const before = above;
    above = other.map((theirs, at) => (theirs === statement ? (before[at - 1] ?? 0) + 1 : 0));
    longest = Math.max(longest, ...above);
  }
  return longest;
}

const sourcesIn = (folder: string, recursive: boolean): readonly string[] =>
  readdirSync(folder, { recursive, encoding: 'utf8' })
    .filter((file) => /\.[ch]$/.test(file))
    .map((file) => resolve(folder, file));

function kernelFunctions(tree: string): ReadonlyMap<string, readonly Body[]> {
  const folders = ['fs/ext4', 'fs/xfs', 'fs/iomap', 'mm', 'include/linux'];
  const files = [
    ...folders.flatMap((folder) => sourcesIn(resolve(tree, folder), true)),
    ...sourcesIn(resolve(tree, 'fs'), false),
  ];
  const bodies = new Map<string, Body[]>();
  for (const [name, body] of files.flatMap(functionsOf))
    bodies.set(name, [...(bodies.get(name) ?? []), body]);
  return bodies;
}

describe.each(['6.12', '6.1'] as const)('a bundled function beside its namesake in %s', (version) => {
  const tree = kernelTree(version);

  it.skipIf(tree === null)(
    `has no more than ${String(LONGEST_RUN)} statements in a row as they stand there (needs build/trees)`,
    () => {
      const kernels = kernelFunctions(tree!);
      const beside = sourcesIn(PATHS, true).flatMap((file) =>
        functionsOf(file).flatMap(([name, body]) => {
          const runs = (kernels.get(name) ?? []).map((other) => longestRun(body, other));
          return runs.length > 0
            ? [{ where: `${relative(PATHS, file)}:${name}()`, run: Math.max(...runs) }]
            : [];
        }),
      );
      expect(beside.length).toBeGreaterThan(400);
      const copied = beside
        .filter(({ run }) => run > LONGEST_RUN)
        .map(({ where, run }) => `${where} ${String(run)}`);
      expect(copied).toEqual([]);
    },
  );
});
