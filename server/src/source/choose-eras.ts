/**
 * Which releases a patch is judged for: the tree, else the user's setting, else what its hunks fit, else what its subject
 * names or its date says.
 */

import type { Patch } from '../diff/patch.js';
import { eraOf, eraOfTree, ERAS, type Era } from './eras.js';
import type { SourceFiles } from './files.js';
import type { Fit, Placement } from './place.js';
import type { FunctionText } from './text.js';
import { isForProduct, releaseNamedIn } from './named-release.js';
import { compareReleases, parseRelease, releasesAround, releasesBefore, type Release } from './releases.js';

export interface EraChoice {
  /** Oldest first; empty when there is none to judge for, see `why`. */
  readonly eras: readonly { readonly era: Era; readonly placement: Placement }[];
  /** For people: how the release was found. */
  readonly why: string;
  /** For people, where the release was said and may be another one than the patch is for. */
  readonly note?: string;
  /** For people, where the patch is for a release before all that are modelled: what says so. */
  readonly tooOld?: string;
}

export interface EraOptions {
  /** The user's setting: any release, such as `5.7`, `v6.1`, `4.9-rc3`. */
  readonly kernel: string | null;
  /** The kernel tree at hand. */
  readonly tree: Pick<SourceFiles, 'version' | 'read'> | null;
}

interface Tried {
  readonly era: Era;
  readonly placement: Placement;
  /** The release has the change already: its code is the one after the patch. */
  readonly has: boolean;
}

/** Places a patch on an era: by its old side, or by its new one. */
export interface Places {
  readonly forwards: (era: Era) => Placement;
  /** Null where the code at hand decides by itself, as a kernel tree does. */
  readonly backwards: ((era: Era) => Placement) | null;
}

const FIRST = 'the first modelled release, 4.8';

/** Scores are sums over dozens of words: less than this apart they say nothing. */
const SAME_SCORE = 0.5;

/** Hunks that an era fails: those that it cannot place, and those that say nothing to it and something to another. */
const failures = ({ unplaced, unknown, placed }: Fit, most: number): number =>
  unplaced + (unknown > 0 ? 1 : 0) + (most - placed);

/** Positive when `a` fits worse than `b`: what could not be placed weighs most, then what one side lacks. */
function compareFits(a: Fit, b: Fit): number {
  const score = Math.abs(a.score - b.score) < SAME_SCORE ? 0 : b.score - a.score;
  const most = Math.max(a.placed, b.placed);
  return failures(a, most) - failures(b, most) || a.unplaced - b.unplaced || a.misses - b.misses || score;
}

const isWhole = ({ unplaced, unknown, placed }: Fit): boolean =>
  unplaced === 0 && unknown === 0 && placed > 0;

/** The score of about one short statement. */
const A_STATEMENT = 1;

/** Both ways the same hunks find no place: what they are in is not modelled, and says nothing of the direction. */
const failAlike = (a: Fit, b: Fit): boolean => a.unplaced === b.unplaced && a.unknown === b.unknown;

/**
 * Whether a release rather has the change already. What only adds lines fits that by its old side as well, if not as
 * closely: the release has more lines there than the patch shows, its own. One that still has what the patch takes away
 * does not have it, nor one that has most of that word by word where the patch brings nothing, which fits everywhere; nor
 * one that decides by something else, nor one that is no more like what the patch brings than like what it takes away.
 * Nor one of which no line is word by word what the patch brings, where the old side finds no place either: that is code
 * in other words than the patch's, both ways. Nobody adds a second wait, or a second unlock, right beside the first; and
 * one that has all that the patch brings word by word, and not all that it takes away, has it.
 */
const hasIt = (back: Fit, forwards: Fit): boolean =>
  (isWhole(back) || (failAlike(back, forwards) && back.placed > 0 && back.misses < forwards.misses)) &&
  back.repeated === 0 &&
  back.differing === 0 &&
  back.placed >= forwards.placed &&
  (back.removes === 0 ? forwards.exact * 2 <= forwards.removes : back.score > forwards.score) &&
  (back.removes === 0 || back.exact > 0 || forwards.placed > 0) &&
  (!isWhole(forwards) ||
    forwards.repeated > 0 ||
    (back.removes > 0 && back.exact === back.removes && forwards.exact < forwards.removes) ||
    back.misses < forwards.misses ||
    (back.misses === forwards.misses && back.score > forwards.score + A_STATEMENT));

