/** Sorts a file patch's hunk statements by the function that they stand in, and takes whole added functions out. */

import type { FilePatch, Hunk } from '../diff/patch.js';
import { hunkStatements, type HunkStatement } from './hunk-statements.js';
import { LostLines } from './lost-lines.js';
import { endsInComment, startsInComment } from './mask.js';
import { braceDelta, definedFunction, definedTable, tokens } from './statements.js';

/** Where statements stand. */
export type Target =
  /** In the function or table of this name. */
  | { readonly kind: 'named'; readonly name: string }
  /** In some function: the hunk does not say which, or names a label of it alone, or the begin of its name. */
  | { readonly kind: 'unknown'; readonly label?: string; readonly begin?: string }
  /** Between functions: declarations, structs, macros. */
  | { readonly kind: 'outside' };

/** A run of statements of one hunk in one place. */
export interface Piece {
  readonly target: Target;
  readonly hunk: number;
  /** See `AlignedStatement.reach`. */
  readonly reach: number;
  /** Its hunk holds as many lines as its header says. */
  readonly intact: boolean;
  readonly lost: LostLines;
  readonly statements: readonly HunkStatement[];
}

/** A definition that the patch adds, from its head to its closing brace. */
export interface AddedText {
  readonly kind: 'function' | 'table';
  readonly name: string;
  readonly hunk: number;
  readonly statements: readonly HunkStatement[];
  /** False when the hunk ends before the definition does. */
  readonly whole: boolean;
}

export interface FilePieces {
  readonly pieces: readonly Piece[];
  readonly added: readonly AddedText[];
}

/** GNU diff -p, by which quilt makes the patches of the -mm tree, gives so many characters of a function's head. */
const CUT_AT = 40;

