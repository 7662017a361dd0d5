/** A diff with a margin of blanks, as bug trackers, changelogs and letters set code off. */

import type { TextLine } from '../../mail/message.js';
import { isCommitLine } from '../../mail/page.js';
import { startsFile } from '../file-header.js';
import type { Damage } from '../patch.js';

export interface Outdented {
  readonly lines: readonly TextLine[];
  readonly damage: Damage;
}

/**
 * The lines without the margin of the first diff that has one; null where none has. `git show` indents the message of a
 * commit: a diff in it is a part of what is told, and no change of that commit. `git range-diff` indents what it compares.
 */
export function outdent(lines: readonly TextLine[]): Outdented | null {
  if (lines.some(({ text }) => isCommitLine(text) || rangeHead.test(text))) return null;
  const first = lines.findIndex(({ text }, at) => {
    const margin = marginOf(text);
    return margin !== '' && startsFile(lines.slice(at, at + headLength).map(without(margin)), 0);
  });
  if (first < 0) return null;
  const { text, line } = lines[first]!;
  const margin = marginOf(text);
  return {
    lines: lines.map(without(margin)),
    damage: { line, what: `the diff is indented: ${describe(margin)} taken off its lines` },
  };
}

/** `1:  0123456 ! 1:  6543210 subject` */
const rangeHead = /^ *(?:\d+|-): +(?:[0-9a-f]{7,64}|-{7,}) [!=<>] +(?:\d+|-): /;

/** As far as `startsFile()` looks ahead. */
const headLength = 16;

const marginOf = (text: string): string => /^([ \t]{1,40})(?:diff |Index: |--- )/.exec(text)?.[1] ?? '';

const without =
  (margin: string) =>
  (line: TextLine): TextLine =>
    line.text.startsWith(margin) ? { ...line, text: line.text.slice(margin.length) } : line;

function describe(margin: string): string {
  const kind = margin.includes('\t') ? (margin.includes(' ') ? 'white space' : 'tab') : 'blank';
  return kind === 'white space' || margin.length === 1 ? `a ${kind}` : `${margin.length} ${kind}s`;
}
