/** The order of commits that were printed together: git log prints the newest first, and the oldest applies first. */

import { findDate } from './headers.js';

/**
 * By date, the oldest first. Those of the same time are turned round as the whole is: in a log whose dates do not rise the
 * one below is the older. Commits without a date keep their places.
 */
export function oldestFirst<T>(commits: readonly T[], dateOf: (commit: T) => string | null): readonly T[] {
  const dated = commits.flatMap((commit, place) => {
    const time = timeOf(dateOf(commit) ?? '');
    return time === null ? [] : [{ commit, place, time }];
  });
  const rises = dated.some(({ time }, i) => i > 0 && time > dated[i - 1]!.time);
  const sorted = (rises ? dated : dated.toReversed()).toSorted((a, b) => a.time - b.time);
  const out = [...commits];
  dated.forEach(({ place }, i) => (out[place] = sorted[i]!.commit));
  return out;
}

/** Milliseconds, of git's forms of a date that name the day; null for `3 days ago`. */
function timeOf(date: string): number | null {
  const day = findDate(date);
  return day === null
    ? null
    : ([date, day].map((text) => Date.parse(text)).find((time) => !isNaN(time)) ?? null);
}
