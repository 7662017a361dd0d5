/** How much two statements look alike, for aligning a patch's lines with a base that holds fewer of them. */

import { braceDelta, callsIn, isBraceOnly, isLabel } from './statements.js';

/** Weight of a word: names say most, keywords little, punctuation hardly anything. */
function weightOf(word: string, called: ReadonlySet<string>): number {
  if (called.has(word)) return 3;
  if (/^(?:if|else|for|while|return|goto|int|struct|static|const|void|unsigned|long)$/.test(word)) return 0.5;
  return /^\w/.test(word) ? 1 : 0.2;
}

/** What comparing needs to know of a statement's words; worked out once for each. */
interface Features {
  readonly text: string;
  readonly kind: string;
  readonly calls: readonly string[];
  /** Weight of each word, and how often it occurs. */
  readonly words: ReadonlyMap<string, { readonly weight: number; readonly count: number }>;
  readonly weight: number;
  /** The words before the first `=`. */
  readonly target: string | null;
}

const known = new WeakMap<readonly string[], Features>();

function featuresOf(words: readonly string[]): Features {
  let features = known.get(words);
  if (features === undefined) known.set(words, (features = readFeatures(words)));
  return features;
}

/** One arithmetic has several names: include/linux/math.h, fs/xfs/xfs_linux.h. */
const ROUNDS = /^round_?(down|up)(?:_64)?$/;

/** What a folio is called where it was still a page: the conversions of 5.16 to 6.12, function by function. */
const FOLIO: ReadonlyMap<string, string> = new Map([
  ['page', 'folio'],
  ['lock_page', 'folio_lock'],
  ['lock_page_killable', 'folio_lock_killable'],
  ['trylock_page', 'folio_trylock'],
  ['unlock_page', 'folio_unlock'],
  ['put_page', 'folio_put'],
  ['page_offset', 'folio_pos'],
  ['page_mkwrite_check_truncate', 'folio_mkwrite_check_truncate'],
  ['set_page_dirty', 'folio_mark_dirty'],
  ['clear_page_dirty_for_io', 'folio_clear_dirty_for_io'],
  ['set_page_writeback', 'folio_start_writeback'],
  ['end_page_writeback', 'folio_end_writeback'],
  ['wait_on_page_writeback', 'folio_wait_writeback'],
  ['wait_on_page_locked', 'folio_wait_locked'],
  ['wait_for_stable_page', 'folio_wait_stable'],
  ['find_lock_page', 'filemap_lock_folio'],
  ['PageDirty', 'folio_test_dirty'],
  ['PageUptodate', 'folio_test_uptodate'],
  ['PageWriteback', 'folio_test_writeback'],
  ['SetPageUptodate', 'folio_mark_uptodate'],
]);

/** One spelling for words that say the same. */
const common = (word: string): string => FOLIO.get(word) ?? word.replace(ROUNDS, 'round_$1');

/** Whether two statements are one in two spellings: `unlock_page(page)` and `folio_unlock(folio)`. */
export const isRespelt = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((word, at) => common(word) === common(b[at]!));

function readFeatures(spelt: readonly string[]): Features {
  const words = spelt.map(common);
  const calls = callsIn(words);
  const called = new Set(calls);
  const counted = new Map<string, { weight: number; count: number }>();
  let weight = 0;
  for (const word of words) {
    const own = weightOf(word, called);
    weight += own;
    counted.set(word, { weight: own, count: (counted.get(word)?.count ?? 0) + 1 });
  }
  const equals = words.indexOf('=');
  const target = equals > 0 ? words.slice(0, equals).join(' ') : null;
  return { text: words.join(' '), kind: kindOf(words), calls, words: counted, weight, target };
}

/** What a unit is worth when it finds its counterpart: long ones with calls say more about where they stand. */
export function worth(words: readonly string[]): number {
  return isBraceOnly(words) ? 0.2 : Math.min(4, 0.4 + featuresOf(words).weight / 3);
}

/** Words that a statement of one kind begins with and another may not replace. */
const KINDS = new Set([
  'if',
  'for',
  'while',
  'switch',
  'else',
  'do',
  'return',
  'goto',
  'break',
  'continue',
  'case',
]);

function kindOf(words: readonly string[]): string {
  const first = (words[0] === '}' && words.length > 1 ? words[1] : words[0]) ?? '';
  if (isBraceOnly(words)) return `brace ${String(braceDelta(words))}`;
  if (isLabel(words)) return `label ${words.join(' ')}`;
  return KINDS.has(first) ? first : 'statement';
}

function disjoint(a: readonly string[], b: readonly string[]): boolean {
  return a.length > 0 && b.length > 0 && !a.some((name) => b.includes(name));
}

/** Weight of the words that both have, as often as both have them. */
function commonWeight(a: Features, b: Features): number {
  let common = 0;
  for (const [word, { weight, count }] of a.words) {
    const other = b.words.get(word);
    if (other !== undefined) common += Math.min(weight, other.weight) * Math.min(count, other.count);
  }
  return common;
}

export function sameWords(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, at) => word === b[at]);
}

/** Assignments to different things look alike, and are not. */
const OTHER_TARGET = 0.6;

/**
 * 1 for the same words, 0 for statements that cannot stand for each other (another kind, another label, other calls),
 * else the weighted share of common words.
 */
export function similarity(wordsA: readonly string[], wordsB: readonly string[]): number {
  const a = featuresOf(wordsA);
  const b = featuresOf(wordsB);
  if (a.kind !== b.kind) return 0;
  if (a.text === b.text) return 1;
  if (a.kind === 'goto' || a.kind.startsWith('brace') || disjoint(a.calls, b.calls)) return 0;
  const alike = (2 * commonWeight(a, b)) / (a.weight + b.weight);
  const setsOther = a.target !== null && b.target !== null && a.target !== b.target;
  return Math.min(0.99, setsOther ? alike * OTHER_TARGET : alike);
}

/** Share of the words of `part` that `whole` has: for a statement that a hunk's edge cut, or that was split in two. */
export function containment(part: readonly string[], whole: readonly string[]): number {
  const { weight } = featuresOf(part);
  return weight === 0 ? 0 : commonWeight(featuresOf(part), featuresOf(whole)) / weight;
}

/** True when `part` ends (`tail`) or begins `whole` word by word: what is left of a statement at a hunk's edge. */
export function isEdgeOf(part: readonly string[], whole: readonly string[], edge: 'head' | 'tail'): boolean {
  if (part.length >= whole.length) return false;
  const shift = edge === 'tail' ? whole.length - part.length : 0;
  return part.every((word, at) => word === whole[at + shift]);
}
