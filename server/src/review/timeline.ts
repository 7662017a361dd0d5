/** A trace of the simulator -> the interleaving that people read. */

import { isUsual } from '../kernel/decisions.js';
import { wrongLocks, type Model } from '../kernel/model.js';
import type { AskedProperty } from '../kernel/scenarios.js';
import type { StepNote } from '../lower/draft.js';
import type { Origin } from '../source/text.js';
import { accessesOf, conflict } from '../sim/accesses.js';
import type { MemoryModel, Move, Trace } from '../sim/exploration.js';
import { caseOf } from '../sim/lowered.js';
import { replay } from '../sim/replay.js';
import { traceOf, type ExploredRun } from './judge.js';
import { holdsOf } from './locks-held.js';
import type { Place, Timeline, TimelineStep } from './report.js';

/** How a trace ends. */
export interface TraceEnd {
  /** Values of all variables by variable id. */
  readonly last: readonly number[];
  /** The actors that have not come to an end. */
  readonly waiting: readonly number[];
  /** Who took the lock last that is held then, or dropped one that was not; null where there is none. */
  readonly holder: number | null;
}

export interface ReadTrace extends TraceEnd {
  readonly trace: Trace;
  readonly timeline: Timeline;
  readonly assumptions: readonly string[];
  /** By step of the timeline: the index of its move in the trace. */
  readonly moves: readonly number[];
  /** By actor of the timeline: the actor of the program. */
  readonly columns: readonly number[];
  /** Values of all variables by variable id: `states[0]` at the beginning, `states[i + 1]` after the trace's move `i`. */
  readonly states: readonly (readonly number[])[];
}

/** Null where the property holds, and when the trace does not replay: such a finding must not be shown. */
export function readTrace(
  run: ExploredRun,
  property: AskedProperty,
  memory: MemoryModel,
  file: string,
): ReadTrace | null {
  const trace = traceOf(run, property);
  return trace && readMoves(run, trace, property, memory, file);
}

/**
 * A run of the program as people read it: `property` is what it violates, `first` are the actors that come first, whether
 * they do anything or not. Null when it does not replay.
 */
export function readMoves(
  run: ExploredRun,
  trace: Trace,
  property: AskedProperty | null,
  memory: MemoryModel,
  file: string,
  first: readonly number[] = [],
): ReadTrace | null {
  const replayed = replay(run.lowered.program, trace, memory);
  if (!replayed) return null;
  const changes = trace.map((_, i) =>
    effectsOf(run.lowered.model, replayed.states[i]!, replayed.states[i + 1]!),
  );
  const effectless = new Set(changes.flatMap((effects, i) => (effects.length === 0 ? [i] : [])));
  // Elsewhere a lock that happens to be held at the end has nothing to do with it.
  const taken = property === 'P7' ? lastTaken(run.lowered.model, trace, replayed.states) : null;
  const quiet = quietMoves(run, trace, effectless, property, replayed.states);
  const steps: TimelineStep[] = [];
  const moves: number[] = [];
  const assumptions = new Set<string>();
  trace.forEach((move, i) => {
    const note = run.lowered.notes[move.actor]![move.step];
    if (!note) return;
    for (const assumption of note.choices[move.choice]?.assumptions ?? [])
      if (!isUsual(assumption)) assumptions.add(assumption);
    const effects = changes[i]!;
    if (note.call === '' && effects.length === 0) return;
    const seen = note.choices[choiceOf(run, trace, issuedBy(trace, i), replayed.states)]?.text ?? '';
    const step = stepOf(note, move, seen, steps.length + 1, effects, file);
    steps.push(quiet.has(i) ? { ...step, quiet: true } : step);
    moves.push(i);
  });
  const others = run.lowered.program.actors
    .map((_, actor) => actor)
    .filter((actor) => !first.includes(actor) && steps.some((step) => step.actor === actor));
  const involved = [...first, ...others];
  return {
    trace,
    timeline: {
      actors: involved.map((actor) => run.lowered.program.actors[actor]!.name),
      steps: steps.map((step) => ({ ...step, actor: involved.indexOf(step.actor) })),
    },
    assumptions: [...assumptions],
    moves,
    columns: involved,
    states: replayed.states,
    last: replayed.states.at(-1)!,
    waiting: replayed.waiting,
    holder: taken === null ? null : trace[taken]!.actor,
  };
}

/**
 * The last move that took a lock which its actor holds at the end, or else that dropped one which was not held; null where
 * there is none.
 */
function lastTaken(model: Model, trace: Trace, states: readonly (readonly number[])[]): number | null {
  const isDropped = [...wrongLocks(model)].some((id) => states.at(-1)![id]! > 0);
  const kept = isDropped ? [] : holdsOf(model, trace, states).filter(({ to }) => to === null);
  if (kept.length > 0) return Math.max(...kept.map(({ from }) => from));
  const held = [...lockVariables(model)].filter((id) => states.at(-1)![id]! > 0);
  const taken = states.findLastIndex((after, i) =>
    held.some((id) => i > 0 && after[id]! > states[i - 1]![id]!),
  );
  return taken < 0 ? null : taken - 1;
}

