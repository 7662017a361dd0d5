/** The last part of linux-kernel.cat: what plain accesses may see, and when they race. */

import type { Candidate } from './candidate.js';
import type { Derived, Fixed } from './lkmm-relations.js';
import { Relation } from './relation.js';

interface Visibility {
  readonly rwXbstar: Relation;
  readonly wwVis: Relation;
  readonly wrVis: Relation;
}

export class PlainAccesses {
  readonly #fixed: Fixed;
  readonly #preRace: Relation;

  constructor(fixed: Fixed) {
    this.#fixed = fixed;
    const { skeleton, Plain, M, IW } = fixed;
    const all = Relation.where(skeleton.size, () => true);
    const fromPlain = Plain.then(all, M);
    const toPlain = M.minus(IW).then(all, Plain);
    this.#preRace = skeleton.ext.and(fromPlain.or(toPlain));
  }

  /** The axiom plain-coherence. */
  isCoherent(derived: Derived, { rf, co, fr }: Candidate): boolean {
    const { rwXbstar, wwVis, wrVis } = this.#visibility(derived);
    const incoherent = rf
      .and(rwXbstar.inverse())
      .or(fr.and(wrVis.inverse()), co.and(wwVis.inverse()))
      .and(this.#preRace);
    return incoherent.isEmpty;
  }

  /** The flag data-race. */
  race(derived: Derived, { rf, co, fr }: Candidate): boolean {
    const { Marked, W, skeleton } = this.#fixed;
    const { rwXbstar, wwVis, wrVis } = this.#visibility(derived);
    const all = Relation.where(skeleton.size, () => true);
    const wwNonrace = wwVis.and(Marked.then(all, W).or(rwXbstar)).and(W.then(all, Marked).or(wrVis));
    const wwRace = this.#preRace.and(co).minus(wwNonrace);
    const wrRace = this.#preRace.and(co.optional().then(rf)).minus(wrVis).minus(rwXbstar.inverse());
    const rwRace = this.#preRace.and(fr).minus(rwXbstar);
    return !wwRace.or(wrRace, rwRace).isEmpty;
  }

  #visibility(derived: Derived): Visibility {
    const { Marked, R4rmb, rmbFence, notNoreturn, skeleton } = this.#fixed;
    const { fence, nonrwFence, strongFence, addr, rmwSequence } = derived;
    const xbstar = derived.hb.or(derived.pb).star();
    const vis = derived.cumulFence
      .star()
      .then(derived.rfe.optional(), Marked, strongFence.then(Marked, xbstar).or(xbstar.and(skeleton.int)));
    const wPreBounded = Marked.then(addr.or(fence).optional());
    const rPreBounded = Marked.then(addr.or(nonrwFence, R4rmb.then(rmbFence, notNoreturn)).optional());
    const wPostBounded = fence.optional().then(Marked, rmwSequence);
    const rPostBounded = nonrwFence.or(notNoreturn.then(rmbFence, R4rmb)).optional().then(Marked);
    return {
      wwVis: fence.or(strongFence.then(xbstar, wPreBounded), wPostBounded.then(vis, wPreBounded)),
      wrVis: fence.or(strongFence.then(xbstar, rPreBounded), wPostBounded.then(vis, rPreBounded)),
      rwXbstar: fence.or(rPostBounded.then(xbstar, wPreBounded)),
    };
  }
}
