/**
 * Blocks of the base that begin between two lines that a damaged hunk shows one after the other. Damage takes lone braces
 * and indentation, never a head: what stands in such a block of the base stands in none, or in another, in the kernel.
 */

import type { Item } from './hunk-blocks.js';
import { isBraceOnly, type Statement } from './statements.js';

const HEAD = /^(?:if|else|for|while|do|switch|case|default)$/;

/** Items of hunks that lost lines, without those that were found in a block whose head their hunk does not have. */
export function withoutUnseenBlocks(items: readonly Item[], base: readonly Statement[]): readonly Item[] {
  let last: Item | null = null;
  let end = -1;
  return items.map((item) => {
    const { statement, match, hunk, reach } = item;
    if (statement.kind === 'added' || item.intact) return item;
    if (last?.hunk !== hunk || last.reach !== reach) [last, end] = [null, -1];
    // It may be the head, in other words.
    if (match < 0 && HEAD.test(statement.words.find((word) => word !== '}') ?? '')) last = null;
    if (match < 0) return item;
    if (last !== null && match > last.match) end = Math.max(end, endOfOpened(base, last.match + 1, match));
    last = item;
    return match < end ? { ...item, match: -1 } : item;
  });
}

/** Where the outermost block ends that begins in the stretch and does not end in it; -1 when there is none. */
function endOfOpened(base: readonly Statement[], from: number, to: number): number {
  const open: number[] = [];
  for (let at = from; at < to; at += 1) {
    const { tokens } = base[at]!;
    if (tokens[0] === '}') open.pop();
    if (tokens.at(-1) === '{' && !isBraceOnly(tokens) && tokens[0] !== 'do') open.push(at);
  }
  return open.length === 0 ? -1 : closeOf(base, open[0]!);
}

function closeOf(base: readonly Statement[], head: number): number {
  let depth = 0;
  for (let at = head; at < base.length; at += 1) {
    const { tokens } = base[at]!;
    if (at > head && tokens[0] === '}') depth -= 1;
    if (depth === 0 && at > head) return at;
    if (tokens.at(-1) === '{') depth += 1;
  }
  return base.length;
}
