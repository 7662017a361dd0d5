/** Places the hunks of one function on its base text and gives the merged lines. */

import type { PatchLine } from '../diff/patch.js';
import { align } from './align.js';
import { isForeign } from './foreign-calls.js';
import { maskComments } from './mask.js';
import type { MergedLine } from './merged.js';
import { Inserter, type BaseText, type Item } from './insert.js';
import { indentOf, type HunkStatement } from './hunk-statements.js';
import { pairBraces } from './pair-braces.js';
import type { Piece } from './pieces.js';
import { isEdgeOf } from './similarity.js';
import {
  braceDelta,
  callsIn,
  definedFunction,
  isBareHead,
  isLabel,
  statements,
  tokens,
  type Statement,
} from './statements.js';
import type { FunctionText, SourceLine } from './text.js';
import { isAddedReturn, labelOf, leavesLocked, passesUnlock, standsLocked } from './ways-out.js';

/** Something of the patch that could not be placed, at a line of the input. */
export interface Problem {
  readonly hunk: number;
  readonly line: number;
  /** For people; a whole sentence without its full stop. */
  readonly reason: string;
  /** The function of which only a part is changed for it; null for a line where the base has nothing at all. */
  readonly half: string | null;
}

export interface PlacedText {
  readonly lines: readonly MergedLine[];
  /** The name after the patch. */
  readonly name: string;
  /** Hunks of which a changed statement found its place. */
  readonly placed: ReadonlySet<number>;
  readonly problems: readonly Problem[];
  /** Mattering statements that one side has and the other lacks within the hunks' reach: the release may be wrong. */
  readonly misses: number;
  /** Removed conditions that the base has in other words. */
  readonly differing: number;
  /** Mattering statements that the hunks add where the base has the same one already. */
  readonly repeated: number;
  readonly score: number;
}

/** What of a statement's words is tracked. */
export interface Relevance {
  /** It calls or names something that the model knows. */
  matters(words: readonly string[]): boolean;
  /** Names that the patch newly decides by, in whatever function. */
  readonly asked: ReadonlySet<string>;
  /** Functions that the patch itself adds. */
  readonly added: ReadonlySet<string>;
  /** The patch is placed by its new side: what is removed here is what it brings. */
  readonly turned: boolean;
}

export const CONTROL = /^(?:if|else|for|while|do|switch|case|default|return|goto|break|continue)$/;

/** Statements within which one that stays and one that is removed are those of the hunk. */
const CROSSING = 8;

/** A check that only warns, of what it only reads: `WARN_ON_ONCE(i_size_read(inode) < size);`. */
const onlyWarns = (words: readonly string[]): boolean =>
  /^(?:WARN_ON(?:_ONCE)?|VM_WARN_ON\w*|ASSERT)$/.test(words[0] ?? '') &&
  callsIn(words.slice(1)).every((name) =>
    /^(?:i_size_read|atomic_read|\w+_is_locked|[A-Z][A-Z0-9_]*)$/.test(name),
  );

