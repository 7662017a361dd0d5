/** What a reading had to assume, in words, each with the line where it was assumed. */

import { looksLikeC } from '../c-shape.js';
import type { HunkHeader } from '../hunk-header.js';
import type { Damage, Loss } from '../patch.js';
import type { ScannedHunk } from '../scan.js';
import type { Habits } from './habits.js';
import type { Reading } from './reading.js';

export function damageOf(scanned: ScannedHunk, reading: Reading, habits: Habits): readonly Damage[] {
  const { header } = scanned;
  const cuts = [...cutDamage(reading), ...endDamage(scanned, reading)];
  return [
    ...sectionDamage(header, reading),
    ...restDamage(reading),
    ...blankDamage(reading),
    ...cuts,
    ...countDamage(header, reading, habits, cuts.length > 0),
    ...reading.leftOut.map(({ text, line }) => leftOutDamage(text, line)),
  ];
}

export function leftOutDamage(text: string, line: number): Damage {
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  const what = `"${shown}" after the hunk taken for a signature or prose: left out`;
  return { line, what, ...(mayBeChange(text) ? { lost: 'changes' } : {}) };
}

/** C behind one sign; a name or a sentence behind a dash is no change, nor is a rule of dashes. */
function mayBeChange(text: string): boolean {
  const own = text.slice(1);
  return own.trim() !== '' && looksLikeC(own) && !/^(?:-{3,}|\+{3,})/.test(text);
}

function sectionDamage(header: HunkHeader, { section }: Reading): readonly Damage[] {
  if (section.pieces === 0) return [];
  const what = section.pieces === 1 ? 'the next line' : `the next ${section.pieces} lines`;
  return [{ line: header.line, what: `hunk header wrapped: joined with ${what}` }];
}

function restDamage({ body, rests }: Reading): readonly Damage[] {
  return [...rests]
    .sort((a, b) => a - b)
    .map((i) => ({ line: body[i]!.raw.line, what: 'line wrapped: joined with the line before' }));
}

function blankDamage({ body, rests }: Reading): readonly Damage[] {
  const bare = body.filter(
    (line, i) => line.kind === 'context' && !rests.has(i) && /^[^ ]/.test(line.raw.text),
  );
  if (bare.length === 0) return [];
  const lines = bare.length === 1 ? 'a context line' : `${bare.length} context lines`;
  return [{ line: bare[0]!.raw.line, what: `leading blank of ${lines} lost: read as context` }];
}

function cutDamage({ body }: Reading): readonly Damage[] {
  return body
    .filter(({ kind }) => kind === 'cut')
    .map(({ raw }) => ({ line: raw.line, what: `"${raw.text.trim()}": the hunk was cut here`, cut: true }));
}

/** `cut`: the hunk was cut, which says already why changes lack. */
function countDamage(header: HunkHeader, reading: Reading, habits: Habits, cut: boolean): readonly Damage[] {
  const { missingContext: missing, changeGap: gap } = reading;
  const damage: Damage[] = [];
  if (missing > 0) {
    damage.push({
      line: header.line,
      what: `hunk counts do not match: ${plural(missing, 'context line')} lost (blank lines, lone braces or a cut end)`,
    });
  }
  if (missing < 0) {
    damage.push({
      line: header.line,
      what: `hunk counts do not match: ${plural(-missing, 'context line')} more than the header says; all lines kept`,
    });
  }
  if (gap !== 0) {
    const lost = gap > 0 ? 'added' : 'removed';
    const excess = gap > 0 ? 'removed' : 'added';
    damage.push({
      line: header.line,
      what: `hunk counts do not match: ${plural(Math.abs(gap), `${lost} line`)} lost, or as many ${excess} ones too many; all lines kept`,
      ...(cut || holdsAll(header, reading) || isMiscounted(header, reading)
        ? {}
        : { lost: lossOf(header, reading, habits) }),
    });
  }
  return damage;
}

const counted = ({ body }: Reading, kind: string): number => body.filter((line) => line.kind === kind).length;

/** The lines of a kind in a hunk, and by what the smaller side of its header leaves room for as context. */
function countsOf({ oldCount, newCount }: HunkHeader, reading: Reading) {
  const [removed, added] = [counted(reading, 'removed'), counted(reading, 'added')];
  const context = counted(reading, 'context') - reading.rests.size;
  return { removed, added, context, least: Math.min(oldCount - removed, newCount - added) };
}

/**
 * Both sides are as long as the header says: where one is longer, the hunk was edited by hand. More context than a side has
 * lines is a change that lost its sign, but for one in a hunk that has others, and of which every line has its blank.
 */
function holdsAll(header: HunkHeader, reading: Reading): boolean {
  const { oldCount, newCount } = header;
  const { removed, added, context } = countsOf(header, reading);
  const isLong = context + removed >= oldCount && context + added >= newCount;
  const isMarked = reading.body.every(({ kind, raw }) => kind !== 'context' || /^(?: |$)/.test(raw.text));
  const mayBeEdited = isMarked && added + removed > 0 && Math.abs(reading.changeGap) === 1;
  return isLong && (mayBeEdited || context <= Math.min(oldCount, newCount));
}

/** Of so many changed lines one is blank, at most, in the kernel's code. */
const LINES_TO_A_BLANK = 4;

/**
 * At most `few` changed lines lack. Where there is more context than the smaller side of the header has, a change lost its
 * sign and stands there. A hunk with no change left has lost more than some of them.
 */
function lacksAtMost(few: number, header: HunkHeader, reading: Reading): boolean {
  const { removed, added, context, least } = countsOf(header, reading);
  return Math.abs(reading.changeGap) <= few && added + removed > 0 && context <= least;
}

/** How many lines of the side that lacks some may be blank. */
const blanksOf = (reading: Reading): number =>
  counted(reading, reading.changeGap > 0 ? 'added' : 'removed') / LINES_TO_A_BLANK;

/** One side is as long as the header says, so that no line went from the other: who edited the hunk has miscounted. */
function isMiscounted(header: HunkHeader, reading: Reading): boolean {
  const { removed, added, context } = countsOf(header, reading);
  const isWhole = context + removed === header.oldCount || context + added === header.newCount;
  return isWhole && lacksAtMost(blanksOf(reading), header, reading);
}

/** Lines that went because they are blank are on neither side. */
const lossOf = (header: HunkHeader, reading: Reading, { emptyLost }: Habits): Loss =>
  emptyLost && lacksAtMost(1 + blanksOf(reading), header, reading) ? 'blank lines' : 'changes';

/** The context that git shows below the last change. */
const CONTEXT_BELOW = 3;

/** The text ends with the hunk, and neither its changes are all there nor the context below them. */
function endDamage({ endsText, region }: ScannedHunk, reading: Reading): readonly Damage[] {
  const last = region.findLast(({ text }) => text.trim() !== '');
  if (!endsText || last === undefined || reading.body.at(-1)?.raw.line !== last.line) return [];
  if (reading.changeGap === 0 || reading.missingContext < CONTEXT_BELOW) return [];
  return [{ line: last.line, what: 'the text ends in the middle of the hunk', cut: true }];
}

function plural(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
