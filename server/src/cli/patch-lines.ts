/** The patch's lines by input line, as rendering quotes them. */

import { patchLines } from '../diff/patch-lines.js';
import type { PatchText } from '../render/patch-text.js';
import type { CheckedFile } from '../review/check.js';

export function patchTextOf(files: readonly CheckedFile[]): PatchText {
  const byFile = new Map(files.map(({ file, input }) => [file, patchLines(input)]));
  return (file, line) => byFile.get(file)?.get(line) ?? null;
}
