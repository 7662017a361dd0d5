/** Which releases a patch is judged for: the tree, else the user's setting, else what its hunks fit, else its date. */

import type { Patch } from '../diff/patch.js';
import { eraOf, ERAS, type Era } from './eras.js';
import type { Fit, Placement } from './place.js';
import type { FunctionText } from './text.js';
import { parseRelease, releasesAround } from './releases.js';

export interface EraChoice {
  /** Oldest first; empty when there is none to judge for, see `why`. */
  readonly eras: readonly { readonly era: Era; readonly placement: Placement }[];
  /** For people: how the release was found. */
  readonly why: string;
}

export interface EraOptions {
  /** The user's setting: any release, such as `5.7`, `v6.1`, `4.9-rc3`. */
  readonly kernel: string | null;
  /** The version of the kernel tree at hand. */
  readonly treeVersion: string | null;
}

interface Tried {
  readonly era: Era;
  readonly placement: Placement;
}

/** Scores are sums over dozens of words: less than this apart they say nothing. */
const SAME_SCORE = 0.5;

/** Positive when `a` fits worse than `b`: what could not be placed weighs most, then what one side lacks. */
function compareFits(a: Fit, b: Fit): number {
  const score = Math.abs(a.score - b.score) < SAME_SCORE ? 0 : b.score - a.score;
  return a.unplaced - b.unplaced || b.placed - a.placed || a.misses - b.misses || score;
}

function given(release: string, where: string, place: (era: Era) => Placement): EraChoice {
  const parsed = parseRelease(release);
  if (parsed === null)
    return { eras: [], why: `${where} \`${release}\`, which is not a kernel release such as 5.7 or v6.1` };
  const era = eraOf(parsed);
  if (era === null)
    return { eras: [], why: `${where} ${release}, which is older than the first modelled release, 4.8` };
  return { eras: [{ era, placement: place(era) }], why: `${where} ${release}` };
}

/** Eras of the releases that a mail of this day may be against. */
function erasAround(day: string | null): readonly Era[] {
  return day === null ? [] : releasesAround(day).flatMap((release) => eraOf(release) ?? []);
}

function list(eras: readonly Era[]): string {
  const labels = eras.map((era) => era.label);
  return labels.length < 2 ? labels.join() : `${labels.slice(0, -1).join(', ')} and ${labels.at(-1)!}`;
}

/** The functions that the patch changes, as they are before it. */
function changedIn({ placement }: Tried): readonly (FunctionText | undefined)[] {
  const { universe, tables } = placement.before;
  return placement.changed.map(({ kind, beforeName }) =>
    (kind === 'table' ? tables : universe).get(beforeName ?? ''),
  );
}

/** Whether the next era has the same text of all that the patch changes: then the patch may well be for that one. */
function sameBefore(one: Tried, next: Tried | undefined): boolean {
  if (next === undefined || one.placement.changed.length === 0) return false;
  const [own, others] = [changedIn(one), changedIn(next)];
  return own.length === others.length && own.every((text, at) => text === others[at]);
}

/** Of eras that fit equally well those that know what the patch's paths have to do with each other. */
function notTooOld(patch: Patch, equal: readonly Tried[]): readonly Tried[] {
  const touches = (kind: RegExp): boolean => patch.files.some((file) => kind.test(file.path));
  const first = ERAS.findLastIndex((era) => era.joins?.some((kinds) => kinds.every(touches)) ?? false);
  const later = equal.filter(({ era }) => ERAS.indexOf(era) >= first);
  return later.length > 0 ? later : equal;
}

function fitting(patch: Patch, candidates: readonly Era[], place: (era: Era) => Placement): EraChoice {
  const tried: readonly Tried[] = candidates.map((era) => ({ era, placement: place(era) }));
  const best = [...tried].sort((a, b) => compareFits(a.placement.fit, b.placement.fit))[0];
  if (best === undefined) return { eras: [], why: 'no release is bundled' };
  const equal = notTooOld(
    patch,
    tried.filter((one) => compareFits(one.placement.fit, best.placement.fit) === 0),
  );
  const around = erasAround(patch.date);
  const dated = equal.filter((one) => around.includes(one.era));
  const chosen = dated.length > 0 ? dated : equal.filter((one, at) => !sameBefore(one, equal[at + 1]));
  const { fit } = best.placement;
  if (fit.placed === 0 && fit.unplaced === 0)
    return { eras: [], why: 'the patch touches nothing that is modelled' };
  // Nothing fits anywhere: one release is enough to say what is not modelled.
  if (fit.placed === 0)
    return {
      eras: chosen.slice(-1),
      why: `no hunk fits any modelled release; ${list(chosen.slice(-1).map((one) => one.era))} taken`,
    };
  return { eras: chosen, why: whyFitting(patch, equal, chosen, tried.length, dated.length > 0) };
}

function whyFitting(
  patch: Patch,
  equal: readonly Tried[],
  chosen: readonly Tried[],
  tried: number,
  dated: boolean,
): string {
  const eras = (some: readonly Tried[]): string => list(some.map((one) => one.era));
  if (equal.length === 1)
    return tried === 1 ? `${eras(equal)} is all there is` : `its hunks fit ${eras(equal)} best`;
  const fit = `its hunks fit ${eras(equal)} equally well`;
  if (chosen.length === equal.length) return fit;
  return dated
    ? `${fit}, and its date ${patch.date ?? ''} is of ${eras(chosen)}`
    : `${fit}, in functions that did not change; ${eras(chosen)} taken`;
}

/**
 * The eras to judge `patch` for. `place` places it on an era (`placePatch` on `loadEra`); `candidates` are the eras there
 * are (`bundledEras`). Where several fit equally well all of them are taken; a date narrows them to those around it,
 * and without one the last of those stands for all that have the same functions where the patch changes them.
 */
export function chooseEras(
  patch: Patch,
  options: EraOptions,
  candidates: readonly Era[],
  place: (era: Era) => Placement,
): EraChoice {
  if (options.treeVersion !== null) return given(options.treeVersion, 'the kernel tree is', place);
  if (options.kernel !== null) return given(options.kernel, 'the release is set to', place);
  return fitting(patch, candidates, place);
}
