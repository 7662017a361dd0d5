/** What a patch is placed on: the functions, tables and files of one release. */

import { splitFile } from './functions.js';
import { interned } from './intern.js';
import type { FunctionText, SourceLine, Universe } from './text.js';

/** A function-like macro that a patch brought. */
export interface Macro {
  readonly parameters: readonly string[];
  readonly body: string;
}

export type Macros = ReadonlyMap<string, Macro>;

export interface CodeBase {
  /** The era or tree for people, e.g. `5.5-5.8` or `6.12.43 (tree)`. */
  readonly release: string;
  readonly universe: Universe;
  /** Function pointer tables by name, e.g. `ext4_da_aops`. */
  readonly tables: ReadonlyMap<string, FunctionText>;
  /** Whole files by path in the kernel tree. */
  readonly files: ReadonlyMap<string, readonly SourceLine[]>;
  /** Those of the patches that lead to it, which the patches behind them may call. */
  readonly macros?: Macros;
}

/** Builds a code base from whole files; of two functions with one name the later file's counts. */
export function codeBaseOf(release: string, files: ReadonlyMap<string, readonly SourceLine[]>): CodeBase {
  return overlay({ release, universe: new Map(), tables: new Map(), files: new Map() }, release, files);
}

/**
 * `base` with real files laid over it: their functions and tables replace those of the same name, and functions that
 * only they hold become known. A bundled function of the same path that the real file no longer has is dropped.
 */
export function overlay(
  base: CodeBase,
  release: string,
  files: ReadonlyMap<string, readonly SourceLine[]>,
): CodeBase {
  const universe = new Map([...base.universe].filter(([, text]) => !files.has(text.path)));
  const tables = new Map([...base.tables].filter(([, text]) => !files.has(text.path)));
  for (const [path, lines] of files) {
    const parts = splitFile(path, lines);
    for (const text of parts.functions) universe.set(text.name, interned(text));
    for (const text of parts.tables) tables.set(text.name, interned(text));
  }
  return { release, universe, tables, files: new Map([...base.files, ...files]) };
}
