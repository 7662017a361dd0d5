/**
 * A mail that lost a line of context may have lost the end of a statement: the next line, which begins one of its own,
 * would be read as the rest of it.
 */

import { tokens } from './statements.js';

const OPERATOR = /^(?:\||&|\+|-|\*|\/|\|\||&&|=|\?)$/;

/** `page = f();`, `dio->flags |= FLAG;`: what an expression cannot go on with. */
const ASSIGNMENT = /^\s*[A-Za-z_][\w.[\]]*(?:->[\w.[\]]+)*\s*(?:[|&+-]|<<|>>)?=(?!=)/;

/** Masked lines, with an end for each statement whose own was lost. */
export function withLostEnds(lines: readonly string[]): readonly string[] {
  let open: string[] = [];
  const closed = [...lines];
  lines.forEach((line, at) => {
    const words = tokens(line);
    if (words.length === 0) return;
    if (isCut(open, line, words)) {
      const last = lines.findLastIndex((one, i) => i < at && tokens(one).length > 0);
      closed[last] = `${lines[last]!}${')'.repeat(Math.max(0, depthOf(open)))};`;
      open = [];
    }
    open = endsStatement(words, depthOf([...open, ...words])) ? [] : [...open, ...words];
  });
  return closed;
}

/** What begins with `line` cannot go on with what is open. */
function isCut(open: readonly string[], line: string, words: readonly string[]): boolean {
  if (open.length === 0 || open[0] === 'for') return false;
  if (OPERATOR.test(open.at(-1)!)) return ASSIGNMENT.test(line);
  return depthOf(open) > 0 && words.at(-1) === ';' && depthOf(words) === 0;
}

const endsStatement = (words: readonly string[], depth: number): boolean =>
  depth <= 0 && /^[;{}:]$/.test(words.at(-1)!);

/** Parentheses opened minus closed. */
const depthOf = (words: readonly string[]): number =>
  words.reduce((sum, word) => sum + (word === '(' ? 1 : word === ')' ? -1 : 0), 0);
