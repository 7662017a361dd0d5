/** A move as code. */

import type { Move } from './exploration.js';

/** Gives false, or writes the state after the move to `to` and gives true. */
export type Fire = (from: Int32Array, at: number, to: Int32Array) => boolean;

export interface Transition {
  readonly move: Move;
  readonly fire: Fire;
}
