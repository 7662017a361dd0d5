/**
 * Finds the diffs in a stream of lines and cuts them into files and hunks, without repairing anything.
 *
 * States and every legal transition:
 *
 *     text    -- file header -->  file      the stream's first diff
 *     text    -- `@@` line   -->  text      a hunk without a file: reported, not read
 *     file    -- `@@` line   -->  hunk      one without numbers, or three dots and a change, as well
 *     file    -- file header -->  file      renamed, mode changed, binary: a file without hunks
 *     hunk    -- counts met  -->  between   by `readCounted`; whatever the lines look like
 *     hunk    -- boundary    -->  between   the counts do not hold: the region up to the next boundary is kept
 *     between -- `@@` line   -->  hunk
 *     between -- file header -->  file      of the same patch, or of the next one after a separator
 *     any     -- other line  -->  same      prose, signature
 */

import type { TextLine } from '../mail/message.js';
import { isGitFromLine } from '../mail/mbox.js';
import { isCommitLine } from '../mail/page.js';
import { readCounted, type Counted } from './counted.js';
import { readFileHeader, startsFile, type FileHeader } from './file-header.js';
import { bareHeaderAt, hunkHeaderAt, type HunkHeader } from './hunk-header.js';
import type { Damage } from './patch.js';

/** A hunk as it stands: `region` are the lines after the header up to the next thing that is certainly not its body. */
export interface ScannedHunk {
  readonly header: HunkHeader;
  readonly region: readonly TextLine[];
  /** Nothing follows the region, not even a signature. */
  readonly endsText: boolean;
  /** The body, when it agrees with the header's counts; its `end` is an index into `region`. */
  readonly counted: Counted | null;
}

export interface ScannedFile {
  readonly header: FileHeader;
  readonly hunks: ScannedHunk[];
}

export interface ScannedPatch {
  readonly files: ScannedFile[];
  readonly damage: Damage[];
}

export function scan(lines: readonly TextLine[]): { patches: ScannedPatch[]; orphans: Damage[] } {
  const patches: ScannedPatch[] = [];
  const orphans: Damage[] = [];
  let separated = true;
  for (let at = 0; at < lines.length;) {
    const patch = patches[patches.length - 1];
    const open = patch && !separated ? patch.files[patch.files.length - 1]!.hunks : null;
    const hunk = hunkHeaderAt(lines, at) ?? (open && bareHeaderAt(lines, at, open.at(-1)?.header));
    if (startsFile(lines, at)) {
      const { file, end } = readFileHeader(lines, at);
      const repeated = patch?.files.some(({ header }) => header.path === file.path) ?? false;
      if (separated || repeated) patches.push({ files: [], damage: [] });
      patches[patches.length - 1]!.files.push({ header: file, hunks: [] });
      separated = false;
      at = end;
    } else if (hunk) {
      const { scanned, end } = scanHunk(lines, hunk.header, hunk.end);
      if (open) open.push(scanned);
      else orphans.push({ line: hunk.header.line, what: 'hunk without a file header: left out' });
      at = end;
    } else {
      const { text, line } = lines[at]!;
      if (separatesPatches(text)) separated = true;
      if (patch && !separated && isSignature(text) && patch.files.some(({ hunks }) => hunks.length > 0)) {
        patch.damage.push({ line, what: 'signature after the last hunk: left out' });
        separated = true;
      }
      at++;
    }
  }
  return { patches, orphans };
}

function scanHunk(
  lines: readonly TextLine[],
  header: HunkHeader,
  from: number,
): { scanned: ScannedHunk; end: number } {
  const counted = readCounted(lines, from, header);
  let end = counted?.end ?? from;
  // A hunk that lost lines must not swallow a mailing list archive.
  const limit = end + Math.min(20_000, 3 * (header.oldCount + header.newCount) + 60);
  while (end < lines.length && end < limit && !isBoundary(lines, end)) end++;
  const region = lines.slice(from, end);
  const next = firstFilled(lines, end);
  const scanned = {
    header,
    region,
    endsText: next === lines.length,
    counted: counted && { ...counted, end: counted.end - from },
  };
  return { scanned, end };
}

function firstFilled(lines: readonly TextLine[], from: number): number {
  let at = from;
  while (at < lines.length && lines[at]!.text.trim() === '') at++;
  return at;
}

/** What no damaged hunk body is read past. */
function isBoundary(lines: readonly TextLine[], at: number): boolean {
  const { text } = lines[at]!;
  if (text.startsWith('@@ -')) return hunkHeaderAt(lines, at) !== null;
  if (bareHeaderAt(lines, at, undefined) !== null) return true;
  return startsFile(lines, at) || isSignature(text) || separatesPatches(text) || isPageComment(text);
}

/** RFC 3676, 4.3; blanks at its end are often trimmed. */
export function isSignature(text: string): boolean {
  return text === '-- ' || text === '--';
}

function separatesPatches(text: string): boolean {
  if (text.startsWith('---')) return text.trimEnd() === '---';
  return isGitFromLine(text) || isCommitLine(text) || text.startsWith('Subject: ');
}

/** The head of a comment on a patchwork page: name, date, `| #1`. */
function isPageComment(text: string): boolean {
  return text.length < 200 && / \| #\d{1,4}$/.test(text);
}
