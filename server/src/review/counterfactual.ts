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

  /** The edits each of which alone, taken back, makes the verdict `wanted`. */
  editsThatFlip(judgement: Judgement, wanted: Verdict): readonly Edit[] {
    return this.#candidates(judgement).filter((edit) => this.#without([edit], judgement) === wanted);
  }

  /**
   * A smallest set of edits that makes the verdict `wanted` when they are taken back together: edits are put back one
   * by one while the rest still flips it (Zeller, "Yesterday, my program worked", 1999). Empty when all do not.
   */
  smallestSet(judgement: Judgement, wanted: Verdict): readonly Edit[] {
    let kept = this.#candidates(judgement);
    if (kept.length === 0 || this.#without(kept, judgement) !== wanted) return [];
    for (const edit of kept) {
      const rest = kept.filter((other) => other !== edit);
      if (rest.length > 0 && this.#without(rest, judgement) === wanted) kept = rest;
    }
    return kept;
  }

  #candidates({ runAfter }: Judgement): readonly Edit[] {
    if (this.changes.edits.length > MOST_EDITS || !runAfter) return [];
    return this.changes.edits.filter(
      (edit) => edit.function === '' || runAfter.lowered.ran.has(edit.function),
    );
  }

  #without(edits: readonly Edit[], judgement: Judgement): Verdict {
    const lowered = this.runs.lower(this.#code(edits), judgement.scenario);
    if (lowered.kind === 'not-modelled') return 'not-modelled';
    if (lowered.key === judgement.runAfter?.key) return judgement.after;
    const run = this.runs.explore(lowered);
    if (run.kind !== 'explored') return 'not-modelled';
    const verdict = verdictOf(run, judgement.property);
    return verdict === 'none' && breaksPairs(run, judgement) ? 'not-modelled' : verdict;
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

/** Half of a move taken back leaves two of a pair, or none: that such code has no race says nothing. */
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
