/**
 * An empty line after every line, as Outlook writes plain text and as HTML becomes text: every second line is taken out.
 * The pair of `---` and `+++` gives it away: no sound diff has anything between them.
 */

import type { TextLine } from '../../mail/message.js';
import type { Damage } from '../patch.js';

export function closeUp(lines: readonly TextLine[]): {
  readonly lines: readonly TextLine[];
  readonly damage: readonly Damage[];
} {
  const out: TextLine[] = [];
  const damage: Damage[] = [];
  for (let at = 0; at < lines.length;) {
    const diff = diffAt(lines, at);
    const line = lines[at]!;
    if (diff === null) {
      out.push(line);
      at++;
      continue;
    }
    damage.push({ line: line.line, what: 'an empty line after every line: taken out' });
    for (const one of diff.lines) out.push(one);
    at = diff.end;
  }
  return damage.length === 0 ? { lines, damage } : { lines: out, damage };
}

/** The lines of a spaced-out diff whose header begins at `at`, and the index after them; null where none does. */
function diffAt(
  lines: readonly TextLine[],
  at: number,
): { readonly lines: readonly TextLine[]; readonly end: number } | null {
  if (!/^(?:diff |Index: |--- )/.test(lines[at]!.text) || !isEmpty(lines[at + 1])) return null;
  const { kept: header } = everySecond(lines, at, at + headerLength);
  const old = header.findIndex(({ text }) => text.startsWith('--- '));
  const [fresh, hunk] = old < 0 ? [] : header.slice(old + 1, old + 3);
  if (!fresh?.text.startsWith('+++ ') || !hunk?.text.startsWith('@@')) return null;
  const { kept, end } = everySecond(lines, at, lines.length);
  return { lines: kept, end };
}

/** More lines than git's longest header has with empty ones between. */
const headerLength = 32;

/**
 * As far as empty lines alternate with others. One that no second follows stands for itself: some converters do not
 * double those. Two lines with none between are the pieces of one that was wrapped; more are another text.
 */
function everySecond(
  lines: readonly TextLine[],
  from: number,
  to: number,
): { readonly kept: readonly TextLine[]; readonly end: number } {
  const kept: TextLine[] = [];
  let at = from;
  while (at < Math.min(to, lines.length)) {
    const spaced = isEmpty(lines[at + 1]);
    if (!spaced && !isEmpty(lines[at]) && !isEmpty(lines[at + 2])) break;
    kept.push(lines[at]!);
    at += spaced ? 2 : 1;
  }
  return { kept, end: Math.min(at, lines.length) };
}

const isEmpty = (line: TextLine | undefined): boolean => line === undefined || line.text.trim() === '';
