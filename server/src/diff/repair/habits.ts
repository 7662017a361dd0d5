/** What the way through mailers did to all lines of a patch alike; judged over all its hunks together. */

import type { ScannedHunk } from '../scan.js';

export interface Habits {
  /** Every context line has one blank too many: format=flowed stuffing left in place (RFC 3676, 4.4). */
  readonly doubled: boolean;
  /** No hunk has a blank line, and some hunk lacks lines: archives drop lines without a word in them. */
  readonly emptyLost: boolean;
  /** Context lines lost their leading blank, all of them or some. */
  readonly blankLost: boolean;
  /**
   * No mailer that wraps broke a line before this many characters: the longest line that it could have broken and
   * did not. Indentation that was lost later makes lines shorter than they were, so then it is a low guess.
   */
  readonly width: number;
  /** Lines of context around a change; git's default unless whole hunks show more. */
  readonly around: number;
}

export function habitsOf(hunks: readonly ScannedHunk[]): Habits {
  const texts = hunks.flatMap(({ region, counted }) =>
    region.slice(0, counted?.end ?? region.length).map(({ text }) => text),
  );
  const spaced = texts.filter((text) => text.startsWith(' ') && text.length > 1);
  const stuffed = spaced.filter((text) => text.startsWith('  '));
  return {
    // A kernel line starts with a tab, a word, or " *" in a comment; so two blanks and one of those are one too many.
    doubled: stuffed.length === spaced.length && stuffed.some((text) => /^ {2}[^ *]/.test(text)),
    emptyLost: hunks.some(({ counted }) => !counted) && !hunks.some(showsBlankLine),
    blankLost: losesBlanks(texts),
    width: unbrokenWidth([...hunks.map(({ header }) => header.raw), ...texts]),
    around: hunks.reduce((most, hunk) => Math.max(most, contextAround(hunk)), 3),
  };
}

/** As far as its last change: what stands below may be a letter. */
function showsBlankLine({ counted, region }: ScannedHunk): boolean {
  const end = counted?.end ?? region.findLastIndex(({ text }) => /^[+-]/.test(text)) + 1;
  return region.slice(0, end).some(({ text }) => /^[ +-]?\s*$/.test(text));
}

/**
 * A context line that keeps its blank shows it before a tab, a word, or a multiple of eight blanks where tabs became
 * blanks; one that lost it starts with the tab or the multiple itself.
 */
function losesBlanks(texts: readonly string[]): boolean {
  const count = (form: RegExp): number => texts.filter((text) => form.test(text)).length;
  const kept = count(/^ (?:[^ *]|(?: {8})+[^ ])/);
  const lost = count(/^(?:\t|(?: {8})+[^ ])/);
  return kept === 0 || count(/^\t/) > 0 || lost > kept;
}

/** Mailers break between 70 and 80 characters; nothing that would have fitted into this many was broken. */
const narrowest = 64;

function unbrokenWidth(texts: readonly string[]): number {
  const indented = texts.some((text) => /^[ +-](?:\t| {4})/.test(text));
  if (!indented) return narrowest;
  return texts.reduce((width, text) => (isBreakable(text) ? Math.max(width, text.length) : width), narrowest);
}

/** A line with a blank between words in its first 70 characters. */
function isBreakable(text: string): boolean {
  return /\S \S/.test(text.slice(0, 70));
}

function contextAround({ counted }: ScannedHunk): number {
  if (!counted) return 0;
  const changes = counted.lines.flatMap(({ kind }, i) => (kind === 'context' ? [] : [i]));
  if (changes.length === 0) return 0;
  return Math.max(changes[0]!, counted.lines.length - 1 - changes[changes.length - 1]!);
}
