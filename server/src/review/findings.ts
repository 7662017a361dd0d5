/** Judgements -> findings: one for each race that a patch introduces, leaves or closes between the same actors. */

import { createHash } from 'node:crypto';
import type { Scenario } from '../kernel/scenarios.js';
import type { Edit } from '../source/merged.js';
import type { MemoryModel } from '../sim/exploration.js';
import type { Counterfactual } from './counterfactual.js';
import {
  touchingMoves,
  traceOf,
  verdictOf,
  type ChangedLines,
  type ExploredRun,
  type Judgement,
} from './judge.js';
import { missingBarriers } from './missing-barriers.js';
import type { Change, Finding, LoadBearing, SideWithoutRace, PropertyId } from './report.js';
import { OF_A_PATH, OF_WHOM, RULE_NAMES } from './rule-names.js';
import type { Runs } from './runs.js';
import { inSameOrder } from './same-order.js';
import { readTrace, type ReadTrace } from './timeline.js';
import { isMixed, severityOf } from './severity.js';
import { headline, likewise, wrongOnPath } from './wording.js';

/** Judgements of one placement, with what is needed to explain them. */
export interface Judged {
  readonly judgement: Judgement;
  readonly release: string;
  /** `[2/7]` where the input holds several patches, else empty. */
  readonly member: string;
  /** What the verdict takes for granted, or null. */
  readonly condition: string | null;
  readonly counterfactual: Counterfactual;
  readonly changed: ChangedLines;
}

export const scenarioId = ({
  judgement,
  release,
  member,
}: Pick<Judged, 'release' | 'member'> & {
  readonly judgement: { readonly scenario: { readonly id: string } };
}): string => `${judgement.scenario.id}@${release}${member.trim()}`;

/** The findings of one input file, most serious first. */
export function findingsOf(file: string, all: readonly Judged[], runs: Runs): Finding[] {
  const groups = new Map<string, Judged[]>();
  for (const judged of all) {
    if (!ORDER.includes(judged.judgement.change)) continue;
    const key = groupKey(judged);
    groups.set(key, [...(groups.get(key) ?? []), judged]);
  }
  const ofFewActors = [...groups.values()].sort((a, b) => actorCount(a) - actorCount(b));
  const findings = ofFewActors
    .filter((group) => !ofFewActors.some((other) => says(other[0]!, group[0]!)))
    .flatMap((group) => {
      const told = findingOf(file, group, runs);
      return told ? [{ judged: group[0]!, ...told }] : [];
    });
  return joinedByLine(findings).sort(bySeverity);
}

/** A page that keeps zeros for what a direct write appends is the stale page of P2, where that one changes as well. */
function says(one: Judged, other: Judged): boolean {
  const { judgement: stalePage, member } = one;
  const { judgement: size } = other;
  return (
    stalePage.property === 'P2' &&
    size.property === 'P8' &&
    isMixed(size.scenario) &&
    member === other.member &&
    stalePage.change === size.change &&
    stalePage.scenario.configuration.fs === size.scenario.configuration.fs
  );
}

const actorCount = (group: readonly Judged[]): number => group[0]!.judgement.scenario.actors.length;

/**
 * What one line does wrong on a path is one finding, not one for each kind of I/O; nor is who fills a page wrongly told
 * for each call that takes blocks away.
 */
const isOfAPath = ({ judgement: { property, scenario } }: Judged): boolean =>
  OF_A_PATH.has(property) || (property === 'P2' && !scenario.actors.some(({ kind }) => kind === 'dio-write'));

/** A finding, and the first of the judgements that it is made of. */
interface Told {
  readonly judged: Judged;
  readonly finding: Finding;
  readonly wrong: 'left' | 'gone';
}

/** Of findings that the same lines make, the first one, for all their scenarios. */
function joinedByLine(all: readonly Told[]): Finding[] {
  const groups = new Map<string, [Told, ...Told[]]>();
  for (const told of all) {
    const key = causeOf(told);
    const known = groups.get(key);
    if (known) known.push(told);
    else groups.set(key, [told]);
  }
  return [...groups.values()].map(joined);
}

/** Equal for findings that are told as one. */
function causeOf({ finding, judged: { judgement, member }, judged, wrong }: Told): string {
  const { id, property, change, line, endLine } = finding;
  const lines = [property, change, line, endLine];
  if (isOfAPath(judged)) return [...lines, wrong].join();
  return OF_WHOM.has(property) ? [...lines, member, judgement.scenario.configuration.fs].join() : id;
}

function joined([first, ...more]: readonly [Told, ...Told[]]): Finding {
  const { finding, judged } = first;
  if (more.length === 0) return finding;
  const alike = isOfAPath(judged) ? [] : more.map((one) => one.judged.judgement.scenario);
  const others = alike.filter((one) => !alike.concat(judged.judgement.scenario).some(isPartOf(one)));
  return {
    ...finding,
    message: `${finding.message}${likewise(others)}`,
    scenarios: [first, ...more].flatMap((one) => one.finding.scenarios),
    loadBearing: mergedByLine([first, ...more].flatMap((one) => one.finding.loadBearing)),
  };
}

