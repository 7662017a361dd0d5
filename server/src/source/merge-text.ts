/** Places the hunks of one function on its base text and gives the merged lines. */

import type { PatchLine } from '../diff/patch.js';
import { alignOnText, statementsIn, textStatements } from './align-text.js';
import { PlacingChecks, type Placing } from './check-placed.js';
import { maskComments } from './mask.js';
import type { MergedLine } from './merged.js';
import { withDeclarations } from './declarations.js';
import { HunkBlocks, type Item } from './hunk-blocks.js';
import { Inserter, type BaseText } from './insert.js';
import { indentOf, changedLine, shown, type HunkStatement } from './hunk-statements.js';
import { withoutCutBranches } from './later-branch.js';
import { pairBraces } from './pair-braces.js';
import type { Piece } from './pieces.js';
import { CONTROL, trackedCalls, type Relevance } from './relevance.js';
import { respeltItems, withRespeltHeads } from './respelt.js';
import { isEdgeOf, sameWords } from './similarity.js';
import {
  assignedName,
  braceDelta,
  definedFunction,
  parenthesisDelta,
  tokens,
  type Statement,
} from './statements.js';
import type { FunctionText, SourceLine } from './text.js';
import { saysRangeBy } from './tracked-names.js';
import { withoutUnseenBlocks } from './unseen-blocks.js';

/** Something of the patch that could not be placed, at a line of the input. */
export interface Problem {
  readonly hunk: number;
  readonly line: number;
  /** For people; a whole sentence without its full stop. */
  readonly reason: string;
  /** The functions of which only a part may be changed for it; none for a line where the base has nothing at all. */
  readonly half: readonly string[];
}

/** How like hunks and base are, counted: of one function, a file, or a whole patch. */
export interface Likeness {
  /** Mattering statements that one side has and the other lacks within the hunks' reach: the release may be wrong. */
  readonly misses: number;
  /** Removed conditions that the base has in other words. */
  readonly differing: number;
  /** Mattering statements that the hunks add where the base has the same one already. */
  readonly repeated: number;
  /** Statements that the hunks remove, whether they matter or not. */
  readonly removes: number;
  /** Those of them that the base has word by word. */
  readonly exact: number;
  /** Sum of the alignments' scores; comparable between bases for one patch. */
  readonly score: number;
}

export interface PlacedText extends Likeness {
  readonly lines: readonly MergedLine[];
  /** The name after the patch. */
  readonly name: string;
  /** Hunks of which a changed statement found its place. */
  readonly placed: ReadonlySet<number>;
  readonly problems: readonly Problem[];
}

/** Names that a statement sets or declares with a value, or hands out by address. */
function setsAny(words: readonly string[], known: ReadonlySet<string>): boolean {
  return words.some((word, at) => {
    const next = words[at + 1] ?? '';
    const sets =
      /^(?:[-+*/%&|^]|<<|>>)?=$/.test(next) || next === '++' || next === '--' || words[at - 1] === '&';
    return sets && known.has(word);
  });
}

