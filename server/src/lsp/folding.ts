/** What can be folded: the same parts as the outline shows. */

import type { FoldingRange } from 'vscode-languageserver';
import type { Part } from './structure.js';

export function foldingRangesOf(parts: readonly Part[]): FoldingRange[] {
  return parts.flatMap(({ first, last, parts: inner }) => [
    ...(last > first ? [{ startLine: first - 1, endLine: last - 1 }] : []),
    ...foldingRangesOf(inner),
  ]);
}
