/** Places a patch on a code base by aligning its hunks with the base's functions. What does not fit is reported. */

import type { FilePatch, InputLine, Patch, PatchLine } from '../diff/patch.js';
import type { CodeBase } from './code-base.js';
import { groupEdits } from './edits.js';
import { macrosAfter, withMacrosExpanded } from './macros.js';
import {
  replaceTexts,
  textAfter,
  textBefore,
  type Changes,
  type Edit,
  type EditLine,
  type MergedText,
} from './merged.js';
import type { Likeness } from './merge-text.js';
import { callsOfOtherReleases } from './other-releases.js';
import { nothingPlaced, placeFile, type FileResult } from './place-file.js';
import { relevanceOf, type Matters, type Relevance } from './relevance.js';
import { isInScope } from './scope.js';

export interface Unplaced {
  readonly line: InputLine;
  /** For people. */
  readonly reason: string;
  /**
   * The functions of which only a part may be changed for it: what they do after the patch is not known. None for a line
   * that stands in a branch, or a function, which the base leaves out.
   */
  readonly half: readonly string[];
}

/** How well a patch fits a code base: what `chooseEras` compares. */
export interface Fit extends Likeness {
  /** Hunks that changed a function of the base, or brought a new one. */
  readonly placed: number;
  /** Hunks that touch nothing that is modelled. */
  readonly irrelevant: number;
  /** Hunks with something that matters and that could not be placed. */
  readonly unplaced: number;
  /** Functions that changed lines call and that only other releases have. */
  readonly unknown: number;
}

export interface Placement extends Changes {
  readonly unplaced: readonly Unplaced[];
  readonly fit: Fit;
}

/** Numbers every edit of all changed functions through and lists its lines. */
function numberEdits(patch: Patch, merged: readonly MergedText[]): Pick<Changes, 'changed' | 'edits'> {
  const byLine = new Map<InputLine, PatchLine[]>();
  for (const line of patch.files.flatMap(({ hunks }) => hunks.flatMap(({ lines }) => lines)))
    byLine.set(line.line, [...(byLine.get(line.line) ?? []), line]);
  const edits: Edit[] = [];
  const changed = merged.map((text) => {
    const offset = edits.length;
    const numbers = isWhole(text) ? text.lines.map(() => 0) : groupEdits(text.lines);
    const lines = text.lines.map((line, at) => ({
      ...line,
      edit: shift(numbers[at], offset),
    }));
    const count = new Set(lines.flatMap((line) => line.edit ?? [])).size;
    for (let id = offset; id < offset + count; id += 1) {
      const own = lines.filter((line) => line.edit === id);
      edits.push({
        id,
        lines: own.flatMap((line) => editLine(line, byLine)),
        function: text.afterName ?? text.beforeName ?? '',
      });
    }
    return { ...text, lines };
  });
  return { changed, edits };
}

function shift(number: number | null | undefined, offset: number): number | null {
  return number === null || number === undefined ? null : number + offset;
}

/** A function that is added or removed as a whole is one edit. */
function isWhole(text: MergedText): boolean {
  return text.beforeName === null || text.afterName === null;
}

/** One line of base64 holds several lines of a patch. */
type PatchLines = ReadonlyMap<InputLine, readonly PatchLine[]>;

function editLine({ before, after }: MergedText['lines'][number], byLine: PatchLines): EditLine[] {
  const side = after ?? before;
  if (side?.origin.kind !== 'patch') return [];
  const kind = before === null ? 'added' : after === null ? 'removed' : 'context';
  const all = byLine.get(side.origin.line) ?? [];
  const alike = all.filter(({ text }) => text === side.text);
  const found = alike.find((one) => one.kind === kind) ?? alike[0] ?? all.at(-1);
  if (found === undefined || found.kind === 'context') return [];
  return [{ line: found.line, kind: found.kind, text: found.text }];
}

/**
 * Places `patch` on `base`. Nothing is guessed: a hunk with something that `matters` and no sure place is in `unplaced`.
 * The patches of a series are placed one on the other: the base of the next is `after` of this one.
 */
export function placePatch(patch: Patch, base: CodeBase, matters: Matters): Placement {
  const relevance = relevanceOf(patch, base, matters);
  return placementOf(patch, base, placeFiles(patch, base, relevance));
}

/** Places each file of `patch` that can hold modelled paths. */
export function placeFiles(patch: Patch, base: CodeBase, relevance: Relevance): readonly FileAndResult[] {
  return patch.files.map((file) => ({
    file,
    result: [file.path, file.newPath].some((path) => isInScope(path, base))
      ? (tooLong(file) ?? placeFile(file, base, relevance))
      : nothingPlaced([]),
  }));
}

/** Hunks of one file that are placed: a patch that rewrites the longest file of the kernel line by line has fewer. */
const MOST_HUNKS = 5000;

function tooLong({ path, line, hunks }: FilePatch): FileResult | null {
  if (hunks.length <= MOST_HUNKS) return null;
  const reason = `${path} has ${hunks.length} hunks here, and no more than ${MOST_HUNKS} are placed`;
  return nothingPlaced([{ hunk: 0, line, reason, half: [] }]);
}

/** Most patches change no function of most releases. */
const NOTHING: Pick<Changes, 'changed' | 'edits'> = { changed: [], edits: [] };

/** Puts the results of all files together. */
export function placementOf(patch: Patch, base: CodeBase, results: readonly FileAndResult[]): Placement {
  const merged = results.flatMap((one) => one.result.merged);
  const macros = macrosAfter(patch, base);
  const { changed, edits } =
    merged.length === 0 ? NOTHING : numberEdits(patch, withMacrosExpanded(merged, patch, macros));
  const problems = results.flatMap((one) => one.result.problems);
  const [before, after] = [replaceTexts(base, changed, textBefore), replaceTexts(base, changed, textAfter)];
  return {
    before,
    after: { ...after, macros },
    changed,
    edits,
    unplaced: problems
      .map(({ line, reason, half }) => ({ line, reason, half }))
      .sort((a, b) => a.line - b.line),
    fit: { ...fitOf(results), unknown: callsOfOtherReleases(changed, before, after).length },
  };
}

interface FileAndResult {
  readonly file: FilePatch;
  readonly result: FileResult;
}

function fitOf(results: readonly FileAndResult[]): Omit<Fit, 'unknown'> {
  let placed = 0;
  let unplaced = 0;
  let irrelevant = 0;
  for (const { file, result } of results) {
    const failed = new Set(result.problems.map((problem) => problem.hunk));
    file.hunks.forEach((_, hunk) => {
      if (failed.has(hunk)) unplaced += 1;
      else if (result.placed.has(hunk)) placed += 1;
      else irrelevant += 1;
    });
  }
  const sum = (of: (result: FileResult) => number): number =>
    results.reduce((total, one) => total + of(one.result), 0);
  return {
    placed,
    irrelevant,
    unplaced,
    misses: sum((one) => one.misses),
    differing: sum((one) => one.differing),
    repeated: sum((one) => one.repeated),
    removes: sum((one) => one.removes),
    exact: sum((one) => one.exact),
    score: sum((one) => one.score),
  };
}
