/** Functions that a release does not have and another does: the patch before in its series may have brought them. */

import { isPrimitiveName } from '../kernel/primitives.js';
import { bundledFunctions } from './bundled.js';
import type { CodeBase } from './code-base.js';
import type { MergedLine, MergedText } from './merged.js';
import { callsIn, tokens } from './statements.js';
import type { SourceLine } from './text.js';

/** Those that the changed lines call, and that their own side of the patch does not have. */
export function callsOfOtherReleases(
  changed: readonly MergedText[],
  before: CodeBase,
  after: CodeBase,
): readonly string[] {
  const lines = changed.flatMap((text) => text.lines);
  const called = (code: CodeBase, side: (line: MergedLine) => SourceLine | null): readonly string[] =>
    lines
      .filter((line) => line.before === null || line.after === null)
      .flatMap((line) => callsIn(tokens(side(line)?.text ?? '')))
      .filter((name) => !code.universe.has(name) && !isPrimitiveName(name) && bundledFunctions().has(name));
  return [...new Set([...called(before, (line) => line.before), ...called(after, (line) => line.after)])];
}
