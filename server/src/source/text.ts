/** C text whose every line knows where it came from: the virtual documents that `lower` reads. */

import type { InputLine, LineKind } from '../diff/patch.js';

/** Where a line of source text stands for the user. */
export type Origin =
  /** A line of the input, and what the patch does with it: one line of base64 holds several lines of a patch. */
  | { readonly kind: 'patch'; readonly line: InputLine; readonly role: LineKind }
  /** A line of a file in a kernel tree; `file` relative to the tree, `line` 1-based. */
  | { readonly kind: 'tree'; readonly file: string; readonly line: number }
  /** A line of a bundled path; `file` as `ERA/fs/...`, `line` 1-based. */
  | { readonly kind: 'bundled'; readonly file: string; readonly line: number };

/** Whether a patch changes what stands there, on one of these lines. */
export const isChangedIn = (origin: Origin, lines: ReadonlySet<InputLine>): boolean =>
  origin.kind === 'patch' && origin.role !== 'context' && lines.has(origin.line);

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
