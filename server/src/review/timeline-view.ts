/** The judged scenarios of a finding -> swimlanes: any of its scenarios, before or after the patch. */

import type { Model } from '../kernel/model.js';
import type { MemoryModel } from '../sim/exploration.js';
import { scenarioId, type Judged } from './findings.js';
import type { ExploredRun } from './judge.js';
import { holdsOf } from './locks-held.js';
import type { Finding, PropertyId, Report, Side, TimelineStep } from './report.js';
import { inSameOrder } from './same-order.js';
import type { LockHeld, ScenarioChoice, ScenarioStep, ScenarioTimeline } from './scenario-timeline.js';
import { statePartsOf } from './state-words.js';
import { readTrace, type ReadTrace } from './timeline.js';
import { configuration, violationText } from './wording.js';

/** A judged scenario with the input file that it was judged for. */
export interface JudgedInput {
  readonly file: string;
  readonly judged: Judged;
  /** Of the findings that show it: the one judged, or P9 for a race that a barrier would close. */
  readonly property: PropertyId;
}

export interface TimelineRequest {
  readonly finding: string;
  /** A scenario of the finding; without one, the one that the finding shows. */
  readonly scenario?: string | undefined;
  /** Without one, the side on which the finding's race is. */
  readonly side?: Side | undefined;
}

/** Null when there is no such finding or scenario. */
export function timelineViewOf(
  report: Report,
  all: readonly JudgedInput[],
  request: TimelineRequest,
  memory: MemoryModel,
): ScenarioTimeline | null {
  const finding = report.findings.find(({ id }) => id === request.finding);
  if (!finding) return null;
  const scenarios = judgedOf(finding, all);
  const wanted = request.scenario ?? finding.scenarios[0];
  const shown = scenarios.find((judged) => scenarioId(judged) === wanted);
  if (!shown) return null;
  const side = request.side ?? (finding.change === 'fixed' ? 'before' : 'after');
  return {
    finding: headOf(finding),
    scenarios: scenarios.map(choiceOf),
    scenario: scenarioId(shown),
    side,
    memory,
    loadBearing: finding.loadBearing.map(({ line, endLine, text }) => ({ line, endLine, text })),
    ...drawn(shown, side, finding, memory),
  };
}

function headOf({ id, property, rule, change, message, line }: Finding): ScenarioTimeline['finding'] {
  return { id, property, rule, change, message, line };
}

/** In the order of the finding. */
function judgedOf(finding: Finding, all: readonly JudgedInput[]): Judged[] {
  const own = all.flatMap(({ file, judged, property }) =>
    file === finding.file && property === finding.property ? [judged] : [],
  );
  return finding.scenarios.flatMap((id) => own.find((judged) => scenarioId(judged) === id) ?? []);
}

function choiceOf(judged: Judged): ScenarioChoice {
  const { scenario, before, after, bounds } = judged.judgement;
  return {
    id: scenarioId(judged),
    label: configuration(scenario, judged.release),
    before,
    after,
    bounds,
  };
}

type Drawn = Pick<ScenarioTimeline, 'violation' | 'actors' | 'steps' | 'locks' | 'stateNames' | 'initial'>;

function drawn({ judgement }: Judged, side: Side, finding: Finding, memory: MemoryModel): Drawn {
  const { scenario, property, runBefore, runAfter } = judgement;
  const [run, other] = side === 'before' ? [runBefore, runAfter] : [runAfter, runBefore];
  const race = run && readTrace(run, property, memory, finding.file);
  if (run && race) {
    const violation = { property, text: violationText(property, scenario, run, race) };
    return { violation, ...lanesOf(run, race, finding, () => false) };
  }
  const elsewhere = other && readTrace(other, property, memory, finding.file);
  const same =
    run && other && elsewhere && judgement[side] === 'none'
      ? inSameOrder(other, elsewhere, run, memory, finding.file)
      : null;
  if (!run || !same) return nothing(scenario.actors.map((actor) => actor.name));
  return { violation: null, ...lanesOf(run, same, finding, (i) => !same.isInRace[i]) };
}

function lanesOf(
  run: ExploredRun,
  read: ReadTrace,
  finding: Finding,
  differs: (index: number) => boolean,
): Omit<Drawn, 'violation'> {
  const { names, words } = stateOf(run.lowered.model, read);
  return {
    actors: read.timeline.actors,
    steps: read.timeline.steps.map((step, i) => ({
      ...stepOf(step, finding),
      programOrder: programOrderOf(read, i),
      differs: differs(i),
      state: words[read.moves[i]! + 1]!,
    })),
    locks: locksOf(run, read),
    stateNames: names,
    initial: words[0]!,
  };
}

const nothing = (actors: readonly string[]): Drawn => ({
  violation: null,
  actors,
  steps: [],
  locks: [],
  stateNames: [],
  initial: [],
});

function stepOf(
  step: TimelineStep,
  finding: Finding,
): Omit<ScenarioStep, 'programOrder' | 'differs' | 'state'> {
  const { n, actor, function: name, text, effects, at } = step;
  return {
    n,
    actor,
    function: name,
    text,
    effects,
    at,
    reordered: step.reordered ?? null,
    quiet: step.quiet === true,
    loadBearing:
      at.kind === 'patch' &&
      finding.loadBearing.some(({ line, endLine }) => at.line >= line && at.line <= endLine),
  };
}

/** Accesses that one actor issues at the same step happen in the order in which they were issued. */
function programOrderOf({ trace, timeline, moves }: ReadTrace, index: number): number | null {
  if (timeline.steps[index]!.reordered !== 'late') return null;
  const own = trace[moves[index]!]!;
  const of = (kind: 'issued' | 'late') =>
    timeline.steps.filter((step, i) => {
      const move = trace[moves[i]!]!;
      return step.reordered === kind && move.actor === own.actor && move.step === own.step;
    });
  return of('issued')[of('late').indexOf(timeline.steps[index]!)]?.n ?? null;
}

/** The parts that are spoken of, and their words in every state of the trace. */
function stateOf(model: Model, { states }: ReadTrace): { names: string[]; words: string[][] } {
  const parts = statePartsOf(model).filter(
    ({ onlyIfChanging, word }) => !onlyIfChanging || states.some((state) => word(state) !== word(states[0]!)),
  );
  return {
    names: parts.map(({ name }) => name),
    words: states.map((state) => parts.map(({ word }) => word(state))),
  };
}

/** Every move that takes or gives back a lock changes the state, so it is a step of the timeline. */
function locksOf({ lowered }: ExploredRun, { trace, timeline, moves, states }: ReadTrace): LockHeld[] {
  const stepAt = new Map(moves.map((move, i) => [move, timeline.steps[i]!]));
  return holdsOf(lowered.model, trace, states).flatMap(({ lock, mode, from, to }) => {
    const first = stepAt.get(from);
    if (!first) return [];
    return [
      { lock, mode, actor: first.actor, from: first.n, to: to === null ? null : (stepAt.get(to)?.n ?? null) },
    ];
  });
}
