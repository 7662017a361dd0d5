/** What a memory model says of candidate executions. */

import type { Event, Fence } from './event.js';
import type { Candidate, Skeleton } from './candidate.js';
import { Relation } from './relation.js';

/** For the candidates of one skeleton; coherence and atomicity hold already. */
export interface Judge {
  allows(candidate: Candidate): boolean;
  /** Whether plain accesses race; for a candidate that is allowed. */
  races(candidate: Candidate): boolean;
}

export type Model = (skeleton: Skeleton) => Judge;

export const isMemory = (event: Event): boolean => event.kind !== 'fence';
export const isRead = (event: Event): boolean => event.kind === 'read';
export const isWrite = (event: Event): boolean => event.kind === 'write';

/** `[set]`: the identity on the events that are in it. */
export function on(skeleton: Skeleton, isIn: (event: Event) => boolean): Relation {
  return Relation.identity(skeleton.size, (id) => isIn(skeleton.events[id]!));
}

/** `fencerel`: from what is before such a fence to what is after it. */
export function fenced(skeleton: Skeleton, fence: Fence): Relation {
  return skeleton.po.then(
    on(skeleton, (event) => event.kind === 'fence' && event.fence === fence),
    skeleton.po,
  );
}
