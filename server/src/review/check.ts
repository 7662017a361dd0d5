/** The door: patches as read -> the report that every face renders. */

import type { Parser } from 'web-tree-sitter';
import { version } from '../../../package.json';
import type { Patch, PatchInput } from '../diff/patch.js';
import type { Scenario } from '../kernel/scenarios.js';
import { Code } from '../lower/code.js';
import type { Lowered } from '../lower/lower.js';
import { cParser } from '../lower/parser.js';
import { bundledEras } from '../source/bundled.js';
import type { CodeBase } from '../source/code-base.js';
import { eraOf } from '../source/eras.js';
import { openTree, type SourceFiles } from '../source/files.js';
import { isInScope } from '../source/scope.js';
import { parseRelease } from '../source/releases.js';
import type { MemoryModel } from '../sim/exploration.js';
import { changedFunctionsOf, type ChangedFunction, type PlacedOfInput } from './changed-functions.js';
import { Counterfactual } from './counterfactual.js';
import { extractedEvents } from './events.js';
import { findingsOf, scenarioId, type Judged } from './findings.js';
import { halfChanged } from './half-changed.js';
import { judgeScenario, judgeUnchanged, ranBeside, type ChangedLines, type ScenarioResult } from './judge.js';
import { knownRun } from './known-runs.js';
import { missingBarrierFindings, missingBarrierRow, weakRacesOf } from './missing-barrier-findings.js';
import { conditionOf, passedOver } from './conditions.js';
import { idleBarrierFindings } from './idle-barrier-findings.js';
import { matters, placeForReview, type Placed, type PlacedPatch } from './placement.js';
import { planOf, type CheckedFile, type FilePlan, type PlannedPatch } from './plan.js';
import { raceModelOf, type RaceModel } from './race-model.js';
import {
  SCHEMA,
  type Explanation,
  type ExtractedEvent,
  type Finding,
  type InputSummary,
  type LineNote,
  type PassedOver,
  type NotModelled,
  type Report,
  type SilencedFinding,
  type SkippedScenario,
  type VerdictRow,
} from './report.js';
import { Runs, type Run } from './runs.js';
import { isUntouched, missingEntries, scenariosFor } from './scenarios-for.js';
import type { ScenarioTimeline } from './scenario-timeline.js';
import { silenced, type Silence } from './silence.js';
import { Stats } from './stats.js';
import { unknownNames } from './unknown-names.js';
import { timelineViewOf, type JudgedInput, type TimelineRequest } from './timeline-view.js';

export interface CheckOptions {
  /** A release such as `5.7`, or null to take it from the patch. */
  readonly kernel: string | null;
  /** A folder with kernel sources, or null for the bundled paths. */
  readonly tree: string | null;
  readonly memory: MemoryModel;
  readonly jobs: number;
  /** Also judge diffs that are no proposals: quoted ones, debugging diffs. */
  readonly all?: boolean;
  /** Rules whose findings are counted and not shown. */
  readonly silence?: readonly Silence[];
  /** Also say what each scenario cost. */
  readonly stats?: boolean;
  /**
   * Called before each scenario with how many have been judged and how many there are as far as is known, and between
   * the runs that look for blame. What it throws ends the check, and `check` throws it: that is how one is cancelled.
   */
  readonly step?: (done: number, total: number) => void;
}

export type { CheckedFile };

export type CheckResult =
  | {
      readonly ok: true;
      readonly report: Report;
      /** Any scenario of a finding as swimlanes; keeps the runs of the check alive. Null: no such finding or scenario. */
      readonly timeline: (request: TimelineRequest) => ScenarioTimeline | null;
      /** The race of a finding for other tools. Null: no such finding. */
      readonly race: (finding: string) => RaceModel | null;
      readonly changedFunctions: () => readonly ChangedFunction[];
    }
  | { readonly ok: false; readonly what: string };

/** Judges all patches of all files. Fails only on a tree that cannot be read. */
export async function check(files: readonly CheckedFile[], options: CheckOptions): Promise<CheckResult> {
  const tree = options.tree === null ? null : openTree(options.tree);
  if (options.tree !== null && !tree)
    return { ok: false, what: `${options.tree}: not a readable directory: give the root of a kernel tree` };
  const refused = options.kernel === null ? null : unknownRelease(options.kernel);
  if (refused !== null) return { ok: false, what: refused };
  const review = new Review(await cParser(), options, tree);
  for (const [file, plan] of planOf(files, options.all === true)) review.file(file, plan);
  const report = review.report();
  return {
    ok: true,
    report,
    timeline: (request) => timelineViewOf(report, review.judged, request, options.memory),
    race: (finding) => raceModelOf(report, review.judged, finding, options.memory),
    changedFunctions: () => changedFunctionsOf(review.placed),
  };
}

