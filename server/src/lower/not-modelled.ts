import type { Site } from './instruction.js';

/** An actor's code cannot be turned into steps that mean what it does: its scenario gets no verdict. */
export class NotModelledError extends Error {
  constructor(
    readonly reason: string,
    readonly site: Site,
  ) {
    super(reason);
  }
}
