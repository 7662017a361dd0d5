/** The door: patches as read -> the report that every face renders. */

import type { Parser } from 'web-tree-sitter';
import { version } from '../../../package.json';
import type { Patch, PatchInput } from '../diff/patch.js';
import { cParser } from '../lower/parser.js';
import { bundledEras, loadEra } from '../source/bundled.js';
import type { CodeBase } from '../source/code-base.js';
import { eraOf } from '../source/eras.js';
import { openTree, type SourceFiles } from '../source/files.js';
import { isInScope } from '../source/scope.js';
import { parseRelease } from '../source/releases.js';
import type { MemoryModel } from '../sim/exploration.js';
import { changedFunctionsOf, type ChangedFunction, type PlacedOfInput } from './changed-functions.js';
import { findingsOf, scenarioId, type Judged } from './findings.js';
import { missingBarrierFindings, missingBarrierRow, weakRacesOf } from './missing-barrier-findings.js';
import { changedCompletion } from './changed-completion.js';
import { conditionOf, lossIn, passedOver } from './conditions.js';
import { idleBarrierFindings } from './idle-barrier-findings.js';
import { placeForReview, type Placed, type PlacedPatch } from './placement.js';
import { planOf, type CheckedFile, type FilePlan, type PlannedPatch } from './plan.js';
import { raceModelOf, type RaceModel } from './race-model.js';
import { ReleaseReview, type Stop } from './release-review.js';
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
import { Runs } from './runs.js';
import { scenariosFor } from './scenarios-for.js';
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
  for (const [file, plan] of planOf(files, options.all === true)) {
    if (file.other === 'earlier') review.below(plan);
    else if (file.other === undefined) review.file(file, plan);
  }
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
      ...incompleteness(placed),
      ...(plan.passedOver.length > 0 ? { passedOver: plan.passedOver.flatMap(passedOverNote) } : {}),
    });
    const findings = [
      ...findingsOf(file, judged, this.#runs),
      ...this.#missingBarriers(file, judged),
      ...placed.flatMap(({ planned, found }) =>
        idleBarrierFindings(file, this.parser, planned.patch, found.placed),
      ),
    ];
    const found = silenced(findings, this.options.silence ?? []);
    this.#findings.push(...found.shown);
    this.#silenced.push(...found.silenced);
    this.judged.push(...judged.map((one) => ({ file, judged: one, property: one.judgement.property })));
  }

  /** What is applied, and judged no more. */
  below({ judged }: FilePlan): void {
    for (const { patch, base } of judged) placeForReview(patch, this.options.kernel, this.tree, base);
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
    const { placed, why, tooOld, notes } = found;
    for (const note of notes) this.#notModelled.push({ file, line: note.line, reason: note.what });
    if (placed.length === 0) this.#releases.push({ file, release: 'none', why });
    const condition = mayMatter(patch, found)
      ? conditionOf(planned, tooOld, (one) => unknownNames(one, earlierOf(planned), this.tree))
      : null;
    if (condition !== null) conditions.push({ line: lineOf(patch), text: condition });
    this.#note(file, changedCompletion(patch));
    return placed.flatMap((one) => {
      this.placed.push({ file, patch, placed: one });
      this.#releases.push({ file, release: one.release, why });
      this.#noteUnplaced(file, one, tooOld);
      return this.#placement(file, one, { member: planned.member, condition });
    });
  }

  #noteUnplaced(file: string, { placement, release }: Placed, tooOld: string | undefined): void {
    for (const { line, reason } of placement.unplaced) {
      const named = reason.includes(release) ? reason : `${reason} (${release})`;
      const said = tooOld === undefined ? named : `${lineIn(reason)} was not placed: ${tooOld}`;
      const known = this.#notModelled.some(
        (one) => one.file === file && one.line === line && one.reason === said,
      );
      if (!known) this.#notModelled.push({ file, line, reason: said });
    }
  }

  #placement(file: string, placed: Placed, said: Pick<Judged, 'member' | 'condition'>): readonly Judged[] {
    if (placed.placement.changed.length === 0) return [];
    const review = new ReleaseReview(file, placed, said, {
      parser: this.parser,
      runs: this.#runs,
      stats: this.#stats,
      step: () => {
        this.#step();
        this.#done++;
      },
    });
    this.#verdicts.push(...review.verdicts.map((one) => rowOf(file, one, this.options.memory)));
    for (const stop of review.stops) this.#noteStop(file, placed, stop);
    this.#note(file, review.notes());
    this.#skipped.push(...review.skipped.map((one) => ({ file, ...one })));
    this.#events.push(review.eventReader());
    return review.judged;
  }

  /** Once for each line and reason. */
  #note(file: string, notes: readonly Omit<NotModelled, 'file'>[]): void {
    for (const { line, reason } of notes) {
      const known = this.#notModelled.some((one) => one.file === file && one.reason === reason);
      if (!known) this.#notModelled.push({ file, line, reason });
    }
  }

  #noteStop(file: string, { placement, release }: Placed, { line, reason, scenario, ownLine }: Stop): void {
    // Half a patch may well lead nowhere; which half is missing has been said.
    if (!ownLine && placement.unplaced.length > 0) return;
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

/** The patches of its series on top of which it is placed. */
const earlierOf = ({ patch, stack: { patches } }: PlannedPatch): readonly Patch[] =>
  patches.slice(0, Math.max(0, patches.indexOf(patch)));

/** The line that a reason speaks of, as it is called there. */
const lineIn = (reason: string): string =>
  /^the (?:added|removed) line `[^]*?`(?= )/.exec(reason)?.[0] ?? 'this change';

/** Where the diff begins. */
const lineOf = ({ files, damage }: Patch): number => files[0]?.line ?? damage[0]?.line ?? 1;

function passedOverNote(patch: Patch): PassedOver[] {
  const note = passedOver(patch);
  return note === null ? [] : [{ line: lineOf(patch), ...note }];
}

const isWithin = ({ files }: Patch, base: CodeBase): boolean =>
  files.some(({ path, newPath }) => isInScope(path, base) || isInScope(newPath, base));

/** A patch that lost changes may be placed nowhere for it: then its files say whether it is of what is modelled. */
const mayMatter = (patch: Patch, { placed }: PlacedPatch): boolean =>
  placed.some(({ placement }) => isWithin(patch, placement.after)) ||
  (placed.length === 0 &&
    lossIn(patch) !== null &&
    bundledEras().some(({ id }) => isWithin(patch, loadEra(id))));

function incompleteness(
  placed: readonly { readonly planned: PlannedPatch; readonly found: PlacedPatch }[],
): Pick<InputSummary, 'incomplete'> {
  const losses = placed.map(({ planned: { patch }, found }) =>
    mayMatter(patch, found) ? lossIn(patch) : null,
  );
  const grave = losses.find((loss) => loss === 'changes') ?? losses.find((loss) => loss !== null);
  return grave ? { incomplete: grave } : {};
}

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