/** By the old side where that fits, else by the new side where that fits better. */
function onOne(era: Era, { forwards, backwards }: Places): Tried {
  const placement = forwards(era);
  const back = backwards?.(era);
  return back && hasIt(back.fit, placement.fit)
    ? { era, placement: back, has: true }
    : { era, placement, has: false };
}

function given(
  release: string,
  where: string,
  places: Places,
  eraFor: (release: Release) => Era | null,
): EraChoice {
  const parsed = parseRelease(release);
  if (parsed === null)
    return { eras: [], why: `${where} \`${release}\`, which is not a kernel release such as 5.7 or v6.1` };
  const era = eraFor(parsed);
  if (era === null) return { eras: [], why: `${where} ${release}, which is older than ${FIRST}` };
  const one = onOne(era, places);
  const brought = era === eraOf(parsed) ? '' : `, with code of ${era.label} by its updates`;
  const why = `${where} ${release}${brought}`;
  if (!one.has) return { eras: [one], why };
  // What only takes away may as well be for code that the release has in another form.
  const isSure = one.placement.fit.removes > 0;
  return { eras: [one], why: `${why}${HAS}`, ...(isSure ? {} : { note: `${era.label} ${HAS_NOTHING}` }) };
}

const HAS = ', which has this change already: the code before it was worked out backwards';
const HAS_NOTHING =
  'has nothing of what the patch takes away, and is judged as if it had this change already';

/** Where the release that is set has no file of the patch, and the patch says something to others, these are named. */
function orElsewhere(patch: Patch, choice: EraChoice, candidates: readonly Era[], places: Places): EraChoice {
  const [one] = choice.eras;
  if (one === undefined || one.placement.fit.placed + one.placement.fit.unplaced > 0) return choice;
  if (patch.files.some(({ path }) => one.placement.before.files.has(path))) return choice;
  const others = candidates.filter((era) => places.forwards(era).fit.placed > 0);
  if (others.length === 0) return choice;
  return {
    ...choice,
    note: `${choice.why}, which has no file of the patch; that fits ${list(others)}`,
  };
}

/** Eras of the releases that a mail of this day may be against; for a mail from before all of them, the first. */
function erasAround(day: string | null, ahead = 1): readonly Era[] {
  if (day === null) return [];
  const eras = releasesAround(day, ahead).flatMap((release) => eraOf(release) ?? []);
  return eras.length > 0 ? eras : ERAS.slice(0, 1);
}

/**
 * Whether a mail is of the queue for a stable release, whose patches stand each for itself. In `[PATCH 6.12.y 02/11]` it
 * is a series that was sent for one.
 */
