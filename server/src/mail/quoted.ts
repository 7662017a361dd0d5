/** Quoting (`> `, `JK> `, `| `): a body seen as one stream of lines for each depth of quotation. */

import type { Body, TextLine } from './message.js';

/** The lines of a body at one depth of quotation, marks taken off; depth 0 is what the sender wrote. */
export interface Stream {
  readonly depth: number;
  readonly lines: readonly TextLine[];
}

/** One `>` with at most one blank before it, as in `> > `. */
const quoteMark = /^(?: ?>){1,20}/;

/**
 * Marks that are one only where a hunk shows it: initials of the one who is quoted (Supercite), a bar. In any other text
 * they may be anything.
 */
const rarerMark = /^([A-Za-z]{1,4}>|\|) ?@@ -\d+(?:,\d+)? \+\d/;

/** Depth 0 first. A reply's own words between quoted lines are left out of the quoted stream, so hunks stay whole. */
export function quoteStreams(body: Body): readonly Stream[] {
  const byDepth = new Map<number, TextLine[]>([[0, []]]);
  const rarer = rarerMarks(body);
  for (const line of body.lines) {
    const own = line.text.startsWith('>') ? quoteMark.exec(line.text)![0] : '';
    const mark = own || (rarer.find((one) => line.text.startsWith(one)) ?? '');
    const depth = own === '' ? Math.min(mark.length, 1) : own.split('>').length - 1;
    const stream = byDepth.get(depth) ?? [];
    byDepth.set(depth, stream);
    stream.push(depth === 0 ? line : { text: line.text.slice(mark.length), line: line.line });
  }
  return [...byDepth]
    .sort(([a], [b]) => a - b)
    .map(([depth, lines]) => ({ depth, lines: depth === 0 ? lines : withoutPadding(lines) }));
}

const rarerMarks = ({ lines }: Body): readonly string[] => [
  ...new Set(lines.flatMap(({ text }) => rarerMark.exec(text)?.[1] ?? [])),
];

/**
 * Most mailers quote with `> `, some with a bare `>`. Which one is told by lines whose first character is known:
 * were the blank of a bare `>` quote taken off, every context line of a diff would lose its own.
 */
function withoutPadding(lines: readonly TextLine[]): readonly TextLine[] {
  const bare = lines.some(({ text }) => /^(?:@@ -\d|diff --git |\+\+\+ )/.test(text));
  if (bare) return lines;
  return lines.map(({ text, line }) => ({ text: text.startsWith(' ') ? text.slice(1) : text, line }));
}
