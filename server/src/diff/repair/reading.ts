/**
 * The one place where readings of a damaged hunk compete.
 *
 * A reading says how many lines after the header belong to its section, where the body ends, and which context
 * lines are the rest of the line before them. The cheapest one is taken. Costs are ranks, not measurements; their
 * order is: the header's counts hold > nothing with a `+` or `-` is left out > git's context length holds > the
 * shape of lines. A change is never read as anything else, so #added - #removed of the body must equal
 * newCount - oldCount whatever happened to context lines.
 */

import { looksLikeC, looksLikeProse } from '../c-shape.js';
import type { HunkHeader } from '../hunk-header.js';
import { bodyLines, never, type BodyLine } from './body.js';
import type { Habits } from './habits.js';
import { sectionReadings, type SectionReading } from './section.js';
import type { TextLine } from '../../mail/message.js';

export interface Reading {
  readonly section: SectionReading;
  /** The region from after the section to the end of the body. */
  readonly body: readonly BodyLine[];
  /** Indices into `body` of lines that continue the line before. */
  readonly rests: ReadonlySet<number>;
  /** Region lines after the body that begin with `+` or `-` and were not taken for changes. */
  readonly leftOut: readonly TextLine[];
  /** Context lines that the header counts and the body lacks; negative: that the body has too many. */
  readonly missingContext: number;
  /** Changed lines by which the body contradicts the header: positive, added ones lack or removed ones are too many. */
  readonly changeGap: number;
  readonly cost: number;
}

export function cheapestReading(header: HunkHeader, region: readonly TextLine[], habits: Habits): Reading {
  const lines = bodyLines(region, habits);
  let best: Reading | null = null;
  for (const section of sectionReadings(header, region, habits.width)) {
    for (const end of possibleEnds(lines, section.pieces)) {
      const reading = read(header, lines, section, end, habits);
      if (!best || reading.cost < best.cost) best = reading;
    }
  }
  return best!;
}

/** Ends worth trying: all of the region, before anything that does not look like C, shortly after the last change. */
function possibleEnds(lines: readonly BodyLine[], from: number): readonly number[] {
  const most = lines.length > 2000 ? 6 : 40;
  const doubtful = lines.flatMap((line, i) => (i >= from && isDoubtful(line) ? [i] : []));
  const lastChange = lines.findLastIndex((line) => isChange(line) && looksLikeC(line.raw.text.slice(1)));
  const near = Array.from({ length: most / 2 }, (_, i) => lastChange + 1 + i).filter((i) => i < lines.length);
  const ends = [lines.length, ...near, ...doubtful.slice(0, most), ...doubtful.slice(-most / 2)];
  return [...new Set(ends)].filter((end) => end >= from);
}

function isDoubtful(line: BodyLine): boolean {
  const { text } = line.raw;
  if (isChange(line)) return !looksLikeC(text.slice(1));
  return text.trim() === '' || looksLikeProse(text);
}

function read(
  header: HunkHeader,
  lines: readonly BodyLine[],
  section: SectionReading,
  end: number,
  habits: Habits,
): Reading {
  const body = lines.slice(section.pieces, end);
  const added = body.filter(({ kind }) => kind === 'added').length;
  const removed = body.filter(({ kind }) => kind === 'removed').length;
  const changeGap = header.newCount - header.oldCount - (added - removed);
  const wanted = wantedContext(header.oldCount - removed, header.newCount - added);
  const cut = body.some(({ kind }) => kind === 'cut');
  const { rests, missing, cost } = chooseRests(body, wanted, cut);
  const tail = lines.slice(end);
  const around = aroundCost(body, rests, habits.around);
  return {
    section,
    body,
    rests,
    leftOut: tail.filter(isChange).map(({ raw }) => raw),
    missingContext: missing,
    changeGap,
    cost: section.cost + cost + gapCost(changeGap, body) + tailCost(tail, missing) + around,
  };
}

