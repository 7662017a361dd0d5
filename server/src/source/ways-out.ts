/** Ways out of a function that a patch opens between a lock and its unlock: with what it keeps held nothing goes on. */

import type { HunkStatement } from './hunk-statements.js';
import { callsIn } from './statements.js';

/** A `return` that the patch adds. */
export const isAddedReturn = ({ kind, words }: HunkStatement): boolean =>
  kind === 'added' && words[0] === 'return';

type Matters = (words: readonly string[]) => boolean;

const DROPS = /unlock|^up_(?:read|write)$/;
const TAKES = /lock|^down_(?:read|write)/;

/** What a statement does with a lock that is modelled; null for other statements. */
function lockMove(words: readonly string[], matters: Matters): 'takes' | 'drops' | null {
  const names = callsIn(words).filter((name) => matters([name, '(']));
  if (names.some((name) => DROPS.test(name))) return 'drops';
  return names.some((name) => TAKES.test(name)) ? 'takes' : null;
}

/** Whether the lines around the added `return` at `at` hold a lock there: what is next done with one is to drop it. */
export function leavesLocked(all: readonly HunkStatement[], at: number, matters: Matters): boolean {
  const move = ({ kind, words }: HunkStatement) => (kind === 'removed' ? null : lockMove(words, matters));
  const moves = all.map(move);
  const before = moves.slice(0, at).findLast((one) => one !== null) ?? null;
  const after = moves.slice(at).find((one) => one !== null) ?? null;
  return before !== 'drops' && after === 'drops';
}

/** Whether a lock is taken in the statements before `at`, and one dropped in those from there on. */
export const standsLocked = (all: readonly (readonly string[])[], at: number, matters: Matters): boolean =>
  all.slice(0, at).some((words) => lockMove(words, matters) === 'takes') &&
  all.slice(at).some((words) => lockMove(words, matters) === 'drops');
