/** Places the hunks of one file on a code base: which function each stands in, and what is said of those that stand in none. */

import type { FilePatch } from '../diff/patch.js';
import { choosesAWay } from '../kernel/decisions.js';
import { isPartOfPrimitive } from '../kernel/primitive-parts.js';
import { isPrimitiveName } from '../kernel/primitives.js';
import { unmodelledCall } from '../kernel/unmodelled-calls.js';
import { scoreOnText, statementsIn } from './align-text.js';
import { bundledFunctions, standTogether } from './bundled.js';
import type { CodeBase } from './code-base.js';
import { changedLine, shown, type HunkStatement } from './hunk-statements.js';
import { isKnownMacro } from './macros.js';
import { patchLine, placeOnText, type Likeness, type Problem } from './merge-text.js';
import { mergeWhole } from './merge-whole.js';
import type { MergedText } from './merged.js';
import { cutFile, type AddedText, type Piece, type Target } from './pieces.js';
import type { Relevance } from './relevance.js';
import { definedFunction } from './statements.js';
import type { FunctionText } from './text.js';
import { onlyRespelt } from './tracked-names.js';
import { chooseTexts, MARGIN, type Candidate } from './unnamed-hunks.js';
import { changesWayOut, isAddedReturn, leavesLocked } from './ways-out.js';

/** Equal where lines are moved, wrapped or commented on. */
const wordsOf = (all: readonly HunkStatement[], kind: HunkStatement['kind']): string =>
  all.flatMap((one) => (one.kind === kind ? one.words : [])).join(' ');

/** What placing one file's hunks found. */
export interface FileResult extends Likeness {
  readonly merged: readonly MergedText[];
  readonly problems: readonly Problem[];
  readonly placed: ReadonlySet<number>;
}

const NO_COUNTS = { misses: 0, differing: 0, repeated: 0, removes: 0, exact: 0, score: 0 };

/** The result for a file of which nothing was placed, all of it `problems`. */
export const nothingPlaced = (problems: readonly Problem[]): FileResult => ({
  merged: [],
  problems,
  placed: new Set(),
  ...NO_COUNTS,
});

/** What a kernel function that is one step here makes its order from. */
const ORDERS =
  /^(?:smp_\w+|READ_ONCE|WRITE_ONCE|atomic\w*_\w+|\w+_(?:un)?lock|wait_\w+|wake_\w+|\w*barrier)$/;

