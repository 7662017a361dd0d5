/** Merges two whole texts of one function, for a definition that a patch moves or replaces as a whole. */

import { maskComments } from './mask.js';
import type { MergedLine } from './merged.js';
import { sameWords } from './similarity.js';
import { statements } from './statements.js';
import type { SourceLine } from './text.js';

interface Unit {
  readonly words: readonly string[];
  readonly lines: readonly SourceLine[];
}

function unitsOf(lines: readonly SourceLine[]): readonly Unit[] {
  const masked = maskComments(lines.map((line) => line.text).join('\n')).split('\n');
  return statements(masked).map((one) => ({
    words: one.tokens,
    lines: lines.slice(one.first, one.last + 1),
  }));
}

/** Length of the longest common subsequence of the statements from each pair of positions on. */
function commonLengths(a: readonly Unit[], b: readonly Unit[]): readonly Int32Array[] {
  const length = Array.from({ length: a.length + 1 }, () => new Int32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const same = sameWords(a[i]!.words, b[j]!.words);
      length[i]![j] = same ? length[i + 1]![j + 1]! + 1 : Math.max(length[i + 1]![j]!, length[i]![j + 1]!);
    }
  }
  return length;
}

/** The two texts as one list; statements that both have, in the same order, are unchanged and shown as in `after`. */
export function mergeWhole(
  before: readonly SourceLine[],
  after: readonly SourceLine[],
): readonly MergedLine[] {
  const a = unitsOf(before);
  const b = unitsOf(after);
  const length = commonLengths(a, b);
  const out: MergedLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const one = a[i];
    const other = b[j];
    if (one !== undefined && other !== undefined && sameWords(one.words, other.words)) {
      out.push(...other.lines.map((line) => ({ before: line, after: line, edit: null })));
      i += 1;
      j += 1;
    } else if (other === undefined || (one !== undefined && length[i + 1]![j]! >= length[i]![j + 1]!)) {
      out.push(...(one?.lines ?? []).map((line) => ({ before: line, after: null, edit: null })));
      i += 1;
    } else {
      out.push(...other.lines.map((line) => ({ before: null, after: line, edit: null })));
      j += 1;
    }
  }
  return out;
}
