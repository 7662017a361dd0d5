/** Where added statements go among the statements of a base function that the hunk was aligned with. */

import { HunkBlocks, shownHead, type Item } from './hunk-blocks.js';
import type { HunkStatement } from './hunk-statements.js';
import { braceDelta, isBareHead, isBraceOnly, isLabel, type Statement } from './statements.js';

/** The base function as the hunks are placed on it. */
export interface BaseText {
  /** For people, e.g. `bundled iomap_dio_rw of 5.5-5.8`. */
  readonly label: string;
  readonly statements: readonly Statement[];
  readonly matters: readonly boolean[];
}

export type Slot =
  /** Before this base statement. */
  | { readonly at: number }
  /** For people: why no place was chosen. `underCut`: in a block, or instead of lines, that the base leaves out. */
  | { readonly reason: string; readonly underCut?: true };

interface Anchor {
  readonly item: Item;
  /** For an anchor above: the first base statement below it; for one below: itself. */
  readonly at: number;
  /** Nothing but other added statements lies between. */
  readonly adjacent: boolean;
}

/** Braces open before each base statement, and at the end. */
export function depths(base: readonly Statement[]): readonly number[] {
  let depth = 0;
  return [0, ...base.map((statement) => (depth += braceDelta(statement.tokens)))];
}

/** No end of a function. */
const isInside = ({ indent }: HunkStatement): boolean => indent !== null && indent > 0;

/** Finds the places of the added items, in order; later ones see where earlier ones went. */
export class Inserter {
  readonly #slots = new Map<number, number>();
  readonly #depths: readonly number[];
  readonly #blocks: HunkBlocks;

  constructor(
    readonly items: readonly Item[],
    readonly base: BaseText,
  ) {
    this.#depths = depths(base.statements);
    this.#blocks = new HunkBlocks(items);
  }

  /** The place of the added item `at`; the items before it must have been asked for. */
  place(at: number): Slot {
    const guard = this.#blocks.unplacedGuard(at);
    if (guard !== null) {
      const isCut = this.items[at]!.intact && !this.#blocks.isKept(guard);
      return {
        reason: `it stands under \`${shownHead(guard)}\`, which ${this.base.label} does not have there`,
        ...(isCut ? { underCut: true } : {}),
      };
    }
    if (this.#isInCutBlock(at))
      return { reason: `it stands in a block that ${this.base.label} does not have there`, underCut: true };
    const alone = this.#governsOne(at);
    if (alone !== null)
      return {
        reason: `it stands under \`${alone}\`, which governs another statement alone in ${this.base.label}`,
      };
    const slot = this.#choose(at);
    if (!('at' in slot) && this.#replacesCut(at)) return { ...slot, underCut: true };
    if ('at' in slot) this.#slots.set(at, slot.at);
    return slot;
  }

  /**
   * Whether the block around a tracked item begins above the hunk, and ends in it by a brace that stays and has no place in
   * the base. Where lines are lost a brace may be one of them.
   */
  #isInCutBlock(at: number): boolean {
    const { hunk, intact, matters } = this.items[at]!;
    if (!intact || !matters || this.#blocks.openHeads(at).length > 0) return false;
    let depth = 0;
    for (const { statement, match, hunk: own } of this.items.slice(at + 1)) {
      if (own !== hunk) return false;
      if (statement.kind === 'removed') continue;
      for (const word of statement.words) {
        if (word === '{') depth += 1;
        if (word === '}') depth -= 1;
      }
      if (depth < 0)
        return (
          statement.kind === 'context' && isBraceOnly(statement.words) && isInside(statement) && match < 0
        );
    }
    return false;
  }

  /** The text of the head of the block around the item, where the base has it without braces over what stays under it. */
  #governsOne(at: number): string | null {
    const head = this.#blocks.openHeads(at).findLast(({ statement }) => statement.kind !== 'added');
    if (head === undefined || head.match < 0 || !this.#isBraced(head)) return null;
    if (!isBareHead(this.base.statements[head.match]!.tokens) || this.#isRemoved(head.match + 1)) return null;
    return head.statement.lines[0]!.text.trim();
  }

  #isBraced({ statement }: Item): boolean {
    return statement.kind === 'context' && !isBareHead(statement.words) && !isBraceOnly(statement.words);
  }

  #isRemoved(place: number): boolean {
    return this.items.some(({ match, statement }) => match === place && statement.kind === 'removed');
  }

  /**
   * What the patch removes where it adds this is not in the base, all of it, or the head without a brace for which this
   * one is traded, over the statement that stays. A line that the mail has lost may have stood between others.
   */
  #replacesCut(at: number): boolean {
    const isContext = ({ statement }: Item): boolean => statement.kind === 'context';
    const first = this.items.slice(0, at).findLastIndex(isContext) + 1;
    const removed = this.items.slice(first, at).filter(({ statement }) => statement.kind === 'removed');
    const last = removed.at(-1);
    if (last === undefined) return false;
    if (isBareHead(last.statement.words) && isBareHead(this.items[at]!.statement.words))
      return last.match < 0;
    return this.items[at]!.intact && removed.every(({ match }) => match < 0);
  }

