/**
 * Applies hunks to the lines of a real file as patch(1) does: near the stated line first, then anywhere, then without
 * regard to white space, then with fewer context lines.
 */

import type { Hunk, PatchLine } from '../diff/patch.js';

/** Lines of a file with those that a hunk removed or brought. */
export interface AppliedLine {
  /** Index in the file before; null for an added line. */
  readonly old: number | null;
  /** The patch's line: an added one, a removed one, or context that the hunk shows. */
  readonly patch: PatchLine | null;
}

export type HunkResult =
  | {
      readonly ok: true;
      /** Where the hunk's first used line stands minus where its header says. */
      readonly offset: number;
      /** Context lines left out at either end to make it fit. */
      readonly fuzz: number;
      readonly exact: boolean;
    }
  | { readonly ok: false; readonly reason: string };

export interface Applied {
  readonly lines: readonly AppliedLine[];
  /** One for each hunk, in order. */
  readonly results: readonly HunkResult[];
}

/** How lines are compared, strictest first. */
const COMPARISONS: readonly ((text: string) => string)[] = [
  (text) => text.trimEnd(),
  (text) => text.replace(/\s+/g, ' ').trim(),
  (text) => text.replace(/\s+/g, ''),
];

const MOST_FUZZ = 3;

interface Found {
  readonly at: number;
  readonly lines: readonly PatchLine[];
  readonly fuzz: number;
  readonly offset: number;
  readonly exact: boolean;
}

type Place = { readonly kind: 'found'; readonly found: Found } | { readonly kind: 'none' | 'several' };

/** Positions at which the old lines stand, nearest to `wanted` first. */
function positions(
  old: readonly string[],
  file: readonly string[],
  from: number,
  wanted: number,
): readonly number[] {
  const found: number[] = [];
  for (let at = from; at + old.length <= file.length; at += 1) {
    if (old.every((text, index) => file[at + index] === text)) found.push(at);
  }
  return found.sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted));
}

/** A hunk without up to `fuzz` context lines at each end; never one of its changed lines. */
function trimmed(
  lines: readonly PatchLine[],
  fuzz: number,
): { readonly lines: readonly PatchLine[]; readonly head: number } {
  const firstChange = lines.findIndex((line) => line.kind !== 'context');
  const lastChange = lines.findLastIndex((line) => line.kind !== 'context');
  const head = Math.min(fuzz, Math.max(firstChange, 0));
  const tail = Math.min(fuzz, lines.length - 1 - lastChange);
  return { lines: lines.slice(head, lines.length - tail), head };
}

class Applier {
  readonly out: AppliedLine[] = [];
  readonly results: HunkResult[] = [];
  /** First file line that no hunk has used. */
  #done = 0;
  #offset = 0;
  readonly #views: readonly (readonly string[])[];

  constructor(readonly file: readonly string[]) {
    this.#views = COMPARISONS.map((view) => file.map(view));
  }

  hunk(hunk: Hunk): void {
    const place = this.#locate(hunk);
    if (place.kind !== 'found') {
      const why =
        place.kind === 'several' ? 'its lines stand at more than one place' : 'its lines are not there';
      this.results.push({ ok: false, reason: why });
      return;
    }
    const { found } = place;
    this.#offset += found.offset - this.#offset;
    this.#keep(found.at);
    for (const line of found.lines) this.#put(line);
    this.results.push({ ok: true, offset: found.offset, fuzz: found.fuzz, exact: found.exact });
  }

  finish(): Applied {
    this.#keep(this.file.length);
    return { lines: this.out, results: this.results };
  }

  #keep(to: number): void {
    for (; this.#done < to; this.#done += 1) this.out.push({ old: this.#done, patch: null });
  }

  #put(line: PatchLine): void {
    if (line.kind === 'added') this.out.push({ old: null, patch: line });
    else this.out.push({ old: this.#done++, patch: line });
  }

  #locate(hunk: Hunk): Place {
    for (let fuzz = 0; fuzz <= MOST_FUZZ; fuzz += 1) {
      for (let view = 0; view < COMPARISONS.length; view += 1) {
        const place = this.#locateWith(hunk, fuzz, view);
        if (place.kind !== 'none') return place;
      }
    }
    return { kind: 'none' };
  }

  #locateWith(hunk: Hunk, fuzz: number, view: number): Place {
    const { lines, head } = trimmed(hunk.lines, fuzz);
    const old = lines.filter((line) => line.kind !== 'added').map((line) => COMPARISONS[view]!(line.text));
    const stated = hunk.oldStart - 1 + head;
    const wanted = stated + this.#offset;
    if (!old.some((text) => /\w/.test(text))) return { kind: 'none' };
    const [at, next] = positions(old, this.#views[view]!, this.#done, wanted);
    if (at === undefined) return { kind: 'none' };
    // With all its context a hunk belongs to the nearest place; with less, two places are one too many.
    if (next !== undefined && (fuzz > 0 || view > 0) && at !== wanted) return { kind: 'several' };
    const exact = fuzz === 0 && view === 0;
    return { kind: 'found', found: { at, lines, fuzz, offset: at - stated, exact } };
  }
}

/** Applies `hunks` in order to `file`. A hunk that does not fit is left out and has its reason in `results`. */
export function applyHunks(hunks: readonly Hunk[], file: readonly string[]): Applied {
  const applier = new Applier(file);
  for (const hunk of hunks) applier.hunk(hunk);
  return applier.finish();
}

/** The hunk that undoes this one; its lines keep their places in the input. */
export function reversed(hunk: Hunk): Hunk {
  const turned = { context: 'context', added: 'removed', removed: 'added' } as const;
  return {
    ...hunk,
    oldStart: hunk.newStart,
    oldCount: hunk.newCount,
    newStart: hunk.oldStart,
    newCount: hunk.oldCount,
    lines: hunk.lines.map((line) => ({ ...line, kind: turned[line.kind] })),
  };
}
