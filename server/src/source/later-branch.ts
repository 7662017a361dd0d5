/**
 * `else if` of which the base has cut the first branch, and begins with this one. What stays is aligned as it is
 * (`matchScore()` of align.ts); what a patch writes anew has to lose its `else` on both sides.
 */

import type { PieceStatement } from './align-text.js';
import type { HunkStatement } from './hunk-statements.js';
import { sameWords } from './similarity.js';
import type { Statement } from './statements.js';

const isLater = ({ words }: HunkStatement): boolean => words[0] === 'else' && words[1] === 'if';

/** The statements of a patch: an `else if` that one other takes the place of is an `if` where the base has it as that. */
export function withoutCutBranches(
  all: readonly PieceStatement[],
  base: readonly Statement[],
): readonly PieceStatement[] {
  const cut = new Set(
    all.flatMap((_, at) => (isTraded(all, at) && begins(all[at]!, base) ? [at, at + 1] : [])),
  );
  return cut.size === 0
    ? all
    : all.map((one, at) => (cut.has(at) ? { ...one, statement: withoutElse(one.statement) } : one));
}

function isTraded(all: readonly PieceStatement[], at: number): boolean {
  const { statement: old, piece } = all[at]!;
  const now = all[at + 1];
  if (now?.piece !== piece || old.kind !== 'removed' || now.statement.kind !== 'added') return false;
  return isLater(old) && isLater(now.statement);
}

function begins({ statement: { words } }: PieceStatement, base: readonly Statement[]): boolean {
  const first = words.slice(1);
  return (
    base.some(({ tokens }) => sameWords(tokens, first)) &&
    !base.some(({ tokens }) => sameWords(tokens, words))
  );
}

const withoutElse = (statement: HunkStatement): HunkStatement => ({
  ...statement,
  words: statement.words.slice(1),
  lineOf: statement.lineOf.slice(1),
  lines: statement.lines.map((line) => ({ ...line, text: line.text.replace(/\belse\s+(?=if\b)/, '') })),
});