/** Why a release that the user names cannot be judged for, or null. */
function unknownRelease(kernel: string): string | null {
  const release = parseRelease(kernel);
  if (release === null) return `${kernel}: not a kernel release: give one such as 5.7 or v6.12`;
  const era = eraOf(release);
  const known = bundledEras();
  if (era && known.some(({ id }) => id === era.id)) return null;
  return `${kernel}: no paths are bundled for this release: give one of ${known.map(({ label }) => label).join(', ')}`;
}

class Review {
  readonly judged: JudgedInput[] = [];
  readonly placed: PlacedOfInput[] = [];
  readonly #runs: Runs;
  #done = 0;
  #total = 0;
  readonly #inputs: InputSummary[] = [];
  readonly #verdicts: VerdictRow[] = [];
  readonly #findings: Finding[] = [];
  readonly #silenced: SilencedFinding[] = [];
  readonly #stats = new Stats();
  readonly #notModelled: NotModelled[] = [];
  readonly #events: (() => readonly ExtractedEvent[])[] = [];
  readonly #skipped: SkippedScenario[] = [];
  readonly #releases: { file: string; release: string; why: string }[] = [];

  constructor(
    readonly parser: Parser,
    readonly options: CheckOptions,
    readonly tree: SourceFiles | null,
  ) {
    this.#runs = new Runs(options.memory, () => this.#step());
  }

