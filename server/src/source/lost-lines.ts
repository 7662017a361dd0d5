/**
 * Where a hunk lost its lines. A unified diff has three lines of context above the first change and below the last: what
 * lacks there is lost there, and the rest of what its header counts between the changes.
 */

import type { Hunk, PatchLine } from '../diff/patch.js';

/** Whether lines may be lost between a change and the context that is shown next to it. */
export interface LostNext {
  readonly above: boolean;
  readonly below: boolean;
}

/** Of git and diff -u; a file's first lines have fewer above them. */
const CONTEXT = 3;

const ANYWHERE: LostNext = { above: true, below: true };

/** What is lost next to the runs of changes of a hunk, and which run its line is in. */
export class LostLines {
  readonly #first: number;
  readonly #last: number;
  /** By the parts of the context; null where the counts do not tell. */
  readonly #lost: { readonly head: number; readonly between: number; readonly tail: number } | null;

  constructor(readonly hunk: Hunk) {
    const { lines } = hunk;
    const isContext = ({ kind }: PatchLine): boolean => kind === 'context';
    this.#first = lines.findIndex((line) => !isContext(line));
    this.#last = lines.findLastIndex((line) => !isContext(line));
    const lost = lostContext(hunk);
    const [head, tail] = [CONTEXT - this.#first, CONTEXT - (lines.length - 1 - this.#last)];
    const between = (lost ?? 0) - head - tail;
    const isKnown = lost !== null && hunk.oldStart > CONTEXT && Math.min(head, tail, between) >= 0;
    this.#lost = isKnown ? { head, between, tail } : null;
  }

  /** Of a changed line of the hunk. */
  nextTo(line: PatchLine): LostNext {
    const { lines } = this.hunk;
    const at = lines.findIndex((one) => one.line === line.line && one.text === line.text);
    if (this.#lost === null || at < 0) return ANYWHERE;
    const isContextIn = (from: number, to: number): boolean =>
      lines.slice(from, to).some(({ kind }) => kind === 'context');
    const { head, between, tail } = this.#lost;
    return {
      above: (isContextIn(this.#first, at) ? between : head) > 0,
      below: (isContextIn(at, this.#last) ? between : tail) > 0,
    };
  }
}

/** How many lines are lost, where all of them are context. */
function lostContext({ lines, oldCount, newCount }: Hunk): number | null {
  const has = (without: PatchLine['kind']): number => lines.filter(({ kind }) => kind !== without).length;
  const lost = oldCount - has('added');
  return lost >= 0 && lost === newCount - has('removed') ? lost : null;
}
