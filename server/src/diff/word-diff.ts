/** What `git diff --word-diff` prints: `[-removed-]{+added+}` within lines that carry no sign. */

import type { ScannedHunk } from './scan.js';

const changedWords = /\[-.*-\]|\{\+.*\+\}/;

/** A hunk of words: marks and no sign. A hunk of lines has signs where it changes anything, whatever its text holds. */
export function isWordDiff({ counted, region }: ScannedHunk): boolean {
  if (counted || region.some(({ text }) => /^[+-]/.test(text))) return false;
  return region.some(({ text }) => changedWords.test(text));
}
