/** What a verdict on a patch takes for granted of what was not given with it: one sentence, or none. */

import type { Damage, Loss, Patch } from '../diff/patch.js';
import { isReply } from '../diff/standing.js';
import { ownSeries } from '../diff/series.js';
import { isOfStableQueue } from '../source/choose-eras.js';
import type { PlannedPatch } from './plan.js';
import type { PassedOver } from './report.js';

/**
 * `tooOld`: what says that the patch is for a release before all that are modelled. `unknown`: names that it uses and that
 * nothing given defines; looked for where they could come from elsewhere.
 */
export function conditionOf(
  planned: PlannedPatch,
  tooOld: string | undefined,
  unknown: (patch: Patch) => readonly string[],
): string | null {
  const { patch } = planned;
  const older = tooOld === undefined ? [] : [`judged by a later release: ${tooOld}`];
  const parts = [...alone(planned), ...incomplete(patch), ...older];
  if (parts.length === 0) return null;
  const names = mayComeFromElsewhere(planned) ? unknown(patch) : [];
  return [...parts, ...(names.length === 0 ? [] : [unknownNames(planned, names)])].join('; ');
}

function alone(planned: PlannedPatch): readonly string[] {
  const { patch } = planned;
  switch (patch.standing.kind) {
    case 'proposal':
      return isReply(patch.subject) ? answering(patch) : seriesGaps(planned);
    case 'sketch':
      return ['a diff in a reply: judged alone, without the patch that it answers'];
    case 'quoted':
      return ['a quoted diff: judged alone'];
    case 'cover':
      return ['a diff in a cover letter: judged alone, without the patches of its series'];
    case 'debugging':
      return ['a debugging diff: judged alone, as was asked for'];
  }
}

/** A new version of one member, sent as an answer to the old one. */
function answering({ series }: Patch): readonly string[] {
  if (!series || series.total < 2 || series.index === 0) return [];
  return [`judged alone: a patch in a reply to patch ${series.index} of ${series.total}`];
}

function seriesGaps({ patch, stack }: PlannedPatch): readonly string[] {
  const series = ownSeries(patch);
  const missing = missingOf(stack);
  if (isOfStableQueue(patch.subject) || !series || missing.length === 0) return [];
  const of = `of ${series.total}${series.version > 1 ? ` (v${series.version})` : ''}`;
  const others = numbered(missing);
  const given = new Set(stack.patches.map((other) => other.series?.index));
  return given.size === 1
    ? [
        `judged alone: patch ${series.index} ${of}; ${others} ${missing.length === 1 ? 'was' : 'were'} not given`,
      ]
    : [`judged without ${others} ${of}, which ${missing.length === 1 ? 'was' : 'were'} not given`];
}

function missingOf({ patches, series }: PlannedPatch['stack']): readonly number[] {
  const given = new Set(patches.map((patch) => patch.series?.index));
  const all = Array.from({ length: series?.total ?? 0 }, (_, i) => i + 1);
  return all.filter((index) => !given.has(index));
}

/** Earlier patches are missing, or the one that is answered. */
function mayComeFromElsewhere({ patch, stack }: PlannedPatch): boolean {
  return isReply(patch.subject) || missingOf(stack).some((index) => index < (patch.series?.index ?? 0));
}

/** More names than these are counted. */
const MOST_NAMES = 3;

function unknownNames({ patch, stack }: PlannedPatch, names: readonly string[]): string {
  const earlier = ownSeries(patch) ? missingOf(stack).filter((index) => index < patch.series!.index) : [];
  const from = earlier.length === 0 ? 'that patch' : numbered(earlier);
  const shown = names.slice(0, MOST_NAMES);
  const rest = names.length - shown.length;
  const all = listed([...shown, ...(rest > 0 ? [`${rest} more`] : [])]);
  return `assumes that ${all}, which ${from} may add, ${names.length === 1 ? 'orders' : 'order'} nothing`;
}

function incomplete({ damage }: Patch): readonly string[] {
  const linesWhere = (isIt: (one: Damage) => boolean): readonly string[] => [
    ...new Set(damage.flatMap((one) => (isIt(one) ? [String(one.line)] : []))),
  ];
  const at = (lines: readonly string[]): string =>
    `at ${lines.length === 1 ? 'line' : 'lines'} ${listed(lines)}`;
  const cut = linesWhere((one) => one.cut === true);
  const lost = linesWhere((one) => one.lost === 'changes');
  return [
    ...(cut.length === 0 ? [] : [`the diff is incomplete: cut ${at(cut)}`]),
    ...(lost.length === 0 ? [] : [`the diff is incomplete: changed lines are lost or left out ${at(lost)}`]),
  ];
}

/** What a patch lacks, the graver of two; null for one that is whole. */
export function lossIn({ damage }: Patch): Loss | null {
  if (damage.some(({ cut, lost }) => cut === true || lost === 'changes')) return 'changes';
  return damage.some(({ lost }) => lost !== undefined) ? 'blank lines' : null;
}

/** `patch 2`, `patches 1-2 and 4-7` */
function numbered(indices: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const index of indices) {
    const open = ranges.at(-1);
    if (open?.[1] === index - 1) open[1] = index;
    else ranges.push([index, index]);
  }
  const words = ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
  return `${indices.length === 1 ? 'patch' : 'patches'} ${listed(words)}`;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

const SIGNS = {
  'prints-only': 'and does nothing else',
  'asks-to-try': 'and asks to try it',
  'says-so': 'and is called a debugging patch',
} as const;

/** Why a diff was not judged; null for one that is. */
export function passedOver({ standing }: Patch): Omit<PassedOver, 'line'> | null {
  const { kind } = standing;
  switch (kind) {
    case 'proposal':
    case 'sketch':
      return null;
    case 'quoted':
      return { kind, text: 'a quoted diff, no proposal of its own' };
    case 'cover':
      return { kind, text: 'a diff in a cover letter, not one of the patches' };
    case 'debugging': {
      const why = `not signed off, adds ${standing.adds}() ${SIGNS[standing.sign]}`;
      return { kind, text: `a debugging diff, no proposal: it is ${why}` };
    }
  }
}
