/** CR before the line end, as the character or as the two characters `^M` that viewers show for it. */

import type { TextLine } from '../../mail/message.js';
import type { Damage } from '../patch.js';

export function trimLineEnds(lines: readonly TextLine[]): {
  readonly lines: readonly TextLine[];
  readonly damage: readonly Damage[];
} {
  const cr = lines.find(({ text }) => text.endsWith('\r'));
  const shown = lines.find(({ text }) => text.endsWith('^M'));
  if (!cr && !shown) return { lines, damage: [] };
  const damage: Damage[] = [];
  if (cr) damage.push({ line: cr.line, what: 'line ends are CRLF: read as LF' });
  if (shown) damage.push({ line: shown.line, what: 'lines end in ^M: taken off' });
  return { lines: lines.map(({ text, line }) => ({ text: withoutEnd(text), line })), damage };
}

function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '\r') end--;
  while (text.slice(end - 2, end) === '^M') end -= 2;
  return end === text.length ? text : text.slice(0, end);
}
