/** One patch on one release: its scenarios judged, and what is to be said of those that were not. */

import type { Parser } from 'web-tree-sitter';
import type { Scenario } from '../kernel/scenarios.js';
import { namesUnmodelledCall } from '../kernel/unmodelled-calls.js';
import { Code } from '../lower/code.js';
import type { Lowered } from '../lower/lower.js';
import { changedErrors } from './changed-errors.js';
import { changedFlags } from './changed-flags.js';
import { changedLayouts } from './changed-layouts.js';
import { changedSizes } from './changed-sizes.js';
import { changedUnjudged } from './changed-unjudged.js';
import { changedReferences } from './changed-references.js';
import { changedTailFlush } from './changed-tail-flush.js';
import { changedWakeups } from './changed-wakeups.js';
import { Counterfactual } from './counterfactual.js';
import {
  alwaysHolding,
  notEntered,
  notReached,
  notRun,
  unexplainedBarriers,
  unresolvedCalls,
} from './coverage.js';
import { extractedEvents } from './events.js';
import { locksInFaults } from './fault-locks.js';
import { scenarioId, type Judged } from './findings.js';
import { halfChanged } from './half-changed.js';
import {
  GUESSED,
  judgeScenario,
  judgeUnchanged,
  ranBeside,
  type Judgement,
  type PatchFacts,
  type ScenarioResult,
} from './judge.js';
import { knownRun } from './known-runs.js';
import type { Placed } from './placement.js';
import { NO_STEP, NOT_JUDGED, type ExtractedEvent, type NotModelled } from './report.js';
import type { Run, Runs } from './runs.js';
import { isUntouched, missingEntries, scenariosFor } from './scenarios-for.js';
import type { Stats } from './stats.js';

/** What a check keeps for all of its patches. */
export interface ReviewContext {
  readonly parser: Parser;
  readonly runs: Runs;
  readonly stats: Stats;
  /** Called before each scenario; what it throws ends the check. */
  readonly step: () => void;
}

type Said = Pick<Judged, 'member' | 'condition'>;

/** A scenario that came to something that is not modelled. */
export interface Stop {
  readonly line: number;
  readonly reason: string;
  readonly scenario: Scenario;
  /** Whether the line is its own, or only the first that the patch changes. */
  readonly ownLine: boolean;
}

export class ReleaseReview {
  /** Those whose verdict may differ for the patch. */
  readonly judged: Judged[] = [];
  /** The same, and then those that it leaves as they are, near to what it changes. */
  readonly verdicts: Judged[] = [];
  readonly stops: Stop[] = [];
  readonly #skipped = new Map<Scenario, string>();
  readonly #before: Code;
  readonly #after: Code;
  readonly #facts: PatchFacts;
  readonly #counterfactual: Counterfactual;
  readonly #ran = new Set<string>();
  readonly #scenarios: readonly Scenario[];
  readonly #lookedAt: Scenario[] = [];
  readonly #unchanged: { scenario: Scenario; result: ScenarioResult & { kind: 'unchanged' } }[] = [];

  /** Runs all of its scenarios. `file` is what the patch is read from, as statistics speak of it. */
  constructor(
    readonly file: string,
    readonly placed: Placed,
    readonly said: Said,
    readonly context: ReviewContext,
  ) {
    const { placement } = placed;
    this.#scenarios = scenariosFor(placed);
    this.#before = new Code(context.parser, placement.before);
    this.#after = new Code(context.parser, placement.after);
    this.#counterfactual = new Counterfactual(context.runs, placement, context.parser);
    const lines = placement.edits.flatMap((edit) => edit.lines);
    this.#facts = {
      changed: new Set(lines.map(({ line }) => line)),
      half: halfChanged(placed, this.#before, this.#after),
      dropsUnmodelled: lines.some(({ kind, text }) => kind === 'removed' && namesUnmodelledCall(text)),
    };
    for (const scenario of this.#scenarios) {
      context.step();
      this.#scenario(scenario);
    }
    this.#judgeUnchanged();
  }

