/** Which patches of the input are judged, and on top of which others. */

import type { Patch, PatchInput } from '../diff/patch.js';
import { ownSeries, stacksOf, type Stack } from '../diff/series.js';
import type { SeriesBase } from './placement.js';

export interface CheckedFile {
  readonly file: string;
  readonly input: PatchInput;
  /** Files of the same series are applied one on top of the other, in order. */
  readonly series?: string;
  /** It is not judged, but comes before or after what is, in the same series. */
  readonly other?: 'earlier' | 'later';
}

export interface PlannedPatch {
  readonly patch: Patch;
  /** `[2/7] ` where the input holds several patches, else empty. */
  readonly member: string;
  /** The patches that are applied before and after it. */
  readonly stack: Stack;
  /** Code after those before it, by era. */
  readonly base: SeriesBase;
}

export interface FilePlan {
  readonly judged: readonly PlannedPatch[];
  /** Diffs that are no proposals: see `standingOf()`. */
  readonly passedOver: readonly Patch[];
}

const isProposal = ({ standing }: Patch): boolean =>
  standing.kind === 'proposal' || standing.kind === 'sketch';

/** The patch that a review answers, all of it: what somebody has opened who opens the review alone. */
const isWholeQuote = ({ standing }: Patch): boolean => standing.kind === 'quoted' && standing.whole;

/** By file. `all`: diffs that are no proposals are judged too, each alone. Without a proposal a quote is, if it is whole. */
export function planOf(files: readonly CheckedFile[], all: boolean): ReadonlyMap<CheckedFile, FilePlan> {
  const groups = new Map<string, CheckedFile[]>();
  files.forEach((file, at) => {
    const key = file.series === undefined ? `file ${at}` : `series ${file.series}`;
    groups.set(key, [...(groups.get(key) ?? []), file]);
  });
  return new Map([...groups.values()].flatMap((group) => planOfGroup(group, all)));
}

function planOfGroup(files: readonly CheckedFile[], all: boolean): [CheckedFile, FilePlan][] {
  const stacks = stacksOf(files.flatMap(({ input }) => input.patches));
  const byPatch = new Map(
    stacks.flatMap((stack) => {
      const base: SeriesBase = new Map();
      return stack.patches.map((patch) => [patch, { stack, base }] as const);
    }),
  );
  const isQuoteAlone = !files.some(({ input }) => input.patches.some(isProposal));
  const isJudged = (patch: Patch): boolean =>
    all || isProposal(patch) || (isQuoteAlone && isWholeQuote(patch));
  return files.map((file) => {
    const judged = file.input.patches.filter(isJudged);
    const names = memberNames(judged);
    return [
      file,
      {
        judged: judged.map((patch, i) => ({ patch, member: names[i]!, ...byPatch.get(patch)! })),
        passedOver: file.input.patches.filter((patch) => !judged.includes(patch)),
      },
    ];
  });
}

/** Which patch of the input is spoken of: by its own numbering, where that tells them all apart, else by its place. */
function memberNames(patches: readonly Patch[]): readonly string[] {
  if (patches.length < 2) return patches.map(() => '');
  const place = (i: number): string => `${i + 1}/${patches.length}`;
  const plain = patches.map((patch, i) => numberOf(patch) ?? place(i));
  const versioned = patches.map((patch, i) => {
    const version = ownSeries(patch)?.version ?? 1;
    return version > 1 ? `v${version} ${plain[i]}` : plain[i]!;
  });
  const placed = patches.map((_, i) => `diff ${place(i)}`);
  const names = [plain, versioned].find((all) => new Set(all).size === all.length) ?? placed;
  return names.map((name) => `[${name}] `);
}

function numberOf(patch: Patch): string | null {
  const series = ownSeries(patch);
  return series ? `${series.index}/${series.total}` : null;
}
