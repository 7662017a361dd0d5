/** The door of the simulator: every reachable state of a program, and what is true of them. Deterministic. */

import { checkProgram } from './check-program.js';
import type { Test } from './compile.js';
import { Completion } from './completion.js';
import type { Exploration, ExploreOptions, Outcome, Trace } from './exploration.js';
import { type Machine, buildMachine } from './machine.js';
import type { Program } from './program.js';
import { Reduction } from './reduction.js';
import { type Questions, type Search, search } from './search.js';
import { canonicalTrace, depthOf, isEnd } from './shortest-trace.js';
import { withStateSet } from './state-set.js';

/**
 * Explores `program` until each property is violated, each witness reached and a deadlock found if asked for, or
 * else exhaustively. `complete` says that all answers are definite, that is, `maxStates` cut nothing off. The traces
 * of what a reduced search finds are looked for when they are first asked for.
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
    const traceTo = (question: Question): Trace | null =>
      reduction === null
        ? canonicalTraceOf(found, question, options.maxStates)
        : traceAfterReduction(machine, reduction, question, options.maxStates);
    return describe(program, options, found, traceTo);
  });
}

/** One thing that was found: the violation of a property, by its index, or a deadlock. */
type Question = number | 'deadlock';

const questionsOf = (question: Question): Questions => ({
  properties: question === 'deadlock' ? [] : [question],
  witnesses: [],
  deadlock: question === 'deadlock',
});

const firstOf = (found: Search, question: Question): number =>
  question === 'deadlock' ? found.deadlock : found.violated[question]!;

/**
 * The trace for what a reduced search found. The reduction keeps verdicts but not the length of traces, so the
 * states are searched again without it, as far as the shortest trace reaches. Where that is too far for `maxStates`
 * the trace of the reduced search has to do.
 */
function traceAfterReduction(
  machine: Machine,
  reduction: Reduction,
  question: Question,
  maxStates: number,
): Trace | null {
  return withStateSet(machine.words, (states) => {
    const questions = questionsOf(question);
    const trace = canonicalTraceOf(search(machine, states, null, questions, maxStates), question, maxStates);
    if (trace !== null) return trace;
    states.reset(machine.words);
    const reduced = search(machine, states, reduction, questions, maxStates);
    const first = firstOf(reduced, question);
    return first < 0 ? null : reduced.traceTo(first);
  });
}

function allQuestions(machine: Machine, options: ExploreOptions): Questions {
  return {
    properties: [...machine.bad.keys()],
    witnesses: [...machine.witnesses.keys()],
    deadlock: options.deadlock,
  };
}

function canonicalTraceOf(found: Search, question: Question, maxStates: number): Trace | null {
  const first = firstOf(found, question);
  if (first < 0) return null;
  const isTarget =
    question === 'deadlock'
      ? (index: number) => isEnd(found, index, 'deadlock')
      : violates(found, question, first, maxStates);
  return canonicalTrace(found, depthOf(found, first), isTarget);
}

/** Which states count as violations; those with guesses only where the first one found has them (see search.ts). */
function violates(
  search: Search,
  property: number,
  first: number,
  maxStates: number,
): (index: number) => boolean {
  const { machine, states } = search;
  const { words, guessing } = machine;
  const holds = (test: Test | null | undefined, index: number) => test?.(states.data, index * words) === true;
  const isBad = (index: number) =>
    holds(machine.bad[property], index) ||
    (holds(machine.badAtEnd[property], index) && isEnd(search, index, 'ended'));
  if (guessing === null) return isBad;
  const isGuess = (index: number) => guessing(states.data, index * words);
  if (!isGuess(first)) return (index) => isBad(index) && !isGuess(index);
  const completion = new Completion(machine, maxStates);
  return (index) => isBad(index) && completion.isPossible(states.data, index * words);
}

function describe(
  program: Program,
  { deadlock, reduction }: ExploreOptions,
  found: Search,
  traceTo: (question: Question) => Trace | null,
): Exploration {
  const outcome = (question: Question): Outcome => {
    if (firstOf(found, question) < 0) return { kind: found.truncated ? 'bounded' : 'holds' };
    const violation = new Violation(() => traceTo(question)!);
    // The states of a search without reduction are at hand now and not later.
    return reduction ? violation : { kind: 'violated', trace: violation.trace };
  };
  return {
    outcomes: new Map(program.properties.map(({ id }, i) => [id, outcome(i)])),
    deadlock: deadlock ? outcome('deadlock') : { kind: 'holds' },
    unreached: program.witnesses.filter((_, i) => found.reached[i] === 0).map(({ id }) => id),
    states: found.states.count,
    transitions: found.transitions,
    bytes: found.states.usedBytes,
    complete: !found.truncated,
    windowFull: found.machine.window.full,
  };
}

/** A violation whose trace is made when it is asked for: most verdicts are never shown. */
class Violation {
  readonly kind = 'violated';
  readonly #make: () => Trace;
  #trace: Trace | null = null;

  constructor(make: () => Trace) {
    this.#make = make;
  }

  get trace(): Trace {
    return (this.#trace ??= this.#make());
  }
}
