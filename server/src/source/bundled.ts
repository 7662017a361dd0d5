/** Reads the bundled paths of an era: our own small C under `kernel/paths/<era>`, older eras' files included. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { codeBaseOf, type CodeBase } from './code-base.js';
import { readKnown } from './known.js';
import { pathsFolder } from './paths-folder.js';
import { ERAS, inheritance, type Era, type EraId } from './eras.js';
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

/** For each path of the era the era whose folder holds it. */
function sources(id: EraId): ReadonlyMap<string, EraId> {
  const found = new Map<string, EraId>();
  for (const era of inheritance(id)) {
    for (const path of era.removes) found.delete(path);
    for (const path of ownFiles(era.id)) found.set(path, era.id);
  }
  return found;
}

const loaded = new Map<EraId, CodeBase>();

export const namesOfAllEras = (): readonly string[] =>
  bundledEras().flatMap(({ id }) => [...loadEra(id).universe.keys()]);

let names: ReadonlySet<string> | null = null;

/** Functions of any era: what a release does not have may still be a function that orders something. */
export function bundledNames(): ReadonlySet<string> {
  names ??= new Set((readKnown('names') as readonly string[] | null) ?? namesOfAllEras());
  return names;
}

/** The functions, tables and files of an era; read once. */
export function loadEra(id: EraId): CodeBase {
  const known = loaded.get(id);
  if (known !== undefined) return known;
  const files = [...sources(id)].map(([path, era]) => [path, readLines(`${era}/${path}`)] as const);
  const label = ERAS.find((era) => era.id === id)?.label ?? id;
  const base = codeBaseOf(label, new Map(files));
  loaded.set(id, base);
  return base;
}
