/** The lines of a damaged hunk body, each with what reading it this way or that would cost. */

import type { TextLine } from '../../mail/message.js';
import { isCommentText, isIncomplete, looksLikeProse } from '../c-shape.js';
import type { LineKind } from '../patch.js';
import type { Habits } from './habits.js';
import { closesWhatIsOpen, joinCost } from './wrapped.js';

/** One line of the region. A change is certain by its prefix; context may be the rest of the line before instead. */
export type BodyLine =
  | { readonly kind: 'added' | 'removed'; readonly raw: TextLine }
  | { readonly kind: 'context'; readonly raw: TextLine; readonly asContext: number; readonly asRest: number }
  /** `\ No newline at end of file`, or a `[...]` that somebody put for what he cut. */
  | { readonly kind: 'marker' | 'cut'; readonly raw: TextLine };

export const never = 1000;

const cutMark = /^\s*(?:\[\s*(?:\.\.\.|…|snip|cut)\s*\]|<snip>|\.\.\.)\s*$/i;

export function bodyLines(region: readonly TextLine[], habits: Habits): readonly BodyLine[] {
  return region.map((raw, i) => bodyLine(region, raw, i, habits));
}

function bodyLine(region: readonly TextLine[], raw: TextLine, at: number, habits: Habits): BodyLine {
  const { text } = raw;
  if (text.startsWith('+')) return { kind: 'added', raw };
  if (text.startsWith('-')) return { kind: 'removed', raw };
  if (text.startsWith('\\ ')) return { kind: 'marker', raw };
  if (cutMark.test(text)) return { kind: 'cut', raw };
  const rest = at === 0 || text.trim() === '' ? never : joinCost(region[at - 1]!.text, text, habits.width);
  const asRest = rest + restPenalty(text);
  const torn = asRest <= 1 && (tearsChange(region, at, habits.width) || tearsComment(region, at)) ? 10 : 0;
  return { kind: 'context', raw, asContext: contextCost(text, habits) + torn, asRest };
}

/** Changes in a row that are looked back over; it keeps the reading of a damaged new file linear. */
const longestRun = 100;

/**
 * True when the line before is a change that cannot end where it does, while on the other side of the patch, which
 * lacks that change, nothing is open: this line cannot stand on both sides, so it is no context.
 */
function tearsChange(region: readonly TextLine[], at: number, width: number): boolean {
  const before = region[at - 1]!.text;
  if (!/^[+-]/.test(before)) return false;
  if (!isIncomplete(before.slice(1)) && !closesWhatIsOpen(region[at]!.text)) return false;
  const sameSign = (i: number): boolean => region[i]?.text[0] === before[0];
  const isRest = (i: number): boolean =>
    sameSign(i - 1) &&
    /^\w/.test(region[i]!.text) &&
    joinCost(region[i - 1]!.text, region[i]!.text, width) === 0;
  let other = at - 1;
  while (other >= 0 && other > at - longestRun && (sameSign(other) || isRest(other))) other--;
  return other < 0 || !isIncomplete(region[other]!.text.slice(1));
}

/** True within a comment of several lines, which begin with a star each in the kernel's style, for a line without one. */
function tearsComment(region: readonly TextLine[], at: number): boolean {
  const [before, after] = [region[at - 1]!.text, region[at + 1]?.text ?? ''];
  if (!isCommentText(before.slice(1)) || before.trimEnd().endsWith('*/')) return false;
  return !isCommentText(region[at]!.text) && /^\s*\*/.test(after.slice(1));
}

function contextCost(text: string, habits: Habits): number {
  if (text === '' || text.startsWith(' ') || text.startsWith('\t')) return 0;
  if (looksLikeProse(text)) return habits.blankLost ? 7 : 14;
  return habits.blankLost ? 0 : 12;
}

/** A mailer drops the blank that it breaks at: a rest that is indented is rare. */
function restPenalty(text: string): number {
  return text.startsWith(' ') ? 11 : text.startsWith('\t') ? 14 : 0;
}

/** `+`, `-` or context, and the text behind the prefix. A context line without its blank keeps all of its text. */
export function unprefixed(kind: LineKind, text: string, habits: Habits): string {
  if (kind !== 'context') return text.slice(1);
  if (!text.startsWith(' ')) return text;
  return text.slice(habits.doubled && text.startsWith('  ') ? 2 : 1);
}
