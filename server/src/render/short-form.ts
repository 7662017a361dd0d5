/** The short form of a timeline: the steps that a race turns on, with their numbers in the whole. */

import type { Timeline } from '../review/report.js';

export interface ShortForm {
  readonly shown: Timeline;
  /** How many steps were left out. */
  readonly left: number;
}

export function shortForm(timeline: Timeline): ShortForm {
  const steps = timeline.steps.filter((step) => step.quiet !== true);
  return { shown: { ...timeline, steps }, left: timeline.steps.length - steps.length };
}
