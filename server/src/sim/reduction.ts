/**
 * Partial-order reduction: where the next step of one actor commutes with everything that the others may still do,
 * only that step is taken.
 *
 * Such a step is a persistent set of its own (Godefroid, Partial-Order Methods, 1996): its variables are not
 * written by what the others can still reach from where they stand, nor are the ones that it writes read. It must
 * not write what a property or a witness looks at (invisibility, condition C2 of Clarke, Grumberg and Peled).
 * The search keeps a step from being put off for ever: at least one of the successors must still wait to be
 * expanded (the queue proviso of Bosnacki and Holzmann, Improving Spin's Partial-Order Reduction for BFS, 2005),
 * or else all moves of the state are taken.
 */

import {
  type Footprint,
  addFootprint,
  conflict,
  footprintOf,
  futures,
  intersects,
  visibleVariables,
} from './footprint.js';
import type { Program } from './program.js';
import { type MachineActor, isPending, pcOf } from './machine.js';

export class Reduction {
  readonly #actors: readonly MachineActor[];
  /** The locations of an actor, one for each of its steps, begin at its base. */
  readonly #bases: number[] = [];
  readonly #locations: number;
  /** The actors that have steps which may be alone. */
  readonly actors: number[] = [];
  /** By candidate location: the row that says where another actor stands in its way. */
  readonly #rows: (Uint8Array | undefined)[];

  constructor(program: Program, actors: readonly MachineActor[]) {
    this.#actors = actors;
    let locations = 0;
    for (const { steps } of program.actors) {
      this.#bases.push(locations);
      locations += steps.length;
    }
    this.#locations = locations;
    this.#rows = new Array(locations);
    this.#fill(program);
  }

  #fill(program: Program): void {
    const visible = visibleVariables(program);
    const own = program.actors.map(({ steps }) => steps.map((step) => footprintOf(program, step)));
    const ahead = program.actors.map((actor, i) =>
      withPending(futures(program, actor, own[i]!), own[i]!, this.#actors[i]!),
    );
    own.forEach((footprints, actor) => {
      const rows = new Map<Footprint, Uint8Array | undefined>();
      footprints.forEach((footprint, step) => {
        if (program.actors[actor]!.steps[step]!.kind === 'end') return;
        // A step that may be issued instead has an effect later; a guess is not what a property may look at.
        if (this.#actors[actor]!.deferral?.steps.includes(step)) return;
        if (intersects(footprint.writes, visible)) return;
        if (!rows.has(footprint)) rows.set(footprint, this.#row(actor, footprint, ahead));
        this.#admit(actor, step, rows.get(footprint));
      });
    });
  }

  /** By location: 1 where what is still to come there is in conflict with `footprint`; none where all of an actor is. */
  #row(actor: number, footprint: Footprint, ahead: readonly Footprint[][]): Uint8Array | undefined {
    const row = new Uint8Array(this.#locations);
    const isHopeless = ahead.some((future, other) => {
      if (other === actor) return false;
      const base = this.#bases[other]!;
      let free = 0;
      future.forEach((what, at) => {
        if (conflict(footprint, what)) row[base + at] = 1;
        else free++;
      });
      return free === 0;
    });
    return isHopeless ? undefined : row;
  }

  #admit(actor: number, step: number, row: Uint8Array | undefined): void {
    if (row === undefined) return;
    this.#rows[this.#bases[actor]! + step] = row;
    if (!this.actors.includes(actor)) this.actors.push(actor);
  }

  /** Whether the moves of `actor` alone are enough in the state at `at`, if it has any. */
  isAlone(actor: number, data: Int32Array, at: number): boolean {
    const row = this.#rows[this.#bases[actor]! + pcOf(this.#actors[actor]!, data, at)];
    if (row === undefined || isPending(this.#actors[actor]!, data, at)) return false;
    for (let other = 0; other < this.#actors.length; other++) {
      if (other === actor) continue;
      if (row[this.#bases[other]! + pcOf(this.#actors[other]!, data, at)] === 1) return false;
    }
    return true;
  }
}

/** What is still to come from each step on, and what may be pending there. */
function withPending(ahead: Footprint[], own: readonly Footprint[], { deferral }: MachineActor): Footprint[] {
  deferral?.pendingAt.forEach((steps, at) => {
    for (const step of steps) addFootprint(ahead[at]!, own[step]!);
  });
  return ahead;
}
