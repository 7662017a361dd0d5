/** Blame and load-bearing lines: one edit of the patch is taken back at a time, and the scenario is run again. */

import type { Parser } from 'web-tree-sitter';
import { Code } from '../lower/code.js';
import { codeWithoutEdits, type Changes, type Edit } from '../source/merged.js';
import type { Judgement } from './judge.js';
import { type ExploredRun, verdictOf } from './judge.js';
import type { Verdict } from './report.js';
import type { Runs } from './runs.js';

/** Above this many edits a patch is a rewrite, and single lines carry no blame. */
const MOST_EDITS = 24;

export class Counterfactual {
  readonly #codes = new Map<string, Code>();

  constructor(
    readonly runs: Runs,
    readonly changes: Changes,
    readonly parser: Parser,
  ) {}

  /**
   * The edits each of which alone, taken back, makes the verdict `wanted`. Where one leaves locks and counts even, those
   * that do not are none: they break the code, and with it whatever it does.
   */
  editsThatFlip(judgement: Judgement, wanted: 'race' | 'none'): readonly Edit[] {
    const flipping = this.#candidates(judgement).flatMap((edit) => {
      const { verdict, broken } = this.#without([edit], judgement);
      return verdict === wanted ? [{ edit, broken }] : [];
    });
    const whole = flipping.filter(({ broken }) => !broken);
    return (whole.length > 0 || wanted === 'none' ? whole : flipping).map(({ edit }) => edit);
  }

  /**
   * A smallest set of edits that makes the verdict `wanted` when they are taken back together: edits are put back one
   * by one while the rest still flips it (Zeller, "Yesterday, my program worked", 1999). Empty when all do not.
   */
  smallestSet(judgement: Judgement, wanted: 'race' | 'none'): readonly Edit[] {
    const flips = (edits: readonly Edit[]): boolean => {
      const { verdict, broken } = this.#without(edits, judgement);
      return verdict === wanted && !(wanted === 'none' && broken);
    };
    let kept = this.#candidates(judgement);
    if (kept.length === 0 || !flips(kept)) return [];
    for (const edit of kept) {
      const rest = kept.filter((other) => other !== edit);
      if (rest.length > 0 && flips(rest)) kept = rest;
    }
    return kept;
  }

  #candidates({ runAfter }: Judgement): readonly Edit[] {
    if (this.changes.edits.length > MOST_EDITS || !runAfter) return [];
    return this.changes.edits.filter(
      (edit) => edit.function === '' || runAfter.lowered.ran.has(edit.function),
    );
  }

  /** The verdict without some edits, and whether locks or counts do not come out even there that do with them. */
  #without(edits: readonly Edit[], judgement: Judgement): { verdict: Verdict; broken: boolean } {
    const lowered = this.runs.lower(this.#code(edits), judgement.scenario);
    if (lowered.kind === 'not-modelled') return { verdict: 'not-modelled', broken: false };
    if (lowered.key === judgement.runAfter?.key) return { verdict: judgement.after, broken: false };
    const run = this.runs.explore(lowered);
    if (run.kind !== 'explored') return { verdict: 'not-modelled', broken: false };
    return { verdict: verdictOf(run, judgement.property), broken: breaksPairs(run, judgement) };
  }

  #code(edits: readonly Edit[]): Code {
    const ids = edits.map((edit) => edit.id);
    const known = this.#codes.get(ids.join());
    if (known) return known;
    const code = new Code(this.parser, codeWithoutEdits(this.changes, new Set(ids)));
    this.#codes.set(ids.join(), code);
    return code;
  }
}

/** Half of a move taken back leaves two of a pair, or none. */
function breaksPairs(run: ExploredRun, { property, runAfter }: Judgement): boolean {
  return PAIRED.some(
    (id) =>
      id !== property &&
      verdictOf(run, id) === 'race' &&
      runAfter !== null &&
      verdictOf(runAfter, id) !== 'race',
  );
}

/** What asks whether counts and locks come out even. */
const PAIRED = ['P6', 'P7'] as const;
