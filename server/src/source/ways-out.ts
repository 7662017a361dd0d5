/** Ways out of a function that a patch opens between a lock and its unlock: with what it keeps held nothing goes on. */

import type { HunkStatement } from './hunk-statements.js';
import { callsIn, isLabel } from './statements.js';

/** A `return` that the patch adds. */
export const isAddedReturn = ({ kind, words }: HunkStatement): boolean =>
  kind === 'added' && words[0] === 'return';

/** The label that a `goto` leads to. */
export const labelOf = ({ words }: HunkStatement): string | null =>
  words[0] === 'goto' ? (words[1] ?? null) : null;

type Words = readonly string[];
type Matters = (words: Words) => boolean;

/** `inode_unlock`, `xfs_iunlock`; `ext4_map_blocks` is no lock. */
const DROPS = /(?:^|_)i?unlock(?:_|$)|^up_(?:read|write)$/;
const TAKES = /(?:^|_)(?:try|i)?lock(?:_|$)|^down_(?:read|write)/;

/** What a statement does with a lock that is modelled; null for other statements. */
function lockMove(words: Words, matters: Matters): 'takes' | 'drops' | null {
  const names = callsIn(words).filter((name) => matters([name, '(']));
  if (names.some((name) => DROPS.test(name))) return 'drops';
  return names.some((name) => TAKES.test(name)) ? 'takes' : null;
}

/** What is undone again by a call of its own, so that it matters which ways out it stands before. */
export const isPaired = (words: Words, matters: Matters): boolean =>
  lockMove(words, matters) !== null || callsIn(words).some((name) => /^inode_dio_(?:begin|end)$/.test(name));

/** A `return`, or a `goto`. */
export const isWayOut = ({ words }: Pick<HunkStatement, 'words'>): boolean =>
  words[0] === 'return' || words[0] === 'goto';

/** Whether the lines around the added `return` at `at` hold a lock there: what is next done with one is to drop it. */
export function leavesLocked(all: readonly HunkStatement[], at: number, matters: Matters): boolean {
  const move = ({ kind, words }: HunkStatement) => (kind === 'removed' ? null : lockMove(words, matters));
  const moves = all.map(move);
  const before = moves.slice(0, at).findLast((one) => one !== null) ?? null;
  const after = moves.slice(at).find((one) => one !== null) ?? null;
  return before !== 'drops' && after === 'drops';
}

/** Labels of kernel functions behind which locks are dropped. */
const UNLOCKS = /lock|mutex|mmap|sem\b/;

/** Whether a `goto` to where locks are dropped takes the place of a `return`, or the other way round. */
export function changesWayOut(all: readonly HunkStatement[], at: number): boolean {
  const { kind, words } = all[at]!;
  if (kind === 'context' || words[0] !== 'goto' || !UNLOCKS.test(words[1] ?? '')) return false;
  const other = kind === 'added' ? 'removed' : 'added';
  return [all[at - 1], all[at + 1]].some((one) => one?.kind === other && one.words[0] === 'return');
}

/** Whether a lock is taken in the statements before `at`, and one dropped in those from there on. */
export const standsLocked = (all: readonly Words[], at: number, matters: Matters): boolean =>
  all.slice(0, at).some((words) => lockMove(words, matters) === 'takes') &&
  all.slice(at).some((words) => lockMove(words, matters) === 'drops');

/** Whether who goes from `at` to a label passes over the unlock of a lock that was taken before: `goto out_mutex`. */
export function passesUnlock(all: readonly Words[], at: number, label: string, matters: Matters): boolean {
  const end = all.findIndex((words) => isLabel(words) && words[0] === label);
  let taken = 0;
  for (let i = at; i < end; i++) {
    const move = lockMove(all[i]!, matters);
    if (move === 'takes') taken++;
    if (move !== 'drops' || leadsOut(all, i)) continue;
    if (taken === 0) return true;
    taken--;
  }
  return false;
}

/** A branch that ends in a way out of its own drops what is held there for itself. */
function leadsOut(all: readonly Words[], at: number): boolean {
  const isOut = (words: Words | undefined): boolean => /^(?:goto|return)$/.test(words?.[0] ?? '');
  const [next, second] = all.slice(at + 1);
  const isPlain = next !== undefined && next.includes('=') && callsIn(next).length === 0;
  return isOut(next) || (isPlain && isOut(second));
}
