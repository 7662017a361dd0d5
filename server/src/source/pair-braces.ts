/** Blocks that a hunk opens and closes: where one of the two braces found its place, the other one goes with it. */

import type { Item } from './hunk-blocks.js';
import { braceDelta, isBareHead, type Statement } from './statements.js';

/** The slots of added statements, by their place among the items. */
type Slots = Map<number, number>;

/** Gives the other brace of a half placed block its place, or takes the one that has one away. */
export function pairBraces(items: Item[], slots: Slots, base: readonly Statement[]): void {
  items.forEach((item, at) => {
    if (isHeadOfAnother(items, base, at)) items[at] = { ...item, match: -1 };
  });
  for (const side of ['added', 'removed'] as const) {
    for (const [open, close] of pairsOf(items, side)) {
      if (side === 'added') pairAdded(items, slots, base, open, close);
      else pairRemoved(items, base, open, close);
    }
  }
}

/** A removed `if (ret)` whose statement the base does not have was taken for one with a block there. */
function isHeadOfAnother(items: readonly Item[], base: readonly Statement[], at: number): boolean {
  const { statement, match } = items[at]!;
  if (statement.kind !== 'removed' || match < 0 || !isBareHead(statement.words)) return false;
  const body = items[at + 1];
  return base[match]!.tokens.at(-1) === '{' && body?.statement.kind === 'removed' && body.match < 0;
}

/** Opening and closing statements of one kind that belong together on their side of the patch. */
function pairsOf(items: readonly Item[], side: 'added' | 'removed'): readonly (readonly [number, number])[] {
  const other = side === 'added' ? 'removed' : 'added';
  const pairs: [number, number][] = [];
  let open: number[] = [];
  items.forEach(({ statement: { kind, words }, reach }, at) => {
    if (reach !== items[at - 1]?.reach) open = [];
    if (kind === other) return;
    if (words[0] === '}') {
      const start = open.pop();
      if (start !== undefined && kind === side && items[start]!.statement.kind === side)
        pairs.push([start, at]);
    }
    if (words.at(-1) === '{') open.push(at);
  });
  return pairs;
}

function pairAdded(
  items: readonly Item[],
  slots: Slots,
  base: readonly Statement[],
  open: number,
  close: number,
): void {
  const start = slots.get(open);
  if (start === undefined || hasOwnBraces(items, base, open)) slots.delete(close);
  else if (!slots.has(close)) slots.set(close, endOf(items, slots, open, close, start));
}

/** Whether the head has braces in the base, which stay, and that the patch adds: ours were written with them. */
function hasOwnBraces(items: readonly Item[], base: readonly Statement[], open: number): boolean {
  const was = items[open - 1];
  if (was?.statement.kind !== 'removed' || was.match < 0 || was.statement.words.at(-1) === '{') return false;
  return base[was.match]!.tokens.at(-1) === '{';
}

/** The place behind what was placed last inside of the block. */
function endOf(items: readonly Item[], slots: Slots, open: number, close: number, start: number): number {
  for (let at = close - 1; at > open; at -= 1) {
    const { match, statement } = items[at]!;
    const slot = slots.get(at);
    if (slot !== undefined) return slot;
    if (match >= 0 && statement.kind === 'context') return match + 1;
  }
  return start;
}

function pairRemoved(items: Item[], base: readonly Statement[], open: number, close: number): void {
  const start = items[open]!.match;
  const end = start < 0 ? -1 : closingOf(base, start);
  if (end < 0 || items.every(({ match }) => match !== end)) items[close] = { ...items[close]!, match: end };
}

/** The statement that closes the block which another one opens, or -1. */
function closingOf(base: readonly Statement[], open: number): number {
  let depth = 0;
  for (let at = open; at < base.length; at++) {
    if (at > open && depth === 1 && base[at]!.tokens[0] === '}') return at;
    depth += braceDelta(base[at]!.tokens);
  }
  return -1;
}