/** By what a page is in the cache, and what a lookup asks again under its lock: page_cache_delete(), 4.10 to 6.14. */
const IN_THE_CACHE = /\bxas_store \(|-> mapping = /;

/** The least score by which a function may be the one of an unnamed hunk. */
const FITS = 1;

/** The same for one that, worked out backwards, only brings lines: nothing of what changes is there to be found. */
const FITS_AROUND = 3;

/** What a hunk that names its function counts beside those that name none: more than they do together. */
const SURE = 1e6;

/** The least score, of several statements, by which a function is known under another name. */
const RENAMED = 5;

/** Words that tell two functions of one file apart, however alike they are. */
const OPPOSED: readonly (readonly [RegExp, RegExp])[] = [
  [/dio|direct/, /buffered/],
  [/read/, /write/],
];

/** 1 where a name has the first word of a pair alone, -1 for the second; 0 for both or none. */
const sideOf = (name: string, [one, other]: readonly [RegExp, RegExp]): number =>
  Number(one.test(name)) - Number(other.test(name));

const areOpposed = (a: string, b: string): boolean =>
  OPPOSED.some((pair) => sideOf(a, pair) * sideOf(b, pair) < 0);

class FilePlacer {
  readonly #merged: MergedText[] = [];
  readonly #problems: Problem[] = [];
  readonly #placed = new Set<number>();
  readonly #counts = { ...NO_COUNTS };
  /** By hunks that name no function those of which they may be a part. */
  readonly #mayBeIn = new Map<Piece, readonly string[]>();
  /** The base's functions and tables of this file. */
  readonly #ownTexts: readonly FunctionText[];

  constructor(
    readonly file: FilePatch,
    readonly base: CodeBase,
    readonly relevance: Relevance,
  ) {
    const texts = [...base.universe.values(), ...base.tables.values()];
    this.#ownTexts = texts.filter((text) => text.path === file.path);
  }

  place(): FileResult {
    const { pieces, added } = cutFile(this.file);
    const byText = new Map<FunctionText, Piece[]>();
    const texts = this.#textsOf(pieces);
    for (const [at, piece] of pieces.entries()) {
      const text = texts[at]!;
      const taken = this.#changesWhatIsTaken(piece, text);
      if (text === null && !taken) this.#elsewhere(piece);
      else if (text !== null) byText.set(text, [...(byText.get(text) ?? []), piece]);
    }
    for (const one of added) this.#addText(one, byText);
    for (const [text, own] of byText) this.#change(text, own);
    return {
      merged: this.#merged,
      problems: this.#problems,
      placed: this.#placed,
      ...this.#counts,
    };
  }

  #known(name: string): FunctionText | null {
    const text = this.base.universe.get(name) ?? this.base.tables.get(name);
    return text?.path === this.file.path ? text : null;
  }

  /** The base texts that pieces belong to; null for one that stands elsewhere or fits nothing. */
  #textsOf(pieces: readonly Piece[]): readonly (FunctionText | null)[] {
    const named = pieces.map((piece) => this.#textNamedBy(piece));
    if (pieces.every(({ target }) => target.kind !== 'unknown')) return named;
    const sought = pieces.map((piece, at) => ({
      piece,
      candidates: this.#candidates(piece, named[at]!, pieces[at - 1]),
    }));
    return chooseTexts(this.file, sought, this.relevance).map((one, at) => {
      if (pieces[at]!.target.kind !== 'unknown') return named[at]!;
      return one !== null && one.score >= this.#leastScore(pieces[at]!) ? one.text : null;
    });
  }

  #textNamedBy(piece: Piece): FunctionText | null {
    if (piece.target.kind !== 'named') return null;
    return this.#namedText(piece, piece.target.name) ?? this.#renamed(piece, piece.target.name);
  }

  #candidates(piece: Piece, named: FunctionText | null, above: Piece | undefined): readonly Candidate[] {
    if (piece.target.kind === 'unknown') {
      const fitting = this.#scored(piece, this.#inSight(piece.target, above));
      this.#mayBeIn.set(
        piece,
        fitting.map(({ text }) => text.name),
      );
      return fitting;
    }
    return named === null ? [] : [{ text: named, score: SURE }];
  }

  /** A release of the era may have the whole function where a later one has put a wrapper of its name before it. */
  #namedText(piece: Piece, name: string): FunctionText | null {
    const own = this.#known(name);
    const inner = this.#known(`__${name}`);
    if (own === null || inner === null || !own.lines.some(({ text }) => text.includes(`${inner.name}(`)))
      return own;
    const all = statementsIn([piece]);
    const [outside, inside] = [own, inner].map((text) => scoreOnText(text, all, this.relevance, 0));
    return inside! >= RENAMED && inside! > outside! + RENAMED ? inner : own;
  }

  /** A function that other releases have in this file may be here under the name that it had before, or got later. */
  #renamed(piece: Piece, name: string): FunctionText | null {
    if (bundledFunctions().get(name) !== this.file.path) return null;
    const text = this.#bestText(
      piece,
      this.#ownTexts.filter((one) => !areOpposed(name, one.name) && !standTogether(name, one.name)),
    );
    if (text === null) return null;
    return scoreOnText(text, statementsIn([piece]), this.relevance, RENAMED) >= RENAMED ? text : null;
  }

  /**
   * Git takes a label in column 0 for a function's head. The base may have cut the label, or the label stands in the
   * function of the hunk above, which the base does not have.
   */
  #inSight(
    { label, begin }: Target & { kind: 'unknown' },
    above: Piece | undefined,
  ): readonly FunctionText[] {
    const own = this.#ownTexts;
    if (begin !== undefined) return own.filter(({ name }) => name.startsWith(begin));
    const has = own.filter(({ lines }) => lines.some(({ text }) => text === `${label ?? ''}:`));
    if (has.length > 0) return has;
    const isOfOther = above?.target.kind === 'named' && this.#known(above.target.name) === null;
    return label !== undefined && isOfOther ? [] : own;
  }

  /** The one text that fits, and fits better than all others. */
  #bestText(piece: Piece, own: readonly FunctionText[]): FunctionText | null {
    const [best, second] = [...this.#scored(piece, own)].sort((a, b) => b.score - a.score);
    if (best === undefined || best.score < this.#leastScore(piece)) return null;
    return second !== undefined && best.score - second.score < MARGIN ? null : best.text;
  }

  /** Those that fit, or nearly do. */
  #scored(piece: Piece, own: readonly FunctionText[]): readonly Candidate[] {
    const all = statementsIn([piece]);
    const least = this.#leastScore(piece) - MARGIN;
    return own
      .map((text) => ({ text, score: scoreOnText(text, all, this.relevance, least) }))
      .filter(({ score }) => score >= least);
  }

  #leastScore({ statements }: Piece): number {
    const isAround = this.relevance.turned && statements.every(({ kind }) => kind !== 'removed');
    return isAround ? FITS_AROUND : FITS;
  }

  #change(text: FunctionText, pieces: readonly Piece[]): void {
    const result = placeOnText(text, pieces, this.base.release, this.relevance);
    const removed = removesWhole(text, pieces);
    this.#problems.push(...(removed ? [] : result.problems));
    for (const hunk of result.placed) this.#placed.add(hunk);
    this.#counts.misses += result.misses;
    this.#counts.differing += result.differing;
    this.#counts.repeated += result.repeated;
    this.#counts.removes += result.removes;
    this.#counts.exact += result.exact;
    this.#counts.score += result.score;
    const kind = this.base.tables.get(text.name) === text ? 'table' : 'function';
    const gone = text.lines.map((before) => ({ before, after: null, edit: null }));
    const lines = removed ? gone : result.lines;
    const unchanged = lines.every((line) => line.before === line.after);
    if (unchanged) return;
    this.#merged.push({
      beforeName: text.name,
      afterName: removed ? null : result.name,
      path: text.path,
      kind,
      lines,
    });
  }

  #addText(one: AddedText, byText: Map<FunctionText, Piece[]>): void {
    if (!one.whole) {
      const first = one.statements.find((statement) => this.relevance.matters(statement.words));
      if (first !== undefined)
        this.#report(one.hunk, first, `the hunk ends before the new ${one.kind} ${one.name} does`, [
          one.name,
        ]);
      return;
    }
    this.#placed.add(one.hunk);
    const { name, kind } = one;
    const lines = one.statements.flatMap((statement) => statement.lines.map(patchLine));
    const old = this.#known(name);
    const path = this.file.newPath;
    if (old === null || givesNameAway(name, byText.get(old) ?? [])) {
      const all = lines.map((after) => ({ before: null, after, edit: null }));
      this.#merged.push({ beforeName: null, afterName: name, path, kind, lines: all });
      return;
    }
    byText.delete(old);
    this.#merged.push({ beforeName: name, afterName: name, path, kind, lines: mergeWhole(old.lines, lines) });
  }

  /** Statements outside the base's functions: silent unless one that the patch changes matters. */
  #elsewhere(piece: Piece): void {
    if (onlyRespelt(piece.statements, this.relevance)) return;
    const where = this.#wherePiece(piece);
    const { matters } = this.relevance;
    for (const [at, statement] of piece.statements.entries()) {
      const leaves =
        (isAddedReturn(statement) && leavesLocked(piece.statements, at, matters)) ||
        changesWayOut(piece.statements, at);
      if (statement.kind === 'context' || onlyDeclares(statement) || !(matters(statement.words) || leaves))
        continue;
      const verb = statement.kind === 'added' ? 'added' : 'removed';
      this.#report(
        piece.hunk,
        statement,
        `the ${verb} line \`${shown(statement)}\` was not placed: ${where}`,
        this.#mayBeIn.get(piece),
      );
    }
  }

  /** A patch to what the model takes for granted: one line says so. What decides may have a text, which is not asked. */
  #changesWhatIsTaken({ target, hunk, statements }: Piece, text: FunctionText | null): boolean {
    if (target.kind !== 'named') return false;
    const chooses =
      choosesAWay(target.name) && wordsOf(statements, 'added') !== wordsOf(statements, 'removed');
    const isTaken = isPrimitiveName(target.name) || isPartOfPrimitive(target.name);
    if (!chooses && (text !== null || !isTaken)) return false;
    const first = statements.find(
      (one) =>
        one.kind !== 'context' &&
        !onlyDeclares(one) &&
        (chooses || one.words.some((word) => this.#orders(word)) || IN_THE_CACHE.test(one.words.join(' '))),
    );
    if (first === undefined) return false;
    const release = this.base.release;
    this.#report(
      hunk,
      first,
      `${target.name}() itself is changed, and the model takes it as it is in ${release}`,
    );
    return true;
  }

  #orders(word: string): boolean {
    const ownPart = isPartOfPrimitive(word) || unmodelledCall(word) !== null;
    return ownPart || this.relevance.matters([word]) || ORDERS.test(word);
  }

  #wherePiece(piece: Piece): string {
    const { target } = piece;
    switch (target.kind) {
      case 'named':
        return `${target.name} in ${this.file.path} is not modelled in ${this.base.release}`;
      case 'outside':
        return `it stands outside any function`;
      case 'unknown':
        return `the hunk names no function, and no single function of ${this.file.path} in ${this.base.release} fits it`;
    }
  }

  #report(hunk: number, statement: HunkStatement, reason: string, half: readonly string[] = []): void {
    this.#problems.push({ hunk, line: changedLine(statement).line, reason, half });
  }
}