  file({ file, input }: CheckedFile, plan: FilePlan): void {
    const conditions: LineNote[] = [];
    // All are placed before the first is judged: then it is known how many scenarios there are.
    const placed = plan.judged.map((planned) => ({ planned, found: this.#place(planned) }));
    const judged = placed.flatMap(({ planned, found }) => this.#patch(file, planned, found, conditions));
    this.#inputs.push({
      ...summaryOf(file, input),
      ...(conditions.length > 0 ? { conditions } : {}),
      ...(plan.passedOver.length > 0 ? { passedOver: plan.passedOver.flatMap(passedOverNote) } : {}),
    });
    const findings = [
      ...findingsOf(file, judged, this.#runs),
      ...this.#missingBarriers(file, judged),
      ...idleBarrierFindings(
        file,
        this.parser,
        placed.flatMap(({ found }) => found.placed),
      ),
    ];
    const found = silenced(findings, this.options.silence ?? []);
    this.#findings.push(...found.shown);
    this.#silenced.push(...found.silenced);
    this.judged.push(...judged.map((one) => ({ file, judged: one, property: one.judgement.property })));
  }

  #missingBarriers(file: string, judged: readonly Judged[]): readonly Finding[] {
    const races = weakRacesOf(file, judged, this.#runs);
    for (const race of races) {
      this.#verdicts.push(missingBarrierRow(race, rowOf(file, race.judged, this.options.memory)));
      this.judged.push({ file, judged: race.judged, property: 'P9' });
    }
    return missingBarrierFindings(file, races, this.#runs);
  }

  #step(): void {
    this.options.step?.(this.#done, Math.max(this.#total, 1));
  }

  report(): Report {
    return {
      schema: SCHEMA,
      version,
      inputs: this.#inputs,
      verdicts: this.#verdicts,
      findings: this.#findings,
      notModelled: this.#notModelled,
      ...(this.options.stats === true ? { stats: this.#stats.all } : {}),
      ...(this.#silenced.length === 0 ? {} : { silenced: this.#silenced }),
      explanation: explained(this.#releases, this.#skipped, this.#events),
    };
  }

  #place({ patch, base }: PlannedPatch): PlacedPatch {
    const found = placeForReview(patch, this.options.kernel, this.tree, base);
    this.#total += found.placed.flatMap(scenariosFor).length;
    this.#step();
    return found;
  }

  #patch(file: string, planned: PlannedPatch, found: PlacedPatch, conditions: LineNote[]): Judged[] {
    const { patch } = planned;
    const { placed, why, notes } = found;
    for (const note of notes) this.#notModelled.push({ file, line: note.line, reason: note.what });
    if (placed.length === 0) this.#releases.push({ file, release: 'none', why });
    const inScope = placed.some(({ placement }) => isWithin(patch, placement.after));
    const condition = inScope ? conditionOf(planned, (one) => unknownNames(one, this.tree)) : null;
    if (condition !== null) conditions.push({ line: lineOf(patch), text: condition });
    return placed.flatMap((one) => {
      this.placed.push({ file, patch, placed: one });
      this.#releases.push({ file, release: one.release, why });
      this.#noteUnplaced(file, one);
      return this.#placement(file, one, { member: planned.member, condition });
    });
  }

  #noteUnplaced(file: string, { placement, release }: Placed): void {
    for (const { line, reason } of placement.unplaced) {
      const said = reason.includes(release) ? reason : `${reason} (${release})`;
      const known = this.#notModelled.some(
        (one) => one.file === file && one.line === line && one.reason === said,
      );
      if (!known) this.#notModelled.push({ file, line, reason: said });
    }
  }

  #placement(file: string, placed: Placed, said: Pick<Judged, 'member' | 'condition'>): Judged[] {
    const { placement, release } = placed;
    if (placement.changed.length === 0) return [];
    const before = new Code(this.parser, placement.before);
    const after = new Code(this.parser, placement.after);
    const counterfactual = new Counterfactual(this.#runs, placement, this.parser);
    const changed = new Set(placement.edits.flatMap((edit) => edit.lines.map((line) => line.line)));
    const half = halfChanged(placed, before, after);
    const now: Lowered[] = [];
    let cut = false;
    const judged: Judged[] = [];
    const ran = new Set<string>();
    const unchanged: { scenario: Scenario; result: ScenarioResult & { kind: 'unchanged' } }[] = [];
    const scenarios = scenariosFor(placed);
    const skipped = new Map<Scenario, string>();
    for (const scenario of scenarios) {
      this.#step();
      this.#done++;
      const known = knownRun(before, scenario);
      known?.ran.forEach((name) => ran.add(name));
      if (known && isUntouched(known, placement)) {
        skipped.set(scenario, NO_STEP);
        continue;
      }
      const missing = missingEntries(scenario, after);
      if (missing.length > 0) {
        skipped.set(scenario, `${missing.join(', ')} not bundled for ${release}`);
        continue;
      }
      const started = performance.now();
      const result = judgeScenario(this.#runs, scenario, before, after, changed, half);
      ranBeside(known, result).forEach((name) => ran.add(name));
      const judgement = result.kind === 'judged' ? result.judgements[0] : undefined;
      this.#stats.add(file, scenarioId({ judgement: { scenario }, release, ...said }), judgement, started);
      if (result.kind === 'unchanged') {
        unchanged.push({ scenario, result });
      }
      if (result.kind === 'not-modelled') {
        cut = true;
        skipped.set(scenario, `not modelled: ${result.run.reason}`);
        this.#noteNotModelled(file, scenario, placed, result.run);
      }
      if (result.kind !== 'judged') continue;
      for (const judgement of result.judgements) {
        const one: Judged = { judgement, release, ...said, counterfactual, changed };
        judged.push(one);
        this.#verdicts.push(rowOf(file, one, this.options.memory));
        if (judgement.runAfter) now.push(judgement.runAfter.lowered);
      }
    }
    // What could not be followed may well run the changed code.
    if (!cut) this.#noteNotRun(file, placed, ran);
    this.#noteUnresolved(file, release, changed, [
      ...now,
      ...unchanged.map(({ result }) => result.run.lowered),
    ]);
    const functions = new Set(
      placement.changed.flatMap((text) => [text.beforeName, text.afterName]).filter((name) => name !== null),
    );
    for (const { scenario, result } of unchanged) {
      const near = judged.length > 0 && [...functions].some((name) => result.run.lowered.ran.has(name));
      const started = performance.now();
      const same = near ? judgeUnchanged(this.#runs, scenario, result.run) : [];
      this.#stats.add(file, scenarioId({ judgement: { scenario }, release, ...said }), same[0], started);
      if (same.length === 0) skipped.set(scenario, NO_STEP);
      for (const judgement of same) {
        this.#verdicts.push(
          rowOf(file, { judgement, release, ...said, counterfactual, changed }, this.options.memory),
        );
      }
    }
    this.#skip(file, release, scenarios, skipped);
    // Only who asks for an explanation pays for lowering what is known already.
    this.#events.push(() => {
      const old = judged.flatMap(({ judgement }) => judgement.runBefore?.lowered ?? []);
      return extractedEvents(file, { before: old, after: now }, functions);
    });
    return judged;
  }

  /** A change of ordering in a function that no scenario runs must not pass in silence. */
  #noteNotRun(file: string, { placement, release }: Placed, ran: ReadonlySet<string>): void {
    for (const edit of placement.edits) {
      const line = edit.lines.find(({ text }) => matters(text));
      if (!line || ran.has(edit.function) || placement.after.tables.has(edit.function)) continue;
      const reason = `no scenario runs the changed ${edit.function}() (${release})`;
      const known = this.#notModelled.some((one) => one.file === file && one.reason === reason);
      if (!known) this.#notModelled.push({ file, line: line.line, reason });
    }
  }

