/** A scanned hunk to a hunk: as counted where the counts hold, else repaired. */

import type { TextLine } from '../mail/message.js';
import { looksLikeC } from './c-shape.js';
import type { Damage, Hunk, LineKind, PatchLine } from './patch.js';
import { unprefixed } from './repair/body.js';
import type { Habits } from './repair/habits.js';
import { cheapestReading, type Reading } from './repair/reading.js';
import { damageOf, leftOutDamage } from './repair/report.js';
import { joinPieces } from './repair/wrapped.js';
import type { ScannedHunk } from './scan.js';

export interface ReadHunk {
  readonly hunk: Hunk;
  readonly damage: readonly Damage[];
  /** 0 for a hunk whose counts hold; else the cost of its reading. */
  readonly cost: number;
}

export function readHunk(scanned: ScannedHunk, habits: Habits): ReadHunk {
  const { counted, region } = scanned;
  if (!counted) return repaired(scanned, habits);
  const after = linesAfter(region, counted.end);
  if (after.kept > 0) return overCounted(scanned, counted.lines, after.kept, habits);
  return {
    hunk: hunkOf(scanned, scanned.header.section, respaced(counted.lines, habits), !scanned.header.bare),
    damage: [...bareDamage(scanned), ...after.leftOut.map(({ text, line }) => leftOutDamage(text, line))],
    cost: 0,
  };
}

const bareDamage = ({ header: { bare, line } }: ScannedHunk): readonly Damage[] =>
  bare ? [{ line, what: 'hunk header without numbers: its lines are taken as they stand' }] : [];

/**
 * Changes that follow a body whose counts are met, with nothing between: as far as they look like C the header is
 * wrong, not they. The rest is a signature, a list in prose or the like.
 */
function linesAfter(
  region: readonly TextLine[],
  end: number,
): { readonly kept: number; readonly leftOut: readonly TextLine[] } {
  let stop = end;
  while (stop < region.length && /^[ +-]/.test(region[stop]!.text)) stop++;
  const run = region.slice(end, stop);
  const kept =
    run.findLastIndex(({ text }) => /^[+-]/.test(text) && looksLikeC(text.slice(1)) && text.length > 1) + 1;
  return { kept, leftOut: run.slice(kept).filter(({ text }) => /^[+-]/.test(text)) };
}

function overCounted(
  scanned: ScannedHunk,
  counted: readonly PatchLine[],
  kept: number,
  habits: Habits,
): ReadHunk {
  const from = scanned.counted!.end;
  const more = scanned.region.slice(from, from + kept).map(({ text, line }): PatchLine => ({
    kind: text.startsWith('+') ? 'added' : text.startsWith('-') ? 'removed' : 'context',
    text: text.slice(1),
    line,
  }));
  const what = `hunk counts do not match: ${kept} more lines follow than the header says; all lines kept`;
  return {
    hunk: hunkOf(scanned, scanned.header.section, respaced([...counted, ...more], habits), false),
    damage: [{ line: scanned.header.line, what }],
    cost: 20,
  };
}

function respaced(lines: readonly PatchLine[], habits: Habits): readonly PatchLine[] {
  if (!habits.doubled) return lines;
  return lines.map((line) =>
    line.kind === 'context' && line.text.startsWith(' ') ? { ...line, text: line.text.slice(1) } : line,
  );
}

function repaired(scanned: ScannedHunk, habits: Habits): ReadHunk {
  const reading = cheapestReading(scanned.header, scanned.region, habits);
  return {
    hunk: hunkOf(scanned, reading.section.section, linesOf(reading, habits), false),
    damage: damageOf(scanned, reading, habits),
    cost: 1 + reading.cost,
  };
}

function linesOf({ body, rests }: Reading, habits: Habits): readonly PatchLine[] {
  const lines: { kind: LineKind; text: string; line: number }[] = [];
  for (const [i, { kind, raw }] of body.entries()) {
    if (kind === 'marker' || kind === 'cut') continue;
    const last = lines[lines.length - 1];
    if (rests.has(i) && last) last.text = joinPieces(last.text, raw.text);
    else lines.push({ kind, text: unprefixed(kind, raw.text, habits), line: raw.line });
  }
  return lines;
}

function hunkOf(
  { header }: ScannedHunk,
  section: string,
  lines: readonly PatchLine[],
  intact: boolean,
): Hunk {
  const { line, oldStart, oldCount, newStart, newCount } = header;
  return { line, oldStart, oldCount, newStart, newCount, section, lines, intact };
}
