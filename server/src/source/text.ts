/** C text whose every line knows where it came from: the virtual documents that `lower` reads. */

import type { InputLine } from '../diff/patch.js';

/** Where a line of source text stands for the user. */
export type Origin =
  /** A line of the input (added, or context of a hunk). `added` when the patch brings it. */
  | { readonly kind: 'patch'; readonly line: InputLine; readonly added: boolean }
  /** A line of a file in a kernel tree; `file` relative to the tree, `line` 1-based. */
  | { readonly kind: 'tree'; readonly file: string; readonly line: number }
  /** A line of a bundled path; `file` as `ERA/fs/...`, `line` 1-based. */
  | { readonly kind: 'bundled'; readonly file: string; readonly line: number };

export interface SourceLine {
  readonly text: string;
  readonly origin: Origin;
}

/** One function definition: its lines from the return type to the closing brace. */
export interface FunctionText {
  readonly name: string;
  /** Path in the kernel tree, e.g. `fs/iomap/direct-io.c`. */
  readonly path: string;
  readonly lines: readonly SourceLine[];
}

/** Functions by name: what a call in C can be followed to. */
export type Universe = ReadonlyMap<string, FunctionText>;
