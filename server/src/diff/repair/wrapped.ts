/** Lines that a mailer broke: how likely it is that a line is the rest of the line before. */

import { isCommentText, isComplete, isIncomplete } from '../c-shape.js';

/**
 * True when `line` would have grown past `width` with the first word of `rest` after it. Tabs count as many columns
 * as they take: some mailers count them so, and blanks may have become tabs since.
 */
export function couldHaveBroken(line: string, rest: string, width: number): boolean {
  const word = rest.trim().split(/\s/, 1)[0]!;
  return columns(line.trimEnd()) + 1 + word.length > width;
}

/** How unlikely it is that `rest` continues `line`; 0 is likely, 12 is next to impossible. */
export function joinCost(line: string, rest: string, width: number): number {
  if (!couldHaveBroken(line, rest, width)) return 12;
  // A soft break of format=flowed is left visible as a blank at the end of the line.
  if (line.endsWith(' ') && line.trim() !== '') return 0;
  const body = line.slice(1);
  if (isCommentText(body)) return commentJoinCost(body.trim(), rest.trim());
  if (isIncomplete(body) || closesWhatIsOpen(rest)) return 0;
  if (isComplete(body)) return /^(?:\/[*/])/.test(rest.trim()) ? 3 : 10;
  return 2;
}

/** A parenthesis closed that the rest itself did not open: the start of the expression stands before. */
export function closesWhatIsOpen(rest: string): boolean {
  let depth = 0;
  for (const char of rest) {
    if (char === '(') depth++;
    else if (char === ')' && --depth < 0) return true;
  }
  return false;
}

/** A comment on one line was opened with text and is not closed; other comment lines begin with a star each. */
function commentJoinCost(body: string, rest: string): number {
  if (body.endsWith('*/')) return 12;
  if (/^\/\* *\S/.test(body) && rest.endsWith('*/')) return 0;
  return isCommentText(rest) ? 10 : 1;
}

/** The piece behind what it was broken from; mailers break at a blank and drop it. */
export function joinPieces(line: string, rest: string): string {
  return `${line.trimEnd()} ${rest.trim()}`;
}

function columns(text: string): number {
  let column = 0;
  for (const char of text) column += char === '\t' ? 8 - (column % 8) : 1;
  return column;
}
