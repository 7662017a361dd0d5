/** Declarations at the head of a function have no order among themselves, and the bundle keeps its own. */

import type { Item } from './hunk-blocks.js';
import type { BaseText } from './insert.js';
import { sameWords } from './similarity.js';

/** `int bmapi_flags = XFS_BMAPI_PREALLOC;`: one name, with a value that is worked out from no other name and no call. */
const DECLARATION =
  /^(?:(?:const|unsigned|struct|enum) )*[a-z]\w*(?: \*)* [a-z]\w* = (?:[A-Z0-9_]+|true|false)(?: \| [A-Z0-9_]+)* ;$/;

const declares = (words: readonly string[]): boolean => DECLARATION.test(words.join(' '));

/** Items with their places: a removed declaration that stands elsewhere among the others in the base is that one. */
export function withDeclarations(items: readonly Item[], { statements }: BaseText): Item[] {
  const taken = new Set(items.map(({ match }) => match));
  return items.map((item) => {
    const { kind, words } = item.statement;
    if (kind !== 'removed' || item.match >= 0 || !declares(words)) return item;
    const same = statements.flatMap(({ tokens }, at) => (sameWords(tokens, words) ? [at] : []));
    const [only] = same;
    return same.length === 1 && only !== undefined && !taken.has(only) ? { ...item, match: only } : item;
  });
}