  /** A call that the patch adds and that goes nowhere we know: what it does to the order is not explored. */
  #noteUnresolved(file: string, release: string, changed: ChangedLines, all: readonly Lowered[]): void {
    for (const { text, site } of all.flatMap((lowered) => lowered.unresolved)) {
      if (site.origin.kind !== 'patch' || !changed.has(site.origin.line)) continue;
      const reason = `the function that ${text} calls in ${site.function}() is not known (${release})`;
      const known = this.#notModelled.some((one) => one.file === file && one.reason === reason);
      if (!known) this.#notModelled.push({ file, line: site.origin.line, reason });
    }
  }

  /** In the order of the scenarios, whenever it turned out that one is skipped. */
  #skip(
    file: string,
    release: string,
    scenarios: readonly Scenario[],
    reasons: ReadonlyMap<Scenario, string>,
  ): void {
    for (const scenario of scenarios) {
      const reason = reasons.get(scenario);
      if (reason !== undefined) this.#skipped.push({ file, scenario: `${scenario.id}@${release}`, reason });
    }
  }

  #noteNotModelled(
    file: string,
    scenario: Scenario,
    { placement, release }: Placed,
    { reason, site }: Run & { kind: 'not-modelled' },
  ): void {
    const own = site?.origin.kind === 'patch' ? site.origin.line : undefined;
    // Half a patch may well lead nowhere; which half is missing has been said.
    if (own === undefined && placement.unplaced.length > 0) return;
    const line = own ?? placement.edits.flatMap((edit) => edit.lines)[0]?.line ?? 1;
    const known = this.#notModelled.some((one) => one.file === file && one.reason.startsWith(reason));
    if (!known) this.#notModelled.push({ file, line, reason: `${reason} (${scenario.id}, ${release})` });
  }
}

/** An explanation whose events are read out when they are asked for. */
function explained(
  releases: Explanation['releases'],
  skipped: Explanation['skipped'],
  read: readonly (() => readonly ExtractedEvent[])[],
): Explanation {
  let events: readonly ExtractedEvent[] | null = null;
  return {
    releases,
    skipped,
    get events() {
      return (events ??= read.flatMap((one) => one()));
    },
  };
}

/** Where the diff begins. */
const lineOf = ({ files, damage }: Patch): number => files[0]?.line ?? damage[0]?.line ?? 1;

function passedOverNote(patch: Patch): PassedOver[] {
  const note = passedOver(patch);
  return note === null ? [] : [{ line: lineOf(patch), ...note }];
}

const isWithin = ({ files }: Patch, base: CodeBase): boolean =>
  files.some(({ path, newPath }) => isInScope(path, base) || isInScope(newPath, base));

function summaryOf(file: string, input: PatchInput): InputSummary {
  const patches = input.patches.flatMap((patch) =>
    patch.files.map((one, i) => ({
      path: one.path,
      hunks: one.hunks.length,
      damage: i === 0 ? patch.damage : [],
    })),
  );
  return { file, kind: input.kind, messages: input.messages, patches };
}

const NO_STEP = 'the patch changes no step of its actors';

function rowOf(file: string, judged: Judged, memory: MemoryModel): VerdictRow {
  const { judgement, release } = judged;
  const { scenario } = judgement;
  return {
    file,
    property: judgement.property,
    scenario: {
      id: scenarioId(judged),
      release,
      fs: scenario.configuration.fs,
      mount: [...scenario.mount, scenario.start],
      actors: scenario.actors.map((actor) => actor.name),
      memory,
    },
    before: judgement.before,
    after: judgement.after,
    change: judgement.change,
    bounds: judgement.bounds,
    states: judgement.states,
    ...(judged.condition === null ? {} : { condition: judged.condition }),
  };
}