/** Places the hunks of one file on the base's functions and tables of that file. */
export function placeFile(file: FilePatch, base: CodeBase, relevance: Relevance): FileResult {
  return new FilePlacer(file, base, relevance).place();
}

/** True when a patch renames a function, as where another one that calls it gets its name. */
function givesNameAway(name: string, pieces: readonly Piece[]): boolean {
  const heads = pieces
    .flatMap((piece) => piece.statements)
    .map(({ kind, words }) => ({ kind, defined: definedFunction(words) }))
    .filter(({ defined }) => defined !== null);
  return (
    heads.some(({ kind, defined }) => kind === 'removed' && defined === name) &&
    heads.some(({ kind, defined }) => kind === 'added' && defined !== name)
  );
}

/** True when the patch removes a function from its head to its last brace without another head in its place. */
function removesWhole(text: FunctionText, pieces: readonly Piece[]): boolean {
  const all = pieces.flatMap((piece) => piece.statements);
  const head = all.find((statement) => definedFunction(statement.words) === text.name);
  if (head?.kind !== 'removed') return false;
  const rest = all.slice(all.indexOf(head));
  const body = rest.filter((statement) => statement.kind === 'removed');
  return (
    rest.every((one) => one.kind !== 'context') &&
    !rest.some((one) => one.kind === 'added') &&
    body.at(-1)?.words[0] === '}'
  );
}

/** Macros that only name a function: `EXPORT_SYMBOL_GPL(iomap_dio_complete);`. */
const NAMES_ONLY =
  /^(?:EXPORT_\w+|ALLOW_ERROR_INJECTION|TRACE_EVENT\w*|DEFINE_EVENT\w*|DECLARE_EVENT_CLASS)$/;

/** A prototype, or what else speaks of a function without calling it: a new macro is looked at where it is used. */
function onlyDeclares({ words, kind }: HunkStatement): boolean {
  if (NAMES_ONLY.test(words[0] ?? '') || words[0] === 'extern') return true;
  if (kind === 'added' && isKnownMacro(words)) return true;
  return words.at(-1) === ';' && definedFunction(words.slice(0, -1)) !== null;
}
