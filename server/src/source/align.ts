/**
 * Aligns the old side of hunks with the statements of a base function by dynamic programming (Needleman and Wunsch):
 * order is kept on both sides, the base may lack statements that do not matter, and hunks leave parts of it unseen.
 */

import { containment, isEdgeOf, similarity, worth } from './similarity.js';
import { assignedName, definedFunction, isBareHead, isBraceOnly, isDeclaration } from './statements.js';
import { isWayOut } from './ways-out.js';
import type { HunkStatement } from './hunk-statements.js';

/** One old-side statement to align. */
export interface AlignedStatement {
  readonly statement: HunkStatement;
  /** Statements of one reach stand next to each other in the kernel's file: one hunk, or hunks that touch. */
  readonly reach: number;
  /** Its hunk holds as many lines as its header says. */
  readonly intact: boolean;
  readonly matters: boolean;
}

/** A statement of the base function. */
export interface BaseStatement {
  readonly words: readonly string[];
  /** Tabs before its first word. */
  readonly indent: number;
}

export interface Alignment {
  /** For each old-side statement the base statement that it is, or -1. */
  readonly match: readonly number[];
  /** True where another base statement would do as well. */
  readonly rival: readonly boolean[];
  readonly score: number;
}

const LEAST_ALIKE = 0.55;
/** What is left of a statement at a hunk's edge is all there can be of it. */
const AT_EDGE = 0.9;
/** What it costs that a hunk lacks a base statement within its reach. An intact hunk lost no line. */
const SKIPPED_BASE = { intact: 2, damaged: 1 };
const SKIPPED_BRACE = { intact: 0.6, damaged: 0.04 };
/** Declarations have no order among themselves, and the bundle keeps its own: a hunk in the midst of them shows others. */
const SKIPPED_DECLARATION = { intact: 0.1, damaged: 0.1 };
const SKIPPED_MATTERS = 0.5;
/** A placing that scores less than about one short statement below the best is not ruled out. */
const RIVAL = 0.9;
/** The base spells its statements as the kernel does: one in other words is probably another. */
const OTHER_WORDS = 0.6;
/** Another depth of indentation speaks against a match, but bundled code may lack a block around it. */
const OTHER_INDENT = 0.6;

/** What it is worth to take the two for the same statement; negative infinity when they cannot be. */
function matchScore(whole: HunkStatement, base: BaseStatement): number {
  const hunk = withoutCutBranch(whole, base);
  if (isPrototypeOf(hunk.words, base.words)) return -Infinity;
  const alike = alikeness(hunk, base.words);
  if (alike < LEAST_ALIKE) return -Infinity;
  const moved = hunk.indent !== null && hunk.indent !== base.indent && !isBraceOnly(hunk.words);
  const against = (alike < AT_EDGE ? OTHER_WORDS : 0) + (moved ? OTHER_INDENT : 0);
  return worth(hunk.words) * (2 * alike - 1) - against;
}

/** The base has an `if` of which it cut the first branch: the `else` before the next says nothing of its own. */
function withoutCutBranch(hunk: HunkStatement, { words: base }: BaseStatement): HunkStatement {
  const isLater = hunk.kind === 'context' && hunk.words[0] === 'else' && hunk.words[1] === 'if';
  return isLater && base[0] === 'if' ? { ...hunk, words: wordsAfterElse(hunk.words) } : hunk;
}

const afterElse = new WeakMap<readonly string[], readonly string[]>();

/** Equal words are one array, so that what is known of them is not worked out again. */
function wordsAfterElse(words: readonly string[]): readonly string[] {
  const known = afterElse.get(words) ?? words.slice(1);
  afterElse.set(words, known);
  return known;
}

/** A prototype is not the head of its function, for all that they are spelt alike. */
const isPrototypeOf = (words: readonly string[], base: readonly string[]): boolean =>
  words.at(-1) === ';' && base.at(-1) !== ';' && definedFunction(base) !== null;

function alikeness(hunk: HunkStatement, base: readonly string[]): number {
  const cut =
    (hunk.edge === 'first' && isEdgeOf(hunk.words, base, 'tail')) ||
    (hunk.edge === 'last' && isEdgeOf(hunk.words, base, 'head'));
  const alike = similarity(hunk.words, base);
  if (cut) return Math.max(alike, AT_EDGE);
  return alike >= LEAST_ALIKE || hunk.edge === 'inside' ? alike : edgeAlikeness(hunk, base);
}

/** A statement that the hunk's edge cut and whose base form is spelt a little differently. */
function edgeAlikeness(hunk: HunkStatement, base: readonly string[]): number {
  const unbalanced =
    hunk.words.filter((w) => w === '(').length !== hunk.words.filter((w) => w === ')').length;
  const share = unbalanced && hunk.words.length >= 4 ? containment(hunk.words, base) : 0;
  return share >= 0.9 ? 0.7 : 0;
}

type Grid = readonly Float64Array[];

type Cost = typeof SKIPPED_BASE;

/** What it costs to leave each statement of the base out within a reach. */
const skipCosts = (base: readonly BaseStatement[]): readonly Cost[] =>
  base.map(({ words }) => {
    if (isBraceOnly(words)) return SKIPPED_BRACE;
    return isDeclaration(words) ? SKIPPED_DECLARATION : SKIPPED_BASE;
  });

function skipBase(old: readonly AlignedStatement[], at: number, cost: Cost): number {
  const between = at > 0 && at < old.length && old[at - 1]!.reach === old[at]!.reach;
  return between ? cost[old[at]!.intact ? 'intact' : 'damaged'] : 0;
}

