/** Small wordings that several formats share. */

import type { Finding, SideWithoutRace } from '../review/report.js';
import { RULES } from './rules.js';

const NUMBER = new Intl.NumberFormat('en');

export function number(value: number): string {
  return NUMBER.format(value);
}

/** `1 scenario`, `1,200 scenarios`. */
export function count(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** The word that a finding's headline starts with; an error is the rule and not named. */
export function changeWord({ change, severity, condition }: Finding): string {
  const more = [
    ...(severity === 'error' || change === 'fixed' ? [] : [severity]),
    ...(condition === undefined ? [] : ['conditional']),
  ];
  return change.toUpperCase() + (more.length === 0 ? '' : ` (${more.join(', ')})`);
}

/** The end of a timeline: what has gone wrong when its last step has been taken. */
export function violation(finding: Finding): string {
  const rule = RULES[finding.property];
  return `${rule.title} (${rule.property}): ${rule.violated}`;
}

/** Stands above the steps of the side without the race. */
export const differing = ({ side }: SideWithoutRace): string =>
  `${side} the patch, in the same order, these steps differ:`;

/** The same at the beginning of a paragraph. */
export function differingSentence(other: SideWithoutRace): string {
  const text = differing(other);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `12, 14-20`: 1-based line numbers, sorted and each once. */
export function lineRanges(lines: readonly number[]): string {
  const sorted = [...new Set(lines)].sort((a, b) => a - b);
  const ranges: [number, number][] = [];
  for (const at of sorted) {
    const open = ranges.at(-1);
    if (open !== undefined && at === open[1] + 1) open[1] = at;
    else ranges.push([at, at]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(', ');
}
