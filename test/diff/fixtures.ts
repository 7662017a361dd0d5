import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { LineKind, Patch, PatchInput } from '../../server/src/diff/patch.js';
import { readPatches } from '../../server/src/diff/read.js';

const folder = fileURLToPath(new URL('../fixtures/', import.meta.url));

export function fixture(path: string): Buffer {
  return readFileSync(folder + path);
}

/** The undamaged patches: name and text. */
export const patches: readonly (readonly [string, string])[] = readdirSync(`${folder}diff`)
  .filter((name) => name.endsWith('.patch'))
  .map((name) => [name, fixture(`diff/${name}`).toString('utf8')] as const);

export async function read(text: string | Uint8Array): Promise<PatchInput> {
  const result = await readPatches(typeof text === 'string' ? Buffer.from(text, 'utf8') : text);
  expect(result).toMatchObject({ ok: true });
  if (!result.ok) throw new Error(result.what);
  return result.input;
}

/** Reads what holds one patch. */
export async function readOne(text: string | Uint8Array): Promise<Patch> {
  const { patches: found } = await read(text);
  expect(found).toHaveLength(1);
  return found[0]!;
}

export interface Change {
  readonly file: string;
  readonly kind: LineKind;
  readonly text: string;
  readonly line: number;
}

/** All lines of a kind in order; text without any white space, so that only what survives every damage counts. */
export function linesOf(patch: Patch, ...kinds: readonly LineKind[]): readonly Change[] {
  return patch.files.flatMap(({ path, hunks }) =>
    hunks
      .flatMap((hunk) => hunk.lines)
      .filter(({ kind }) => kinds.includes(kind))
      .map(({ kind, text, line }) => ({ file: path, kind, text: text.replace(/\s+/g, ''), line })),
  );
}

export function changesOf(patch: Patch): readonly Change[] {
  return linesOf(patch, 'added', 'removed');
}

export function said(patch: Patch): string {
  return patch.damage.map(({ line, what }) => `${line}: ${what}`).join('\n');
}
