/** The next and the previous of some lines, round the ends. */

export function lineAfter(lines: readonly number[], from: number): number | null {
  const sorted = [...lines].sort((a, b) => a - b);
  return sorted.find((line) => line > from) ?? sorted[0] ?? null;
}

export function lineBefore(lines: readonly number[], from: number): number | null {
  const sorted = [...lines].sort((a, b) => b - a);
  return sorted.find((line) => line < from) ?? sorted[0] ?? null;
}
