/** What each scenario costs: `--stats`. */

import type { Judgement } from './judge.js';
import type { ScenarioStats } from './report.js';

export class Stats {
  readonly #byScenario = new Map<string, ScenarioStats>();

  get all(): readonly ScenarioStats[] {
    return [...this.#byScenario.values()];
  }

  /** Adds what was done since `started`. Without a judgement nothing was explored: no step of it is changed. */
  add(file: string, scenario: string, judgement: Judgement | undefined, started: number): void {
    const key = JSON.stringify([file, scenario]);
    const before = this.#byScenario.get(key);
    const explored = [judgement?.runBefore, judgement?.runAfter].flatMap((run) => run?.exploration ?? []);
    const milliseconds = (before?.milliseconds ?? 0) + performance.now() - started;
    this.#byScenario.set(key, {
      file,
      scenario,
      states: (before?.states ?? 0) + explored.reduce((sum, { states }) => sum + states, 0),
      milliseconds: Math.round(milliseconds * 10) / 10,
      bytes: (before?.bytes ?? 0) + [...new Set(explored)].reduce((sum, { bytes = 0 }) => sum + bytes, 0),
    });
  }
}