  /** In the order of the scenarios, whenever it turned out that one is skipped. */
  get skipped(): readonly { readonly scenario: string; readonly reason: string }[] {
    return this.#scenarios.flatMap((scenario) => {
      const reason = this.#skipped.get(scenario);
      return reason === undefined ? [] : [{ scenario: `${scenario.id}@${this.placed.release}`, reason }];
    });
  }

  /** What the patch changes and no verdict speaks of. */
  notes(): readonly Omit<NotModelled, 'file'>[] {
    const { placed } = this;
    const allAfter = this.#loweredAfter();
    const sides = {
      before: this.#before,
      after: this.#after,
      loweredAfter: allAfter,
      loweredBefore: this.#loweredBefore(),
    };
    return [
      // What could not be followed may well run the changed code.
      ...(this.stops.length > 0
        ? []
        : [
            ...notRun(placed, this.#ran),
            ...notReached(placed, this.#ran, sides),
            ...notEntered(placed, this.#ran, sides),
            ...alwaysHolding(placed, this.#ran, sides),
            ...[
              changedReferences,
              changedErrors,
              changedFlags,
              changedWakeups,
              changedTailFlush,
              changedLayouts,
              changedSizes,
              changedUnjudged,
            ].flatMap((changesIn) =>
              changesIn(placed.placement, this.#before, this.#after)
                .slice(0, 1)
                .map(({ line, reason }) => ({ line, reason: `${reason} (${placed.release})` })),
            ),
          ]),
      ...(this.#hasConsequences() ? [] : unexplainedBarriers(placed, this.#ran, sides)),
      ...unresolvedCalls(placed.release, this.#facts.changed, allAfter),
      ...this.#guessed(),
      ...locksInFaults(
        placed.release,
        this.#facts.changed,
        this.judged.map(({ judgement }) => judgement),
      ),
    ];
  }

  /** A verdict that turns on what nothing decides, one for all of its kind. */
  #guessed(): readonly Omit<NotModelled, 'file'>[] {
    const line = this.placed.placement.edits[0]?.lines[0]?.line;
    const one = this.judged.find(
      ({ judgement: { bounds, before, after } }) => bounds.startsWith(GUESSED) && before !== after,
    );
    if (one === undefined || line === undefined) return [];
    const { property, bounds, scenario } = one.judgement;
    return [{ line, reason: `${property} of ${scenario.id}: ${bounds} (${this.placed.release})` }];
  }

  /** Whether the patch changes a verdict; without reordering no barrier ever does. */
  #hasConsequences(): boolean {
    if (this.context.runs.memory === 'sc') return true;
    return this.judged.some(({ judgement: { change } }) => change === 'introduced' || change === 'fixed');
  }

  /**
   * Reads the events out when it is called, which lowers what is known already: only who asks for an explanation pays for
   * that. It keeps what was judged alive, and nothing of the scenarios that are unchanged.
   */
  eventReader(): () => readonly ExtractedEvent[] {
    const { file, judged } = this;
    const functions = this.#functions();
    return () => {
      const old = judged.flatMap(({ judgement }) => judgement.runBefore?.lowered ?? []);
      const before = { code: this.#before, runs: old };
      const after = { code: this.#after, runs: loweredAfter(judged) };
      return extractedEvents(file, { before, after }, functions);
    };
  }

  #scenario(scenario: Scenario): void {
    const { placement, release } = this.placed;
    const known = knownRun(this.#before, scenario);
    known?.ran.forEach((name) => this.#ran.add(name));
    if (known && isUntouched(known, placement)) {
      this.#skipped.set(scenario, NO_STEP);
      return;
    }
    const missing = missingEntries(scenario, this.#after);
    if (missing.length > 0) {
      this.#skipped.set(scenario, `${missing.join(', ')} not bundled for ${release}`);
      return;
    }
    this.#lookedAt.push(scenario);
    const started = performance.now();
    const result = judgeScenario(this.context.runs, scenario, this.#before, this.#after, this.#facts);
    ranBeside(known, result).forEach((name) => this.#ran.add(name));
    this.#count(scenario, result.kind === 'judged' ? result.judgements[0] : undefined, started);
    switch (result.kind) {
      case 'unchanged':
        this.#unchanged.push({ scenario, result });
        return;
      case 'not-modelled':
        this.#skipped.set(scenario, `${NOT_JUDGED}${result.run.reason}`);
        this.#stop(scenario, result.run);
        return;
      case 'judged':
        this.judged.push(...result.judgements.map((judgement) => this.#judged(judgement)));
        this.verdicts.push(...this.judged.slice(-result.judgements.length));
    }
  }

  #stop(scenario: Scenario, { reason, site }: Run & { kind: 'not-modelled' }): void {
    const own = site?.origin.kind === 'patch' ? site.origin.line : undefined;
    const first = this.placed.placement.edits.flatMap((edit) => edit.lines)[0]?.line ?? 1;
    this.stops.push({ line: own ?? first, reason, scenario, ownLine: own !== undefined });
  }

  #judgeUnchanged(): void {
    const functions = this.#functions();
    for (const { scenario, result } of this.#unchanged) {
      const near = this.judged.length > 0 && [...functions].some((name) => result.run.lowered.ran.has(name));
      const started = performance.now();
      const same = near ? judgeUnchanged(this.context.runs, scenario, result.run) : [];
      this.#count(scenario, same[0], started);
      if (same.length === 0) this.#skipped.set(scenario, NO_STEP);
      this.verdicts.push(...same.map((judgement) => this.#judged(judgement)));
    }
  }

  #judged(judgement: Judgement): Judged {
    return {
      judgement,
      release: this.placed.release,
      ...this.said,
      counterfactual: this.#counterfactual,
      changed: this.#facts.changed,
    };
  }

  #count(scenario: Scenario, judgement: Judgement | undefined, started: number): void {
    const id = scenarioId({ judgement: { scenario }, release: this.placed.release, ...this.said });
    this.context.stats.add(this.file, id, judgement, started);
  }

  /** Those that the patch changes, by their names before and after it. */
  #functions(): ReadonlySet<string> {
    const names = this.placed.placement.changed.flatMap((text) => [text.beforeName, text.afterName]);
    return new Set(names.filter((name) => name !== null));
  }

  #loweredAfter(): readonly Lowered[] {
    return [...loweredAfter(this.judged), ...this.#unchanged.map(({ result }) => result.run.lowered)];
  }

  *#loweredBefore(): Generator<Lowered> {
    for (const scenario of this.#lookedAt) {
      const run = this.context.runs.lower(this.#before, scenario);
      if (run.kind === 'lowered') yield run.lowered;
    }
  }
}

const loweredAfter = (judged: readonly Judged[]): readonly Lowered[] =>
  judged.flatMap(({ judgement }) => judgement.runAfter?.lowered ?? []);