/** The function or table that a hunk's section text names. */
export function sectionTarget(section: string): Target {
  const words = tokens(section);
  if (words.length === 0) return { kind: 'unknown' };
  const label = /^(\w+)\s*:$/.exec(section.trim())?.[1];
  if (label !== undefined) return { kind: 'unknown', label };
  const table =
    definedTable(words) ??
    /^(?:static )?(?:const )?struct \w+ (\w+)(?: \[ ?\])? =/.exec(words.join(' '))?.[1];
  if (table !== undefined && table !== null) return { kind: 'named', name: table };
  const open = words.indexOf('(');
  const name = words[open - 1];
  if (open > 0 && name !== undefined && /^[A-Za-z_]\w*$/.test(name)) return { kind: 'named', name };
  if (/^(?:struct|union|enum|typedef|#)/.test(section.trim())) return { kind: 'outside' };
  const begin = section.length >= CUT_AT - 1 ? /\w+$/.exec(section)?.[0] : undefined;
  return { kind: 'unknown', ...(begin === undefined ? {} : { begin }) };
}

function opensOutside(statement: HunkStatement): boolean {
  return /^(?:static |const |typedef )*(?:struct|union|enum)(?: \w+)? \{$/.test(statement.words.join(' '));
}

/** A closing brace in column 0; where no line of the hunk is indented, one before what stands between functions only. */
function closesTop({ indent, words }: HunkStatement, next: HunkStatement | undefined): boolean {
  if (words[0] !== '}') return false;
  return indent === 0 || (indent === null && words.length === 1 && BETWEEN.test(next?.words[0] ?? ''));
}

const BETWEEN = /^(?:extern|static|#|typedef|EXPORT_SYMBOL\w*)$/;

type Defined = Pick<AddedText, 'kind' | 'name'>;

/** What a head defines: a function, a table, or nothing. A local `struct iomap_iter iomi = {` is indented. */
function definitionIn({ words, indent }: HunkStatement): Defined | null {
  if (indent !== null && indent > 0) return null;
  const table = definedTable(words);
  if (table !== null) return { kind: 'table', name: table };
  const name = definedFunction(words);
  return name === null ? null : { kind: 'function', name };
}

/** From an added head to the end of the definition in the new text; `end` is the index after it. */
function takeFunction(
  all: readonly HunkStatement[],
  from: number,
): { readonly end: number; readonly whole: boolean } {
  const rest = all.slice(from);
  const after = rest.findIndex((statement, at) => at > 0 && statement.kind !== 'removed');
  // The line with the opening brace may be lost: then the body is open from the head on.
  const opened = rest[0]!.words.at(-1) === '{' || rest[after]?.words[0] === '{';
  let depth = opened ? 0 : 1;
  for (let at = 0; at < rest.length; at += 1) {
    if (rest[at]!.kind === 'removed') continue;
    const delta = braceDelta(rest[at]!.words);
    depth += delta;
    if (depth <= 0 && delta < 0) return { end: from + at + 1, whole: true };
  }
  return { end: all.length, whole: false };
}

function heads(all: readonly HunkStatement[], without: HunkStatement['kind']): ReadonlySet<string> {
  return new Set(all.filter((one) => one.kind !== without).flatMap((one) => definitionIn(one)?.name ?? []));
}

/** A removed head whose name the hunk does not define again: the added head right after it renames the function. */
function renames(previous: HunkStatement | undefined, newHeads: ReadonlySet<string>): boolean {
  const name = previous?.kind === 'removed' ? definedFunction(previous.words) : null;
  return name !== null && !newHeads.has(name);
}

/** An unchanged line inside an added function has left the function that it stood in. */
function leaves(statement: HunkStatement): HunkStatement[] {
  return statement.kind === 'added' ? [] : [{ ...statement, kind: 'removed' }];
}

const keyOf = ({ words }: HunkStatement): string => words.join(' ');

/**
 * The unchanged end of a function that the patch puts behind `old`, where both end in the same statements. A diff may take
 * the end of the first for added and that of the second for unchanged: either is the old one. Nothing otherwise.
 */
function sharedEnd(old: readonly HunkStatement[], added: readonly HunkStatement[]): readonly HunkStatement[] {
  const unchanged = added.slice(added.findLastIndex(({ kind }) => kind === 'added') + 1);
  const isAllAdded = added.every((one) => one.kind === (unchanged.includes(one) ? 'context' : 'added'));
  const end = old.slice(old.length - unchanged.length);
  const isAlike = (one: HunkStatement, at: number) =>
    end[at]?.kind === 'added' && keyOf(end[at]) === keyOf(one);
  return isAllAdded && unchanged.every(isAlike) ? unchanged : [];
}

/** `static int` on a line of its own above a head. */
function isReturnType(statement: HunkStatement | undefined): statement is HunkStatement {
  return statement?.kind === 'added' && statement.words.every((word) => /^(?:[A-Za-z_]\w*|\*)$/.test(word));
}

interface OpenPiece {
  readonly target: Target;
  readonly statements: HunkStatement[];
}

/** Walks one hunk's statements and notes where each stands. */
class HunkCutter {
  readonly pieces: OpenPiece[] = [];
  readonly added: AddedText[] = [];
  readonly #oldHeads: ReadonlySet<string>;
  readonly #newHeads: ReadonlySet<string>;
  /** Where the next statement to be sorted in stands. */
  #next = 0;
  /** The function that the patch ends here, and that went on before it: what follows there is the end of an added one. */
  #shortened: OpenPiece | null = null;
  /** From its head on, an added definition that the hunk ends before. */
  #unfinished: readonly HunkStatement[] = [];

  constructor(
    readonly all: readonly HunkStatement[],
    readonly hunk: number,
    section: Target,
  ) {
    this.#oldHeads = heads(all, 'added');
    this.#newHeads = heads(all, 'removed');
    this.#enter(section);
  }

  cut(): void {
    while (this.#next < this.all.length) this.#next = this.#step(this.#next);
  }

  /**
   * Ends the definition that `previous` began, where this hunk has its end: git shows the rest of a function that is made
   * into one of its own as context, and leaves out most of a comment in it.
   */
  resume(previous: HunkCutter): void {
    const begun = previous.#unfinished;
    if (begun.length === 0) return;
    const { end, whole } = takeFunction([...begun, ...this.all], 0);
    if (!whole) return;
    const own = this.all.slice(0, end - begun.length);
    const last = previous.added.pop()!;
    const statements = [...last.statements, ...own.filter((one) => one.kind !== 'removed')];
    previous.added.push({ ...last, statements, whole });
    this.pieces.at(-1)!.statements.push(...own.flatMap(leaves));
    this.#enter({ kind: 'outside' });
    this.#next = own.length;
  }

  #enter(target: Target): void {
    this.#shortened = null;
    this.pieces.push({ target, statements: [] });
  }

  /** Behind a closing brace in column 0. */
  #close({ kind }: HunkStatement): void {
    const closed = this.pieces.at(-1)!;
    this.#enter({ kind: 'outside' });
    if (kind === 'added' && closed.target.kind !== 'outside') this.#shortened = closed;
  }

  /** Sorts the statement at `at` in and gives the index of the next. */
  #step(at: number): number {
    const statement = this.all[at]!;
    const defined = definitionIn(statement);
    const brings = defined !== null && statement.kind === 'added' && !this.#oldHeads.has(defined.name);
    if (brings && !renames(this.all[at - 1], this.#newHeads)) return this.#takeAdded(defined, at);
    if (defined !== null && statement.kind !== 'added') this.#enter({ kind: 'named', name: defined.name });
    else if (opensOutside(statement)) this.#enter({ kind: 'outside' });
    this.pieces.at(-1)!.statements.push(statement);
    if (closesTop(statement, this.all[at + 1])) this.#close(statement);
    return at + 1;
  }

  #takeAdded(defined: Defined, at: number): number {
    const { end, whole } = takeFunction(this.all, at);
    const current = this.pieces.at(-1)!.statements;
    const type = isReturnType(current.at(-1)) ? [current.pop()!] : [];
    const own = this.all.slice(at, end);
    const statements = [...type, ...own.filter((one) => one.kind !== 'removed')];
    this.added.push({ ...defined, hunk: this.hunk, statements, whole });
    if (!whole) this.#unfinished = own;
    const old = this.#shortened?.statements ?? current;
    // What is the end of both is that of the first, which stays as it was.
    const shared = whole ? sharedEnd(old, own) : [];
    old.splice(old.length - shared.length);
    old.push(...(shared.length > 0 ? shared : own.flatMap(leaves)));
    return end;
  }
}

/** Hunks this close whose facing edges are both inside a comment have nothing but that comment between them. */
const COMMENT_GAP = 10;

function touches(hunk: Hunk, next: Hunk): boolean {
  const end = hunk.oldStart + hunk.oldCount;
  if (next.oldStart <= end) return true;
  const texts = (one: Hunk): string[] =>
    one.lines.filter((line) => line.kind !== 'added').map((line) => line.text);
  return next.oldStart - end <= COMMENT_GAP && endsInComment(texts(hunk)) && startsInComment(texts(next));
}

const cutFiles = new WeakMap<FilePatch, FilePieces>();

/** The statements of a file patch, hunk by hunk; cut once, as every release asks for them again. */
export function cutFile(file: FilePatch): FilePieces {
  const known = cutFiles.get(file) ?? cutAnew(file);
  cutFiles.set(file, known);
  return known;
}

function cutAnew(file: FilePatch): FilePieces {
  let reach = 0;
  let last: HunkCutter | null = null;
  const cut = file.hunks.map((hunk, index) => {
    const previous = file.hunks[index - 1];
    const goesOn = previous !== undefined && touches(previous, hunk);
    if (!goesOn) reach += 1;
    const cutter = new HunkCutter(hunkStatements(hunk), index, sectionTarget(hunk.section));
    if (goesOn && last !== null && previous.intact && hunk.intact) cutter.resume(last);
    cutter.cut();
    last = cutter;
    return { cutter, reach, hunk };
  });
  const pieces = cut.flatMap(({ cutter, hunk, reach: own }, index) => {
    const lost = new LostLines(hunk);
    return cutter.pieces
      .filter((piece) => piece.statements.length > 0)
      .map((piece) => ({ ...piece, hunk: index, reach: own, intact: hunk.intact, lost }));
  });
  return { pieces, added: cut.flatMap(({ cutter }) => cutter.added) };
}
