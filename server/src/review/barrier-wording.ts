/** What is said of barriers: of one that is missing, and of one that orders nothing where it stands. */

import type { AskedProperty, Scenario } from '../kernel/scenarios.js';
import type { IdleBarrier } from './idle-barriers.js';
import type { ExploredRun } from './judge.js';
import type { Change, MissingBarrier } from './report.js';
import type { ReadTrace } from './timeline.js';
import { headline } from './wording.js';

/** The race that is there for want of a barrier. */
interface Scene {
  readonly property: AskedProperty;
  readonly change: Change;
  readonly scenario: Scenario;
  readonly release: string;
  readonly run: ExploredRun;
  readonly read: ReadTrace;
}

const MISSING = { introduced: 'is missing', left: 'is still missing', fixed: 'was missing' } as const;

/** `smp_mb() is missing between A and B in f(): a DIO read can now ...` */
export function missingBarrierHeadline(
  missing: readonly MissingBarrier[],
  change: keyof typeof MISSING,
  { property, change: raceChange, scenario, release, run, read }: Scene,
): string {
  const [first, ...others] = missing.map(pairText);
  const race = headline(property, raceChange, scenario, release, run, read, read.timeline.actors);
  const also = others.map((text) => `, and ${text}`).join('');
  return `${missing[0]!.barrier} ${MISSING[change]} ${first?.replace(/^\S+ /, '') ?? ''}${also}: ${race}`;
}

/** `smp_mb() between A in f() and B in g()` */
export function pairText({ barrier, earlier, later }: MissingBarrier): string {
  return earlier.function === later.function
    ? `${barrier} between ${earlier.text} and ${later.text} in ${earlier.function}()`
    : `${barrier} between ${earlier.text} in ${earlier.function}() and ${later.text} in ${later.function}()`;
}

const WHY_IDLE = {
  'no-rmw': 'is no atomic read-modify-write operation',
  'ordered-already': 'is fully ordered by itself',
} as const;

/** `smp_mb__after_atomic() orders nothing in f(): atomic_read(&v) before it is no atomic ... operation` */
export function idleBarrierHeadline({ barrier, side, why }: IdleBarrier, neighbour: string): string {
  const where = side === 'before' ? 'after' : 'before';
  return `${barrier.text} orders nothing in ${barrier.site.function}(): ${neighbour} ${where} it ${WHY_IDLE[why]}`;
}
