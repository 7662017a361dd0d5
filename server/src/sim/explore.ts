/** The door of the simulator: every reachable state of a program, and what is true of them. Deterministic. */

import { checkProgram } from './check-program.js';
import type { Test } from './compile.js';
import { Completion } from './completion.js';
import type { Exploration, ExploreOptions, Outcome, Trace } from './exploration.js';
import { type Machine, buildMachine } from './machine.js';
import type { Program } from './program.js';
import { Reduction } from './reduction.js';
import { type Questions, type Search, search } from './search.js';
import { canonicalTrace, depthOf, isDeadlock } from './shortest-trace.js';
import { withStateSet } from './state-set.js';

/**
 * Explores `program` until each property is violated, each witness reached and a deadlock found if asked for, or
 * else exhaustively. `complete` says that all answers are definite, that is, `maxStates` cut nothing off.
 *
 * Throws on a program that `checkProgram` has something to say about, and when a step leaves the range of a variable.
 */
export function explore(program: Program, options: ExploreOptions): Exploration {
  const problems = checkProgram(program);
  if (problems.length > 0) throw new Error(`wrong program: ${problems.join('; ')}`);
  const machine = buildMachine(program, options.memory, options.reduction);
  const reduction = options.reduction ? new Reduction(program, machine.actors) : null;
  return withStateSet(machine.words, (states) => {
    const found = search(machine, states, reduction, allQuestions(machine, options), options.maxStates);
    const traces =
      reduction === null
        ? canonicalTraces(found, options.maxStates)
        : tracesAfterReduction(found, options.maxStates);
    return describe(program, options, found, traces);
  });
}

/**
 * The traces for what a reduced search found. The reduction keeps verdicts but not the length of traces, so the
 * states are searched again without it, as far as the shortest traces reach. Where that is too far for `maxStates`
 * the trace of the reduced search has to do.
 */
function tracesAfterReduction(reduced: Search, maxStates: number): Traces {
  const { machine } = reduced;
  const questions: Questions = {
    properties: [...machine.bad.keys()].filter((id) => reduced.violated[id]! >= 0),
    witnesses: [],
    deadlock: reduced.deadlock >= 0,
  };
  if (questions.properties.length === 0 && !questions.deadlock) return canonicalTraces(reduced, maxStates);
  return withStateSet(machine.words, (states) => {
    const traces = canonicalTraces(search(machine, states, null, questions, maxStates), maxStates);
    const orReduced = (trace: Trace | null, found: number) =>
      trace ?? (found >= 0 ? reduced.traceTo(found) : null);
    return {
      properties: traces.properties.map((trace, id) => orReduced(trace, reduced.violated[id]!)),
      deadlock: orReduced(traces.deadlock, reduced.deadlock),
    };
  });
}

function allQuestions(machine: Machine, options: ExploreOptions): Questions {
  return {
    properties: [...machine.bad.keys()],
    witnesses: [...machine.witnesses.keys()],
    deadlock: options.deadlock,
  };
}

interface Traces {
  /** By property; null where it is not violated. */
  readonly properties: readonly (Trace | null)[];
  readonly deadlock: Trace | null;
}

function canonicalTraces(found: Search, maxStates: number): Traces {
  const { machine } = found;
  const to = (first: number, isTarget: (index: number) => boolean) =>
    first < 0 ? null : canonicalTrace(found, depthOf(found, first), isTarget);
  return {
    properties: machine.bad.map((bad, id) =>
      to(found.violated[id]!, violates(found, bad, found.violated[id]!, maxStates)),
    ),
    deadlock: to(found.deadlock, (i) => isDeadlock(found, i)),
  };
}

/** Which states count as violations; those with guesses only where the first one found has them (see search.ts). */
function violates(
  { machine, states }: Search,
  bad: Test,
  first: number,
  maxStates: number,
): (index: number) => boolean {
  const { words, guessing } = machine;
  const isBad = (index: number) => bad(states.data, index * words);
  if (guessing === null || first < 0) return isBad;
  const isGuess = (index: number) => guessing(states.data, index * words);
  if (!isGuess(first)) return (index) => isBad(index) && !isGuess(index);
  const completion = new Completion(machine, maxStates);
  return (index) => isBad(index) && completion.isPossible(states.data, index * words);
}

function describe(program: Program, options: ExploreOptions, found: Search, traces: Traces): Exploration {
  const outcome = (trace: Trace | null): Outcome => {
    if (trace !== null) return { kind: 'violated', trace };
    return { kind: found.truncated ? 'bounded' : 'holds' };
  };
  return {
    outcomes: new Map(program.properties.map(({ id }, i) => [id, outcome(traces.properties[i]!)])),
    deadlock: options.deadlock ? outcome(traces.deadlock) : { kind: 'holds' },
    unreached: program.witnesses.filter((_, i) => found.reached[i] === 0).map(({ id }) => id),
    states: found.states.count,
    transitions: found.transitions,
    complete: !found.truncated,
  };
}