export const isOfStableQueue = (subject: string | null): boolean =>
  releaseNamedIn(subject) !== null && !/^[^[]*\[[^\]]*\b\d+\.\d+\.y\b/.test(subject ?? '');

/** The release that a subject names, and its era: the first for one that is older than all; or null. */
function releaseNamed(
  subject: string | null,
): { readonly name: string; readonly era: Era; readonly isOld: boolean } | null {
  const name = releaseNamedIn(subject) ?? '';
  const release = parseRelease(name);
  if (release === null) return null;
  const era = eraOf(release);
  return { name, era: era ?? ERAS[0]!, isOld: era === null };
}

const oldDate = (day: string | null): string | null =>
  day !== null && releasesAround(day).length === 0 ? `date ${day}` : null;

/** While a release is being made patches are sent for it and the next one, and none for those after. */
function notAfter(around: readonly Era[], candidates: readonly Era[]): readonly Era[] {
  const last = around.at(-1);
  const own = last === undefined ? candidates : candidates.slice(0, ERAS.indexOf(last) + 1);
  return own.length > 0 ? own : candidates;
}

/** Nobody writes for a release after three others, unless the subject names it. */
function ofItsTime(candidates: readonly Era[], day: string | null): readonly Era[] {
  const oldest = day === null ? undefined : releasesBefore(day, 3).at(0);
  if (oldest === undefined) return candidates;
  return candidates.filter(({ last }) => last === null || compareReleases(parseRelease(last)!, oldest) >= 0);
}

/**
 * The eras of the mail's own time where they have anything of what is changed, so that a better fit of an older one is
 * luck; else all: an old tree gives patches of today.
 */
function triedFor(patch: Patch, candidates: readonly Era[], places: Places): readonly Tried[] {
  const isOfAnyTime = releaseNamed(patch.subject) !== null || isForProduct(patch.subject);
  const own = (isOfAnyTime ? candidates : ofItsTime(candidates, patch.date)).map((era) => onOne(era, places));
  if (own.some(({ has, placement: { fit } }) => has || fit.placed > 0 || (fit.unplaced > 0 && fit.score > 0)))
    return own;
  return candidates.map((era) => own.find((one) => one.era === era) ?? onOne(era, places));
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

/** Of eras that fit equally well those that know what the patch names, and what its paths have to do with each other. */
function notTooOld(patch: Patch, equal: readonly Tried[]): readonly Tried[] {
  const touches = (kind: RegExp): boolean => patch.files.some((file) => kind.test(file.path));
  const standing = patch.files.flatMap(({ hunks }) =>
    hunks.flatMap(({ lines }) => lines.filter(({ kind }) => kind !== 'added').map(({ text }) => text)),
  );
  const knows = ({ joins, brings }: Era): boolean =>
    (joins?.some((kinds) => kinds.every(touches)) ?? false) ||
    (brings !== undefined && standing.some((text) => brings.test(text)));
  const first = ERAS.findLastIndex(knows);
  const later = equal.filter(({ era }) => ERAS.indexOf(era) >= first);
  return later.length > 0 ? later : equal;
}

/** Whether the patch changes something that the era has. */
const speaks = ({ placement: { fit } }: Tried): boolean => fit.placed + fit.unplaced > 0;

function fitting(patch: Patch, candidates: readonly Era[], places: Places): EraChoice {
  if (candidates.length === 0) return { eras: [], why: 'no release is bundled' };
  const named = releaseNamed(patch.subject);
  const both =
    named && candidates.includes(named.era)
      ? [onOne(named.era, places)]
      : triedFor(patch, candidates, places);
  const around = named ? [named.era] : erasAround(patch.date);
  const ahead = named ? [named.era] : erasAround(patch.date, 2);
  const [begun, next] = [notAfter(around, candidates), notAfter(ahead, candidates)];
  const lacking = both.filter(({ has }) => !has);
  // A release that is not begun counts where the patch fits it whole, or has nothing to say to one that is.
  const isSilent = !lacking.some((one) => begun.includes(one.era) && speaks(one));
  const tried = lacking.filter(
    (one) =>
      begun.includes(one.era) ||
      (next.includes(one.era) && (isWhole(one.placement.fit) || (isSilent && speaks(one)))),
  );
  const old = named ? (named.isOld ? `subject names ${named.name}, which` : null) : oldDate(patch.date);
  const tooOld = old === null ? {} : { tooOld: `its ${old} is before ${FIRST}` };
  const best = bestOf(tried, around);
  // What only takes away fits many releases by its new side: one of years later has other reasons for that.
  const having = bestHaving(both.filter((one) => !onlyTakesAway(one) || next.includes(one.era)));
  if (!best || isBetter(having, best)) return { ...chosenHaving(having, around), ...tooOld };
  const { fit } = best.placement;
  const equal = notTooOld(
    patch,
    tried.filter((one) => compareFits(one.placement.fit, fit) === 0),
  );
  const dated = equal.filter((one) => around.includes(one.era));
  const chosen = dated.length > 0 ? dated : equal.filter((one, at) => !sameBefore(one, equal[at + 1]));
  if (fit.placed === 0 && fit.unplaced === 0)
    return { eras: [], why: 'the patch touches nothing that is modelled' };
  // Nothing fits anywhere: one release is enough to say what is not modelled.
  if (fit.placed === 0) {
    const ofItsDay = tried.filter((one) => around.includes(one.era));
    const eras = (ofItsDay.length > 0 ? ofItsDay : chosen).slice(-1);
    return {
      eras,
      why: `no hunk fits any modelled release; ${list(eras.map((one) => one.era))} taken`,
      ...tooOld,
    };
  }
  if (old !== null)
    return {
      eras: chosen,
      why: `its ${old} is before ${FIRST}; ${list(chosen.map((one) => one.era))} taken`,
      ...tooOld,
    };
  const day = named === null ? `its date ${patch.date ?? ''} is of` : 'its subject names';
  return { eras: chosen, why: whyFitting(equal, chosen, candidates.length, dated.length > 0 ? day : null) };
}

/** An era to which the patch says nothing is no answer where it says something to another. */
function bestOf(tried: readonly Tried[], around: readonly Era[]): Tried | undefined {
  const speaking = [
    (one: Tried) => one.placement.fit.placed > 0,
    (one: Tried) => one.placement.fit.unplaced > 0,
    () => true,
  ];
  const some = speaking.map((says) => tried.filter(says)).find((found) => found.length > 0) ?? [];
  const best = [...some].sort((a, b) => compareFits(a.placement.fit, b.placement.fit))[0];
  if (best === undefined || isWhole(best.placement.fit)) return best;
  // Where nothing fits as a whole, a fit of other days is luck, unless it is much the better one.
  const dated = some.filter((one) => around.includes(one.era));
  const own = dated.sort((a, b) => compareFits(a.placement.fit, b.placement.fit))[0];
  const most = Math.max(...some.map((one) => one.placement.fit.placed));
  const failing = (one: Tried): number => failures(one.placement.fit, most);
  return own !== undefined && failing(own) <= failing(best) + 1 ? own : best;
}

const onlyTakesAway = ({ has, placement: { fit } }: Tried): boolean => has && fit.removes === 0;

/** Eras that have the change already, those that it fits best. */
function bestHaving(both: readonly Tried[]): readonly Tried[] {
  const having = both.filter(({ has }) => has);
  const best = [...having].sort((a, b) => compareFits(a.placement.fit, b.placement.fit))[0];
  return having.filter((one) => compareFits(one.placement.fit, best!.placement.fit) === 0);
}

/** A release from before the patch, where there is one, tells the same as one that has it. */
function isBetter([first]: readonly Tried[], { placement: { fit } }: Tried): boolean {
  if (first === undefined) return false;
  const back = first.placement.fit;
  return hasIt(back, fit) && (!isWhole(fit) || back.score > 2 * fit.score + A_STATEMENT);
}

/** The release that a change came with is of its day, or else the first that has it. */
function chosenHaving(having: readonly Tried[], around: readonly Era[]): EraChoice {
  const dated = having.filter((one) => around.includes(one.era));
  const chosen = dated.length > 0 ? dated.slice(-1) : having.slice(0, 1);
  return { eras: chosen, why: `its new side fits ${list(chosen.map((one) => one.era))}${HAS}` };
}

function whyFitting(
  equal: readonly Tried[],
  chosen: readonly Tried[],
  tried: number,
  day: string | null,
): string {
  const eras = (some: readonly Tried[]): string => list(some.map((one) => one.era));
  if (equal.length === 1)
    return tried === 1 ? `${eras(equal)} is all there is` : `its hunks fit ${eras(equal)} best`;
  const fit = `its hunks fit ${eras(equal)} equally well`;
  if (chosen.length === equal.length) return fit;
  return day !== null
    ? `${fit}, and ${day} ${eras(chosen)}`
    : `${fit}, in functions that did not change; ${eras(chosen)} taken`;
}

/**
 * The eras to judge `patch` for. `places` places it on an era (`placePatch` on `loadEra`); `candidates` are the eras there
 * are (`bundledEras`). Where several fit equally well all of them are taken; a date narrows them to those around it,
 * and without one the last of those stands for all that have the same functions where the patch changes them.
 */
export function chooseEras(
  patch: Patch,
  options: EraOptions,
  candidates: readonly Era[],
  places: Places,
): EraChoice {
  const { tree, kernel } = options;
  const version = tree?.version ?? null;
  if (tree !== null && version !== null)
    return given(version, 'the kernel tree is', places, (release) => eraOfTree(release, tree));
  if (kernel !== null)
    return orElsewhere(patch, given(kernel, 'the release is set to', places, eraOf), candidates, places);
  return fitting(patch, candidates, places);
}
