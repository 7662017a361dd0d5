/** What the scenarios say of a mutant. */

import type { Scenario } from '../../server/src/kernel/scenarios.js';
import { scenariosOf } from '../../server/src/kernel/scenarios.js';
import { Code } from '../../server/src/lower/code.js';
import { verdictOf } from '../../server/src/review/judge.js';
import { Runs, type LoweredRun } from '../../server/src/review/runs.js';
import { overlay } from '../../server/src/source/code-base.js';
import type { FunctionText } from '../../server/src/source/text.js';

export type Said =
  /** A verdict changes. */
  | { readonly kind: 'noticed'; readonly how: string }
  /** Some scenario is not modelled any more; no verdict says that nothing is wrong. */
  | { readonly kind: 'not-modelled'; readonly how: string }
  /** No scenario's program changes. */
  | { readonly kind: 'same-programs' }
  /** Programs change, and no verdict does. */
  | { readonly kind: 'survivor'; readonly programs: number };

const runs = new Runs('lkmm');

interface Before {
  readonly scenario: Scenario;
  readonly run: LoweredRun & { kind: 'lowered' };
}

/** The scenarios of a release as it stands, lowered once. */
export class Release {
  readonly #before: readonly Before[];

  constructor(readonly code: Code) {
    const scenarios = (['ext4', 'xfs'] as const).flatMap(scenariosOf);
    this.#before = scenarios.flatMap((scenario) => {
      const run = runs.lower(code, scenario);
      return run.kind === 'lowered' ? [{ scenario, run }] : [];
    });
  }

  /** Functions that some scenario runs. */
  functions(): readonly FunctionText[] {
    const names = new Set(this.#before.flatMap(({ run }) => [...run.lowered.ran]));
    return [...this.code.base.universe.values()].filter(({ name }) => names.has(name));
  }

  judge(text: FunctionText, mutant: string): Said {
    const mutated = this.#with(text, mutant);
    let programs = 0;
    let lost: string | null = null;
    for (const { scenario, run } of this.#before) {
      if (!run.lowered.ran.has(text.name)) continue;
      const now = runs.lower(mutated, scenario);
      if (now.kind === 'lowered' && now.key === run.key) continue;
      programs++;
      const how = now.kind === 'lowered' ? changed(scenario, run, now) : `not modelled: ${now.reason}`;
      if (how?.startsWith('not modelled')) lost ??= `${how} (${scenario.id})`;
      else if (how) return { kind: 'noticed', how };
    }
    if (lost !== null) return { kind: 'not-modelled', how: lost };
    return programs === 0 ? { kind: 'same-programs' } : { kind: 'survivor', programs };
  }

  #with(text: FunctionText, mutant: string): Code {
    const { base, parser } = this.code;
    const lines = base.files.get(text.path)!;
    const own = new Set(text.lines);
    const first = lines.findIndex((line) => own.has(line));
    const { origin } = lines[first]!;
    const changedLines = [
      ...lines.slice(0, first),
      ...mutant.split('\n').map((line) => ({ text: line, origin })),
      ...lines.slice(first + own.size),
    ];
    return new Code(parser, overlay(base, base.release, new Map([[text.path, changedLines]])));
  }
}

function changed(scenario: Scenario, before: Before['run'], now: Before['run']): string | null {
  const [old, after] = [runs.explore(before), runs.explore(now)];
  if (after.kind === 'not-modelled') return `not modelled: ${after.reason}`;
  if (old.kind === 'not-modelled') return null;
  for (const property of scenario.asks) {
    const verdict = verdictOf(after, property);
    const was = verdictOf(old, property);
    if (was !== verdict) return `${property} ${was} -> ${verdict} in ${scenario.id}`;
  }
  return null;
}
