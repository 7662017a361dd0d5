/** The undamaged hunk body: lines counted from the header, as git-apply reads them. */

import type { TextLine } from '../mail/message.js';
import type { HunkHeader } from './hunk-header.js';
import type { PatchLine } from './patch.js';

export interface Counted {
  readonly lines: readonly PatchLine[];
  /** Index after the last line of the body. */
  readonly end: number;
}

/**
 * Reads exactly as many lines as the header counts, from index `from` on; null as soon as a line has no diff
 * prefix or a count would be passed. An empty line is a blank context line whose blank was trimmed: git-apply
 * takes it too. Text that looks like a diff is no end of a body whose counts are not met (a diff of diffs).
 */
export function readCounted(lines: readonly TextLine[], from: number, header: HunkHeader): Counted | null {
  let old = header.oldCount;
  let fresh = header.newCount;
  const out: PatchLine[] = [];
  let at = from;
  for (; old > 0 || fresh > 0; at++) {
    const raw = lines[at];
    if (!raw) return null;
    const kind = kindOf(raw.text);
    if (kind === null) return null;
    if (kind === 'marker') continue;
    if (kind !== 'added') old--;
    if (kind !== 'removed') fresh--;
    if (old < 0 || fresh < 0) return null;
    out.push({ kind, text: raw.text.slice(1), line: raw.line });
  }
  if (lines[at]?.text.startsWith('\\ ')) at++;
  return { lines: out, end: at };
}

function kindOf(text: string): PatchLine['kind'] | 'marker' | null {
  switch (text[0]) {
    case undefined:
    case ' ':
      return 'context';
    case '+':
      return 'added';
    case '-':
      return 'removed';
    case '\\':
      return 'marker';
    default:
      return null;
  }
}
