/** The patch's own lines beside a finding. */

import { line, span, type Line, type Style } from './line.js';
import { expandTabs, padStart, printable } from './width.js';

/**
 * The patch line at a 1-based line of an input, with its leading ' ', '+' or '-', decoded; null where the input
 * holds no patch line. Given by the face that read the input: rendering opens no file.
 */
export type PatchText = (file: string, line: number) => string | null;

/** Lines of context before and after that a mail quotes. */
const QUOTED_CONTEXT = 3;

export function patchLines(patchText: PatchText, file: string, first: number, last: number): Line[] {
  const digits = String(last).length;
  const lines: Line[] = [];
  for (let at = first; at <= last; at++) {
    const text = patchText(file, at);
    if (text === null) continue;
    lines.push([span(`${padStart(String(at), digits)} | `, 'dim'), ...line(shown(text), styleOf(text))]);
  }
  return lines;
}

/** The lines around a finding as a reply quotes them; tabs stay, a quoted patch is never refilled. */
export function quotedPatch(patchText: PatchText, file: string, first: number, last: number): string[] {
  const before = [...hunkHeader(patchText, file, first), ...contextOf(patchText, file, first, -1).reverse()];
  const after = contextOf(patchText, file, last, 1);
  const own: string[] = [];
  for (let at = first; at <= last; at++) own.push(patchText(file, at) ?? '');
  return [...before, ...own, ...after].map((text) => `> ${printable(text)}`.trimEnd());
}

/** The `@@` line, which tells the function, where it is not among the context; what is between is left out. */
function hunkHeader(patchText: PatchText, file: string, first: number): string[] {
  for (let away = 1; ; away++) {
    const text = patchText(file, first - away);
    if (text === null) return [];
    if (!text.startsWith('@@')) continue;
    if (away <= QUOTED_CONTEXT) return [];
    return away === QUOTED_CONTEXT + 1 ? [text] : [text, '[...]'];
  }
}

function contextOf(patchText: PatchText, file: string, from: number, direction: 1 | -1): string[] {
  const lines: string[] = [];
  for (let away = 1; away <= QUOTED_CONTEXT; away++) {
    const text = patchText(file, from + direction * away);
    if (text === null) break;
    lines.push(text);
  }
  return lines;
}

/** Tab stops as in the file itself: the sign in front does not move them. */
function shown(text: string): string {
  return text.slice(0, 1) + expandTabs(printable(text.slice(1)));
}

function styleOf(text: string): Style {
  switch (text.charAt(0)) {
    case '+':
      return 'fixed';
    case '-':
      return 'introduced';
    default:
      return 'plain';
  }
}
