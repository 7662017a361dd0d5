/** How wide text is at a terminal, and where it may be broken. Patch text is hostile input: see `printable`. */

const NEWLINES = /\s*[\r\n\u2028\u2029]+\s*/gu;
/** Control characters (escape sequences start with one) and bidirectional overrides; a tab is kept. */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const NO_WIDTH = /\p{Mn}|\p{Me}|\p{Cf}/u;
/** East Asian wide blocks and emoji, as far as they occur in names and subjects. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const ASCII = /^[\x20-\x7e]*$/;
const TAB = 8;

/** One line that is safe to show: no newline, nothing that moves the cursor or turns the reading direction. */
export function printable(text: string): string {
  return text.replace(NEWLINES, ' ').replace(CONTROLS, '\ufffd');
}

/** Columns that the text takes at a terminal; it holds no tab. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let columns = 0;
  for (const char of text) columns += NO_WIDTH.test(char) ? 0 : WIDE.test(char) ? 2 : 1;
  return columns;
}

/** Tabs as blanks up to the next multiple of eight, counted from the start of `text`. */
export function expandTabs(text: string): string {
  let out = '';
  for (const [at, piece] of text.split('\t').entries()) {
    if (at > 0) out += ' '.repeat(TAB - (displayWidth(out) % TAB));
    out += piece;
  }
  return out;
}

export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}

export function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - displayWidth(text))) + text;
}

/**
 * Breaks text into lines of at most `columns`, at blanks; a word that is too long by itself is broken after
 * punctuation, else anywhere. Nothing is cut away. Lines after the first are `hanging` columns narrower.
 */
export function wrap(text: string, columns: number, hanging = 0): string[] {
  const lines: string[] = [];
  let line = '';
  const room = () => Math.max(1, columns - (lines.length > 0 ? hanging : 0));
  for (const word of printable(text).split(/[ \t]+/)) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > room()) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
    while (displayWidth(line) > room()) {
      const cut = breakAt(line, room());
      lines.push(line.slice(0, cut));
      line = line.slice(cut);
    }
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines;
}

/** The index at which a line is broken so that its first part fits: after the last punctuation, else where it is full. */
function breakAt(line: string, columns: number): number {
  let index = 0;
  let used = 0;
  let after = 0;
  for (const char of line) {
    used += displayWidth(char);
    if (used > columns && index > 0) break;
    index += char.length;
    if (/[_,./:>|-]/.test(char)) after = index;
  }
  return after > index / 2 ? after : index;
}
