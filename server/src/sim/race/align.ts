/**
 * The way of an actor after a patch that does what its way before the patch does, or the reverse: the same accesses
 * with the same values, though barriers may be missing or more, and accesses may stand elsewhere.
 */

import { nextsOf } from '../check-program.js';
import { lowerStep } from '../lowered.js';
import type { Program, Step, StepId } from '../program.js';
import { type Taken, sharedOf } from './accesses.js';

/** What an access costs that only one of the two ways makes; one that was moved is made by both. */
const ALONE = 2;
const MOVED = 1;

/** Ways that differ in more are not the same. */
const MOST = 24;

interface Place {
  readonly step: StepId;
  /** How many steps of the known way are behind. */
  readonly behind: number;
  readonly cost: number;
  readonly before: Place | null;
  /** What the way that is looked for takes here; null where only the known one goes on. */
  readonly taken: { readonly step: StepId; readonly choice: number; readonly as: Taken | null } | null;
}

/** Null where no way is like `known`, which is a way of `actor` in `program`. */
export function alignedWay(
  program: Program,
  known: readonly Taken[],
  other: Program,
  actor: number,
): Taken[] | null {
  if (other.variables.length !== program.variables.length || other.actors.length !== program.actors.length)
    return null;
  const labels = known.map((taken) =>
    labelOf(program, program.actors[actor]!.steps[taken.step]!, taken.choice),
  );
  const end = new Alignment(other, actor, known, labels).find();
  return end === null ? null : takenOf(end, known, labels, other, actor);
}

/** What a choice of a step does to shared memory; null where it does nothing. How it is ordered does not matter. */
function labelOf(program: Program, step: Step, choice: number): string | null {
  const { reads, writes } = sharedOf(program, step, choice);
  if (reads.length + writes.length === 0) return null;
  const { guard, assign } = lowerStep(step)[choice]!;
  return JSON.stringify([guard, assign]);
}

class Alignment {
  readonly #program: Program;
  readonly #steps: readonly Step[];
  readonly #known: readonly Taken[];
  readonly #labels: readonly (string | null)[];
  readonly #seen = new Set<number>();
  /** By cost: places to go on from. */
  readonly #open: Place[][] = [];

  constructor(program: Program, actor: number, known: readonly Taken[], labels: readonly (string | null)[]) {
    this.#program = program;
    this.#steps = program.actors[actor]!.steps;
    this.#known = known;
    this.#labels = labels;
    this.#add({ step: program.actors[actor]!.entry, behind: 0, cost: 0, before: null, taken: null });
  }

  /** Dijkstra's shortest way, by what the two do not have in common. */
  find(): Place | null {
    for (let cost = 0; cost <= MOST; cost++) {
      const open = (this.#open[cost] ??= []);
      for (let place = open.pop(); place !== undefined; place = open.pop()) {
        const key = place.step * (this.#known.length + 1) + place.behind;
        if (this.#seen.has(key)) continue;
        this.#seen.add(key);
        if (place.behind === this.#known.length) return place;
        this.#goOn(place);
      }
    }
    return null;
  }

  #add(place: Place): void {
    if (place.cost <= MOST) (this.#open[place.cost] ??= []).push(place);
  }

  #goOn(place: Place): void {
    const { step, behind, cost } = place;
    const label = this.#labels[behind]!;
    this.#add({
      step,
      behind: behind + 1,
      cost: cost + (label === null ? 0 : ALONE),
      before: place,
      taken: null,
    });
    const own = this.#steps[step]!;
    nextsOf(own).forEach((next, choice) => {
      const other = labelOf(this.#program, own, choice);
      const taken = { step, choice, as: null };
      const on = { step: next, before: place };
      const moved = other !== null && this.#labels.includes(other);
      this.#add({ ...on, behind, cost: cost + (other === null ? 0 : moved ? MOVED : ALONE), taken });
      if (other !== null && other === label)
        this.#add({ ...on, behind: behind + 1, cost, taken: { ...taken, as: this.#known[behind]! } });
    });
  }
}

/** Steps that both ways take keep the key of the known one; so do moved ones, of a step that is otherwise left out. */
function takenOf(
  end: Place,
  known: readonly Taken[],
  labels: readonly (string | null)[],
  other: Program,
  actor: number,
): Taken[] {
  const places: Place[] = [];
  for (let place: Place | null = end; place !== null; place = place.before)
    if (place.taken !== null) places.unshift(place);
  const common = new Set(places.flatMap(({ taken }) => taken!.as?.key ?? []));
  const left = known
    .map((taken, i) => ({ taken, label: labels[i]! }))
    .filter(({ taken }) => !common.has(taken.key));
  return places.flatMap(({ taken }, i): Taken[] => {
    const { step, choice, as } = taken!;
    if (as !== null) return [{ ...as, step, choice }];
    const label = labelOf(other, other.actors[actor]!.steps[step]!, choice);
    const at = label === null ? -1 : left.findIndex((one) => one.label === label);
    const [moved] = at < 0 ? [] : left.splice(at, 1);
    if (moved !== undefined) return [{ ...moved.taken, step, choice }];
    const nothing = { key: `${actor}.new${i}`, read: new Map(), written: new Map(), time: 0 };
    return [{ ...nothing, step, choice }];
  });
}
