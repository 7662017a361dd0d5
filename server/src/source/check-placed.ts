/** What may be wrong with hunks that were placed on a base text, and is said rather than taken for what the patch does. */

import { bundledFunctions } from './bundled.js';
import { isForeign, isOfSomeRelease, isUnbundled } from './foreign-calls.js';
import { indentOf, shown } from './hunk-statements.js';
import type { HunkBlocks, Item } from './hunk-blocks.js';
import type { BaseText } from './insert.js';
import { trackedCalls, type Relevance } from './relevance.js';
import { assignedName, braceDelta, callsIn, definedFunction, isBareHead, isLabel } from './statements.js';
import { sameWords, similarity } from './similarity.js';
import type { FunctionText } from './text.js';
import { rangeNames, saysHow, saysRangeBy } from './tracked-names.js';
import {
  isAddedReturn,
  isPaired,
  isWayOut,
  labelOf,
  leavesLocked,
  passesUnlock,
  standsLocked,
} from './ways-out.js';

/** Hunks on a base text: its statements that they are, and the places of those that they add. */
export interface Placing {
  readonly text: FunctionText;
  readonly base: BaseText;
  readonly items: readonly Item[];
  /** By added item: the base statement before which it goes. */
  readonly slots: Map<number, number>;
  /** Statements that the base has cut and the patch only spells in another way. */
  readonly respelt: ReadonlySet<number>;
  readonly blocks: HunkBlocks;
  /** All words of the base. */
  readonly names: ReadonlySet<string>;
  readonly relevance: Relevance;
}

/** Takes what is wrong with an item. `underCut`: it stands in what the base leaves out, so nothing is half changed for it. */
type Report = (item: Item, what: string, underCut?: boolean) => void;

/** Statements within which one that stays and one that is removed are those of the hunk. */
const CROSSING = 8;

/** Long enough to be the same statement wherever it stands, if word by word. */
const isTelling = (words: readonly string[]): boolean => words.length >= 10;

/** A check of what it only reads, and that changes nothing where it holds: `WARN_ON_ONCE(i_size_read(inode) < size);`. */
const onlyWarns = (words: readonly string[]): boolean =>
  /^(?:(?:VM_)?(?:WARN|BUG)_ON\w*|ASSERT)$/.test(words[0] ?? '') &&
  callsIn(words.slice(1)).every((name) =>
    /^(?:i_size_read|atomic_read|\w+_is_locked|Page[A-Z]\w*|folio_(?:test_\w+|contains|mapped)|page_(?:mapped|has_\w+)|[A-Z][A-Z0-9_]*)$/.test(
      name,
    ),
  );

/**
 * `iolock = XFS_IOLOCK_EXCL`: left as it is where another takes its place, both would stand there. A name that the base
 * does not have matters by its flag alone: `dio_flags = IOMAP_DIO_FORCE_WAIT`.
 */
const setsFlag = (words: readonly string[], known: ReadonlySet<string>): boolean =>
  words.some(
    (word, at) =>
      /^[|&]?=$/.test(words[at + 1] ?? '') &&
      /^[A-Z][A-Z0-9]*_[A-Z0-9_]+$/.test(words[at + 2] ?? '') &&
      (known.has(word) || words.slice(at).some(saysHow)),
  );