/** Moves of the locks that were used wrongly: what took or dropped them. */
function movesOfWrongLocks(model: Model, states: readonly (readonly number[])[]): ReadonlySet<number> {
  const last = states.at(-1);
  const { locked, unlockedUnheld } = model;
  const page = { readers: locked, writer: locked, unheld: unlockedUnheld, again: null };
  const wrong = [model.rwsem, model.invalidateLock, page]
    .filter(
      ({ unheld, again }) => last !== undefined && last[unheld]! + (again === null ? 0 : last[again.id]!) > 0,
    )
    .flatMap(({ readers, writer }) => [readers, writer]);
  const moves = states.slice(1).map((after, i) => wrong.some((id) => after[id] !== states[i]![id]));
  return new Set(moves.flatMap((changes, i) => (changes ? [i] : [])));
}

/** Indices of moves that the race does not turn on; see `TimelineStep.quiet`. */
function quietMoves(
  run: ExploredRun,
  trace: Trace,
  effectless: ReadonlySet<number>,
  property: AskedProperty | null,
  states: readonly (readonly number[])[],
): Set<number> {
  const { program, notes, model } = run.lowered;
  const taken = property === 'P7' ? lastTaken(model, trace, states) : null;
  const ofWrongLocks = movesOfWrongLocks(model, property === 'P7' ? states : []);
  const locks = lockVariables(model);
  // That a lookup gives the actor a page is no effect to be shown, and no reason to hide the lookup.
  const held = new Set(model.actors.map(({ holds }) => holds));
  const accesses = trace.map((move) =>
    accessesOf(program.actors[move.actor]!.steps[move.step]!, move.choice),
  );
  const quiet = new Set<number>();
  trace.forEach((move, i) => {
    const note = notes[move.actor]![move.step];
    // Who loses data here has to thank somebody who went by an old i_size, whether it moves before the end or after it.
    const isLookAtSize = property === 'P5' && model.size !== null && accesses[i]!.reads.has(model.size);
    if (
      !note ||
      isLookAtSize ||
      note.site.origin.kind === 'patch' ||
      note.landmark ||
      i === trace.length - 1 ||
      i === taken ||
      ofWrongLocks.has(i) ||
      move.phase !== 'run'
    )
      return;
    const writes = [...accesses[i]!.writes].filter((id) => !held.has(id));
    if (effectless.has(i) && writes.length > 0) quiet.add(i);
    if (!writes.every((id) => locks.has(id))) return;
    const touched = trace.some(
      (other, k) => other.actor !== move.actor && conflict(accesses[i]!, accesses[k]!),
    );
    if (!touched) quiet.add(i);
  });
  return quiet;
}

const lockVariables = (model: Model): Set<number> =>
  new Set([
    model.locked,
    model.rwsem.readers,
    model.rwsem.writer,
    model.invalidateLock.readers,
    model.invalidateLock.writer,
    ...wrongLocks(model),
  ]);

/** The move itself, or for an access that takes effect late the one that issued it, and went on as if it knew the value. */
function issuedBy(trace: Trace, at: number): number {
  const move = trace[at]!;
  if (move.phase !== 'perform') return at;
  return trace.findLastIndex(
    ({ phase, actor, step }, i) => i < at && phase === 'issue' && actor === move.actor && step === move.step,
  );
}

/** The choice in a move's step; a load is issued by the value that it is to read. */
export function choiceOf(
  { lowered: { program } }: ExploredRun,
  trace: Trace,
  at: number,
  states: readonly (readonly number[])[],
): number {
  const { actor, step: id, choice, phase } = trace[at]!;
  const step = program.actors[actor]!.steps[id]!;
  return phase === 'issue' && step.kind === 'load' ? caseOf(step, states[at + 1]!) : choice;
}

function stepOf(
  note: StepNote,
  move: Move,
  seen: string,
  n: number,
  effects: readonly string[],
  file: string,
): TimelineStep {
  const step = {
    n,
    actor: move.actor,
    function: note.site.function,
    text: seen === '' ? shortCall(note.call) : `${shortCall(note.call)}: ${seen}`,
    effects,
    at: placeOf(note.site.origin, file),
    ...(note.calledAt === null ? {} : { calledAt: placeOf(note.calledAt.origin, file) }),
  };
  if (move.phase === 'run') return step;
  return { ...step, reordered: move.phase === 'issue' ? 'issued' : 'late' };
}

/** Longer calls are named without their arguments, as people draw them in mail; the source line is at hand. */
const LONGEST_CALL = 44;

export const shortCall = (call: string): string =>
  call.length > LONGEST_CALL ? call.replace(/\(.*$/s, '()') : call;

export function placeOf(origin: Origin, file: string): Place {
  return origin.kind === 'patch'
    ? { kind: 'patch', file, line: origin.line }
    : { kind: origin.kind, file: origin.file, line: origin.line };
}

/** Bookkeeping of the model that is no state of the kernel. */
const HIDDEN = /scratch$|returned$|has stored$|^bio of |^dirty tag$|^page of .* current$/;

/**
 * What a read returned. An actor may make several calls, and is named after the first: its name says nothing of the read.
 */
const READ = / got( \(block \d+\))?$/;

const ANSWER = 'read got ';

/** Whether an effect is what a read returned. */
export const isAnswer = (effect: string): boolean => effect.startsWith(ANSWER);

function effectsOf(model: Model, before: readonly number[], after: readonly number[]): string[] {
  return model.variables.flatMap((variable, id) => {
    const [old, now] = [before[id]!, after[id]!];
    if (old === now || HIDDEN.test(variable.name)) return [];
    const names = model.valueNames.get(id);
    const word = (value: number): string => names?.[value] ?? String(value);
    const got = READ.exec(variable.name);
    if (got) return [`${ANSWER}${word(now)}${got[1] ?? ''}`];
    return [`${variable.name} ${word(old)}→${word(now)}`];
  });
}
