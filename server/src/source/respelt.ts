/** Statements in two spellings: of the patch alone, as in the conversions from pages to folios, and of patch and base. */

import type { Item } from './hunk-blocks.js';
import type { BaseText } from './insert.js';
import { isRespelt, similarity } from './similarity.js';
import { isBareHead } from './statements.js';

/** Removed statements without a place in the base, and the added ones that stand for them: nothing changes by either. */
export function respeltItems(items: readonly Item[]): ReadonlySet<number> {
  return new Set(runsOf(items).flatMap((run) => respeltIn(items, run)));
}

/** Places of changed items without context between them. */
function runsOf(items: readonly Item[]): readonly (readonly number[])[] {
  const runs: number[][] = [[]];
  items.forEach(({ statement }, at) => {
    if (statement.kind === 'context') runs.push([]);
    else runs.at(-1)!.push(at);
  });
  return runs;
}

/** In the same place of a run: one that has been moved within it is not the same. */
function respeltIn(items: readonly Item[], run: readonly number[]): readonly number[] {
  const of = (kind: Item['statement']['kind']): readonly number[] =>
    run.filter((at) => items[at]!.statement.kind === kind);
  const added = of('added');
  return of('removed').flatMap((removed, nth) => {
    const other = added[nth];
    const { statement, match } = items[removed]!;
    if (match >= 0 || other === undefined) return [];
    return isRespelt(statement.words, items[other]!.statement.words) ? [removed, other] : [];
  });
}

/** Of one condition in two spellings more is alike than that both are conditions. */
const LEAST_OF_HEADS = 0.3;

/**
 * Items with their places. A head without a brace that the patch removes with the statement under it is the one that the
 * base has over that statement, in other words: `if (end >= dio->i_size)` for a comparison of position and length.
 */
export function withRespeltHeads(items: readonly Item[], { statements }: BaseText): Item[] {
  const taken = new Set(items.map(({ match }) => match));
  return items.map((item, at) => {
    const { kind, words } = item.statement;
    const body = items[at + 1];
    if (kind !== 'removed' || item.match >= 0 || !isBareHead(words)) return item;
    if (body?.statement.kind !== 'removed' || body.reach !== item.reach || body.match < 1) return item;
    const above = body.match - 1;
    const { tokens } = statements[above]!;
    const isIt = !taken.has(above) && isBareHead(tokens) && similarity(words, tokens) >= LEAST_OF_HEADS;
    return isIt ? { ...item, match: above } : item;
  });
}
