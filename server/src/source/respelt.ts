/** Statements that a patch only spells in another way, as the conversions from pages to folios do, and that the base has cut. */

import type { Item } from './hunk-blocks.js';
import { isRespelt } from './similarity.js';

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
