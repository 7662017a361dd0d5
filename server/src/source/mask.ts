/**
 * Comments, strings and preprocessor lines as blanks, so that braces and words inside them do not count.
 * Lengths and newlines never move.
 */

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

/** Comments (`//` too), string and character literals; an unterminated one ends at its line, a comment at the file's end. */
const LITERAL =
  /\/\*[\s\S]*?(?:\*\/|$(?![\s\S]))|\/\/[^\n]*|"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?/g;

/** A preprocessor line with its backslash continuations. */
const DIRECTIVE = /^[ \t]*#(?:[^\n\\]|\\[\s\S])*/gm;

/** Whole, undamaged C without comments; literals keep their quotes. */
export function maskComments(source: string): string {
  return source.replace(LITERAL, (found) => (found.startsWith('/') ? blank(found) : found));
}

/** Whole, undamaged C with nothing left but code outside literals, comments and preprocessor lines. */
export function maskAll(source: string): string {
  return source.replace(LITERAL, blank).replace(DIRECTIVE, blank);
}

/** How far ahead the end of a comment is looked for that has no leading asterisks. */
const COMMENT_REACH = 12;

/** Inside a comment whose lines carry no asterisk: true when its end still comes before another comment begins. */
function endsLater(lines: readonly string[], from: number): boolean {
  for (const line of lines.slice(from, from + COMMENT_REACH)) {
    const end = line.indexOf('*/');
    const begin = line.indexOf('/*');
    if (end >= 0 && (begin < 0 || end < begin)) return true;
    if (begin >= 0) return false;
  }
  return false;
}

/**
 * The code of a fragment: lines of a hunk, where a comment may begin above the first line, end below the last, or have
 * lost the lines that hold nothing but its delimiters. A line that begins with an asterisk and a blank is comment.
 */
export function maskFragment(lines: readonly string[]): readonly string[] {
  let inside = endsLater(lines, 0) && !(lines[0] ?? '').includes('/*');
  return lines.map((line, index) => {
    if (inside && !/^\s*\*/.test(line) && !endsLater(lines, index)) inside = false;
    if (!inside && /^\s*\*(\s|\/|$)/.test(line)) inside = true;
    const masked = maskLine(line, inside);
    inside = masked.inside;
    return masked.text;
  });
}

/** True when the fragment stops inside a comment. */
export function endsInComment(lines: readonly string[]): boolean {
  const last = lines.findLast((line) => line.trim() !== '') ?? '';
  return /^\s*(\*|\/\*)/.test(last) && !last.includes('*/');
}

/** True when the fragment's first words are the middle of a comment. */
export function startsInComment(lines: readonly string[]): boolean {
  const first = lines.find((line) => line.trim() !== '') ?? '';
  return /^\s*\*(\s|\/|$)/.test(first);
}

function maskLine(line: string, insideBefore: boolean): { readonly text: string; readonly inside: boolean } {
  let rest = line;
  let done = '';
  if (insideBefore) {
    const end = rest.indexOf('*/');
    if (end < 0) return { text: blank(rest), inside: true };
    done = blank(rest.slice(0, end + 2));
    rest = rest.slice(end + 2);
  }
  const text = maskComments(rest);
  const open = /\/\*(?![\s\S]*\*\/)/.test(rest) && !/["'].*\/\*/.test(rest);
  return { text: done + text, inside: open };
}
