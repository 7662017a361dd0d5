/** The statements of one base text, and the pieces of a patch aligned with them. */

import { align, alignmentScore, type AlignedStatement, type Alignment, type BaseStatement } from './align.js';
import { indentOf, type HunkStatement } from './hunk-statements.js';
import { maskComments } from './mask.js';
import type { Piece } from './pieces.js';
import type { Relevance } from './relevance.js';
import { worth } from './similarity.js';
import { statements, type Statement } from './statements.js';
import type { FunctionText } from './text.js';

export interface TextStatements {
  readonly statements: readonly Statement[];
  /** All words of the text. */
  readonly names: ReadonlySet<string>;
  readonly base: readonly BaseStatement[];
}

const byText = new WeakMap<FunctionText, TextStatements>();
/** Most functions of a release are those of the release before it, word by word. */
const byLines = new Map<string, TextStatements>();

/** Texts kept before all are forgotten: those of all bundled releases, and as many of a tree. */
const MOST_TEXTS = 4096;

/** The statements of a base text; read once, as every patch and every era asks for them again. */
export function textStatements(text: FunctionText): TextStatements {
  const known = byText.get(text);
  if (known) return known;
  const lines = text.lines.map((line) => line.text).join('\n');
  const made = byLines.get(lines) ?? readStatements(lines);
  if (byLines.size >= MOST_TEXTS) byLines.clear();
  byLines.set(lines, made);
  byText.set(text, made);
  return made;
}

function readStatements(text: string): TextStatements {
  const lines = text.split('\n');
  const found = statements(maskComments(text).split('\n'));
  return {
    statements: found,
    names: new Set(found.flatMap(({ tokens }) => tokens)),
    base: found.map(({ tokens, first }) => ({ words: tokens, indent: Math.round(indentOf(lines[first]!)) })),
  };
}

/** A statement of a patch in one of its pieces. */
export interface PieceStatement {
  readonly statement: HunkStatement;
  readonly piece: Piece;
}

export const statementsIn = (pieces: readonly Piece[]): readonly PieceStatement[] =>
  pieces.flatMap((piece) => piece.statements.map((statement) => ({ statement, piece })));

/** Those that stand in the text before the patch. */
const oldSide = (all: readonly PieceStatement[], relevance: Relevance): readonly AlignedStatement[] =>
  all.flatMap(({ statement, piece: { reach, intact } }) =>
    statement.kind === 'added'
      ? []
      : [{ statement, reach, intact, matters: relevance.matters(statement.words) }],
  );

/** The old side of `all`, in order, on the text. */
export const alignOnText = (
  text: FunctionText,
  all: readonly PieceStatement[],
  relevance: Relevance,
): Alignment => align(oldSide(all, relevance), textStatements(text).base);

/** The score of `alignOnText`, or 0 where it is sure to be less than `least`. */
export function scoreOnText(
  text: FunctionText,
  all: readonly PieceStatement[],
  relevance: Relevance,
  least: number,
): number {
  const { names, base } = textStatements(text);
  const most = all.reduce((sum, { statement }) => sum + mostWorth(statement, names), 0);
  return most < least ? 0 : alignmentScore(oldSide(all, relevance), base);
}

const WORD = /^\w/;

/** What a statement can add to the score: nothing where no word of it stands in the text. */
function mostWorth({ kind, words }: HunkStatement, names: ReadonlySet<string>): number {
  if (kind === 'added') return 0;
  const own = words.filter((word) => WORD.test(word));
  return own.length === 0 || own.some((word) => names.has(word)) ? worth(words) : 0;
}
