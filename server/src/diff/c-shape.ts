/** Whether a line looks like C or like prose, and whether it can end there. Shape only; nothing is parsed. */

const firstWordOfC =
  /^(?:static|STATIC|struct|union|enum|const|unsigned|signed|int|long|short|char|void|bool|inline|extern|typedef|return|goto|break|continue|if|else|for|while|do|switch|case|default|[a-z]\w*_t|__\w+)\b/;

const statementEnd = /[;{}:()\\]$|\*\/$/;
const openEnd = /(?:&&|\|\||[,(=+\-*/%|&^?<])$/;
const cStart = /^(?:\/[*/]|\*(?:[ /]|$)|#\s*\w|[{}()]|&&|\|\|)/;
const trailer = /^[A-Z][A-Za-z-]+-(?:by|off|to|cc)(?:-by)?: /i;

/** True for a blank line, and for whatever carries the marks of C: punctuation, keywords, calls, comments. */
export function looksLikeC(line: string): boolean {
  const text = line.trim();
  if (text === '') return true;
  if (cStart.test(text)) return true;
  if (looksLikeProse(text)) return false;
  if (firstWordOfC.test(text) || statementEnd.test(text) || openEnd.test(text)) return true;
  return /\w\(|->| = |^[A-Z][A-Z0-9_]+$/.test(text);
}

/** Trailers, greetings, sentences; comment lines of C are not prose. */
export function looksLikeProse(line: string): boolean {
  const text = line.trim();
  if (text === '' || cStart.test(text)) return false;
  if (trailer.test(text) || / wrote:$/.test(text) || /^https?:\/\//.test(text)) return true;
  if (/^[A-Z][a-z']+(?:[,.!?]?$|,? [A-Za-z'])/.test(text) && !/[;{}=]|->|\w\(\w*\*/.test(text)) return true;
  // Two plain words in a row are a declaration or a sentence.
  if (/^[a-z']+ [a-z']+[ ,]/.test(text) && !firstWordOfC.test(text)) return true;
  return (
    /^[A-Za-z'][a-z']*,?(?: [A-Za-z'(]?[\w',.?!-]*[)]?){2,}$/.test(text) &&
    !firstWordOfC.test(text) &&
    !/[;{}=*]/.test(text)
  );
}

/** True when a line of C cannot be whole: an operator or comma at its end, or a parenthesis left open. */
export function isIncomplete(line: string): boolean {
  const text = line.trim();
  if (/^(?:\*|\/[*/])/.test(text) || /\*\/$/.test(text)) return false;
  return openEnd.test(text) || depthOf(text) > 0;
}

/** True when nothing more belongs to a line of C: a statement, a block or a comment ends here. */
export function isComplete(line: string): boolean {
  const text = line.trim();
  return text === '' || (/[;{}:]$|\*\/$/.test(text) && depthOf(text) <= 0);
}

export function isCommentText(line: string): boolean {
  return /^\s*(?:\*|\/[*/])/.test(line);
}

function depthOf(text: string): number {
  let depth = 0;
  for (const char of text) {
    if (char === '(') depth++;
    else if (char === ')') depth--;
  }
  return depth;
}
