/**
 * In which functions hunks stand that name none, as those of diffs without a section: in those that fit them best, and
 * that their line numbers allow. Hunks a few lines from each other are not in functions with more than that between them.
 */

import type { FilePatch, Hunk } from '../diff/patch.js';
import { alignOnText, statementsIn, textStatements } from './align-text.js';
import type { Piece } from './pieces.js';
import type { Relevance } from './relevance.js';
import { isBraceOnly } from './statements.js';
import type { FunctionText } from './text.js';

/** A function in which a piece may stand, and how well it fits. */
export interface Candidate {
  readonly text: FunctionText;
  readonly score: number;
}

/** A piece with all functions in which it may stand: a named one has its own alone. */
export interface Sought {
  readonly piece: Piece;
  readonly candidates: readonly Candidate[];
}

/** A candidate with the statements of it that the piece has. */
interface Spot extends Candidate {
  readonly first: number;
  readonly last: number;
  readonly length: number;
  /** The function has some of the context that says more than a brace, if there is any, or more than one changed line. */
  readonly isSeen: boolean;
}

/** Hunks further apart than so many others are not compared. */
const WINDOW = 4;

/** A bundled function has fewer statements than the kernel's has lines, but for one or two that are in other words. */
const SLACK = 4;

/** The least by which one function must fit an unnamed hunk better than the next one does. */
export const MARGIN = 0.5;

class Chain {
  readonly #spots: readonly (readonly Spot[])[];
  readonly #hunks: readonly Hunk[];

  constructor(file: FilePatch, sought: readonly Sought[], relevance: Relevance) {
    this.#spots = sought.map(({ piece, candidates }) =>
      candidates.map((one) => ({ ...one, ...spanOf(piece, one.text, relevance) })),
    );
    this.#hunks = sought.map(({ piece }) => file.hunks[piece.hunk]!);
  }

  /** For each piece the function that gives the hunks together the best score, and null where two do nearly as well. */
  best(): readonly (Candidate | null)[] {
    const picked = this.#picked();
    // A changed line that a function has, too, is no proof, but where a hunk near it stands there as well.
    const isAlone = (spot: Spot, at: number): boolean =>
      !picked.some((one, i) => i !== at && Math.abs(i - at) <= WINDOW && one?.text === spot.text);
    return picked.map((spot, at) => (spot !== null && !spot.isSeen && isAlone(spot, at) ? null : spot));
  }

  #picked(): readonly (Spot | null)[] {
    const upTo = this.#scores(1);
    const from = this.#scores(-1);
    return this.#spots.map((spots, at) => {
      const through = spots
        .map((spot, i) => ({ spot, score: upTo[at]![i]! + from[at]![i]! - spot.score }))
        .sort((a, b) => b.score - a.score);
      const [best, second] = through;
      if (best === undefined || best.score < this.#without(at, upTo, from)) return null;
      return second !== undefined && best.score - second.score < MARGIN ? null : best.spot;
    });
  }

  /** The best sum of scores of a chain of pieces that ends in each spot, read downwards or upwards. */
  #scores(way: 1 | -1): readonly (readonly number[])[] {
    const all: (readonly number[])[] = this.#spots.map(() => []);
    const last = this.#spots.length - 1;
    for (let step = 0; step <= last; step += 1) {
      const at = way > 0 ? step : last - step;
      all[at] = this.#spots[at]!.map(
        (spot) =>
          spot.score +
          this.#best(at, way, all, (other, near) =>
            way > 0 ? this.#fits(other, near, at, spot) : this.#fits(at, spot, other, near),
          ),
      );
    }
    return all;
  }

  /** The best of the chains that end in one of the pieces before or behind `at`, of those that fit; 0 for none. */
  #best(
    at: number,
    way: 1 | -1,
    all: readonly (readonly number[])[],
    fits: (other: number, spot: Spot) => boolean,
  ): number {
    let best = 0;
    for (let n = 1; n <= WINDOW; n += 1) {
      const other = at - way * n;
      this.#spots[other]?.forEach((spot, i) => {
        if (all[other]![i]! > best && fits(other, spot)) best = all[other]![i]!;
      });
    }
    return best;
  }

  /** The best sum where the piece at `at` has no place. */
  #without(at: number, upTo: readonly (readonly number[])[], from: readonly (readonly number[])[]): number {
    let best = Math.max(
      this.#best(at, 1, upTo, () => true),
      this.#best(at, -1, from, () => true),
    );
    for (let n = 1; n <= WINDOW; n += 1)
      this.#spots[at - n]?.forEach((above, i) => {
        const below = this.#best(at, -1, from, (other, spot) => this.#fits(at - n, above, other, spot));
        best = Math.max(best, upTo[at - n]![i]! + below);
      });
    return best;
  }

  /** Whether there is room enough between the two hunks for what the base has between the two spots. */
  #fits(above: number, one: Spot, below: number, other: Spot): boolean {
    if (one.text === other.text) return true;
    const [hunk, next] = [this.#hunks[above]!, this.#hunks[below]!];
    const room = next.oldStart + next.oldCount - hunk.oldStart;
    return next.oldStart < hunk.oldStart || one.length - one.last + other.first <= room + SLACK;
  }
}

function spanOf(piece: Piece, text: FunctionText, relevance: Relevance): Omit<Spot, keyof Candidate> {
  const { match } = alignOnText(text, statementsIn([piece]), relevance);
  const found = match.filter((at) => at >= 0);
  const old = piece.statements.filter(({ kind }) => kind !== 'added');
  const telling = old.map(({ kind, words }, i) => ({ kind, at: isBraceOnly(words) ? null : match[i]! }));
  const context = telling.filter(({ kind, at }) => kind === 'context' && at !== null);
  const seen = telling.filter(({ at }) => at !== null && at >= 0);
  const isSeen = context.length === 0 || seen.length > 1 || seen.some(({ kind }) => kind === 'context');
  const { length } = textStatements(text).base;
  // One that fits nowhere may stand anywhere.
  return found.length === 0
    ? { first: 0, last: length, length, isSeen }
    : { first: found[0]!, last: found.at(-1)!, length, isSeen };
}

/** The function of each of the pieces, which are in the order of the file; null where that is not sure. */
export const chooseTexts = (
  file: FilePatch,
  sought: readonly Sought[],
  relevance: Relevance,
): readonly (Candidate | null)[] => new Chain(file, sought, relevance).best();
