/** What mailers, archives and people do to a patch. Every damaged line knows the line of the patch it came from. */

export interface DamagedLine {
  readonly text: string;
  /** 1-based line of the undamaged patch; null for what the damage brought in. */
  readonly from: number | null;
}

export type DamageStep = (lines: readonly DamagedLine[]) => readonly DamagedLine[];

export function undamaged(patch: string): readonly DamagedLine[] {
  return patch
    .replace(/\n$/, '')
    .split('\n')
    .map((text, i) => ({ text, from: i + 1 }));
}

export function asText(lines: readonly DamagedLine[]): string {
  return lines.map(({ text }) => `${text}\n`).join('');
}

const isContext = ({ text }: DamagedLine): boolean => text.startsWith(' ');
const isBody = ({ text }: DamagedLine): boolean => /^[ +-]/.test(text) && !/^(?:---|\+\+\+) /.test(text);

const each =
  (change: (line: DamagedLine, index: number) => string): DamageStep =>
  (lines) =>
    lines.map((line, index) => ({ ...line, text: change(line, index) }));

export const leadingBlankLost = each((line) => (isContext(line) ? line.text.slice(1) : line.text));

/** `keep` says for each line whether its blank survived. */
export const leadingBlankSometimesLost = (keep: (index: number) => boolean): DamageStep =>
  each((line, index) => (isContext(line) && !keep(index) ? line.text.slice(1) : line.text));

export const blankContextTrimmed = each((line) => (line.text === ' ' ? '' : line.text));
export const blankContextLost: DamageStep = (lines) => lines.filter(({ text }) => text.trim() !== '');

/** As archives do that drop lines without a word in them, changed ones too. */
export const blankLinesLost: DamageStep = (lines) => lines.filter(({ text }) => !/^[ +-]?\s*$/.test(text));

export const loneBracesLost: DamageStep = (lines) => lines.filter(({ text }) => !/^ \s*[{}]\s*$/.test(text));

/** Nothing is left of leading white space; context lines lose their prefix with it. */
export const indentationLost = each((line) => {
  if (!isBody(line)) return line.text;
  return isContext(line) ? line.text.trim() : line.text[0] + line.text.slice(1).trimStart();
});

export const tabsToBlanks = each((line) => line.text.replaceAll('\t', '        '));
export const blanksDoubled = each((line) => (isContext(line) ? ` ${line.text}` : line.text));
export const crlf = each((line) => `${line.text}\r`);
export const caretM = each((line) => `${line.text}^M`);

/** Breaks every line longer than `width` at blanks, as a mailer that wraps what it sends. */
export const wrapped =
  (width: number): DamageStep =>
  (lines) =>
    lines.flatMap((line) => piecesOf(line.text, width).map((text) => ({ text, from: line.from })));

function piecesOf(text: string, width: number): readonly string[] {
  const indent = /^[ +-]?\s*/.exec(text)![0].length;
  const blank = text.lastIndexOf(' ', width);
  if (text.length <= width || blank <= indent || text.startsWith('diff ')) return [text];
  return [text.slice(0, blank), ...piecesOf(text.slice(blank + 1), width)];
}

/** Header counts grown by what a hand-edited patch forgot to correct. */
export const countsWrong = each(({ text }) =>
  text.replace(/^@@ -(\d+),(\d+) \+(\d+),(\d+)/, (_, a: string, b: string, c: string, d: string) => {
    return `@@ -${a},${Number(b) + 1} +${c},${Number(d) + 2}`;
  }),
);

export const after =
  (...texts: readonly string[]): DamageStep =>
  (lines) => [...lines, ...texts.map((text) => ({ text, from: null }))];

export const before =
  (...texts: readonly string[]): DamageStep =>
  (lines) => [...texts.map((text) => ({ text, from: null })), ...lines];

export const quoted =
  (mark: string): DamageStep =>
  (lines) =>
    lines.map((line) => ({ ...line, text: mark + line.text }));
