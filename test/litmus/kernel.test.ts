import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kernelTree } from '../kernel-tree.js';
import { observe, testOf } from './variants.js';

const tree = kernelTree('6.12');
const folder = tree === null ? null : join(tree, 'tools/memory-model/litmus-tests');
const files = folder === null ? [] : readdirSync(folder).filter((name) => name.endsWith('.litmus'));
const reason = folder === null ? ' (no kernel tree is there: scripts/unpack-trees.sh)' : '';

describe.skipIf(folder === null)(`the kernel's own litmus tests${reason}`, () => {
  const read = (file: string) => readFileSync(join(folder!, file), 'utf8');

  it('are there', () => {
    expect(files.length).toBeGreaterThanOrEqual(35);
  });

  it.each(files)('%s has the answer of its comment Result:', (file) => {
    const { expected } = testOf(read(file));
    const { answer, race } = observe(read(file));
    expect(expected).not.toBeNull();
    expect({ answer, race }).toEqual(expected);
  });

  it.each(files)('%s has no more outcomes on x86, and fewer still one access after the other', (file) => {
    const [sc, tso, lkmm] = (['sc', 'tso', 'lkmm'] as const).map(
      (memory) => observe(read(file), memory).states,
    );
    expect(tso).toEqual(expect.arrayContaining([...sc!]));
    expect(lkmm).toEqual(expect.arrayContaining([...tso!]));
  });
});
