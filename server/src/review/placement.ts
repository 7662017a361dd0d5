/** Which code a patch is judged on: bundled eras that its hunks fit, or a kernel tree. */

import type { Patch } from '../diff/patch.js';
import { isPrimitiveName } from '../kernel/primitives.js';
import { bundledEras, loadEra } from '../source/bundled.js';
import { chooseEras, type EraChoice } from '../source/choose-eras.js';
import type { CodeBase } from '../source/code-base.js';
import type { Era, EraId } from '../source/eras.js';
import type { SourceFiles } from '../source/files.js';
import { macrosAfter } from '../source/macros.js';
import { placePatch, type Placement } from '../source/place.js';
import { placeBackwards } from '../source/place-backwards.js';
import { placeOnTree } from '../source/tree.js';

export interface Placed {
  readonly release: string;
  readonly era: EraId;
  readonly placement: Placement;
}

export interface PlacedPatch {
  readonly placed: readonly Placed[];
  /** How the release was found, for people. */
  readonly why: string;
  /** What says that the patch is for a release before all that are modelled. */
  readonly tooOld?: string;
  readonly notes: readonly { readonly line: number; readonly what: string }[];
}

/** Code after the earlier patches of a series, by era. */
export type SeriesBase = Map<EraId, CodeBase>;

/** A line matters when it names a primitive. */
export const matters = (text: string): boolean => text.match(/\w+/g)?.some(isPrimitiveName) ?? false;

/**
 * Places a patch on every release it is to be judged for, on top of what `series` already holds. A patch that brings no
 * more than a macro may be placed on none, and those behind it call the macro all the same.
 */
export function placeForReview(
  patch: Patch,
  kernel: string | null,
  tree: SourceFiles | null,
  series: SeriesBase,
): PlacedPatch {
  const notes: { line: number; what: string }[] = [];
  const baseOf = (id: EraId): CodeBase => series.get(id) ?? loadEra(id);
  const forwards = ({ id }: Era): Placement => {
    if (!tree) return placePatch(patch, baseOf(id), matters);
    const placement = placeOnTree(patch, tree, baseOf(id), matters);
    notes.push(...placement.notes);
    return placement;
  };
  const backwards = tree ? null : ({ id }: Era) => placeBackwards(patch, baseOf(id), matters);
  const choice = chooseEras(patch, { kernel, tree }, bundledEras(), { forwards, backwards });
  const hasPart = hasPartOfOlder(choice);
  const placed = choice.eras.map(({ era, placement }) => ({
    release: tree ? `${tree.version ?? tree.name} (tree)` : era.label,
    era: era.id,
    placement: hasPart ? leftOut(placement) : placement,
  }));
  const first = patch.files[0]?.hunks[0]?.lines[0]?.line;
  if (choice.note !== undefined && first !== undefined) notes.push({ line: first, what: choice.note });
  if (macrosAfter(patch, {}).size > 0)
    for (const { id } of bundledEras())
      series.set(id, { ...baseOf(id), macros: macrosAfter(patch, baseOf(id)) });
  for (const one of placed) series.set(one.era, one.placement.after);
  return {
    placed,
    why: choice.why,
    ...(choice.tooOld === undefined
      ? {}
      : { tooOld: hasPart ? `${choice.tooOld}; that has part of this change already` : choice.tooOld }),
    notes,
  };
}

/**
 * A stable tree of before all modelled releases takes fixes that these began with: what such a patch adds right beside
 * the same (a lock in ext4_setattr(), 3.16 against 4.8) is there already, and the code would have it twice.
 */
const hasPartOfOlder = ({ tooOld, eras }: EraChoice): boolean =>
  tooOld !== undefined && eras.some(({ placement: { fit } }) => fit.repeated > 0);

/** Nothing of the patch is placed, and each change with something that matters is said. */
function leftOut(placement: Placement): Placement {
  const changes = placement.edits.flatMap(
    ({ lines }) => lines.find(({ text }) => matters(text)) ?? ([] as const),
  );
  const reasons = changes.map(({ line, kind, text }) => ({
    line,
    reason: `the ${kind} line \`${text.trim()}\` was not placed`,
    half: [],
  }));
  const unplaced = [...placement.unplaced, ...reasons].sort((a, b) => a.line - b.line);
  return { ...placement, after: placement.before, changed: [], edits: [], unplaced };
}