function forward(old: readonly AlignedStatement[], base: readonly BaseStatement[], score: Grid): Grid {
  const best = Array.from({ length: old.length + 1 }, () =>
    new Float64Array(base.length + 1).fill(-Infinity),
  );
  const costs = skipCosts(base);
  best[0]![0] = 0;
  for (let i = 0; i <= old.length; i += 1) {
    for (let j = 0; j <= base.length; j += 1) {
      const here = best[i]![j]!;
      if (i < old.length) raise(best[i + 1]!, j, here - (old[i]!.matters ? SKIPPED_MATTERS : 0));
      if (j < base.length) raise(best[i]!, j + 1, here - skipBase(old, i, costs[j]!));
      if (i < old.length && j < base.length) raise(best[i + 1]!, j + 1, here + score[i]![j]!);
    }
  }
  return best;
}

function backward(old: readonly AlignedStatement[], base: readonly BaseStatement[], score: Grid): Grid {
  const best = Array.from({ length: old.length + 1 }, () =>
    new Float64Array(base.length + 1).fill(-Infinity),
  );
  const costs = skipCosts(base);
  best[old.length]![base.length] = 0;
  for (let i = old.length; i >= 0; i -= 1) {
    for (let j = base.length; j >= 0; j -= 1) {
      if (i < old.length) raise(best[i]!, j, best[i + 1]![j]! - (old[i]!.matters ? SKIPPED_MATTERS : 0));
      if (j < base.length) raise(best[i]!, j, best[i]![j + 1]! - skipBase(old, i, costs[j]!));
      if (i < old.length && j < base.length) raise(best[i]!, j, best[i + 1]![j + 1]! + score[i]![j]!);
    }
  }
  return best;
}

function raise(row: Float64Array, at: number, value: number): void {
  if (value > row[at]!) row[at] = value;
}

const scores = (old: readonly AlignedStatement[], base: readonly BaseStatement[]): Grid =>
  old.map((one, i) => {
    const setter = setterBefore(old, i);
    const body = bodyBelow(old, i);
    return Float64Array.from(base, (other, j) => {
      if (setter !== null && !isSetBy(setter, base[j - 1])) return -Infinity;
      if (body !== null && governsAnother(body, other, base[j + 1])) return -Infinity;
      return matchScore(one.statement, other);
    });
  });

/** The one statement under a head without a brace; null under others, and for a way out, which may have another name. */
function bodyBelow(old: readonly AlignedStatement[], at: number): HunkStatement | null {
  const [own, below] = [old[at]!, old[at + 1]];
  if (!isBareHead(own.statement.words) || below?.reach !== own.reach) return null;
  return isWayOut(below.statement) ? null : below.statement;
}

/** Whether the base has the same head over another statement: one function asks for extents again and again. */
const governsAnother = (
  body: HunkStatement,
  head: BaseStatement,
  below: BaseStatement | undefined,
): boolean =>
  isBareHead(head.words) &&
  below !== undefined &&
  !isWayOut(below) &&
  alikeness(body, below.words) < LEAST_ALIKE;

/** `if (error)`, `if (unlikely(ret < 0))` */
const TEST = /^(?:\} )?if \( (?:unlikely \( )?!? ?(\w+) (?:< 0 )?\)/;

/** The statement right above in the hunk that sets what the one at `at` asks for alone; null for others. */
function setterBefore(old: readonly AlignedStatement[], at: number): HunkStatement | null {
  const [above, own] = [old[at - 1], old[at]!];
  if (above?.reach !== own.reach) return null;
  const asked = TEST.exec(own.statement.words.join(' '))?.[1];
  return asked !== undefined && assignedName(above.statement.words) === asked ? above.statement : null;
}

/** Whether a test in the base asks what `setter` sets: many ask for `error`, and each for that of another call. */
const isSetBy = (setter: HunkStatement, above: BaseStatement | undefined): boolean =>
  above !== undefined && alikeness(setter, above.words) >= LEAST_ALIKE;

/** The score of `align` alone. */
export const alignmentScore = (old: readonly AlignedStatement[], base: readonly BaseStatement[]): number =>
  forward(old, base, scores(old, base))[old.length]![base.length]!;

/** Aligns `old` with the statements `base`; never fails, but may match nothing. */
export function align(old: readonly AlignedStatement[], base: readonly BaseStatement[]): Alignment {
  const score = scores(old, base);
  const head = forward(old, base, score);
  const tail = backward(old, base, score);
  const total = head[old.length]![base.length]!;
  const through = (i: number, j: number): number => head[i]![j]! + score[i]![j]! + tail[i + 1]![j + 1]!;
  const match = trace(old, base, score, tail);
  const rival = match.map(
    (j, i) => j >= 0 && base.some((_, other) => other !== j && through(i, other) > total - RIVAL),
  );
  return { match, rival, score: total };
}

/** Follows the best path from the start; of equally good ones the one that matches early. */
function trace(
  old: readonly AlignedStatement[],
  base: readonly BaseStatement[],
  score: Grid,
  tail: Grid,
): readonly number[] {
  const match = old.map(() => -1);
  const near = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9;
  let i = 0;
  let j = 0;
  while (i < old.length) {
    const here = tail[i]![j]!;
    if (j < base.length && near(here, tail[i + 1]![j + 1]! + score[i]![j]!)) match[i++] = j++;
    else if (near(here, tail[i + 1]![j]! - (old[i]!.matters ? SKIPPED_MATTERS : 0))) i += 1;
    else j += 1;
  }
  return match;
}