/** The number of context lines by each side of the header; the two differ where changed lines were lost or put in. */
interface Wanted {
  readonly least: number;
  readonly most: number;
}

function wantedContext(byOld: number, byNew: number): Wanted {
  return { least: Math.max(0, Math.min(byOld, byNew)), most: Math.max(0, byOld, byNew) };
}

/** Positive: so many lack; negative: so many are too many. */
function missingOf({ least, most }: Wanted, found: number): number {
  if (found < least) return least - found;
  return found > most ? most - found : 0;
}

/** Which context lines are rests of the line before: as many as make body and header agree at the lowest cost. */
function chooseRests(
  body: readonly BodyLine[],
  wanted: Wanted,
  cut: boolean,
): { rests: ReadonlySet<number>; missing: number; cost: number } {
  const context = body.flatMap((line, index) => (line.kind === 'context' ? [{ index, line }] : []));
  const asRest = (item: (typeof context)[number]): number => (item.index === 0 ? never : item.line.asRest);
  const order = [...context].sort((a, b) => asRest(a) - a.line.asContext - (asRest(b) - b.line.asContext));
  let running = context.reduce((sum, { line }) => sum + line.asContext, 0);
  let best = { joined: 0, cost: running + missingCost(missingOf(wanted, context.length), cut) };
  for (const [i, item] of order.entries()) {
    if (asRest(item) >= never) break;
    running += asRest(item) - item.line.asContext;
    const cost = running + missingCost(missingOf(wanted, context.length - i - 1), cut);
    if (cost < best.cost) best = { joined: i + 1, cost };
  }
  return {
    rests: new Set(order.slice(0, best.joined).map(({ index }) => index)),
    missing: missingOf(wanted, context.length - best.joined),
    cost: best.cost,
  };
}

/** Blank lines and lone braces are lost many at a time: the first is dear, more are not. Too many lines is a contradiction. */
function missingCost(missing: number, cut: boolean): number {
  if (missing < 0) return -20 * missing;
  return missing === 0 || cut ? 0 : 7 + missing;
}

/** Changes that contradict the header; dearer where the last of them looks like a signature glued to the hunk. */
function gapCost(gap: number, body: readonly BodyLine[]): number {
  if (gap === 0) return 0;
  const last = body[body.length - 1];
  const glued = last !== undefined && isChange(last) && !looksLikeC(last.raw.text.slice(1));
  return 10 + 3 * Math.abs(gap) + (glued ? 10 : 0);
}

/** What it costs to leave these lines out of the body. */
function tailCost(tail: readonly BodyLine[], missing: number): number {
  let cost = 0;
  let prose = false;
  for (const line of tail) {
    // After a sentence a `-` more often opens an item of a list than a removed line.
    if (isChange(line)) cost += looksLikeC(line.raw.text.slice(1)) ? (prose ? 4 : 30) : 1;
    else prose ||= looksLikeProse(line.raw.text);
  }
  const next = tail[0];
  const goesOn = next?.kind === 'context' && next.raw.text.trim() !== '' && looksLikeC(next.raw.text);
  return cost + (goesOn ? (missing > 0 ? 6 : 4) : 0);
}

/** git prints so many lines of context before the first and after the last change, and no more. */
function aroundCost(body: readonly BodyLine[], rests: ReadonlySet<number>, around: number): number {
  const first = body.findIndex(isChange);
  if (first < 0) return 0;
  const last = body.findLastIndex(isChange);
  const isContext = (line: BodyLine, i: number): boolean => line.kind === 'context' && !rests.has(i);
  const before = body.filter((line, i) => i < first && isContext(line, i)).length;
  const after = body.filter((line, i) => i > last && isContext(line, i)).length;
  return (before > around ? 9 : 0) + (after > around ? 9 : 0);
}

function isChange(line: BodyLine): boolean {
  return line.kind === 'added' || line.kind === 'removed';
}