  #choose(at: number): Slot {
    const above = this.#above(at);
    const below = this.#below(at);
    if (above !== null && isBareHead(above.item.statement.words) && above.adjacent) return { at: above.at };
    const body = this.#bodyBelow(at, below);
    if (body !== null) return body;
    if (above === null && below === null) return this.#betweenHunks(at);
    const known = [above, below].filter(
      (one) => one !== null && one.item.statement.kind !== 'added',
    ) as Anchor[];
    const strong = this.#strong(at);
    if (known.length > 0 && strong.every((item) => item.rival))
      return { reason: strong.length === 0 ? this.#nowhere : this.#severalPlaces };
    return this.#between(at, above, below);
  }

  /** The nearest placed statement above in the same reach. */
  #above(at: number): Anchor | null {
    let adjacent = true;
    for (let i = at - 1; i >= 0 && this.items[i]!.reach === this.items[at]!.reach; i -= 1) {
      const item = this.items[i]!;
      const slot = this.#slots.get(i);
      if (slot !== undefined) return { item, at: slot, adjacent };
      if (item.match >= 0) return { item, at: item.match + 1, adjacent };
      if (item.statement.kind === 'context') adjacent = false;
    }
    return null;
  }

  #below(at: number): Anchor | null {
    let adjacent = true;
    for (let i = at + 1; i < this.items.length && this.items[i]!.reach === this.items[at]!.reach; i += 1) {
      const item = this.items[i]!;
      if (item.match >= 0) return { item, at: item.match, adjacent };
      if (item.statement.kind === 'context') adjacent = false;
    }
    return null;
  }

  /** The nearest statements above and below in the reach that say more than a brace. */
  #strong(at: number): readonly Item[] {
    const says = (item: Item): boolean => item.match >= 0 && !isBraceOnly(item.statement.words);
    const near = this.items.filter((item) => item.reach === this.items[at]!.reach);
    const index = near.indexOf(this.items[at]!);
    const found = [near.slice(0, index).findLast(says), near.slice(index + 1).find(says)];
    return found.filter((item) => item !== undefined);
  }

  /** An added head without a brace stands right before the unchanged statement that it now governs. */
  #bodyBelow(at: number, below: Anchor | null): Slot | null {
    const words = this.items[at]!.statement.words;
    if (!isBareHead(words)) return null;
    const next = this.items.slice(at + 1).find((item) => item.statement.kind !== 'removed');
    if (next === undefined || next.statement.kind === 'added') return null;
    if (next.match >= 0 && below !== null) return { at: next.match };
    return { reason: `the statement under it is not in ${this.base.label}` };
  }

  /** No line of the reach is in the base: only a gap with nothing in it that matters leaves no doubt. */
  #betweenHunks(at: number): Slot {
    const lower = this.#lastBefore(at);
    const next = this.items.slice(at + 1).find((item) => item.match >= 0);
    const upper = next?.match ?? this.base.statements.length - 1;
    if (lower !== null && lower === upper) return { at: lower };
    return { reason: this.#nowhere };
  }

  /** But for lone braces. */
  get #nowhere(): string {
    return `none of the lines around it is in ${this.base.label}`;
  }

  get #severalPlaces(): string {
    return `the lines around it stand at more than one place in ${this.base.label}`;
  }

  #lastBefore(at: number): number | null {
    for (let i = at - 1; i >= 0; i -= 1) {
      const slot = this.#slots.get(i) ?? (this.items[i]!.match >= 0 ? this.items[i]!.match + 1 : null);
      if (slot !== null) return slot;
    }
    return null;
  }

  #between(at: number, above: Anchor | null, below: Anchor | null): Slot {
    const { base } = this;
    let low = above?.at ?? 0;
    let high = Math.max(low, below?.at ?? base.statements.length - 1);
    if (above !== null && low >= base.statements.length)
      return { reason: `it stands after the end of ${base.label}` };
    const statementsBetween = this.#first(low, high) < high;
    if (statementsBetween || below === null || above === null) {
      const keepAbove = above !== null && (above.adjacent || below === null);
      const keepBelow = below !== null && (below.adjacent || above === null);
      if (!keepAbove && !keepBelow && base.matters.slice(low, high).some(Boolean)) {
        return { reason: `${base.label} has more statements there than the patch shows` };
      }
      if (keepBelow && !keepAbove) low = this.#last(low, high);
      else high = this.#first(low, high);
    }
    return this.#pick(at, low, high, above, below);
  }

  /** The first place at or below `low` with a statement other than a lone brace under it. */
  #first(low: number, high: number): number {
    const found = this.base.statements.findIndex((one, index) => index >= low && !isBraceOnly(one.tokens));
    return found < 0 ? high : Math.min(found, high);
  }

  #last(low: number, high: number): number {
    const found = this.base.statements.findLastIndex(
      (one, index) => index < high && !isBraceOnly(one.tokens),
    );
    return Math.max(found + 1, low);
  }

  /** Chooses among places with nothing but braces between them: by indentation, else by what it stands next to. */
  #pick(at: number, low: number, high: number, above: Anchor | null, below: Anchor | null): Slot {
    const item = this.items[at]!;
    const isHead = item.statement.words.at(-1) !== ';';
    const places = Array.from({ length: high - low + 1 }, (_, index) => low + index).filter((place) =>
      this.#inside(place, isHead),
    );
    const first = places[0];
    const last = places.at(-1);
    if (first === undefined || last === undefined) return { reason: `it stands outside ${this.base.label}` };
    const left = this.#blocks.keptElses(at);
    const depth = item.statement.indent === null ? null : item.statement.indent - left;
    const fitting = places.filter((place) => this.#depths[place] === depth);
    const choice = above !== null && (above.adjacent || below === null) ? fitting[0] : fitting.at(-1);
    if (choice !== undefined && !isLabel(item.statement.words)) return { at: this.#pastBody(choice) };
    const behind = depth === null || above === null ? null : this.#behindBlock(at, above, depth);
    if (behind !== null) return behind;
    if (first === last || above === null) return { at: this.#pastBody(last) };
    if (below === null || this.#opens(first) || !item.matters || this.#goesOn(item, above))
      return { at: this.#pastBody(first) };
    // What is shown on the side where no line is lost stands right beside it.
    const { lost } = item;
    if (above.adjacent && below.adjacent && (lost.above === 'none') !== (lost.below === 'none'))
      return { at: this.#pastBody(lost.above === 'none' ? first : last) };
    return { reason: `the patch lost the brace that says on which side of it this line stands` };
  }

  /** Changes that are shown in a row stand in a row, but where none is lost below them: the brace was among them then. */
  #goesOn({ lost }: Item, above: Anchor): boolean {
    const { kind } = above.item.statement;
    const isBehind = kind === 'added' && lost.above === 'some' && lost.belowRun === 'none';
    return kind !== 'context' && above.adjacent && !isBehind;
  }

  /**
   * The hunk shows the end of the block around the anchor above, and the base has more in that block: behind its end, in the
   * item's own depth. Null where no block ends between the two.
   */
  #behindBlock(at: number, { item, at: low }: Anchor, depth: number): Slot | null {
    const { base, items } = this;
    const between = items.slice(items.indexOf(item) + 1, at);
    const ends = between.some(
      ({ statement: { kind, words }, match }) => kind === 'context' && match < 0 && words[0] === '}',
    );
    if (!ends || !items[at]!.matters || this.#depths[low]! <= depth) return null;
    const place = this.#depths.findIndex((one, i) => i > low && one <= depth);
    if (place < 0 || this.#depths[place] !== depth || base.matters.slice(low, place).some(Boolean))
      return { reason: `${base.label} has more in the block before it than the patch shows` };
    return { at: place };
  }

  /** In the function's body; in its head, what is part of one; not below its last brace. */
  #inside(place: number, isHead: boolean): boolean {
    return this.#depths[place]! > 0 || (isHead && !this.#depths.slice(0, place).some((depth) => depth > 0));
  }

  #opens(place: number): boolean {
    return this.base.statements[place]?.tokens[0] === '{';
  }

  /** Never between a head without braces and its body. */
  #pastBody(place: number): number {
    let at = place;
    const isBare = (head: number): boolean => isBareHead(this.base.statements[head]!.tokens);
    while (at > 0 && isBare(at - 1) && !this.#isRemoved(at - 1) && !this.#isRemoved(at)) at += 1;
    return at;
  }
}
