/** The blocks that a hunk shows: which heads stand around a statement, and which of them the base function has. */

import type { HunkStatement } from './hunk-statements.js';
import type { LostNext } from './lost-lines.js';
import { isBareHead, isBraceOnly, isLabel } from './statements.js';
import { isWayOut } from './ways-out.js';

/** A statement of the hunks with its place in the base. */
export interface Item {
  readonly statement: HunkStatement;
  readonly hunk: number;
  readonly reach: number;
  /** Old-side statements: the base statement that it is, or -1. */
  readonly match: number;
  readonly rival: boolean;
  /** Its hunk holds as many lines as its header says: what is not in the base the base leaves out. */
  readonly intact: boolean;
  /** Of a changed statement. */
  readonly lost: LostNext;
  /** Its loss would be felt: it calls something tracked, or decides something. */
  readonly matters: boolean;
}

/** The head of a loop that tests at its end: what stands in it runs, whether the base has the loop or not. */
const runsOnce = (words: readonly string[]): boolean => words.join(' ') === 'do {';

/** As it is written. */
export const shownHead = ({ statement }: Item): string => statement.lines[0]!.text.trim();

export class HunkBlocks {
  constructor(readonly items: readonly Item[]) {}

  /** The outermost unchanged head around the item that has no place in the base; null when all around it is placed. */
  unplacedGuard(at: number): Item | null {
    return this.#unplacedHeads(at).find((head) => !this.#isKeptElse(head)) ?? null;
  }

  /** How many `else` are around the item that the base leaves out, with what stands under them in it. */
  keptElses(at: number): number {
    return this.#unplacedHeads(at).filter((head) => this.#isKeptElse(head)).length;
  }

  /**
   * Whether the base has what stands in the block of a head: a statement that says more than a brace or a jump. Then it has
   * the block, if by another head.
   */
  isKept(head: Item): boolean {
    return this.#under(head).some(({ statement: { words } }) => words.includes('(') || words.includes('='));
  }

  /** Unchanged heads around the item that have no place in the base, the outermost first. */
  #unplacedHeads(at: number): readonly Item[] {
    return this.openHeads(at).filter(
      ({ statement: { kind, words }, match }) =>
        kind === 'context' && match < 0 && !isBraceOnly(words) && !runsOnce(words),
    );
  }

  /** Heads in the hunk whose block, or whose one statement, the item stands in, the outermost first. */
  openHeads(at: number): readonly Item[] {
    const open: Item[] = [];
    let head: Item | null = null;
    const item = this.items[at]!;
    const above = this.items
      .slice(0, at)
      .filter((one) => one.hunk === item.hunk && one.statement.kind !== 'removed');
    for (const one of above) {
      while (open.length > 0 && this.#closedBy(open.at(-1)!, one)) open.pop();
      for (const word of one.statement.words) {
        if (word === '}') open.pop();
        if (word === '{') open.push(one);
      }
      head = isBareHead(one.statement.words) ? one : null;
    }
    while (open.length > 0 && this.#closedBy(open.at(-1)!, item)) open.pop();
    return [...open, ...(head === null ? [] : [head])];
  }

  /** The `else` of a branch that the base leaves out: what stands under it is in the base, without an `else`. */
  #isKeptElse(head: Item): boolean {
    if (head.statement.words.filter((word) => word !== '{' && word !== '}').join(' ') !== 'else')
      return false;
    return this.#under(head).some(({ statement }) => !isBraceOnly(statement.words));
  }

  /**
   * Whether the block around the item, of which the base has not the head, is left by a `return` or a `goto`: then the base
   * has nothing of it, as without the head nothing would come after it.
   */
  isInLeftBlock(at: number): boolean {
    const guard = this.unplacedGuard(at);
    if (guard === null) return false;
    return this.#block(guard).some(({ statement }) => statement.kind === 'context' && isWayOut(statement));
  }

  /** What stands in the block of a head, and has its place in the base. */
  #under(head: Item): readonly Item[] {
    return this.#block(head).filter(({ match }) => match >= 0);
  }

  #block(head: Item): readonly Item[] {
    const at = this.items.indexOf(head);
    const below = this.items.slice(at + 1).filter((one) => one.hunk === head.hunk);
    const end = below.findIndex((one) => this.#closedBy(head, one) || this.#closes(head, one));
    return end < 0 ? below : below.slice(0, end);
  }

  #closes(head: Item, { statement }: Item): boolean {
    return statement.words[0] === '}' && statement.indent === head.statement.indent;
  }

  /** Indentation says that a block is over whose closing brace the patch lost. */
  #closedBy(open: Item, later: Item): boolean {
    const [outer, inner] = [open.statement.indent, later.statement.indent];
    return (
      outer !== null &&
      inner !== null &&
      inner <= outer &&
      later.statement.words[0] !== '}' &&
      !isLabel(later.statement.words)
    );
  }
}
