/**
 * Which barrier is missing where a race needs a weak memory model. Accesses that the trace shows out of order are
 * candidates; a fence is put between the two, and the scenario is explored again: what is named closes the race.
 */

import type { Lowered } from '../lower/lower.js';
import type { Exploration, Trace } from '../sim/exploration.js';
import { withFences, type FencePlace } from '../sim/insert-fences.js';
import type { Fence, Step, StepId } from '../sim/program.js';
import { traceOf, verdictOf, type ExploredRun } from './judge.js';
import type { BarrierEnd, MissingBarrier, PropertyId } from './report.js';
import { exploreInRange, type Runs } from './runs.js';
import { placeOf, shortCall } from './timeline.js';

/** More barriers than these in one protocol are no advice. */
const MOST_BARRIERS = 3;

/** Whether a run has a race that needs accesses to be reordered. */
export function isWeakOnly(run: ExploredRun, property: PropertyId, runs: Runs): boolean {
  if (runs.memory === 'sc' || verdictOf(run, property) !== 'race') return false;
  if (!traceOf(run, property)?.some(({ phase }) => phase === 'issue')) return false;
  const ordered = runs.explore({ kind: 'lowered', lowered: run.lowered, key: run.key }, 'sc');
  return ordered.kind === 'explored' && verdictOf(ordered, property) === 'none';
}

const known = new WeakMap<Exploration, Map<PropertyId, readonly MissingBarrier[]>>();

/** The barriers without any of which the race is there; none where no few of them close it. */
export function missingBarriers(
  run: ExploredRun,
  property: PropertyId,
  file: string,
  runs: Runs,
): readonly MissingBarrier[] {
  const own = known.get(run.exploration) ?? new Map<PropertyId, readonly MissingBarrier[]>();
  known.set(run.exploration, own);
  const found = own.get(property) ?? new BarrierSearch(run, property, file, runs).run();
  own.set(property, found);
  return found;
}

/** An access that happened after later ones of its actor. */
interface Delayed {
  readonly actor: number;
  readonly step: StepId;
  /** Later accesses that happened before it, in their order. */
  readonly overtakers: readonly StepId[];
}

class BarrierSearch {
  readonly #lowered: Lowered;

  constructor(
    readonly explored: ExploredRun,
    readonly property: PropertyId,
    readonly file: string,
    readonly runs: Runs,
  ) {
    this.#lowered = explored.lowered;
  }

