/** Lines for a terminal as spans with a meaning; `paint` alone knows colours and lets no control character through. */

import { printable } from './width.js';

export type Style = 'plain' | 'strong' | 'dim' | 'introduced' | 'left' | 'fixed' | 'state' | 'mark';

export interface Span {
  readonly text: string;
  readonly style: Style;
}

export type Line = readonly Span[];

/** SGR codes; the eight basic colours, so that the user's own palette decides how they look. */
const CODES: Readonly<Record<Style, string>> = {
  plain: '',
  strong: '1',
  dim: '2',
  introduced: '1;31',
  left: '1;33',
  fixed: '1;32',
  state: '36',
  mark: '33',
};

export function span(text: string, style: Style = 'plain'): Span {
  return { text: printable(text), style };
}

export function line(text: string, style: Style = 'plain'): Line {
  return [span(text, style)];
}

export const BLANK: Line = [];

export function indent(lines: readonly Line[], columns: number): Line[] {
  const margin = span(' '.repeat(columns));
  return lines.map((spans) => (spans.length === 0 ? spans : [margin, ...spans]));
}

/** The text of the lines, each ended by a newline, without trailing blanks. */
export function paint(lines: readonly Line[], colour: boolean): string {
  return lines.map((spans) => `${paintLine(trimmed(spans), colour)}\n`).join('');
}

function paintLine(spans: Line, colour: boolean): string {
  return spans
    .map(({ text, style }) => {
      const code = CODES[style];
      return colour && code !== '' && text.trim() !== '' ? `\u001b[${code}m${text}\u001b[0m` : text;
    })
    .join('');
}

function trimmed(spans: Line): Line {
  const rest = [...spans];
  for (let last = rest.pop(); last !== undefined; last = rest.pop()) {
    const text = last.text.trimEnd();
    if (text !== '') return [...rest, { ...last, text }];
  }
  return [];
}
