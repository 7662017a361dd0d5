/**
 * Where a hunk lost its lines. A unified diff has three lines of context above the first change and below the last: what
 * lacks there is lost there, and the rest of what its header counts between the changes.
 */

import type { Hunk, PatchLine } from '../diff/patch.js';

/** Whether lines are lost between a changed line and the one that is shown next to it: none, or perhaps some. */
type Loss = 'none' | 'some' | 'unknown';

export interface LostNext {
  readonly above: Loss;
  readonly below: Loss;
  /** The same of the last line of the changes that are shown in a row with it. */
  readonly belowRun: Loss;
}

/** Of git and diff -u; a file's first lines have fewer above them. */
const CONTEXT = 3;

const ANYWHERE: LostNext = { above: 'unknown', below: 'unknown', belowRun: 'unknown' };

const lossOf = (lines: number): Loss => (lines > 0 ? 'some' : 'none');

interface LostCounts {
  readonly head: number;
  readonly between: number;
  readonly tail: number;
}

/** What is lost next to the runs of changes of a hunk, and which run its line is in. */
export class LostLines {
  readonly #first: number;
  readonly #last: number;
  /** By the parts of the context; null where the counts do not tell. */
  readonly #lost: LostCounts | null;

  constructor(readonly hunk: Hunk) {
    const { lines } = hunk;
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
    const end = lines.findIndex((one, i) => i >= at && isContext(one));
    return {
      above: lossOf(this.#above(at, this.#lost)),
      below: lossOf(this.#below(at, this.#lost)),
      belowRun: lossOf(this.#below((end < 0 ? lines.length : end) - 1, this.#lost)),
    };
  }

  // Context that is lost among the changes may have stood between any two of them.
  #above(at: number, { head, between }: LostCounts): number {
    const isFirst = between === 0 ? !hasContext(this.hunk.lines.slice(this.#first, at)) : at === this.#first;
    return isFirst ? head : between;
  }

  #below(at: number, { between, tail }: LostCounts): number {
    const isLast = between === 0 ? !hasContext(this.hunk.lines.slice(at, this.#last)) : at === this.#last;
    return isLast ? tail : between;
  }
}

const isContext = ({ kind }: PatchLine): boolean => kind === 'context';
const hasContext = (lines: readonly PatchLine[]): boolean => lines.some(isContext);

/** How many lines are lost, where all of them are context. */
function lostContext({ lines, oldCount, newCount }: Hunk): number | null {
  const has = (without: PatchLine['kind']): number => lines.filter(({ kind }) => kind !== without).length;
  const lost = oldCount - has('added');
  return lost >= 0 && lost === newCount - has('removed') ? lost : null;
}
