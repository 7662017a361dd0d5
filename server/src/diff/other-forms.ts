/** Forms of a diff that are not read, each told by what only it has, with the way to one that is. */

import type { TextLine } from '../mail/message.js';

interface OtherForm {
  readonly shows: RegExp;
  readonly what: string;
}

const otherForms: readonly OtherForm[] = [
  {
    shows: /^@@@ /,
    what: 'a combined diff of a merge, which is not read: give the diff to one parent (git show -m)',
  },
  {
    // POSIX diff, -c: the range of the old lines.
    shows: /^\*\*\* \d+(?:,\d+)? \*\*\*\*$/,
    what: 'a context diff (diff -c), which is not read: give a unified one (diff -u)',
  },
  {
    shows: /^\s*\d+[:|.)]?\s(?:@@ -\d+(?:,\d+)? \+\d|diff --git )/,
    what: 'a listing with line numbers, which is not read: give the diff without them',
  },
  {
    // Some archives, and what turns their pages into text, make a paragraph of one line.
    shows: /\bdiff --git a\/\S+ b\/\S+ .*@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@/,
    what: 'a diff on one line, which cannot be read without its line ends: give the mail as it was sent',
  },
  {
    // gitweb has the headers in elements of their own, and what reads a page may leave those out.
    shows: /^[-+](?: {2,}|\t)\s*\S.*[;{})]$/,
    what: 'changed lines without the headers of a diff, which say where they stand: give the diff with them',
  },
];

/** What the first line of such a form says, of the form that is first in the list. */
export function otherFormIn(lines: readonly TextLine[]): string | null {
  for (const { shows, what } of otherForms) {
    const line = lines.find(({ text }) => shows.test(text.trimEnd()));
    if (line) return `line ${line.line}: ${what}`;
  }
  return null;
}