/** Some of its actors have the race among themselves: that the others may be there as well says nothing more. */
const isPartOf =
  (whole: Scenario) =>
  (part: Scenario): boolean =>
    part.actors.length < whole.actors.length &&
    part.actors.every(({ name }) => whole.actors.some((role) => role.name === name));

/** The same race of the same actors in several configurations is one finding. */
function groupKey({ judgement, member }: Judged): string {
  const { scenario, property, change } = judgement;
  const actors = scenario.actors.map((actor) => actor.name).join('+');
  return [member, property, change, scenario.configuration.fs, actors].join(' ');
}

const ORDER: readonly Change[] = ['introduced', 'left', 'fixed'];
const bySeverity = (a: Finding, b: Finding): number =>
  ORDER.indexOf(a.change) - ORDER.indexOf(b.change) || a.line - b.line || a.message.localeCompare(b.message);

/** The run in which the race can be seen: before the patch for a race that it closes. */
export const raceRun = ({ judgement }: Judged): ExploredRun =>
  judgement.change === 'fixed' ? judgement.runBefore! : judgement.runAfter!;

const traceLength = (judged: Judged): number =>
  traceOf(raceRun(judged), judged.judgement.property)?.length ?? 0;

/** Shown first: the plainest configuration, then the shortest trace. */
export const byPlainness = (a: Judged, b: Judged): number =>
  a.judgement.scenario.mount.length - b.judgement.scenario.mount.length || traceLength(a) - traceLength(b);

function findingOf(file: string, group: readonly Judged[], runs: Runs): Omit<Told, 'judged'> | null {
  const sorted = [...group].sort(byPlainness);
  const shown = sorted[0]!;
  const { judgement, release } = shown;
  const run = raceRun(shown);
  const read = readTrace(run, judgement.property, runs.memory, file);
  if (!read) return null;
  const loadBearing = judgement.change === 'fixed' ? loadBearingOf(sorted) : [];
  const lines = linesOf(shown, loadBearing);
  const involved = read.timeline.actors;
  const memory = memoryModels(shown, run, runs);
  const otherSide = otherSideOf(shown, read, runs.memory, file);
  const missing = memory.includes('sc') ? [] : missingBarriers(run, judgement.property, file, runs);
  const finding: Finding = {
    id: idOf(file, sorted, lines.line),
    rule: RULE_NAMES[judgement.property],
    property: judgement.property,
    change: judgement.change,
    severity: severityOf(
      sorted.map((one) => one.judgement),
      runs.memory,
    ),
    file,
    line: lines.line,
    endLine: lines.endLine,
    function: lines.function,
    message:
      shown.member +
      headline(judgement.property, judgement.change, judgement.scenario, release, run, read, involved),
    scenarios: sorted.map(scenarioId),
    memory,
    assumptions: read.assumptions,
    timeline: read.timeline,
    ...(otherSide === null ? {} : { otherSide }),
    loadBearing,
    ...(shown.condition === null ? {} : { condition: shown.condition }),
    ...(missing.length === 0 ? {} : { missingBarriers: missing }),
  };
  return { finding, wrong: wrongOnPath(judgement.property, run, read) };
}

function otherSideOf(
  { judgement }: Judged,
  read: ReadTrace,
  memory: MemoryModel,
  file: string,
): SideWithoutRace | null {
  const { change, runBefore, runAfter } = judgement;
  if (!runBefore || !runAfter || change === 'left') return null;
  const [race, other] = change === 'fixed' ? [runBefore, runAfter] : [runAfter, runBefore];
  const timeline = inSameOrder(race, read, other, memory, file)?.others;
  if (!timeline || timeline.steps.length === 0) return null;
  return { side: change === 'fixed' ? 'after' : 'before', timeline };
}

function idOf(file: string, group: readonly Judged[], line: number): string {
  return idFrom(group[0]!.judgement.property, [file.split('/').at(-1)!, line, groupKey(group[0]!)]);
}

export function idFrom(property: PropertyId, parts: readonly (string | number)[]): string {
  const hash = createHash('sha256').update(parts.join('\n')).digest('hex');
  return `${property.toLowerCase()}-${hash.slice(0, 8)}`;
}

/** Under which memory models the shown race exists. */
export function memoryModels(judged: Judged, run: ExploredRun, runs: Runs): MemoryModel[] {
  const models: readonly MemoryModel[] = ['sc', 'tso', 'lkmm'];
  return models.filter((memory) => {
    if (memory === runs.memory) return true;
    const other = runs.explore({ kind: 'lowered', lowered: run.lowered, key: run.key }, memory);
    return other.kind === 'explored' && verdictOf(other, judged.judgement.property, 'both ways') === 'race';
  });
}