const HEAD = /^(?:\} )?(?:else )?(?:if|while|for|switch) \(/;

/** What is done in a block alone, by its first word. */
const LEAVES = /^(?:return|goto|break|continue)$/;

/** The names to which a declaration, an assignment or a call gives what they hold. */
const namesGiven = (words: readonly string[]): readonly string[] =>
  definedFunction(words) !== null
    ? words
    : words.filter((_, at) => /^[=;,]$/.test(words[at + 1] ?? '') && !words.slice(0, at).includes('('));

/** The statement that closes the block which the one at `open` opens. */
function endOfBlock(base: BaseText['statements'], open: number): number | null {
  let depth = 0;
  for (let at = open; at < base.length; at++) {
    depth += braceDelta(base[at]!.tokens);
    if (at > open && depth <= 0) return at;
  }
  return null;
}

export class PlacingChecks {
  constructor(
    readonly placing: Placing,
    readonly problem: Report,
  ) {}

  checkRemoved(): void {
    this.placing.items.forEach((item, at) => {
      const { kind, words } = item.statement;
      if (kind !== 'removed' || this.placing.respelt.has(at)) return;
      const matters = this.placing.relevance.matters(words) && !onlyWarns(words);
      const text = shown(item.statement);
      const where = `the removed line \`${text}\` is not in ${this.placing.base.label} there`;
      const isAsked =
        matters || setsFlag(words, this.placing.names) || this.#isOfOtherRelease(at) || this.#isElsewhere(at);
      if (item.match < 0 && (isAsked || this.#passesUnlock(at)))
        this.problem(item, where, item.intact && this.placing.blocks.unplacedGuard(at) !== null);
      else if (item.match < 0 && this.#isTradedFor(at)) this.problem(item, where);
      else if (matters && item.match >= 0 && this.#isUnderAnother(at))
        this.problem(item, `${where}, but under another condition`);
      else if (matters && item.rival)
        this.problem(
          item,
          `the removed line \`${text}\` fits more than one place in ${this.placing.base.label}`,
        );
    });
  }

  /**
   * The block around it is not in the base, which has its like as deep as it is: in another block. Of a block whose head
   * alone the base has cut what is in it stands less deep.
   */
  #isUnderAnother(at: number): boolean {
    const { items, blocks, text, base } = this.placing;
    const { statement, match } = items[at]!;
    const depth = indentOf(text.lines[base.statements[match]!.first]!.text);
    return statement.indent === Math.round(depth) && blocks.unplacedGuard(at) !== null;
  }

  /**
   * It calls what orders something in the release that the function came with, and the patch calls it no more: a stable
   * tree has it from there.
   */
  #isOfOtherRelease(at: number): boolean {
    const { items, relevance } = this.placing;
    return callsIn(items[at]!.statement.words).some(
      (name) =>
        !relevance.matters([name, '(']) &&
        bundledFunctions().has(name) &&
        !items.some(({ statement }) => statement.kind === 'added' && statement.words.includes(name)),
    );
  }

  /** It sets what the base decides by, which has the very line, and none that the hunks show is that one. */
  #isElsewhere(at: number): boolean {
    const { items, base, names } = this.placing;
    const { words } = items[at]!.statement;
    const name = assignedName(words);
    if (name === null || !names.has(name)) return false;
    const taken = new Set(items.map(({ match }) => match));
    return base.statements.some(({ tokens }, i) => !taken.has(i) && sameWords(tokens, words));
  }

  /** It calls what nothing is known of and the patch makes no more, and what orders takes its place, under a condition or not. */
  #isTradedFor(at: number): boolean {
    const { items, relevance } = this.placing;
    const added = (one: Item | undefined): readonly string[] =>
      one?.statement.kind === 'added' ? one.statement.words : [];
    if (!items.slice(at + 1, at + 3).some((one) => trackedCalls(added(one), relevance).length > 0))
      return false;
    const isMade = (name: string): boolean => items.some((one) => added(one).includes(name));
    return callsIn(items[at]!.statement.words).some((name) => !isMade(name) && isUnbundled(name));
  }

  /**
   * A removed line that the base does not have gives a value to a name by which that says the range of a flush or an
   * invalidation, and no other value takes its place. Once the added lines have theirs.
   */
  checkRanges(): void {
    const { items, slots, base } = this.placing;
    const has = (words: readonly string[]): boolean =>
      base.statements.some(({ tokens }) => similarity(tokens, words) === 1);
    items.forEach((item, at) => {
      const { kind, words } = item.statement;
      const name = kind === 'removed' && item.match < 0 ? assignedName(words) : null;
      if (name === null || !base.statements.some(({ tokens }) => saysRangeBy(tokens, name))) return;
      const isReplaced = [...slots.keys()].some((other) => {
        const added = items[other]!.statement.words;
        return other > at && assignedName(added) === name && !has(added);
      });
      if (isReplaced) return;
      const text = shown(item.statement);
      this.problem(item, `the removed line \`${text}\` is not in ${base.label} there`, true);
    });
  }

  /** The base has cut what an added range is said by: it would be taken to cover the page, whatever it covers. */
  checkRangeNames(): void {
    const { items, slots, base, names } = this.placing;
    const brought = new Set([...slots.keys()].flatMap((at) => namesGiven(items[at]!.statement.words)));
    for (const at of slots.keys()) {
      const item = items[at]!;
      const unknown = rangeNames(item.statement.words).find((name) => !names.has(name) && !brought.has(name));
      if (unknown === undefined) continue;
      const text = shown(item.statement);
      this.problem(
        item,
        `the added line \`${text}\` says its range by ${unknown}, which is not in ${base.label}`,
      );
    }
  }

  /**
   * A removed line may have its like on the other side of a line that stays: it is not the one that is meant then. An
   * added one that comes to stand there has another order than the patch gives it.
   */
  checkCrossed(): void {
    this.placing.items.forEach((item, at) => {
      const { kind } = item.statement;
      const place = kind === 'removed' ? item.match : (this.placing.slots.get(at) ?? -1);
      if (kind === 'context' || place < 0 || !this.placing.relevance.matters(item.statement.words)) return;
      const crossed = this.placing.items.findIndex((_, other) => this.#isCrossed(at, place, other));
      if (crossed < 0) return;
      const kept = shown(this.placing.items[crossed]!.statement);
      const line = `the ${kind} line \`${shown(item.statement)}\``;
      const side = `on the other side of \`${kept}\` in ${this.placing.base.label}`;
      this.problem(
        item,
        kind === 'removed' ? `${line} stands ${side}` : `${line} was not placed: it would stand ${side}`,
      );
    });
  }

  /** Whether a line that stays is, or has to be where it is like something, on the other side of `place` than in the hunk. */
  #isCrossed(at: number, place: number, other: number): boolean {
    const { statement, match, hunk } = this.placing.items[other]!;
    if (statement.kind !== 'context' || hunk !== this.placing.items[at]!.hunk) return false;
    const { relevance } = this.placing;
    const calls = trackedCalls(statement.words, relevance).join();
    if (calls === '') return false;
    if (match >= 0) return match >= place !== other > at;
    const taken = new Set(this.placing.items.map((one) => one.match));
    const isOther = (i: number): boolean => i >= place === other < at;
    const free = this.placing.base.statements.flatMap(({ tokens }, i) =>
      taken.has(i) || trackedCalls(tokens, relevance).join() !== calls ? [] : [{ tokens, i }],
    );
    const same = free.filter(({ tokens }) => isTelling(tokens) && sameWords(tokens, statement.words));
    if (same.length > 0) return same.every(({ i }) => isOther(i));
    const near = free.filter(({ i }) => Math.abs(i - place) <= CROSSING);
    return near.length > 0 && near.every(({ i }) => isOther(i));
  }

  /** What orders moves over what orders as well, or a lock over a way out, and the base has nothing of that. */
  checkMovedOver(): void {
    const { items, relevance, base } = this.placing;
    items.forEach((item, at) => {
      const { kind, words } = item.statement;
      if (kind !== 'added' || !relevance.matters(words)) return;
      const text = words.join(' ');
      const from = items.findIndex(
        ({ statement }) => statement.kind === 'removed' && statement.words.join(' ') === text,
      );
      const between = from < 0 ? [] : items.slice(Math.min(from, at), Math.max(from, at));
      const isCrossed = ({ statement, match }: Item): boolean =>
        statement.kind === 'context' &&
        match < 0 &&
        (this.#isNowhere(statement.words) || (isPaired(words, relevance.matters) && isWayOut(statement)));
      const crossed = between.find(isCrossed);
      if (crossed === undefined) return;
      const over = `moves over \`${shown(crossed.statement)}\`, which is not in ${base.label}`;
      this.problem(item, `the line \`${shown(item.statement)}\` ${over}`, true);
    });
  }

  /** It orders something by calls of which the base has none. */
  #isNowhere(words: readonly string[]): boolean {
    const { relevance, base } = this.placing;
    const calls = trackedCalls(words, relevance).join();
    return (
      calls !== '' && base.statements.every(({ tokens }) => trackedCalls(tokens, relevance).join() !== calls)
    );
  }

  /** A way out that may keep a lock held; where the base has nothing of what is around it, that is not known. */
  leaves(at: number): boolean {
    const item = this.placing.items[at]!;
    if (this.#passesUnlock(at)) return true;
    if (!isAddedReturn(item.statement)) return false;
    const { matters } = this.placing.relevance;
    const own = this.placing.items.filter(({ hunk }) => hunk === item.hunk);
    if (own.every(({ match }) => match < 0)) return true;
    const statements = own.map(({ statement }) => statement);
    const words = this.placing.base.statements.map(({ tokens: one }) => one);
    return (
      leavesLocked(statements, own.indexOf(item), matters) ||
      standsLocked(words, this.#nextPlace(at), matters)
    );
  }

  /** A `goto` that the patch has on one side only, and that does not come by an unlock of the base. */
  #passesUnlock(at: number): boolean {
    const { statement, hunk } = this.placing.items[at]!;
    const label = labelOf(statement);
    if (label === null) return false;
    const stays = this.placing.items.some(
      (other) =>
        other.hunk === hunk &&
        other.statement.kind !== statement.kind &&
        other.statement.kind !== 'context' &&
        labelOf(other.statement) === label,
    );
    const words = this.placing.base.statements.map(({ tokens: one }) => one);
    return !stays && passesUnlock(words, this.#nextPlace(at), label, this.placing.relevance.matters);
  }

  /** The statement of the base before which one that it does not have would stand. */
  #nextPlace(at: number): number {
    const { hunk } = this.placing.items[at]!;
    const isKnown = (one: Item): boolean => one.match >= 0 && one.hunk === hunk;
    const above = this.placing.items.slice(0, at).findLast(isKnown);
    return above === undefined ? (this.placing.items.slice(at).find(isKnown)?.match ?? 0) : above.match + 1;
  }

  /**
   * What the patch puts under a head without braces takes the place of what the base has there, and does not push it out
   * from under the head. The base may have it already: it was reduced, or took the change from elsewhere.
   */
  checkBodies(): void {
    const { statements: base, label } = this.placing.base;
    const byMatch = new Map(this.placing.items.map((item) => [item.match, item]));
    const isRemoved = (at: number): boolean => byMatch.get(at)?.statement.kind === 'removed';
    base.forEach((head, at) => {
      const body = base[at + 1];
      if (!isBareHead(head.tokens) || body === undefined || isRemoved(at) || isRemoved(at + 1)) return;
      const [place] = [...this.placing.slots].findLast(([, slot]) => slot === at + 1) ?? [];
      const item = place === undefined ? undefined : this.placing.items[place]!;
      if (place === undefined || item === undefined || isBareHead(item.statement.words)) return;
      this.placing.slots.delete(place);
      if (item.statement.words.join(' ') === body.tokens.join(' ')) return;
      const text = this.placing.text.lines[head.first]!.text.trim();
      this.problem(item, `the statement under \`${text}\` is another in ${label}`);
    });
  }

  /** A head without braces and the statement under it go together: one of them removed alone, the head governs another. */
  checkBareHeads(): void {
    const { statements: base, label } = this.placing.base;
    const byMatch = new Map(this.placing.items.map((item) => [item.match, item]));
    const filled = new Set(this.placing.slots.values());
    const isRemoved = (at: number): boolean => byMatch.get(at)?.statement.kind === 'removed';
    base.forEach((head, at) => {
      if (!isBareHead(head.tokens)) return;
      const next = base.findIndex((_, i) => i > at && (filled.has(i) || !isRemoved(i)));
      const own = byMatch.get(at);
      const body = byMatch.get(at + 1);
      if (isRemoved(at) && own !== undefined && body === undefined && !this.#headsBefore(at + 1))
        this.problem(own, `the statement under \`${shown(own.statement)}\` is another in ${label}`);
      else if (
        !isRemoved(at) &&
        body !== undefined &&
        ((next > at + 1 && (!filled.has(next) || this.#isUnderOther(body))) ||
          (isRemoved(at + 1) && own === undefined && this.#isTradedForMore(body)))
      ) {
        const text = this.placing.text.lines[head.first]!.text.trim();
        const what = `the removed line \`${shown(body.statement)}\` stands under \`${text}\` in ${label}, which stays`;
        this.problem(body, what);
      }
    });
  }

  /** The patch shows no head above it, and puts several statements in its place, of which a head governs the first. */
  #isTradedForMore(body: Item): boolean {
    const { items } = this.placing;
    const at = items.indexOf(body);
    const isOwn = (one: Item | undefined): one is Item => one?.hunk === body.hunk;
    const rest = items.slice(at + 1);
    const end = rest.findIndex((one) => !isOwn(one) || one.statement.kind !== 'added');
    const added = rest.slice(0, end < 0 ? rest.length : end);
    return isOwn(items[at - 1]) && items[at - 1]!.statement.kind === 'context' && added.length > 1;
  }

  /** The patch removes a head over it that the base does not have: what it adds further down does not take its place. */
  #isUnderOther(body: Item): boolean {
    const above = this.placing.items[this.placing.items.indexOf(body) - 1];
    return (
      above?.statement.kind === 'removed' &&
      above.match < 0 &&
      above.hunk === body.hunk &&
      isBareHead(above.statement.words)
    );
  }

  /** Whether the patch puts a head of its own before a statement of the base, in the place of one that it removes. */
  #headsBefore(place: number): boolean {
    const { slots, items } = this.placing;
    const added = [...slots].filter(([, slot]) => slot === place || slot === place - 1);
    const last = added.map(([at]) => items[at]!.statement.words).at(-1);
    return last !== undefined && (isBareHead(last) || last.at(-1) === '{' || last.at(-1) === 'else');
  }

  /** A block that is taken apart leaves bare what the base has in it and the patch does not show. */
  checkBlocks(): void {
    const { statements: base, label } = this.placing.base;
    const byMatch = new Map(this.placing.items.map((item) => [item.match, item]));
    base.forEach(({ tokens: head }, at) => {
      const own = byMatch.get(at);
      if (own?.statement.kind !== 'removed' || head.at(-1) !== '{') return;
      const end = endOfBlock(base, at);
      if (end === null || byMatch.get(end)?.statement.kind !== 'removed') return;
      const bare = base.slice(at + 1, end).findIndex((one, i) => {
        const decides = LEAVES.test(one.tokens[0] ?? '') || this.placing.relevance.matters(one.tokens);
        return decides && !byMatch.has(at + 1 + i);
      });
      if (bare < 0 || this.#headsBefore(at + 1)) return;
      const text = this.placing.text.lines[base[at + 1 + bare]!.first]!.text.trim();
      this.problem(own, `\`${text}\` stands under \`${shown(own.statement)}\` in ${label}, and would stay`);
    });
  }

  /** What stands under a removed head that was not found is not to be taken out from under another one. */
  checkHeads(): void {
    const { items, base } = this.placing;
    const byMatch = new Map(items.map((item) => [item.match, item]));
    items.forEach((item, at) => {
      const { kind, words } = item.statement;
      if (kind !== 'removed' || item.match >= 0 || !HEAD.test(words.join(' '))) return;
      const body = items[at + 1];
      if (body?.statement.kind !== 'removed' || body.match < 0) return;
      const after = items
        .slice(at)
        .find(({ statement, match }) => statement.kind === 'context' && match >= 0);
      const open = base.statements.findLastIndex(({ tokens }, i) => {
        const end = i < body.match && tokens.at(-1) === '{' ? endOfBlock(base.statements, i) : null;
        return end !== null && end > body.match && (after === undefined || end < after.match);
      });
      if (open < 0 || byMatch.has(open)) return;
      this.problem(item, `the removed line \`${shown(item.statement)}\` is not in ${base.label} there`);
    });
  }

  /** A function that calls what no release here has is another one than the base has. */
  checkForeign(): void {
    const { matters, added } = this.placing.relevance;
    const isKnown = (name: string): boolean => added.has(name) || matters([name, '(']);
    const foreign = ({ match, statement }: Item): readonly string[] =>
      match < 0 && definedFunction(statement.words) === null
        ? callsIn(statement.words).filter(
            (name) => (isForeign(name) || isOfSomeRelease(name)) && !isKnown(name),
          )
        : [];
    const [name] = this.placing.items.flatMap(foreign);
    const changed = this.placing.items.find(
      (item) => item.statement.kind !== 'context' && (item.matters || foreign(item).length > 0),
    );
    if (changed === undefined || name === undefined) return;
    this.problem(changed, `${name}(), which the patch has there, is not in ${this.placing.base.label}`);
  }

  /** Where an added goto leads must be seen: in the base, or in the patch. */
  checkLabels(): void {
    const present = this.placing.items.filter(({ statement }) => statement.kind !== 'removed');
    const words = [
      ...this.placing.base.statements.map(({ tokens }) => tokens),
      ...present.map(({ statement }) => statement.words),
    ];
    const labels = new Set(words.filter(isLabel).map(([name]) => name));
    for (const item of present) {
      const { kind, words: own } = item.statement;
      const label = own[own.indexOf('goto') + 1];
      if (kind !== 'added' || !own.includes('goto') || label === undefined || labels.has(label)) continue;
      const what = `the added line \`${shown(item.statement)}\` leads to a label that ${this.placing.base.label} does not have`;
      this.problem(item, what);
    }
  }
}
