/** Reads the bundled paths of an era: our own small C under `kernel/paths/<era>`, older eras' files included. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { codeBaseOf, type CodeBase } from './code-base.js';
import { ERAS, type Era, type EraId } from './eras.js';
import { readKnown } from './known.js';
import { partOf, withoutFunction, withPart } from './parts.js';
import { pathsFolder } from './paths-folder.js';
import type { SourceLine } from './text.js';

/** Eras that have a folder, oldest first. */
export function bundledEras(): readonly Era[] {
  return ERAS.filter((era) => existsSync(join(pathsFolder(), era.id)));
}

/** The lines of a bundled file; `file` is its path under the paths folder. */
function readLines(file: string): readonly SourceLine[] {
  const text = readFileSync(join(pathsFolder(), file), 'utf8').replace(/\n$/, '');
  return text
    .split('\n')
    .map((line, at) => ({ text: line, origin: { kind: 'bundled', file, line: at + 1 } }));
}

/** Paths in the kernel tree of the C files in an era's own folder. */
function ownFiles(id: EraId): readonly string[] {
  const root = join(pathsFolder(), id);
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[ch]$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

const assembled = new Map<EraId, ReadonlyMap<string, readonly SourceLine[]>>();

/** The files of an era by their paths in the kernel tree: those of the era before it, changed by its folder. */
function filesOf(id: EraId): ReadonlyMap<string, readonly SourceLine[]> {
  const known = assembled.get(id);
  if (known !== undefined) return known;
  const at = ERAS.findIndex((era) => era.id === id);
  const files = new Map(at > 0 ? filesOf(ERAS[at - 1]!.id) : []);
  for (const removed of ERAS[at]?.removes ?? []) remove(files, removed);
  for (const own of ownFiles(id)) {
    const { path, isPart } = partOf(own);
    const lines = readLines(`${id}/${own}`);
    files.set(path, isPart ? withPart(path, files.get(path) ?? [], lines) : lines);
  }
  assembled.set(id, files);
  return files;
}

/** Takes a whole file away, or of `fs/ext4/inode.c:ext4_direct_IO` the one function. */
function remove(files: Map<string, readonly SourceLine[]>, removed: string): void {
  const [path, name] = removed.split(':') as [string, string?];
  if (name === undefined) files.delete(path);
  else files.set(path, withoutFunction(path, files.get(path) ?? [], name));
}

const loaded = new Map<EraId, CodeBase>();

/** Functions of all eras with the path of the file that the newest has them in. */
export const pathsOfAllEras = (): readonly (readonly [string, string])[] =>
  bundledEras().flatMap(({ id }) =>
    [...loadEra(id).universe.values()].map(({ name, path }) => [name, path] as const),
  );

let paths: ReadonlyMap<string, string> | null = null;

/** Functions of any era: what a release does not have may still be a function that orders something. */
export function bundledFunctions(): ReadonlyMap<string, string> {
  paths ??= new Map((readKnown('functions') as readonly [string, string][] | null) ?? pathsOfAllEras());
  return paths;
}

let words: ReadonlySet<string> | null = null;

/** What any era names in whatever way: a function that none of them has may be called, and left out, all the same. */
export function bundledWords(): ReadonlySet<string> {
  if (words !== null) return words;
  const lines = new Set<string>();
  for (const { id } of bundledEras())
    for (const own of loadEra(id).files.values()) for (const { text } of own) lines.add(text);
  words = new Set([...lines].flatMap((line) => line.match(/\w+/g) ?? []));
  return words;
}

/** Whether some era has functions of both names: then neither is the other under the name that it had before, or got later. */
export const standTogether = (one: string, other: string): boolean =>
  bundledEras().some(({ id }) => loadEra(id).universe.has(one) && loadEra(id).universe.has(other));

/** The functions, tables and files of an era; read once. */
export function loadEra(id: EraId): CodeBase {
  const known = loaded.get(id);
  if (known !== undefined) return known;
  const label = ERAS.find((era) => era.id === id)?.label ?? id;
  const base = codeBaseOf(label, filesOf(id));
  loaded.set(id, base);
  return base;
}
