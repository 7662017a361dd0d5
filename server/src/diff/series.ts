/** Patches of a series in the order in which they apply. */

import type { Patch } from './patch.js';

/**
 * Puts the patches of each series in the order of their index, into the places that the series held. Mails arrive
 * in any order; replies (`Re:`) and quoted patches stay where they are. A repeated index opens another series.
 */
export function inSeriesOrder(patches: readonly Patch[]): readonly Patch[] {
  const out = [...patches];
  const open = new Map<string, number[]>();
  const groups: number[][] = [];
  patches.forEach((patch, place) => {
    const { series } = patch;
    if (!series || series.total < 2 || patch.quoted || /^re:/i.test(patch.subject ?? '')) return;
    const key = `${series.version}/${series.total}`;
    const group = open.get(key);
    const repeated = group?.some((other) => patches[other]!.series!.index === series.index) ?? true;
    if (group && !repeated) group.push(place);
    else {
      groups.push([place]);
      open.set(key, groups[groups.length - 1]!);
    }
  });
  for (const places of groups) {
    const sorted = [...places].sort((a, b) => patches[a]!.series!.index - patches[b]!.series!.index);
    places.forEach((place, i) => (out[place] = patches[sorted[i]!]!));
  }
  return out;
}
