/** Reads the bundled paths of an era: our own small C under `kernel/paths/<era>`, older eras' files included. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codeBaseOf, type CodeBase } from './code-base.js';
import { ERAS, inheritance, type Era, type EraId } from './eras.js';
import type { SourceLine } from './text.js';

/** The folder of this file, in the CommonJS bundle (`dist/`) and as a module alike. */
function here(): string {
  return typeof __dirname === 'string' ? __dirname : dirname(fileURLToPath(import.meta.url));
}

let folder: string | null = null;

/** The paths folder: beside the bundle, or in the source tree. The package always holds one of them. */
export function pathsFolder(): string {
  folder ??=
    [join(here(), 'paths'), join(here(), '..', 'kernel', 'paths')].find((one) => existsSync(one)) ?? here();
  return folder;
}

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
