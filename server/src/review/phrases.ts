/** Parts of the sentences that findings are told in. */

import type { Scenario } from '../kernel/scenarios.js';
import type { ExploredRun } from './judge.js';
import type { TraceEnd } from './timeline.js';

/** The end of a trace, and who takes part in it. */
export interface Told extends TraceEnd {
  readonly scenario: Scenario;
  readonly run: ExploredRun;
  readonly involved: readonly string[];
  /** `can now` and the like. */
  readonly happens: string;
}

export const article = (name: string): string => (/^[aeiou]/i.test(name) ? `an ${name}` : `a ${name}`);

export function others(scenario: Scenario, self: string, involved: readonly string[]): string {
  const names = scenario.actors
    .map((actor) => actor.name)
    .filter((name) => name !== self && involved.includes(name));
  return names.length === 0
    ? ''
    : ` against ${names.map((name) => article(name === self ? `second ${name}` : name)).join(' and ')}`;
}
