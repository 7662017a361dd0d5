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
  return [...pieces, ...added].flatMap(({ statements }) => {
    const after = statements.filter(({ kind }) => kind !== 'removed');
    return isWhole(after) ? textsOf(file.newPath, after) : [];
  });
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
