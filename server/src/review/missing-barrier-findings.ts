/** P9 where a barrier is missing: races that are there under the memory model and not under `sc`. */

import type { Change, Finding, MissingBarrier, Verdict, VerdictRow } from './report.js';
import { missingBarrierHeadline } from './barrier-wording.js';
import {
  byPlainness,
  idFrom,
  linesOf,
  loadBearingOf,
  memoryModels,
  raceRun,
  scenarioId,
  type Judged,
} from './findings.js';
import type { ExploredRun } from './judge.js';
import { isWeakOnly, missingBarriers } from './missing-barriers.js';
import { RULE_NAMES } from './rule-names.js';
import type { Runs } from './runs.js';
import { readTrace } from './timeline.js';

/** A scenario whose race a barrier closes, before or after the patch. */
export interface WeakRace {
  readonly judged: Judged;
  readonly before: Verdict;
  readonly after: Verdict;
  readonly change: 'introduced' | 'left' | 'fixed';
  readonly missing: readonly MissingBarrier[];
}

const CHANGES: ReadonlySet<Change> = new Set(['introduced', 'left', 'fixed']);

export function weakRacesOf(file: string, all: readonly Judged[], runs: Runs): WeakRace[] {
  return all.flatMap((judged) => weakRaceOf(file, judged, runs) ?? []);
}

function weakRaceOf(file: string, judged: Judged, runs: Runs): WeakRace | null {
  const { judgement } = judged;
  if (!CHANGES.has(judgement.change)) return null;
  const { property, runBefore, runAfter } = judgement;
  const isWeak = (run: ExploredRun | null): boolean => run !== null && isWeakOnly(run, property, runs);
  const [before, after] = [isWeak(runBefore), isWeak(runAfter)];
  // A race that needs no reordering any more is worse than before, and no barrier is what it needs.
  if (before === after ? !after : before && judgement.after !== 'none') return null;
  const missing = missingBarriers(after ? runAfter! : runBefore!, property, file, runs);
  if (missing.length === 0) return null;
  const verdict = (weak: boolean): Verdict => (weak ? 'race' : 'none');
  const change = before === after ? 'left' : after ? 'introduced' : 'fixed';
  // Then the finding of the race names the barrier, and a second finding would say the same.
  if (change === judgement.change) return null;
  return { judged, before: verdict(before), after: verdict(after), change, missing };
}

/** One finding for each set of barriers that a patch leaves out, leaves missing or puts in. */
export function missingBarrierFindings(file: string, races: readonly WeakRace[], runs: Runs): Finding[] {
  const groups = new Map<string, WeakRace[]>();
  for (const race of races) {
    const key = keyOf(race);
    groups.set(key, [...(groups.get(key) ?? []), race]);
  }
  return [...groups].flatMap(([key, group]) => findingOf(file, key, group, runs) ?? []);
}

const keyOf = ({ judged, change, missing }: WeakRace): string =>
  [
    judged.member,
    change,
    JSON.stringify(missing.map(({ barrier, earlier, later }) => [barrier, earlier, later])),
  ].join(' ');

function findingOf(file: string, key: string, group: readonly WeakRace[], runs: Runs): Finding | null {
  const sorted = [...group].sort((a, b) => byPlainness(a.judged, b.judged));
  const { judged, change, missing } = sorted[0]!;
  const { judgement, release, member } = judged;
  const run = change === 'fixed' ? judgement.runBefore! : raceRun(judged);
  const read = readTrace(run, judgement.property, runs.memory, file);
  if (!read) return null;
  const loadBearing = change === 'fixed' ? loadBearingOf(sorted.map((one) => one.judged)) : [];
  const lines = ownLines(missing, change) ?? linesOf(judged, loadBearing);
  const scene = {
    property: judgement.property,
    change: judgement.change,
    scenario: judgement.scenario,
    release,
  };
  return {
    id: idFrom('P9', [file.split('/').at(-1)!, lines.line, key]),
    rule: RULE_NAMES.P9,
    property: 'P9',
    change,
    severity: change === 'fixed' ? 'information' : 'warning',
    file,
    ...lines,
    message: member + missingBarrierHeadline(missing, change, { ...scene, run, read }),
    scenarios: sorted.map((one) => scenarioId(one.judged)),
    memory: memoryModels(judged, run, runs),
    assumptions: read.assumptions,
    timeline: read.timeline,
    loadBearing,
    ...(judged.condition === null ? {} : { condition: judged.condition }),
    missingBarriers: missing,
  };
}

/** Where the barrier belongs, if that is in the patch: at the earlier access, else at the later one. */
function ownLines(missing: readonly MissingBarrier[], change: WeakRace['change']) {
  if (change === 'fixed') return null;
  const end = missing.flatMap(({ earlier, later }) => [earlier, later]).find(({ at }) => at.kind === 'patch');
  return end ? { line: end.at.line, endLine: end.at.line, function: end.function } : null;
}

/** The verdicts of P9: `race` where one is there for want of a barrier. */
export function missingBarrierRow({ before, after, change }: WeakRace, row: VerdictRow): VerdictRow {
  return { ...row, property: 'P9', before, after, change };
}