export function loadBearingOf(group: readonly Judged[]): LoadBearing[] {
  const found = new Map<string, { edit: Edit; scenarios: string[] }>();
  for (const judged of group) {
    for (const edit of judged.counterfactual.editsThatFlip(judged.judgement, 'race')) {
      const key = `${judged.release}:${edit.lines[0]?.line ?? 0}`;
      const known = found.get(key) ?? { edit, scenarios: [] };
      known.scenarios.push(scenarioId(judged));
      found.set(key, known);
    }
  }
  return mergedByLine([...found.values()].flatMap(({ edit, scenarios }) => loadBearingRow(edit, scenarios)));
}

function mergedByLine(rows: readonly LoadBearing[]): LoadBearing[] {
  const merged = new Map<number, LoadBearing>();
  for (const row of rows) {
    const scenarios = [...(merged.get(row.line)?.scenarios ?? []), ...row.scenarios];
    merged.set(row.line, { ...row, scenarios });
  }
  return [...merged.values()].sort((a, b) => a.line - b.line);
}

function loadBearingRow(edit: Edit, scenarios: readonly string[]): LoadBearing[] {
  const added = edit.lines.filter((line) => line.kind === 'added');
  const lines = added.length > 0 ? added : edit.lines;
  if (lines.length === 0) return [];
  const range = span(lines.map((line) => line.line));
  const text = lines
    .filter(({ line }) => line >= range.line && line <= range.endLine)
    .map((line) => line.text.trim());
  return [{ ...range, text: text.filter((line) => line !== '').join(' '), scenarios }];
}

interface Lines {
  readonly line: number;
  readonly endLine: number;
  readonly function: string;
}

/** Introduced: what to take back. Fixed: what closes it. Left: the last changed step that lets the race through. */
export function linesOf(judged: Judged, loadBearing: readonly LoadBearing[]): Lines {
  const { judgement, counterfactual, changed } = judged;
  const ofEdit = (edit: Edit): Lines => ({
    ...span(edit.lines.map((line) => line.line)),
    function: edit.function,
  });
  const edit = judgement.change === 'introduced' ? blamedEdit(judged) : undefined;
  if (edit) return ofEdit(edit);
  const first = loadBearing[0];
  if (first) {
    const owner = counterfactual.changes.edits.find((one) =>
      one.lines.some((line) => line.line === first.line),
    );
    return { line: first.line, endLine: first.endLine, function: owner?.function ?? '' };
  }
  const closing = judgement.change === 'fixed' ? togetherClosing(judged) : undefined;
  if (closing) return ofEdit(closing);
  const run = raceRun(judged);
  const moves = touchingMoves(run, judgement.property, changed);
  const last = traceOf(run, judgement.property)?.at(-1)?.actor;
  const move = moves.findLast((one) => one.actor !== last) ?? moves.at(-1);
  const note = move ? run.lowered.notes[move.actor]![move.step] : null;
  if (note?.site.origin.kind === 'patch') {
    return { line: note.site.origin.line, endLine: note.site.origin.line, function: note.site.function };
  }
  const edits = counterfactual.changes.edits.filter(({ lines }) => lines.length > 0);
  const any = edits.find((one) => run.lowered.ran.has(one.function)) ?? edits[0];
  return any ? ofEdit(any) : { line: 1, endLine: 1, function: '' };
}

/** Of the edits that only together close a race the last that adds something. */
function togetherClosing({ judgement, counterfactual }: Judged): Edit | undefined {
  const closing = counterfactual.smallestSet(judgement, 'race').filter(({ lines }) => lines.length > 0);
  return closing.findLast(({ lines }) => lines.some(({ kind }) => kind === 'added')) ?? closing.at(-1);
}

/** The edit that brings the race; of several that only together do, the last, as it stands nearest to the event. */
function blamedEdit({ judgement, counterfactual }: Judged): Edit | undefined {
  const alone = counterfactual.editsThatFlip(judgement, 'none').filter((one) => one.lines.length > 0);
  // A lock is taken first, and what is wrong is the way out that comes after; half of the taking flips it as well.
  return (
    (judgement.property === 'P7' ? alone.at(-1) : alone[0]) ??
    counterfactual.smallestSet(judgement, 'none').findLast((one) => one.lines.length > 0)
  );
}

/** The longest run of neighbouring lines: an edit that moves code has one at each end. */
function span(lines: readonly number[]): { line: number; endLine: number } {
  const runs: number[][] = [];
  for (const line of [...lines].sort((a, b) => a - b)) {
    if (runs.at(-1)?.at(-1) === line - 1) runs.at(-1)!.push(line);
    else runs.push([line]);
  }
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), runs[0] ?? [1]);
  return { line: longest[0]!, endLine: longest.at(-1)! };
}
