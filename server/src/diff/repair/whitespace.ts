/** Lost or changed indentation. It cannot be given back; that it is missing is said once for each file. */

import type { Damage, Hunk } from '../patch.js';

export function whitespaceDamage(hunks: readonly Hunk[]): readonly Damage[] {
  const lines = hunks.flatMap((hunk) => hunk.lines);
  const indented = lines.filter(({ text }) => /^(?:\t| {2,})/.test(text) && text.trim() !== '');
  const first = lines[0];
  if (!first) return [];
  if (indented.length === 0) {
    const statements = lines.filter(({ text }) => isStatement(text));
    return statements.length >= 2
      ? [{ line: first.line, what: 'indentation lost in all lines of the file' }]
      : [];
  }
  const tabs = lines.some(({ text }) => text.includes('\t'));
  const eight = indented.filter(({ text }) => /^(?: {8})+(?: {0,7})\S/.test(text));
  if (tabs || eight.length < 2 || eight.length < indented.length / 2) return [];
  return [{ line: eight[0]!.line, what: 'tabs turned to blanks' }];
}

/** What in kernel C never stands in the first column. */
function isStatement(text: string): boolean {
  return (
    /^ ?(?:return|if|goto|for|while|break)\b/.test(text) ||
    /^ ?[\w>.[\]-]+ [|&+-]?= .*;$/.test(text) ||
    /^ ?\w+\([^)]*\);$/.test(text)
  );
}
