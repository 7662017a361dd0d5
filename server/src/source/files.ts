/** Where real kernel files come from: a tree now; whatever else holds files by path fits behind the same door. */

import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, join, sep } from 'node:path';

export type FileRead =
  | { readonly ok: true; readonly text: string }
  /** For people: why there is no text. */
  | { readonly ok: false; readonly reason: string };

/** Files of one version of the kernel, by their path in the tree. */
export interface SourceFiles {
  /** For people, e.g. `linux-source-6.12`. */
  readonly name: string;
  /** The kernel's version, e.g. `6.12`; null when the source does not say. */
  readonly version: string | null;
  read(path: string): FileRead;
}

/** Why a path from a patch may not be read; null when it may. */
function refusal(path: string): string | null {
  if (path === '' || path.includes('\0')) return 'is not a path';
  if (path.startsWith('/') || path.includes('\\') || /^[A-Za-z]:/.test(path))
    return 'is not relative to the tree';
  return path.split('/').includes('..') ? 'leaves the tree' : null;
}

/** Real sources are below 1 MB; anything far larger is not read. */
const LARGEST = 16 * 1024 * 1024;

/** A kernel tree on disk. Reads only regular files whose real place is inside it. */
class Tree implements SourceFiles {
  readonly name: string;
  readonly version: string | null;

  constructor(readonly root: string) {
    this.name = basename(root);
    this.version = this.#makefileVersion() ?? /(\d+\.\d+)/.exec(this.name)?.[1] ?? null;
  }

  read(path: string): FileRead {
    const refused = refusal(path);
    if (refused !== null) return { ok: false, reason: `${path} ${refused}` };
    const real = realPath(join(this.root, path));
    if (real === null) return { ok: false, reason: `${path} is not in the tree` };
    if (!real.startsWith(this.root + sep)) return { ok: false, reason: `${path} leads out of the tree` };
    return readRegular(real, path);
  }

  #makefileVersion(): string | null {
    const makefile = this.read('Makefile');
    if (!makefile.ok) return null;
    const value = (name: string): string | undefined =>
      new RegExp(`^${name} *= *(\\d+)`, 'm').exec(makefile.text)?.[1];
    const [major, minor] = [value('VERSION'), value('PATCHLEVEL')];
    return major === undefined || minor === undefined ? null : `${major}.${minor}`;
  }
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

function readRegular(real: string, path: string): FileRead {
  try {
    const stat = statSync(real);
    if (!stat.isFile()) return { ok: false, reason: `${path} is not a file` };
    if (stat.size > LARGEST) return { ok: false, reason: `${path} is too large` };
    return { ok: true, text: readFileSync(real, 'utf8') };
  } catch {
    return { ok: false, reason: `${path} cannot be read` };
  }
}

/** Opens a kernel tree; null with no such directory. */
export function openTree(directory: string): SourceFiles | null {
  const root = realPath(directory);
  return root === null || !statSync(root).isDirectory() ? null : new Tree(root);
}
