import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readPatches } from '../../server/src/diff/read.js';
import { check } from '../../server/src/review/check.js';

async function changedBy(name: string) {
  const bytes = readFileSync(fileURLToPath(new URL(`../../examples/${name}`, import.meta.url)));
  const read = await readPatches(bytes);
  if (!read.ok) throw new Error(read.what);
  const options = { kernel: null, tree: null, memory: 'sc', jobs: 1 } as const;
  const result = await check([{ file: name, input: read.input }], options);
  if (!result.ok) throw new Error(result.what);
  return { functions: result.changedFunctions(), lines: bytes.toString().split('\n') };
}

describe('the functions that a patch changes', () => {
  it('are whole, before and after, and each line of the patch has its place there', async () => {
    const { functions, lines } = await changedBy('complete-after-invalidation.patch');
    expect(functions).toMatchObject([{ name: 'iomap_dio_rw', patch: 1, release: '4.11' }]);
    const { before, after } = functions[0]!;
    const text = (side: typeof before) => side!.map((line) => line.text).join('\n');
    expect(text(before)).toMatch(/^ssize_t[^]*\n}$/);
    expect(text(after)).not.toBe(text(before));
    for (const { text: line, at } of [...before!, ...after!])
      if (at.kind === 'patch') expect(lines[at.line - 1]!.slice(1)).toBe(line);
    const added = lines.flatMap((line, i) => (/^\+[^+]/.test(line) ? [i + 1] : []));
    expect(after!.map(({ at }) => (at.kind === 'patch' ? at.line : 0))).toEqual(
      expect.arrayContaining(added),
    );
  });

  it('are counted by the patch of a series', async () => {
    const { functions } = await changedBy('dio-count-taken-late.mbox');
    expect(new Set(functions.map(({ patch }) => patch))).toEqual(new Set([1, 2]));
  });
});
