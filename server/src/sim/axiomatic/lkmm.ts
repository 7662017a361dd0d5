/**
 * The kernel's memory model, tools/memory-model/linux-kernel.cat of v6.12, relation by relation and with its names.
 * RCU grace periods and SRCU are not in it: the front ends refuse tests that have them. Coherence and atomicity are
 * decided before (location-orders.ts), and what lock.cat says of spinlocks follows from them and from the values of
 * locks: docs/memory-model.md.
 */

import type { Skeleton } from './candidate.js';
import { Derived, Fixed } from './lkmm-relations.js';
import type { Judge } from './model.js';
import { PlainAccesses } from './plain-accesses.js';

export function lkmm(skeleton: Skeleton): Judge {
  const fixed = new Fixed(skeleton);
  const plain = fixed.hasPlain ? new PlainAccesses(fixed) : null;
  return {
    allows: (candidate) => {
      // Most candidates fail this part of the axiom happens-before, which costs little.
      if (!fixed.ppo.or(fixed.Marked.then(candidate.rf.and(skeleton.ext), fixed.Marked)).isAcyclic)
        return false;
      const derived = new Derived(fixed, candidate);
      return derived.isAllowed && (plain === null || plain.isCoherent(derived, candidate));
    },
    races: (candidate) => plain !== null && plain.race(new Derived(fixed, candidate), candidate),
  };
}
