/** Which patches apply on top of each other, and in which order. */

import type { Patch } from './patch.js';
import { isReply } from './standing.js';

/** Patches that are applied one after the other, on the code as it is before all of them. */
export interface Stack {
  readonly patches: readonly Patch[];
  /** Of a numbered series; null for patches that carry no number of their own. */
  readonly series: { readonly version: number; readonly total: number } | null;
}

interface OpenStack extends Stack {
  readonly patches: Patch[];
}

/**
 * The members of one series and version are a stack, sorted by their index. What stands in a reply, in a quote or in a
 * cover letter is no member of anything, and mails that are not numbered have nothing to do with each other; patches
 * without a mail around them (commits, diffs) are taken to follow each other.
 */
export function stacksOf(patches: readonly Patch[]): readonly Stack[] {
  const threads = threadsOf(patches);
  const stacks: OpenStack[] = [];
  const open = new Map<string, OpenStack>();
  patches.forEach((patch, at) => {
    const key = keyOf(patch, threads.get(patch) ?? '');
    const known = key === null ? undefined : open.get(key);
    if (known && !isRepeated(patch, patches[at - 1], known)) known.patches.push(patch);
    else {
      const stack: OpenStack = { patches: [patch], series: ownSeries(patch) };
      stacks.push(stack);
      if (key !== null) open.set(key, stack);
    }
  });
  for (const { patches: own, series } of stacks)
    if (series) own.sort((a, b) => a.series!.index - b.series!.index);
  return stacks;
}

/** Patches with one key follow each other; null for one that nothing follows. */
function keyOf(patch: Patch, thread: string): string | null {
  const series = ownSeries(patch);
  if (series) return `series ${thread} ${series.version}/${series.total}`;
  return patch.standing.kind === 'proposal' ? `mail ${mailOf(patch)}` : null;
}

/** What tells its mail from others; null for a commit or a diff, which have none. */
const mailOf = ({ messageId, onPage }: Patch): string | number | null => messageId ?? onPage ?? null;

/** An index that the stack has already opens another series, unless both stand in one mail. */
function isRepeated(patch: Patch, previous: Patch | undefined, { patches, series }: Stack): boolean {
  if (!series || !patches.some((other) => other.series!.index === patch.series!.index)) return false;
  return !previous || previous.subject !== patch.subject || mailOf(previous) !== mailOf(patch);
}

/** Each series by index, in the places that it held; mails arrive in any order. */
export function inSeriesOrder(patches: readonly Patch[]): readonly Patch[] {
  const out = [...patches];
  for (const { patches: own, series } of stacksOf(patches)) {
    if (!series) continue;
    const members = new Set(own);
    const places = patches.flatMap((patch, place) => (members.has(patch) ? [place] : []));
    places.forEach((place, i) => (out[place] = own[i]!));
  }
  return out;
}

/** The number that a mail gives its own patch; a reply repeats that of another mail. */
export function ownSeries({ series, standing, subject }: Patch): Patch['series'] {
  return series && series.total > 1 && standing.kind === 'proposal' && !isReply(subject) ? series : null;
}

/**
 * The root of each patch's thread, where the mails say so: two series of the same length and version are told apart by
 * it. git-send-email makes all members answer the cover letter or the first patch.
 */
function threadsOf(patches: readonly Patch[]): ReadonlyMap<Patch, string> {
  const byId = new Map(
    patches.flatMap((patch) => (patch.messageId ? [[patch.messageId, patch] as const] : [])),
  );
  const rootOf = (patch: Patch, seen: readonly Patch[]): string | null => {
    const root = patch.references[0];
    const parent = root === undefined ? undefined : byId.get(root);
    if (!parent || seen.includes(parent)) return root ?? null;
    return rootOf(parent, [...seen, parent]) ?? root!;
  };
  const roots = patches.map((patch) => [patch, rootOf(patch, [patch])] as const);
  const known = new Set(roots.map(([, root]) => root));
  return new Map(
    roots.map(([patch, root]) => [patch, root ?? (known.has(patch.messageId) ? patch.messageId! : '')]),
  );
}
