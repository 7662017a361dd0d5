/** A finding's race as what other tools take: the program that was explored, and the order of accesses that it turns on. */

import { bookkeeping } from '../kernel/model.js';
import type { MemoryModel, Trace } from '../sim/exploration.js';
import type { Program, StepId, VariableId } from '../sim/program.js';
import { itemsOf, waysOf } from '../sim/race/accesses.js';
import { alignedWay } from '../sim/race/align.js';
import { executionOf } from '../sim/race/execution.js';
import { type LateStep, withLateSteps } from '../sim/race/late.js';
import { type LitmusPair, type OtherSide, minimalPair } from '../sim/race/minimal.js';
import { replay } from '../sim/replay.js';
import { scenarioId, type Judged } from './findings.js';
import type { ExploredRun } from './judge.js';
import type { Finding, Place, Report, Side, Timeline } from './report.js';
import type { JudgedInput } from './timeline-view.js';
import { placeOf, readTrace } from './timeline.js';
import { configuration, violationText } from './wording.js';

/** What a step of the program is in the source. */
export interface SourceStep {
  readonly function: string;
  readonly call: string;
  readonly at: Place;
}

type Describe = (actor: number, step: StepId) => SourceStep | null;

export interface RaceModel {
  readonly finding: Finding;
  /** `ext4, nodelalloc, hole, 5.5-5.8` */
  readonly scenario: string;
  /** The side of the patch that has the race. */
  readonly side: Side;
  /** What has gone wrong at the end. */
  readonly violation: string;
  readonly timeline: Timeline;
  /** For a checker without memory models: late accesses are actors of their own. */
  readonly program: Program;
  readonly property: Program['properties'][number];
  /** Violated where nobody can go on, and not in what variables hold. */
  readonly isDeadlock: boolean;
  /** Actors from here on perform late accesses of others. */
  readonly actors: number;
  readonly describe: Describe;
  readonly litmus: LitmusModel;
}

export type LitmusModel =
  | { readonly kind: 'sc' }
  /** The race depends on more than the order of accesses. */
  | { readonly kind: 'none' }
  | {
      readonly kind: 'pair';
      readonly pair: LitmusPair;
      /** Of the steps of `pair.open` and `pair.closed`. */
      readonly open: Describe;
      readonly closed: Describe;
    };

/** The race of a finding in the scenario that it shows. Null when there is no such finding. */
export function raceModelOf(
  report: Report,
  all: readonly JudgedInput[],
  id: string,
  memory: MemoryModel,
): RaceModel | null {
  const finding = report.findings.find((one) => one.id === id);
  const judged = finding && judgedOf(finding, all);
  if (!finding || !judged) return null;
  const { judgement } = judged;
  const side: Side = judgement.change === 'fixed' ? 'before' : 'after';
  const [run, other] =
    side === 'before'
      ? [judgement.runBefore!, judgement.runAfter!]
      : [judgement.runAfter!, judgement.runBefore!];
  const read = readTrace(run, judgement.property, memory, finding.file);
  if (!read) return null;
  const { trace } = read;
  const program = explicitly(run.lowered.program, trace, memory);
  const property = program.properties.find((one) => one.id === judgement.property)!;
  return {
    finding,
    scenario: configuration(judgement.scenario, judged.release),
    side,
    violation: violationText(judgement.property, judgement.scenario, run, read),
    timeline: read.timeline,
    program,
    property,
    isDeadlock: property.deadlock === true && read.waiting.length > 0,
    actors: run.lowered.program.actors.length,
    describe: describing(run, finding.file),
    get litmus() {
      return litmusOf(finding, run, other, trace, memory);
    },
  };
}

function judgedOf(finding: Finding, all: readonly JudgedInput[]): Judged | undefined {
  return all
    .filter(({ file }) => file === finding.file)
    .map(({ judged }) => judged)
    .find((one) => one.judgement.property === finding.property && scenarioId(one) === finding.scenarios[0]);
}

const describing =
  ({ lowered }: ExploredRun, file: string): Describe =>
  (actor, step) => {
    const note = lowered.notes[actor]?.[step];
    if (!note || note.call === '') return null;
    return { function: note.site.function, call: note.call, at: placeOf(note.site.origin, file) };
  };

/** The program with the accesses late that are late in the trace. */
function explicitly(program: Program, trace: Trace, memory: MemoryModel): Program {
  const issued = trace.filter(({ phase }) => phase === 'issue');
  const late = new Map(
    issued.map(({ actor, step }): [string, LateStep] => [`${actor}.${step}`, { actor, step }]),
  );
  return memory === 'sc' || late.size === 0 ? program : withLateSteps(program, [...late.values()], memory);
}

function litmusOf(
  finding: Finding,
  run: ExploredRun,
  other: ExploredRun,
  trace: Trace,
  memory: MemoryModel,
): LitmusModel {
  if (finding.memory.includes('sc')) return { kind: 'sc' };
  const { program, model } = run.lowered;
  const { states } = replay(program, trace, memory)!;
  const hidden = bookkeeping(model);
  const execution = executionOf(program, trace, states, hidden);
  if (execution === null) return { kind: 'none' };
  const ways = waysOf(program, trace, states)!;
  const same = finding.change === 'left' ? null : otherSide(run, other, ways, hidden);
  const pair = minimalPair(execution, same);
  if (pair === null) return { kind: 'none' };
  const [open, closed] = [run, pair.closedBy === 'other side' ? other : run].map((one) =>
    describing(one, finding.file),
  );
  return { kind: 'pair', pair, open: open!, closed: closed! };
}

/** What the other side of the patch does that runs as this one does. */
function otherSide(
  run: ExploredRun,
  other: ExploredRun,
  ways: NonNullable<ReturnType<typeof waysOf>>,
  hidden: ReadonlySet<VariableId>,
): OtherSide | null {
  const { program } = other.lowered;
  const aligned = ways.map((way, actor) => alignedWay(run.lowered.program, way, program, actor));
  const threads = aligned.map((way, actor) => way && itemsOf(program, actor, way, hidden));
  return threads.every((items) => items !== null) ? { program, threads } : null;
}
