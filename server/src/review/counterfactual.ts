/** Blame and load-bearing lines: one edit of the patch is taken back at a time, and the scenario is run again. */

import type { Parser } from 'web-tree-sitter';
import { Code } from '../lower/code.js';
import { codeWithoutEdits, type Changes, type Edit } from '../source/merged.js';
import type { Judgement } from './judge.js';
import { verdictOf } from './judge.js';
import type { Verdict } from './report.js';
import type { Runs } from './runs.js';

/** Above this many edits a patch is a rewrite, and single lines carry no blame. */
const MOST_EDITS = 24;

export class Counterfactual {
  readonly #codes = new Map<number, Code>();

  constructor(
    readonly runs: Runs,
    readonly changes: Changes,
    readonly parser: Parser,
  ) {}

  /** The edits without which the verdict after the patch would be `wanted`. */
  editsThatFlip(judgement: Judgement, wanted: Verdict): readonly Edit[] {
    if (this.changes.edits.length > MOST_EDITS || !judgement.runAfter) return [];
    const reached = judgement.runAfter.lowered.reached;
    return this.changes.edits.filter(
      (edit) =>
        (reached.has(edit.function) || edit.function === '') && this.#without(edit, judgement) === wanted,
    );
  }

  #without(edit: Edit, judgement: Judgement): Verdict {
    const lowered = this.runs.lower(this.#code(edit), judgement.scenario);
    if (lowered.kind === 'not-modelled') return 'not-modelled';
    if (lowered.key === judgement.runAfter?.key) return judgement.after;
    const run = this.runs.explore(lowered);
    return run.kind === 'explored' ? verdictOf(run, judgement.property) : 'not-modelled';
  }

  #code(edit: Edit): Code {
    const known = this.#codes.get(edit.id);
    if (known) return known;
    const code = new Code(this.parser, codeWithoutEdits(this.changes, new Set([edit.id])));
    this.#codes.set(edit.id, code);
    return code;
  }
}
