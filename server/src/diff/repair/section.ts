/** A hunk header whose section text went on in the next lines. */

import { isIncomplete } from '../c-shape.js';
import type { HunkHeader } from '../hunk-header.js';
import type { TextLine } from '../../mail/message.js';
import { couldHaveBroken } from './wrapped.js';

/** git cuts the section at this many bytes (xdiff, `struct func_line`). */
const sectionLimit = 80;

/** More pieces than this no mailer makes of 80 bytes. */
const mostPieces = 3;

export interface SectionReading {
  /** Number of region lines that belong to the header. */
  readonly pieces: number;
  readonly section: string;
  readonly cost: number;
}

/**
 * The readings of a header and the lines after it, unlikely ones dearer. A piece that almost certainly belongs to
 * the header makes the readings that leave it in the body dearer, but by less than a line missing costs: the
 * header's counts are stronger evidence than shape. Not so where the section ends as no line of C does: the counts
 * hold by chance where a blank line is lost for the piece that is put in.
 */
export function sectionReadings(
  header: HunkHeader,
  region: readonly TextLine[],
  width: number,
): readonly SectionReading[] {
  const readings: SectionReading[] = [];
  let { section } = header;
  let last = header.raw;
  let paid = 0;
  for (let pieces = 0; pieces <= mostPieces; pieces++) {
    const next = region[pieces]?.text ?? '';
    const kinship = kinshipOf(section, last, next, width);
    readings.push({
      pieces,
      section,
      cost: paid + (kinship === 'certain' ? (endsAsNoLine(section) ? 20 : 6) : 0),
    });
    if (kinship === 'none') break;
    section = `${section} ${next.trim()}`.trim();
    last = next;
    paid += kinship === 'certain' ? 1 : 5;
  }
  return readings;
}

function kinshipOf(
  section: string,
  last: string,
  next: string,
  width: number,
): 'certain' | 'possible' | 'none' {
  if (section === '' || !/^[A-Za-z_*(]/.test(next) || !couldHaveBroken(last, next, width)) return 'none';
  const length = section.length + 1 + next.trim().length;
  if (length > sectionLimit || !/^[\w\s*,()[\]]+\{?$/.test(next) || startsStatement(next)) return 'none';
  const ends = /[,)]\s*\{?$/.test(next.trimEnd()) || length >= sectionLimit - 1;
  return isIncomplete(section) && ends ? 'certain' : 'possible';
}

/** An open parameter list is broken behind a comma or its parenthesis, never between a type and its name. */
function endsAsNoLine(section: string): boolean {
  return section.length < sectionLimit - 1 && isIncomplete(section) && /[\w*]$/.test(section);
}

function startsStatement(text: string): boolean {
  return /^(?:if|else|for|while|do|switch|case|return|goto|break|continue)\b/.test(text);
}
