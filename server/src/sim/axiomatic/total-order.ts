/** The models in which memory is one: sequential consistency, and the store buffers of x86. */

import type { Event } from './event.js';
import { type Judge, type Model, fenced, isMemory, isRead, isWrite, on } from './model.js';
import type { Relation } from './relation.js';

export const sc: Model = (skeleton) => acyclicWith(skeleton.po, (rf) => rf);

/**
 * Only a write and a later read of one thread may change places, unless a full fence or a locked instruction is
 * between them or is one of them. All read-modify-writes are locked instructions, as the kernel has them on x86, a
 * compare-and-exchange that fails included; smp_rmb(), smp_wmb() and the barriers beside atomics order what is ordered anyway.
 */
export const tso: Model = (skeleton) => {
  const { po } = skeleton;
  const memory = on(skeleton, isMemory);
  const reads = on(skeleton, isRead);
  const writes = on(skeleton, isWrite);
  const locked = on(skeleton, isLocked);
  const kept = memory
    .then(po, writes)
    .or(
      reads.then(po, memory),
      locked.then(po, memory),
      memory.then(po, locked),
      memory.then(fenced(skeleton, 'mb'), memory),
      memory.then(po, locked, po, memory),
    );
  return acyclicWith(kept, (rf) => rf.and(skeleton.ext));
};

const isLocked = (event: Event): boolean =>
  event.kind !== 'fence' && (event.part === 'rmw' || event.part === 'lock');

function acyclicWith(kept: Relation, seen: (rf: Relation) => Relation): Judge {
  return {
    allows: ({ rf, co, fr }) => kept.or(seen(rf), co, fr).isAcyclic,
    races: () => false,
  };
}
