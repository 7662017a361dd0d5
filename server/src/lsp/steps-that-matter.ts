/** Which steps of a timeline are shown where there is no room for all of them. */

import { shortForm } from '../render/short-form.js';
import type { Finding, TimelineStep } from '../review/report.js';

/** What a race turns on goes before what only happens on its way. */
const WEIGHTS: readonly (readonly [RegExp, number])[] = [
  [/^block |^disk |i_dio_count|^read got /, 4],
  [/nrpages|page (?:nothing|dirty|uptodate|under)|writeback/, 2],
];

const effectWeight = (effect: string): number => WEIGHTS.find(([what]) => what.test(effect))?.[1] ?? 1;

/** The effect that the race turns on most; null for a step without one. */
export function mainEffect({ effects }: TimelineStep): string | null {
  return [...effects].sort((a, b) => effectWeight(b) - effectWeight(a))[0] ?? null;
}

function weightOf(step: TimelineStep, last: boolean): number {
  if (last) return 5;
  const effects = step.effects.map(effectWeight);
  return Math.max(0, ...effects, step.at.kind === 'patch' ? 3 : 0);
}

/** The weightiest of the steps that `among` takes, at most so many, in order. */
export function stepsThatMatter(
  { timeline }: Pick<Finding, 'timeline'>,
  most: number,
  among: (step: TimelineStep) => boolean = () => true,
): readonly TimelineStep[] {
  const { steps } = shortForm(timeline).shown;
  return steps
    .map((step, at) => ({ step, weight: weightOf(step, at === steps.length - 1) }))
    .filter(({ step }) => among(step))
    .sort((a, b) => b.weight - a.weight || a.step.n - b.step.n)
    .slice(0, most)
    .map(({ step }) => step)
    .sort((a, b) => a.n - b.n);
}