  run(): readonly MissingBarrier[] {
    const closing = this.#closing();
    const named = closing.map((one) =>
      this.#named(
        one,
        closing.filter((other) => other !== one),
      ),
    );
    return named.flatMap((one) => one ?? []).length === named.length ? named.flatMap((one) => one ?? []) : [];
  }

  /** Accesses which, when nothing overtakes them any more, leave no race; each of them is needed for that. */
  #closing(): readonly Delayed[] {
    const chosen: Delayed[] = [];
    let trace = traceOf(this.explored, this.property);
    while (trace && chosen.length < MOST_BARRIERS) {
      const places = chosen.flatMap((one) => this.#after(one, 'mb'));
      const open = delayedIn(trace, this.#lowered).filter((one) => !this.#isAmong(one, chosen));
      const last = open.find((one) => this.#closes([...places, ...this.#after(one, 'mb')]));
      if (last) return this.#needed([...chosen, last]);
      if (!open[0]) return [];
      chosen.push(open[0]);
      trace = this.#trace(chosen.flatMap((one) => this.#after(one, 'mb')));
    }
    return [];
  }

  #needed(all: readonly Delayed[]): readonly Delayed[] {
    return all.reduce((kept, one) => {
      const rest = kept.filter((other) => other !== one);
      const suffice = rest.length > 0 && this.#closes(rest.flatMap((other) => this.#after(other, 'mb')));
      return suffice ? rest : kept;
    }, all);
  }

  /** The pair with the barrier between them; null where both are in one call, into which nobody puts a barrier. */
  #named(delayed: Delayed, others: readonly Delayed[]): MissingBarrier | null {
    const around = others.flatMap((one) => this.#after(one, 'mb'));
    const later = this.#firstThatMatters(delayed, around);
    if (later === null || this.#call(delayed.actor, later) === this.#call(delayed.actor, delayed.step))
      return null;
    const { steps, name } = this.#lowered.program.actors[delayed.actor]!;
    const least = weakestFence(steps[delayed.step]!, steps[later]!);
    const fence = least === 'mb' || !this.#closes([...around, ...this.#after(delayed, least)]) ? 'mb' : least;
    return {
      barrier: `${NAMES[fence]}()`,
      actor: name,
      earlier: this.#end(delayed.actor, delayed.step),
      later: this.#end(delayed.actor, later),
    };
  }

  /** The last of the overtakers before which a fence still closes the race: what comes before it does no harm. */
  #firstThatMatters({ actor, overtakers }: Delayed, around: readonly FencePlace[]): StepId | null {
    let [good, bad] = [0, overtakers.length];
    while (bad - good > 1) {
      const middle = Math.floor((good + bad) / 2);
      const before = this.#same(actor, overtakers[middle]!).map((step): FencePlace => ({
        actor,
        step,
        side: 'before',
        fence: 'mb',
      }));
      if (this.#closes([...around, ...before])) good = middle;
      else bad = middle;
    }
    return overtakers[good] ?? null;
  }

  #after({ actor, step }: Delayed, fence: Fence): FencePlace[] {
    return this.#same(actor, step).map((one) => ({ actor, step: one, side: 'after', fence }));
  }

  /** The steps that stand for the same access of the source: one for each thing that the path may know there. */
  #same(actor: number, step: StepId): StepId[] {
    const access = this.#access(actor, step);
    return [...this.#lowered.program.actors[actor]!.steps.keys()].filter(
      (one) => this.#access(actor, one) === access,
    );
  }

  #isAmong({ actor, step }: Delayed, all: readonly Delayed[]): boolean {
    return all.some(
      (one) => one.actor === actor && this.#access(actor, one.step) === this.#access(actor, step),
    );
  }

  #access(actor: number, step: StepId): string {
    return `${this.#call(actor, step)} ${touched(this.#lowered.program.actors[actor]!.steps[step]!)}`;
  }

  #call(actor: number, step: StepId): string {
    const note = this.#lowered.notes[actor]![step];
    return note ? JSON.stringify([note.site, note.call]) : `${step}`;
  }

  #end(actor: number, step: StepId): BarrierEnd {
    const { site, call } = this.#lowered.notes[actor]![step]!;
    return { function: site.function, text: shortCall(call), at: placeOf(site.origin, this.file) };
  }

  #closes(places: readonly FencePlace[]): boolean {
    const found = this.#explore(places);
    return found?.outcomes.get(this.property)?.kind === 'holds';
  }

  #trace(places: readonly FencePlace[]): Trace | null {
    const outcome = this.#explore(places)?.outcomes.get(this.property);
    return outcome?.kind === 'violated' ? outcome.trace : null;
  }

  #explore(places: readonly FencePlace[]): Exploration | null {
    this.runs.step();
    const found = exploreInRange(withFences(this.#lowered.program, places), this.runs.memory);
    return typeof found === 'string' ? null : found;
  }
}

const NAMES: Readonly<Record<Fence, string>> = {
  mb: 'smp_mb',
  rmb: 'smp_rmb',
  wmb: 'smp_wmb',
  'before-atomic': 'smp_mb__before_atomic',
  'after-atomic': 'smp_mb__after_atomic',
};

/** The kernel's barrier for a pair of accesses: Documentation/memory-barriers.txt and atomic_t.txt. */
function weakestFence(earlier: Step, later: Step): Fence {
  if (earlier.kind === 'rmw' && earlier.into === null) return 'after-atomic';
  if (earlier.kind === 'store' && later.kind === 'store') return 'wmb';
  return earlier.kind === 'load' && later.kind === 'load' ? 'rmb' : 'mb';
}

/** What kind of access a step is, and of which variable. */
function touched(step: Step): string {
  switch (step.kind) {
    case 'load':
      return `load ${step.from}`;
    case 'store':
      return `store ${step.to}`;
    case 'rmw':
      return `rmw ${step.on}`;
    case 'atomic':
      return JSON.stringify(step.alternatives.map(({ guard, assign }) => [guard, assign]));
    case 'fence':
    case 'end':
      return step.kind;
  }
}

/** Each access that a trace shows after later ones of its actor; one that never happens is after all of them. */
function delayedIn(trace: Trace, { notes }: Lowered): Delayed[] {
  return trace.flatMap(({ actor, step, phase }, i): Delayed[] => {
    if (phase !== 'issue') return [];
    const performed = trace.findIndex(
      (move, k) => k > i && move.actor === actor && move.step === step && move.phase === 'perform',
    );
    const between = trace.slice(i + 1, performed < 0 ? trace.length : performed);
    const overtakers = between.flatMap((move, k) =>
      move.actor === actor && happensLater(trace, i + 1 + k, i) && notes[actor]![move.step]?.call
        ? [move.step]
        : [],
    );
    return overtakers.length === 0 ? [] : [{ actor, step, overtakers }];
  });
}

/** Whether move `at` is an access that stands behind the one that was issued at `issued`. */
function happensLater(trace: Trace, at: number, issued: number): boolean {
  const { actor, step, phase } = trace[at]!;
  if (phase !== 'perform') return phase === 'run';
  return (
    trace.findLastIndex(
      (move, k) => k < at && move.actor === actor && move.step === step && move.phase === 'issue',
    ) > issued
  );
}