/** A head that asks for something. */
const CONDITION = /^(?:\} )?(?:else )?(?:if|while|switch) \(/;

/** What of the new side does not pair up: a line that opens or closes a block, or a call, was not placed. */
function unpairedIn(lines: readonly MergedLine[]): 'braces' | 'parentheses' | null {
  const words = tokens(maskComments(lines.flatMap((line) => line.after?.text ?? []).join('\n')));
  if (braceDelta(words) !== 0 || endsEarly(words)) return 'braces';
  return parenthesisDelta(words) === 0 ? null : 'parentheses';
}

/** The `}` of another block closes the function: its own `{` is gone, or an `else` has lost what it belongs to. */
function endsEarly(words: readonly string[]): boolean {
  const end = words.lastIndexOf('}');
  let depth = 0;
  return words.some((word, at) => {
    depth += braceDelta([word]);
    return word === '}' && depth <= 0 && at < end;
  });
}

/** What is removed in a block that the base has not is none of its like that stands less deep. */
function withoutLeftBlocks(items: readonly Item[], base: BaseText, text: FunctionText): Item[] {
  const blocks = new HunkBlocks(items);
  const depthOf = (place: number): number => indentOf(text.lines[base.statements[place]!.first]!.text);
  return items.map((item, at) => {
    const { statement, match, matters } = item;
    const isElsewhere =
      statement.kind === 'removed' &&
      matters &&
      match >= 0 &&
      statement.indent !== null &&
      statement.indent > Math.round(depthOf(match)) &&
      blocks.isInLeftBlock(at);
    return isElsewhere ? { ...item, match: -1 } : item;
  });
}

class TextPlacer {
  readonly #base: BaseText;
  readonly #names: ReadonlySet<string>;
  readonly #items: Item[];
  readonly #inserter: Inserter;
  /** Removed statements that the base has cut, and the added ones that only spell them in another way. */
  readonly #respelt: ReadonlySet<number>;
  readonly #problems: Problem[] = [];
  readonly #slots = new Map<number, number>();
  readonly score: number;

  constructor(
    readonly text: FunctionText,
    pieces: readonly Piece[],
    release: string,
    readonly relevance: Relevance,
  ) {
    const { statements: own, names } = textStatements(text);
    const matters = own.map((one) => relevance.matters(one.tokens));
    // What the bundled text leaves out the kernel's may well have.
    const bundled = text.lines.some(({ origin }) => origin.kind === 'bundled') ? 'the bundled ' : '';
    this.#base = { label: `${bundled}${text.name} of ${release}`, statements: own, matters };
    this.#names = names;
    const flat = withoutCutBranches(statementsIn(pieces), own);
    const alignment = alignOnText(text, flat, relevance);
    this.score = alignment.score;
    let next = 0;
    const aligned = flat.map(({ statement, piece }): Item => {
      const at = statement.kind === 'added' ? -1 : next++;
      return {
        statement,
        hunk: piece.hunk,
        reach: piece.reach,
        intact: piece.intact,
        lost: piece.lost.nextTo(changedLine(statement)),
        match: alignment.match[at] ?? -1,
        rival: alignment.rival[at] ?? false,
        matters: this.#decides(statement.words),
      };
    });
    const seen = withoutUnseenBlocks(aligned, own);
    const placed = withDeclarations(withoutLeftBlocks(seen, this.#base, text), this.#base);
    this.#items = withRespeltHeads(placed, this.#base);
    this.#inserter = new Inserter(this.#items, this.#base);
    this.#respelt = respeltItems(this.#items);
  }

  /** True when leaving the statement out would change what the model sees. */
  #decides(words: readonly string[]): boolean {
    return (
      this.relevance.matters(words) ||
      CONTROL.test(words[0] ?? '') ||
      setsAny(words, this.#names) ||
      setsAny(words, this.relevance.asked)
    );
  }

  place(): PlacedText {
    const checks = new PlacingChecks(this.#placing(), (item, what, underCut) =>
      this.#problem(item, what, underCut),
    );
    checks.checkRemoved();
    this.#placeAdded(checks);
    checks.checkRanges();
    checks.checkRangeNames();
    checks.checkCrossed();
    checks.checkMovedOver();
    checks.checkBodies();
    checks.checkBareHeads();
    checks.checkBlocks();
    checks.checkHeads();
    checks.checkLabels();
    checks.checkForeign();
    if (unpairedIn(this.#emit()) === 'braces') pairBraces(this.#items, this.#slots, this.#base.statements);
    const lines = this.#emit();
    const unseen = this.#unseen();
    return {
      ...this.#balanced(lines),
      misses: this.#lost() + unseen.length,
      differing: this.#differing(),
      repeated: this.#repeated(unseen),
      removes: this.#removed().length,
      exact: this.#removed().filter(({ statement, match }) =>
        sameWords(statement.words, this.#base.statements[match]?.tokens ?? []),
      ).length,
      score: this.score,
    };
  }

  #placing(): Placing {
    return {
      text: this.text,
      base: this.#base,
      items: this.#items,
      slots: this.#slots,
      respelt: this.#respelt,
      blocks: new HunkBlocks(this.#items),
      names: this.#names,
      relevance: this.relevance,
    };
  }

  #problem(item: Item, what: string, underCut = false): void {
    const half = underCut ? [] : [this.text.name];
    this.#problems.push({ hunk: item.hunk, line: changedLine(item.statement).line, reason: what, half });
  }

  #placeAdded(checks: PlacingChecks): void {
    const relevant = this.#relevantRuns();
    this.#items.forEach((item, at) => {
      if (item.statement.kind !== 'added' || this.#respelt.has(at)) return;
      if (this.#setsAsCut(at)) return;
      const slot = this.#inserter.place(at);
      if ('at' in slot) this.#slots.set(at, slot.at);
      else if (relevant.has(at) && !(slot.underCut && this.#tracksNothing(at) && !checks.leaves(at))) {
        const what = `the added line \`${shown(item.statement)}\` was not placed: ${slot.reason}`;
        this.#problem(item, what, slot.underCut && !this.#isMovedHere(item));
      }
    });
  }

  /** It brings what a removed line of the base has: without it the removed one is gone, and not moved. */
  #isMovedHere({ statement: { words } }: Item): boolean {
    const brought = trackedCalls(words, this.relevance);
    return this.#items.some(
      ({ statement, match }) =>
        statement.kind === 'removed' &&
        match >= 0 &&
        trackedCalls(statement.words, this.relevance).some((name) => brought.includes(name)),
    );
  }

  /**
   * It sets by other words what removed lines set that the base has cut, all of them: the base comes to that value in a way
   * of its own, which stays. What says a range is no such value.
   */
  #setsAsCut(at: number): boolean {
    const { words } = this.#items[at]!.statement;
    const { matters, asked } = this.relevance;
    const name = assignedName(words);
    if (name === null || matters(words) || asked.has(name) || !this.#names.has(name)) return false;
    const set = this.#runAround(at).filter(
      ({ statement }) => statement.kind === 'removed' && assignedName(statement.words) === name,
    );
    const isCut = set.length > 0 && set.every(({ match }) => match < 0);
    return isCut && !this.#base.statements.some(({ tokens }) => saysRangeBy(tokens, name));
  }

  /** The run of changes around an item calls nothing that is tracked, and sets nothing that the patch newly asks for. */
  #tracksNothing(at: number): boolean {
    const { matters, asked } = this.relevance;
    return !this.#runAround(at).some(({ statement: { words } }) => matters(words) || setsAny(words, asked));
  }

  #runAround(at: number): readonly Item[] {
    const isContext = ({ statement }: Item): boolean => statement.kind === 'context';
    const first = this.#items.slice(0, at).findLastIndex(isContext) + 1;
    const after = this.#items.slice(at).findIndex(isContext);
    return this.#items.slice(first, after < 0 ? undefined : at + after);
  }

  /** Added items in a run of changes of which one matters: a guard around such a call may not be dropped. */
  #relevantRuns(): ReadonlySet<number> {
    const relevant = new Set<number>();
    let run: number[] = [];
    const close = (): void => {
      if (run.some((at) => this.#items[at]!.matters)) for (const at of run) relevant.add(at);
      run = [];
    };
    this.#items.forEach((item, at) => {
      if (item.statement.kind === 'added') run.push(at);
      else if (item.statement.kind === 'context') close();
    });
    close();
    return relevant;
  }

  #emit(): readonly MergedLine[] {
    const { lines } = this.text;
    const out: MergedLine[] = [];
    const byMatch = new Map(this.#items.filter((item) => item.match >= 0).map((item) => [item.match, item]));
    const keep = (from: number, to: number): void => {
      for (const line of lines.slice(from, to)) out.push({ before: line, after: line, edit: null });
    };
    let done = 0;
    this.#base.statements.forEach((statement, at) => {
      out.push(...this.#addedAt(at));
      keep(done, statement.first);
      out.push(...this.#baseLines(statement, byMatch.get(at)));
      done = statement.last + 1;
    });
    keep(done, lines.length);
    return out;
  }

  #baseLines(statement: Statement, item: Item | undefined): readonly MergedLine[] {
    const own = this.text.lines.slice(statement.first, statement.last + 1);
    if (item === undefined) return own.map((line) => ({ before: line, after: line, edit: null }));
    if (this.#bringsOther(item, statement))
      return item.statement.lines.map((line) => ({ before: patchLine(line), after: null, edit: null }));
    return own.map((line, at) => {
      const before = { text: line.text, origin: originOf(item.statement, statement, statement.first + at) };
      return { before, after: item.statement.kind === 'removed' ? null : before, edit: null };
    });
  }

  /** What the patch brings is in its own words, whatever the release came to have there: `true` is not `0`. */
  #bringsOther({ statement: { kind, words, edge } }: Item, { tokens: base }: Statement): boolean {
    return (
      this.relevance.turned &&
      kind === 'removed' &&
      edge === 'inside' &&
      words.at(-1) === ';' &&
      base.at(-1) === ';' &&
      words.join(' ') !== base.join(' ')
    );
  }

  #addedAt(slot: number): readonly MergedLine[] {
    return this.#items.flatMap((item, at) => {
      if (this.#slots.get(at) !== slot) return [];
      return this.#completed(item, at).map((after) => ({ before: null, after, edit: null }));
    });
  }

  /** The added lines; when the hunk's edge cut their statement, with the rest of it from the base. */
  #completed(item: Item, at: number): readonly SourceLine[] {
    const own = item.statement.lines.map(patchLine);
    if (item.statement.edge === 'inside') return own;
    const old = this.#items
      .slice(0, at)
      .findLast((one) => one.statement.kind === 'removed' && one.hunk === item.hunk);
    if (old === undefined || old.match < 0 || old.statement.edge !== item.statement.edge) return own;
    const base = this.#base.statements[old.match]!;
    const origin = this.text.lines[base.first]!.origin;
    const rest = (words: readonly string[]): SourceLine => ({ text: words.join(' '), origin });
    const cut = base.tokens.length - old.statement.words.length;
    if (isEdgeOf(old.statement.words, base.tokens, 'tail')) return [rest(base.tokens.slice(0, cut)), ...own];
    if (isEdgeOf(old.statement.words, base.tokens, 'head')) return [...own, rest(base.tokens.slice(-cut))];
    return own;
  }

  /** Refuses a placing after which braces or parentheses no longer pair up. */
  #balanced(lines: readonly MergedLine[]): Pick<PlacedText, 'lines' | 'name' | 'placed' | 'problems'> {
    const first = this.#items.find((item) => item.statement.kind !== 'context');
    const unpaired = unpairedIn(lines);
    if (unpaired === null || first === undefined) {
      return { lines, name: this.#name(), placed: this.#placedHunks(), problems: this.#problems };
    }
    this.#problem(
      first,
      `${this.#base.label} is too short for the changes: with them its ${unpaired} do not pair up`,
    );
    const unchanged = this.text.lines.map((line) => ({ before: line, after: line, edit: null }));
    return { lines: unchanged, name: this.text.name, placed: new Set(), problems: this.#problems };
  }

  /** The name in an added head: the patch may rename the function. */
  #name(): string {
    const heads = [...this.#slots.keys()].map((at) => definedFunction(this.#items[at]!.statement.words));
    return heads.find((name) => name !== null) ?? this.text.name;
  }

  #placedHunks(): ReadonlySet<number> {
    const changed = (item: Item, at: number): boolean =>
      item.statement.kind === 'added'
        ? this.#slots.has(at)
        : item.statement.kind === 'removed' && item.match >= 0;
    return new Set(this.#items.filter(changed).map((item) => item.hunk));
  }

  /** Mattering context statements of the patch that the base does not have. */
  #lost(): number {
    const lost = this.#items.filter((item) => item.statement.kind === 'context' && item.match < 0);
    return lost.filter((item) => this.relevance.matters(item.statement.words)).length;
  }

  #removed(): readonly Item[] {
    return this.#items.filter(({ statement }) => statement.kind === 'removed');
  }

  #differing(): number {
    return this.#items.filter(({ statement: { kind, words, edge }, match }) => {
      if (kind !== 'removed' || match < 0 || edge !== 'inside' || !CONDITION.test(words.join(' ')))
        return false;
      return words.join(' ') !== this.#base.statements[match]!.tokens.join(' ');
    }).length;
  }

  #repeated(statements: readonly Statement[]): number {
    const words = (tokens: readonly string[]): string => tokens.join(' ');
    const unseen = new Set(statements.map(({ tokens }) => words(tokens)));
    const matched = new Set(this.#items.map(({ match }) => match));
    return this.#items.filter(({ statement, matters }, at) => {
      if (statement.kind !== 'added') return false;
      const own = words(statement.words);
      return (
        unseen.has(own) ||
        (matters &&
          this.#beside(at).some((i) => !matched.has(i) && words(this.#base.statements[i]!.tokens) === own))
      );
    }).length;
  }

  /** The base statements between which an added one was placed. */
  #beside(at: number): readonly number[] {
    const slot = this.#slots.get(at);
    return slot === undefined ? [] : [slot - 1, slot].filter((i) => i in this.#base.statements);
  }

  /** Mattering base statements between two neighbours of a hunk that the hunk does not show. */
  #unseen(): readonly Statement[] {
    const { statements, matters } = this.#base;
    const found = this.#items.filter((item) => item.match >= 0);
    return found.flatMap((item, at) => {
      const next = found[at + 1];
      if (next === undefined || next.reach !== item.reach) return [];
      return statements.slice(item.match + 1, next.match).filter((_, i) => matters[item.match + 1 + i]);
    });
  }
}

const originIn = ({ line, kind }: PatchLine): SourceLine['origin'] => ({ kind: 'patch', line, role: kind });

export function patchLine(line: PatchLine): SourceLine {
  return { text: line.text, origin: originIn(line) };
}

/** The patch's line for a line of an aligned base statement: the one that holds the word which that line begins with. */
function originOf(hunk: HunkStatement, base: Statement, line: number): SourceLine['origin'] {
  const word = base.lineOf.findIndex((index) => index >= line);
  const shift = hunk.words.length - base.tokens.length;
  const index = hunk.edge === 'first' && shift < 0 ? word + shift : word;
  const at = hunk.lineOf[Math.min(Math.max(index, 0), hunk.lineOf.length - 1)] ?? 0;
  return originIn(hunk.lines[at]!);
}

/** Places `pieces`, all of one function and in order, on its base text. */
export function placeOnText(
  text: FunctionText,
  pieces: readonly Piece[],
  release: string,
  relevance: Relevance,
): PlacedText {
  return new TextPlacer(text, pieces, release, relevance).place();
}
