/** The lines of a patch as people read them: decoded and repaired, with their sign. */

import type { PatchInput, PatchLine } from './patch.js';

const SIGNS: Readonly<Record<PatchLine['kind'], string>> = { context: ' ', added: '+', removed: '-' };

/** By input line, the `@@` lines included. */
export function patchLines({ patches }: PatchInput): ReadonlyMap<number, string> {
  const lines = new Map<number, string>();
  for (const hunk of patches.flatMap((patch) => patch.files).flatMap((file) => file.hunks)) {
    const { oldStart, oldCount, newStart, newCount, section } = hunk;
    lines.set(hunk.line, `@@ -${oldStart},${oldCount} +${newStart},${newCount} @@ ${section}`.trimEnd());
    for (const { kind, text, line } of hunk.lines) lines.set(line, SIGNS[kind] + text);
  }
  return lines;
}
