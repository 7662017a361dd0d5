/** What a run of statements calls of what the model knows: equal before and after, the change is one of spelling. */

import { primitiveFamily } from '../kernel/primitives.js';
import type { HunkStatement } from './hunk-statements.js';
import type { Relevance } from './relevance.js';
import { definedFunction } from './statements.js';

const CONTROL = new Set([
  'if',
  'else',
  'for',
  'while',
  'do',
  'switch',
  'case',
  'return',
  'goto',
  'break',
  'continue',
]);

/**
 * Words that say how a call is to be made: which lock and its mode, what is allocated, whether it is waited for, and
 * whether what was looked up still holds.
 */
const HOW =
  /^(?:XFS_\w*LOCK_\w+|XFS_BMAPI_\w+|EXT4_GET_BLOCKS_\w+|FGP_\w+|IOMAP_DIO_\w+|IOMAP_F_STALE|DIO_\w+|IOCB_\w+)$/;

/** Whether a word is a flag by which a call is told how to do it. */
export const saysHow = (word: string): boolean => HOW.test(word);

/** What they do is a matter of their range. */
const RANGED =
  /^(?:filemap_\w+_range|invalidate_inode_pages2_range|truncate_(?:pagecache|inode_pages)_range)$/;

/** The words of a call's range, behind the mapping or inode that it is for. */
function rangeWords(words: readonly string[]): readonly string[] {
  const call = words.findIndex((word) => RANGED.test(word));
  const first = call < 0 ? -1 : words.indexOf(',', call);
  return first < 0 ? [] : words.slice(first).filter((word) => /\w/.test(word));
}

/** Whether a statement calls something for a range that `name` says, or takes part in saying. */
export const saysRangeBy = (words: readonly string[], name: string): boolean =>
  rangeWords(words).includes(name);

/** A type by its name, as `min_t(loff_t, ...)` and casts have it. */
const TYPE = /^(?:\w+_t|[su](?:8|16|32|64)|unsigned|signed|long|int)$/;

/** The locals and parameters that say the range of a call. */
export const rangeNames = (words: readonly string[]): readonly string[] => {
  const range = rangeWords(words);
  return range.filter((word) => {
    const at = words.indexOf(word);
    if (TYPE.test(word)) return false;
    return /^[a-z_]\w*$/.test(word) && words[at + 1] !== '(' && !/^(?:\.|->)$/.test(words[at - 1] ?? '');
  });
};

/** `lock_page` and `folio_lock` are one name here; a function's own head calls nothing. What decides stays in its place. */
function trackedNames(
  all: readonly HunkStatement[],
  without: HunkStatement['kind'],
  relevance: Relevance,
): string {
  return all
    .filter(({ kind, words }) => kind !== without && definedFunction(words) === null)
    .flatMap(({ words }) => [
      ...words.filter((word) => CONTROL.has(word) || HOW.test(word) || isTracked(word, relevance)),
      ...rangeWords(words),
    ])
    .map(primitiveFamily)
    .join(' ');
}

const isTracked = (word: string, relevance: Relevance): boolean =>
  /^[A-Za-z_]\w+$/.test(word) && relevance.matters([word, '(']);

/** Whether the change of `all` leaves what is called, and its order, as they are. */
export const onlyRespelt = (all: readonly HunkStatement[], relevance: Relevance): boolean =>
  trackedNames(all, 'added', relevance) === trackedNames(all, 'removed', relevance);
