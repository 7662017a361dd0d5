/** The one layout model of a timeline: what stands in which actor's column, in which row. Text, mail and Markdown draw it. */

import type { Place, Timeline, TimelineStep } from '../review/report.js';

export type GridRow =
  /** The actor's next steps are in this function. */
  | { readonly kind: 'enter'; readonly actor: number; readonly function: string }
  | { readonly kind: 'step'; readonly actor: number; readonly step: TimelineStep };

export interface Grid {
  /** One an actor, `CPU0: DIO read`. An actor is a task, and tasks that interleave are drawn as CPUs in kernel mail. */
  readonly headings: readonly string[];
  /** In execution order. */
  readonly rows: readonly GridRow[];
}

/** Lays a timeline out; a function is named again whenever the actor's steps leave another one for it. */
export function gridOf(timeline: Timeline): Grid {
  const current = new Map<number, string>();
  const rows: GridRow[] = [];
  for (const step of timeline.steps) {
    if (current.get(step.actor) !== step.function) {
      rows.push({ kind: 'enter', actor: step.actor, function: step.function });
      current.set(step.actor, step.function);
    }
    rows.push({ kind: 'step', actor: step.actor, step });
  }
  return { headings: timeline.actors.map((name, cpu) => `CPU${cpu}: ${name}`), rows };
}

/** Where the memory model moved a step. */
export const MOVED = { issued: ' (issued)', late: ' (takes effect late)' } as const;

/** What the step does, with a mark when the memory model moved it. */
export function stepText(step: TimelineStep): string {
  return step.text + (step.reordered === undefined ? '' : MOVED[step.reordered]);
}

/** Where a step stands, at length: for lists and tables. */
export function placeText(at: Place): string {
  switch (at.kind) {
    case 'patch':
    case 'tree':
      return `${at.file}:${at.line}`;
    case 'bundled':
      return `${at.file}:${at.line} (bundled)`;
  }
}

/** Where a step stands, in a narrow column: only lines of the patch, of which the reader knows the file. */
export function shortPlace(at: Place): string {
  return at.kind === 'patch' ? `:${at.line}` : '';
}