/** A head that asks for something. */
const CONDITION = /^(?:\} )?(?:else )?(?:if|while|switch) \(/;

/** Names that a statement sets or declares with a value, or hands out by address. */
function setsAny(words: readonly string[], known: ReadonlySet<string>): boolean {
  return words.some((word, at) => {
    const next = words[at + 1] ?? '';
    const sets =
      /^(?:[-+*/%&|^]|<<|>>)?=$/.test(next) || next === '++' || next === '--' || words[at - 1] === '&';
    return sets && known.has(word);
  });
}

/** `iolock = XFS_IOLOCK_EXCL`: left as it is where another takes its place, both would stand there. */
const setsFlag = (words: readonly string[], known: ReadonlySet<string>): boolean =>
  words.some(
    (word, at) =>
      known.has(word) && words[at + 1] === '=' && /^[A-Z][A-Z0-9]*_[A-Z0-9_]+$/.test(words[at + 2] ?? ''),
  );

const split = new WeakMap<FunctionText, readonly Statement[]>();

/** The statements of a base text; read once, as every patch and every era asks for them again. */
function statementsOf(text: FunctionText): readonly Statement[] {
  let own = split.get(text);
  if (own === undefined) {
    own = statements(maskComments(text.lines.map((line) => line.text).join('\n')).split('\n'));
    split.set(text, own);
  }
  return own;
}

/** Whether the braces of the new side pair up. */
const isBalanced = (lines: readonly MergedLine[]): boolean =>
  braceDelta(tokens(maskComments(lines.flatMap((line) => line.after?.text ?? []).join('\n')))) === 0;

class TextPlacer {
  readonly #base: BaseText;
  readonly #names: ReadonlySet<string>;
  readonly #items: Item[];
  readonly #inserter: Inserter;
  readonly #problems: Problem[] = [];
  readonly #slots = new Map<number, number>();
  readonly score: number;

  constructor(
    readonly text: FunctionText,
    pieces: readonly Piece[],
    release: string,
    readonly relevance: Relevance,
  ) {
    const own = statementsOf(text);
    const matters = own.map((one) => relevance.matters(one.tokens));
    // What the bundled text leaves out the kernel's may well have.
    const bundled = text.lines.some(({ origin }) => origin.kind === 'bundled') ? 'the bundled ' : '';
    this.#base = { label: `${bundled}${text.name} of ${release}`, statements: own, matters };
    this.#names = new Set(own.flatMap((one) => one.tokens));
    const flat = pieces.flatMap((piece) => piece.statements.map((statement) => ({ statement, piece })));
    const old = flat.filter((one) => one.statement.kind !== 'added');
    const alignment = align(
      old.map((one) => ({
        statement: one.statement,
        reach: one.piece.reach,
        intact: one.piece.intact,
        matters: relevance.matters(one.statement.words),
      })),
      own.map((one) => ({ words: one.tokens, indent: Math.round(indentOf(text.lines[one.first]!.text)) })),
    );
    this.score = alignment.score;
    let next = 0;
    this.#items = flat.map(({ statement, piece }) => {
      const at = statement.kind === 'added' ? -1 : next++;
      return {
        statement,
        hunk: piece.hunk,
        reach: piece.reach,
        intact: piece.intact,
        match: alignment.match[at] ?? -1,
        rival: alignment.rival[at] ?? false,
        matters: this.#decides(statement.words),
      };
    });
    this.#inserter = new Inserter(this.#items, this.#base);
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
    this.#checkRemoved();
    this.#placeAdded();
    this.#checkCrossed();
    this.#checkBodies();
    this.#checkBareHeads();
    this.#checkLabels();
    this.#checkForeign();
    if (!isBalanced(this.#emit())) pairBraces(this.#items, this.#slots, this.#base.statements);
    const lines = this.#emit();
    const unseen = this.#unseen();
    return {
      ...this.#balanced(lines),
      misses: this.#lost() + unseen.length,
      differing: this.#differing(),
      repeated: this.#repeated(unseen),
      score: this.score,
    };
  }

  #problem(item: Item, what: string, underCut = false): void {
    const half = underCut ? null : this.text.name;
    this.#problems.push({ hunk: item.hunk, line: changedLine(item.statement).line, reason: what, half });
  }

  #checkRemoved(): void {
    this.#items.forEach((item, at) => {
      const { kind, words } = item.statement;
      if (kind !== 'removed') return;
      const matters = this.relevance.matters(words) && !onlyWarns(words);
      const text = shown(item.statement);
      if (item.match < 0 && (matters || setsFlag(words, this.#names) || this.#passesUnlock(at))) {
        const where = `the removed line \`${text}\` is not in ${this.#base.label} there`;
        this.#problem(item, where, item.intact && this.#inserter.unplacedGuard(at) !== null);
      } else if (matters && item.rival)
        this.#problem(item, `the removed line \`${text}\` fits more than one place in ${this.#base.label}`);
    });
  }

  /**
   * A removed line may have its like on the other side of a line that stays: it is not the one that is meant then. An
   * added one that comes to stand there has another order than the patch gives it.
   */
  #checkCrossed(): void {
    this.#items.forEach((item, at) => {
      const { kind } = item.statement;
      const place = kind === 'removed' ? item.match : (this.#slots.get(at) ?? -1);
      if (kind === 'context' || place < 0 || !this.relevance.matters(item.statement.words)) return;
      const crossed = this.#items.findIndex((_, other) => this.#isCrossed(at, place, other));
      if (crossed < 0) return;
      const kept = shown(this.#items[crossed]!.statement);
      const line = `the ${kind} line \`${shown(item.statement)}\``;
      const side = `on the other side of \`${kept}\` in ${this.#base.label}`;
      this.#problem(
        item,
        kind === 'removed' ? `${line} stands ${side}` : `${line} was not placed: it would stand ${side}`,
      );
    });
  }

  /** Whether a line that stays is, or has to be where it is like something, on the other side of `place` than in the hunk. */
  #isCrossed(at: number, place: number, other: number): boolean {
    const { statement, match, hunk } = this.#items[other]!;
    if (statement.kind !== 'context' || hunk !== this.#items[at]!.hunk) return false;
    const calls = this.#trackedCalls(statement.words);
    if (calls === '') return false;
    if (match >= 0) return match >= place !== other > at;
    const taken = new Set(this.#items.map((one) => one.match));
    const like = this.#base.statements.flatMap(({ tokens: own }, i) =>
      !taken.has(i) && Math.abs(i - place) <= CROSSING && this.#trackedCalls(own) === calls ? [i] : [],
    );
    return like.length > 0 && like.every((i) => i >= place === other < at);
  }

  /** The names of what a statement calls and the model knows. */
  #trackedCalls(words: readonly string[]): string {
    return callsIn(words)
      .filter((name) => this.relevance.matters([name, '(']))
      .join();
  }

  #placeAdded(): void {
    const relevant = this.#relevantRuns();
    this.#items.forEach((item, at) => {
      if (item.statement.kind !== 'added') return;
      const slot = this.#inserter.place(at);
      if ('at' in slot) this.#slots.set(at, slot.at);
      else if (relevant.has(at) && !(slot.underCut && this.#tracksNothing(at) && !this.#leaves(at))) {
        const what = `the added line \`${shown(item.statement)}\` was not placed: ${slot.reason}`;
        this.#problem(item, what, slot.underCut);
      }
    });
  }

  /** A way out that may keep a lock held; where the base has nothing of what is around it, that is not known. */
  #leaves(at: number): boolean {
    const item = this.#items[at]!;
    if (this.#passesUnlock(at)) return true;
    if (!isAddedReturn(item.statement)) return false;
    const { matters } = this.relevance;
    const own = this.#items.filter(({ hunk }) => hunk === item.hunk);
    if (own.every(({ match }) => match < 0)) return true;
    const statements = own.map(({ statement }) => statement);
    const words = this.#base.statements.map(({ tokens: one }) => one);
    return (
      leavesLocked(statements, own.indexOf(item), matters) ||
      standsLocked(words, this.#nextPlace(at), matters)
    );
  }

  /** A `goto` that the patch has on one side only, and that does not come by an unlock of the base. */
  #passesUnlock(at: number): boolean {
    const { statement, hunk } = this.#items[at]!;
    const label = labelOf(statement);
    if (label === null) return false;
    const stays = this.#items.some(
      (other) =>
        other.hunk === hunk &&
        other.statement.kind !== statement.kind &&
        other.statement.kind !== 'context' &&
        labelOf(other.statement) === label,
    );
    const words = this.#base.statements.map(({ tokens: one }) => one);
    return !stays && passesUnlock(words, this.#nextPlace(at), label, this.relevance.matters);
  }

  /** The statement of the base before which one that it does not have would stand. */
  #nextPlace(at: number): number {
    const { hunk } = this.#items[at]!;
    const isKnown = (one: Item): boolean => one.match >= 0 && one.hunk === hunk;
    const above = this.#items.slice(0, at).findLast(isKnown);
    return above === undefined ? (this.#items.slice(at).find(isKnown)?.match ?? 0) : above.match + 1;
  }

  /**
   * What the patch puts under a head without braces takes the place of what the base has there, and does not push it out
   * from under the head. The base may have it already: it was reduced, or took the change from elsewhere.
   */
  #checkBodies(): void {
    const { statements: base, label } = this.#base;
    const byMatch = new Map(this.#items.map((item) => [item.match, item]));
    const isRemoved = (at: number): boolean => byMatch.get(at)?.statement.kind === 'removed';
    base.forEach((head, at) => {
      const body = base[at + 1];
      if (!isBareHead(head.tokens) || body === undefined || isRemoved(at) || isRemoved(at + 1)) return;
      const [place] = [...this.#slots].findLast(([, slot]) => slot === at + 1) ?? [];
      const item = place === undefined ? undefined : this.#items[place]!;
      if (place === undefined || item === undefined || isBareHead(item.statement.words)) return;
      this.#slots.delete(place);
      if (item.statement.words.join(' ') === body.tokens.join(' ')) return;
      const text = this.text.lines[head.first]!.text.trim();
      this.#problem(item, `the statement under \`${text}\` is another in ${label}`);
    });
  }

  /** A head without braces and the statement under it go together: one of them removed alone, the head governs another. */
  #checkBareHeads(): void {
    const { statements: base, label } = this.#base;
    const byMatch = new Map(this.#items.map((item) => [item.match, item]));
    const filled = new Set(this.#slots.values());
    const isRemoved = (at: number): boolean => byMatch.get(at)?.statement.kind === 'removed';
    base.forEach((head, at) => {
      if (!isBareHead(head.tokens)) return;
      const next = base.findIndex((_, i) => i > at && (filled.has(i) || !isRemoved(i)));
      const own = byMatch.get(at);
      const body = byMatch.get(at + 1);
      if (isRemoved(at) && own !== undefined && body === undefined && !filled.has(at + 1))
        this.#problem(own, `the statement under \`${shown(own.statement)}\` is another in ${label}`);
      else if (!isRemoved(at) && body !== undefined && next > at + 1 && !filled.has(next)) {
        const text = this.text.lines[head.first]!.text.trim();
        const what = `the removed line \`${shown(body.statement)}\` stands under \`${text}\` in ${label}, which stays`;
        this.#problem(body, what);
      }
    });
  }

  /** A function that calls what no release here has is another one than the base has. */
  #checkForeign(): void {
    const { matters, added } = this.relevance;
    const isKnown = (name: string): boolean => added.has(name) || matters([name, '(']);
    const foreign = ({ match, statement }: Item): readonly string[] =>
      match < 0 ? callsIn(statement.words).filter((name) => isForeign(name) && !isKnown(name)) : [];
    const [name] = this.#items.flatMap(foreign);
    const changed = this.#items.find(
      (item) => item.statement.kind !== 'context' && (item.matters || foreign(item).length > 0),
    );
    if (changed === undefined || name === undefined) return;
    this.#problem(changed, `${name}(), which the patch has there, is not in ${this.#base.label}`);
  }

  /** Where an added goto leads must be seen: in the base, or in the patch. */
  #checkLabels(): void {
    const present = this.#items.filter(({ statement }) => statement.kind !== 'removed');
    const words = [
      ...this.#base.statements.map(({ tokens }) => tokens),
      ...present.map(({ statement }) => statement.words),
    ];
    const labels = new Set(words.filter(isLabel).map(([name]) => name));
    for (const item of present) {
      const { kind, words: own } = item.statement;
      const label = own[own.indexOf('goto') + 1];
      if (kind !== 'added' || !own.includes('goto') || label === undefined || labels.has(label)) continue;
      const what = `the added line \`${shown(item.statement)}\` leads to a label that ${this.#base.label} does not have`;
      this.#problem(item, what);
    }
  }

  /** The run of changes around an item calls nothing that is tracked, and sets nothing that the patch newly asks for. */
  #tracksNothing(at: number): boolean {
    const isContext = ({ statement }: Item): boolean => statement.kind === 'context';
    const first = this.#items.slice(0, at).findLastIndex(isContext) + 1;
    const after = this.#items.slice(at).findIndex(isContext);
    const run = this.#items.slice(first, after < 0 ? undefined : at + after);
    const { matters, asked } = this.relevance;
    return !run.some(({ statement: { words } }) => matters(words) || setsAny(words, asked));
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

  /** Refuses a placing after which braces no longer pair up: a line that opens or closes a block was not placed. */
  #balanced(lines: readonly MergedLine[]): Omit<PlacedText, 'misses' | 'differing' | 'repeated' | 'score'> {
    const first = this.#items.find((item) => item.statement.kind !== 'context');
    if (isBalanced(lines) || first === undefined) {
      return { lines, name: this.#name(), placed: this.#placedHunks(), problems: this.#problems };
    }
    this.#problem(
      first,
      `${this.#base.label} is too short for the changes: with them its braces do not pair up`,
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
    const added = this.#items.filter(({ statement }) => statement.kind === 'added');
    return added.filter(({ statement }) => unseen.has(words(statement.words))).length;
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

/** The first line of a statement that the patch changes; for an unchanged statement its first line. */
export function changedLine(statement: HunkStatement): PatchLine {
  return statement.lines.find((line) => line.kind === statement.kind) ?? statement.lines[0]!;
}

export function shown(statement: HunkStatement): string {
  return changedLine(statement).text.trim();
}

export function patchLine(line: PatchLine): SourceLine {
  return { text: line.text, origin: { kind: 'patch', line: line.line, added: line.kind === 'added' } };
}

/** The patch's line for a line of an aligned base statement: the one that holds the word which that line begins with. */
function originOf(hunk: HunkStatement, base: Statement, line: number): SourceLine['origin'] {
  const word = base.lineOf.findIndex((index) => index >= line);
  const shift = hunk.words.length - base.tokens.length;
  const index = hunk.edge === 'first' && shift < 0 ? word + shift : word;
  const at = hunk.lineOf[Math.min(Math.max(index, 0), hunk.lineOf.length - 1)] ?? 0;
  return { kind: 'patch', line: hunk.lines[at]!.line, added: false };
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

/** Words of a statement that name something of `known`: a call, or a function handed on by name. */
export function namesAny(words: readonly string[], known: (name: string) => boolean): boolean {
  return (
    callsIn(words).some(known) ||
    words.some((word, at) => word !== words[at - 1] && /^[a-z_]\w{6,}$/.test(word) && known(word))
  );
}
