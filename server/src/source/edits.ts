/** Groups the changed lines of one function into edits: the smallest groups that can be taken back and still parse. */

import type { MergedLine } from './merged.js';
import { maskComments } from './mask.js';
import { containment, sameWords, similarity } from './similarity.js';
import { braceDelta, isBareHead, isBraceOnly, statements } from './statements.js';
import type { SourceLine } from './text.js';

type Side = 'before' | 'after';

/** A statement of one side that the patch changes. */
interface Unit {
  readonly side: Side;
  readonly words: readonly string[];
  /** Indices into the merged lines; changed ones and, in a partly changed statement, unchanged ones too. */
  readonly entries: readonly number[];
  /** Its place among all statements of its side. */
  readonly order: number;
  readonly changed: boolean;
}

/** Disjoint sets of unit indices. */
class Groups {
  readonly #parent: number[];

  constructor(size: number) {
    this.#parent = Array.from({ length: size }, (_, index) => index);
  }

  find(of: number): number {
    const parent = this.#parent[of]!;
    return parent === of ? of : (this.#parent[of] = this.find(parent));
  }

  join(a: number, b: number): void {
    this.#parent[Math.max(this.find(a), this.find(b))] = Math.min(this.find(a), this.find(b));
  }
}

function unitsOf(lines: readonly MergedLine[], side: Side): readonly Unit[] {
  const entries = lines.flatMap((line, index) => (line[side] === null ? [] : [index]));
  const masked = maskComments(
    entries.map((index) => (lines[index]![side] as SourceLine).text).join('\n'),
  ).split('\n');
  return statements(masked).map((statement, order) => {
    const own = entries.slice(statement.first, statement.last + 1);
    const changed = own.some((index) => isChanged(lines[index]!));
    return { side, words: statement.tokens, entries: own, order, changed };
  });
}

function isChanged(line: MergedLine): boolean {
  return line.before === null || line.after === null;
}

/** Joins what one side's syntax holds together: braces with their mates, bare heads with their bodies, else with its if. */
function joinSyntax(side: readonly Unit[], index: ReadonlyMap<Unit, number>, groups: Groups): void {
  const join = (a: Unit | undefined, b: Unit | undefined): void => {
    if (a?.changed && b?.changed) groups.join(index.get(a)!, index.get(b)!);
  };
  for (const chain of chains(side)) for (const unit of chain.slice(1)) join(chain[0], unit);
  const open: Unit[] = [];
  const conditionals: Unit[] = [];
  for (const unit of side) {
    if (unit.words[0] === '#' && /^if/.test(unit.words[1] ?? '')) conditionals.push(unit);
    if (unit.words[0] === '#' && unit.words[1] === 'endif') join(conditionals.pop(), unit);
    for (const word of unit.words) {
      if (word === '}') join(open.pop(), unit);
      if (word === '{') open.push(unit);
    }
  }
}

/** Changed units that belong to one `if .. else ..` or loop without braces: heads, and the statements right under them. */
function chains(side: readonly Unit[]): readonly (readonly Unit[])[] {
  const found: Unit[][] = [];
  let at = 0;
  while (at < side.length) {
    const chain: Unit[] = [];
    at = readChain(side, at, chain);
    if (chain.length > 1) found.push(chain.filter((unit) => unit.changed));
  }
  return found.filter((chain) => chain.length > 1);
}

/** Reads one statement with its bare heads and bare else branches; gives the index after it. */
function readChain(side: readonly Unit[], from: number, into: Unit[]): number {
  const unit = side[from];
  if (unit === undefined) return from + 1;
  into.push(unit);
  if (!isBareHead(unit.words)) return from + 1;
  const afterBody = side[from + 1]?.words[0] === '{' ? from + 2 : readChain(side, from + 1, into);
  const follows = side[afterBody];
  return follows?.words[0] === 'else' ? readChain(side, afterBody, into) : afterBody;
}

/** Parts of one edit on one side, in the order in which they stand. */
interface Part {
  readonly units: readonly Unit[];
  readonly words: readonly string[];
  readonly side: Side;
  /** Number of the run of changed lines that it begins in. */
  readonly run: number;
}

function partsOf(units: readonly Unit[], groups: Groups, runs: readonly number[]): readonly Part[] {
  const bySet = new Map<number, Unit[]>();
  units.forEach((unit, index) => {
    const set = groups.find(index);
    bySet.set(set, [...(bySet.get(set) ?? []), unit]);
  });
  return [...bySet.values()]
    .filter((set) => set.every((unit) => unit.side === set[0]!.side))
    .map((set) => ({
      units: set,
      words: set.flatMap((unit) => unit.words),
      side: set[0]!.side,
      run: runs[set[0]!.entries.find((entry) => runs[entry]! > 0) ?? 0]!,
    }));
}

/** For each line the number of its run of changed lines, 0 for lines outside any; lines without words do not end a run. */
function runNumbers(lines: readonly MergedLine[]): readonly number[] {
  let run = 0;
  let inside = false;
  return lines.map((line) => {
    if (isChanged(line)) {
      if (!inside) run += 1;
      inside = true;
      return run;
    }
    if ((line.after as SourceLine).text.trim() !== '') inside = false;
    return 0;
  });
}

type Join = (a: Part, b: Part) => void;

/** A statement removed here and added there, the same but for whitespace; the same run first, then in order. */
function joinMoves(removed: readonly Part[], added: readonly Part[], join: Join): ReadonlySet<Part> {
  const taken = new Set<Part>();
  const same = (a: Part, b: Part): boolean => !taken.has(b) && sameWords(a.words, b.words);
  const pair = (part: Part, other: Part | undefined): void => {
    if (other === undefined || taken.has(part)) return;
    join(part, other);
    taken.add(part).add(other);
  };
  const movable = removed.filter((part) => !isBraceOnly(part.words));
  for (const part of movable)
    pair(
      part,
      added.find((other) => other.run === part.run && same(part, other)),
    );
  for (const part of movable)
    if (!taken.has(part))
      pair(
        part,
        added.find((other) => same(part, other)),
      );
  return taken;
}

const ALIKE = 0.35;
const SPLIT_OFF = 0.6;

/** Statements of one run that replace each other: alike ones first, then those left over when they are equally many. */
function joinReplacements(removed: readonly Part[], added: readonly Part[], join: Join): void {
  const freeR = new Set(removed);
  const freeA = new Set(added);
  const pair = (a: Part, b: Part): void => {
    join(a, b);
    freeR.delete(a);
    freeA.delete(b);
  };
  const candidates = removed
    .flatMap((a) => added.map((b) => ({ a, b, alike: similarity(a.words, b.words) })))
    .filter((candidate) => candidate.alike >= ALIKE)
    .sort((x, y) => y.alike - x.alike);
  for (const { a, b } of candidates) if (freeR.has(a) && freeA.has(b)) pair(a, b);
  for (const b of [...freeA]) {
    const whole = removed.find((a) => !freeR.has(a) && containment(b.words, a.words) >= SPLIT_OFF);
    if (whole !== undefined) pair(whole, b);
  }
  const rest = [...freeA];
  if (freeR.size === rest.length) [...freeR].forEach((a, at) => pair(a, rest[at]!));
}

function joinAcrossSides(units: readonly Unit[], groups: Groups, runs: readonly number[]): void {
  const index = new Map(units.map((unit, at) => [unit, at]));
  const join: Join = (a, b) => {
    groups.join(index.get(a.units[0]!)!, index.get(b.units[0]!)!);
  };
  const parts = partsOf(units, groups, runs);
  const removed = parts.filter((part) => part.side === 'before');
  const added = parts.filter((part) => part.side === 'after');
  const moved = joinMoves(removed, added, join);
  for (const run of new Set(parts.map((part) => part.run))) {
    const here = (part: Part): boolean => part.run === run && !moved.has(part) && !isBraceOnly(part.words);
    joinReplacements(removed.filter(here), added.filter(here), join);
  }
}

/** Braces that an edit would leave open or close too often if taken back alone. */
function imbalance(units: readonly Unit[]): number {
  return units.reduce((sum, unit) => sum + braceDelta(unit.words) * (unit.side === 'after' ? 1 : -1), 0);
}

/** Joins edits that are unbalanced alone with the next unbalanced ones until they balance. */
function joinUnbalanced(units: readonly Unit[], groups: Groups): void {
  const sets = new Map<number, number[]>();
  units.forEach((_, at) => {
    const set = groups.find(at);
    sets.set(set, [...(sets.get(set) ?? []), at]);
  });
  let open: { member: number; sum: number } | null = null;
  for (const members of [...sets.values()].sort(
    (a, b) => units[a[0]!]!.entries[0]! - units[b[0]!]!.entries[0]!,
  )) {
    const own = imbalance(members.map((at) => units[at]!));
    if (own === 0) continue;
    if (open === null) {
      open = { member: members[0]!, sum: own };
      continue;
    }
    groups.join(open.member, members[0]!);
    open = open.sum + own === 0 ? null : { member: open.member, sum: open.sum + own };
  }
}

/** Statements of both sides that share an unchanged line of the patch are one partly changed statement. */
function joinShared(units: readonly Unit[], groups: Groups): void {
  const owner = new Map<number, number>();
  units.forEach((unit, at) => {
    for (const entry of unit.entries) {
      const other = owner.get(entry);
      if (other !== undefined) groups.join(other, at);
      owner.set(entry, at);
    }
  });
}

/**
 * For each merged line the number of its edit, counted from 0 within the function in the order of their first line,
 * or null for lines that are the same on both sides.
 */
export function groupEdits(lines: readonly MergedLine[]): readonly (number | null)[] {
  const before = unitsOf(lines, 'before');
  const after = unitsOf(lines, 'after');
  const units = [...before, ...after].filter((unit) => unit.changed);
  const index = new Map(units.map((unit, at) => [unit, at]));
  const groups = new Groups(units.length);
  joinShared(units, groups);
  joinSyntax(before, index, groups);
  joinSyntax(after, index, groups);
  joinAcrossSides(units, groups, runNumbers(lines));
  joinUnbalanced(units, groups);
  return numberLines(lines, units, groups);
}

function numberLines(
  lines: readonly MergedLine[],
  units: readonly Unit[],
  groups: Groups,
): readonly (number | null)[] {
  const setOf = new Map<number, number>();
  units.forEach((unit, at) => {
    for (const entry of unit.entries) if (isChanged(lines[entry]!)) setOf.set(entry, groups.find(at));
  });
  const numbers = new Map<number, number>();
  return lines.map((line, at) => {
    if (!isChanged(line)) return null;
    const set = setOf.get(at);
    // A changed comment or blank line belongs to no statement and to no edit.
    if (set === undefined) return null;
    if (!numbers.has(set)) numbers.set(set, numbers.size);
    return numbers.get(set) ?? null;
  });
}
