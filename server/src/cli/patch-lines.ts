/** The patch's lines by input line, as rendering quotes them. */

import type { PatchLine } from '../diff/patch.js';
import type { PatchText } from '../render/patch-text.js';
import type { CheckedFile } from '../review/check.js';

const SIGNS: Readonly<Record<PatchLine['kind'], string>> = { context: ' ', added: '+', removed: '-' };

/** Decoded and repaired lines with their sign, and the `@@` lines. */
export function patchTextOf(files: readonly CheckedFile[]): PatchText {
  const byFile = new Map(files.map((file) => [file.file, linesOf(file)]));
  return (file, line) => byFile.get(file)?.get(line) ?? null;
}

function linesOf({ input }: CheckedFile): Map<number, string> {
  const lines = new Map<number, string>();
  for (const hunk of input.patches.flatMap((patch) => patch.files).flatMap((file) => file.hunks)) {
    const { oldStart, oldCount, newStart, newCount, section } = hunk;
    lines.set(hunk.line, `@@ -${oldStart},${oldCount} +${newStart},${newCount} @@ ${section}`.trimEnd());
    for (const { kind, text, line } of hunk.lines) lines.set(line, SIGNS[kind] + text);
  }
  return lines;
}
