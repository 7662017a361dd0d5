/** What a patch makes of functions that its hunks show from the head to the closing brace, whether a base has them or not. */

import type { FilePatch } from '../diff/patch.js';
import { codeBaseOf } from './code-base.js';
import type { HunkStatement } from './hunk-statements.js';
import { patchLine } from './merge-text.js';
import { cutFile } from './pieces.js';
import { braceDelta, definedFunction } from './statements.js';
import type { FunctionText } from './text.js';

/** In the order of the hunks. */
export function shownFunctions(file: FilePatch): readonly FunctionText[] {
  const { pieces, added } = cutFile(file);
  const shown = pieces.map((piece, at) => {
    const after = piece.statements.filter(isAfter);
    return piece.intact ? after : withLostBraces(after, pieces[at + 1]?.hunk === piece.hunk);
  });
  return [...shown, ...added.map(({ statements }) => statements.filter(isAfter))].flatMap((after) =>
    isWhole(after) ? textsOf(file.newPath, after) : [],
  );
}

const isAfter = ({ kind }: HunkStatement): boolean => kind !== 'removed';

/** What stands between functions only. */
const BETWEEN = /^(?:extern|typedef|EXPORT_SYMBOL\w*)$/;

/** A function that lost the lone braces around its body, where the hunk shows what is behind it: what `goesOn` says, too. */
function withLostBraces(statements: readonly HunkStatement[], goesOn: boolean): readonly HunkStatement[] {
  const head = statements.findIndex(({ words }) => definedFunction(words) !== null);
  const behind = statements.findIndex(({ words }, at) => at > head && BETWEEN.test(words[0] ?? ''));
  if (head < 0 || (behind < 0 && !goesOn)) return statements;
  const own = statements.slice(head, behind < 0 ? undefined : behind);
  const opens = own[0]!.words.at(-1) === '{' || own[1]?.words[0] === '{';
  const whole = opens ? own : [own[0]!, loneBrace('{', own[0]!), ...own.slice(1)];
  const depth = whole.reduce((sum, { words }) => sum + braceDelta(words), 0);
  return depth === 1 ? [...whole, loneBrace('}', own.at(-1)!)] : whole;
}

/** On the line next to which it was lost. */
function loneBrace(text: string, { lines }: HunkStatement): HunkStatement {
  const line = { kind: 'context', text, line: lines.at(-1)!.line } as const;
  return { kind: 'context', words: [text], lines: [line], lineOf: [0], edge: 'inside', indent: null };
}

function isWhole(statements: readonly HunkStatement[]): boolean {
  const head = statements.findIndex(({ words }) => definedFunction(words) !== null);
  if (head < 0 || statements.at(-1)!.words[0] !== '}') return false;
  return statements.slice(head).reduce((depth, { words }) => depth + braceDelta(words), 0) === 0;
}

function textsOf(path: string, statements: readonly HunkStatement[]): readonly FunctionText[] {
  const lines = statements.flatMap((statement) => statement.lines.map(patchLine));
  return [...codeBaseOf('', new Map([[path, lines]])).universe.values()];
}
