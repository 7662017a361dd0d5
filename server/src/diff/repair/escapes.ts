/** Characters that a page writes in another way than the mail has them, and that were left so when it became text. */

import type { TextLine } from '../../mail/message.js';
import type { Damage } from '../patch.js';

interface Escape {
  readonly shows: RegExp;
  /** In no line of a text that is escaped: it stands for the same there. */
  readonly plain: RegExp | null;
  readonly read: (text: string) => string;
  readonly what: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  '#x27': "'",
  nbsp: ' ',
  amp: '&',
};

const ESCAPES: readonly Escape[] = [
  {
    shows: /&(?:lt|gt|amp|quot);/,
    plain: /->/,
    read: (text) => text.replace(/&(lt|gt|quot|#39|#x27|nbsp|amp);/g, (_, name: string) => ENTITIES[name]!),
    what: 'HTML entities: read as the characters',
  },
  {
    // CommonMark, 2.4. Of what may be escaped what C has no escape for.
    shows: /\w\\_\w/,
    plain: /^[-+ ].*\w_\w/,
    read: (text) => text.replace(/\\([_*[\]<>#+&~|`-])/g, '$1'),
    what: 'backslashes of Markdown: taken off',
  },
  {
    shows: /[\u200b-\u200d\u2060\ufeff]/,
    plain: null,
    read: (text) => text.replace(/[\u200b-\u200d\u2060\ufeff]/g, ''),
    what: 'characters without width: taken out',
  },
];

/** The lines as the mail had them, where they hold a diff. */
export function readEscapes(lines: readonly TextLine[]): {
  readonly lines: readonly TextLine[];
  readonly damage: readonly Damage[];
} {
  let read = lines;
  const damage: Damage[] = [];
  if (!lines.some(({ text }) => text.includes('@@ '))) return { lines, damage };
  for (const { shows, plain, read: replace, what } of ESCAPES) {
    const first = read.find(({ text }) => shows.test(text));
    if (first === undefined || (plain !== null && read.some(({ text }) => plain.test(text)))) continue;
    damage.push({ line: first.line, what });
    read = read.map((one) => ({ ...one, text: replace(one.text) }));
  }
  return { lines: read, damage };
}
