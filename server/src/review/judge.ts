/** One scenario before and after a patch: verdict and change for each property. */

import type { AskedProperty, Scenario } from '../kernel/scenarios.js';
import type { StepNote } from '../lower/draft.js';
import type { Code } from '../lower/code.js';
import type { NotedCall } from '../lower/actor-surroundings.js';
import { WINDOW } from '../sim/memory/deferral.js';
import { replay } from '../sim/replay.js';
import { accessesOf, conflict, type Accesses } from '../sim/accesses.js';
import type { MemoryModel, Move, Outcome, Trace } from '../sim/exploration.js';
import type { VariableId } from '../sim/program.js';
import { isChangedIn } from '../source/text.js';
import { isConfirmed } from './confirm.js';
import type { HalfChanged } from './half-changed.js';
import type { KnownRun } from './known-runs.js';
import type { Change, PropertyId, Verdict } from './report.js';
import type { LoweredRun, Run, Runs } from './runs.js';

export type ExploredRun = Run & { readonly kind: 'explored' };

export interface Judgement {
  readonly scenario: Scenario;
  readonly property: AskedProperty;
  readonly before: Verdict;
  readonly after: Verdict;
  readonly change: Change;
  readonly bounds: string;
  readonly states: number;
  readonly runBefore: ExploredRun | null;
  readonly runAfter: ExploredRun | null;
}

export type ScenarioResult =
  | { readonly kind: 'judged'; readonly judgements: readonly Judgement[] }
  /** The patch changes no step of any actor. */
  | {
      readonly kind: 'unchanged';
      readonly run: LoweredRun & { kind: 'lowered' };
      readonly runBefore: LoweredRun & { kind: 'lowered' };
    }
  | {
      readonly kind: 'not-modelled';
      readonly run: Run & { kind: 'not-modelled' };
      readonly side: 'before' | 'after';
    };

/** Input lines that the patch adds or removes. */
export type ChangedLines = ReadonlySet<number>;

/** What is known of a patch on a release before anything runs. */
export interface PatchFacts {
  readonly changed: ChangedLines;
  readonly half: HalfChanged;
  /** Some line that it removes names a call of kernel/unmodelled-calls.ts. */
  readonly dropsUnmodelled: boolean;
}

/** Judges a scenario, or says why it needs no judging or cannot be judged. */
export function judgeScenario(
  runs: Runs,
  scenario: Scenario,
  before: Code,
  after: Code,
  { changed, half, dropsUnmodelled }: PatchFacts,
): ScenarioResult {
  const now = runs.lower(after, scenario);
  if (now.kind === 'not-modelled') return { kind: 'not-modelled', run: now, side: 'after' };
  const part = runsHalf(now, half);
  if (part !== null) return { kind: 'not-modelled', run: part, side: 'after' };
  const old = runs.lowerBefore(before, scenario);
  if (old.kind === 'not-modelled') return { kind: 'not-modelled', run: old, side: 'before' };
  const unmodelled = unmodelledChange(old, now, dropsUnmodelled);
  if (unmodelled !== null) return { kind: 'not-modelled', run: unmodelled, side: 'after' };
  if (old.key === now.key) return { kind: 'unchanged', run: now, runBefore: old };
  const lost = pointerLost(old, now) ?? callOfRemoved(before, after, now);
  if (lost !== null) return { kind: 'not-modelled', run: lost, side: 'after' };
  const runBefore = runs.explore(old);
  const runAfter = runs.explore(now);
  if (runAfter.kind === 'not-modelled') return { kind: 'not-modelled', run: runAfter, side: 'after' };
  if (runBefore.kind === 'not-modelled') return { kind: 'not-modelled', run: runBefore, side: 'before' };
  const judgements = scenario.asks.map((property) =>
    judge(runs, scenario, property, runBefore, runAfter, changed),
  );
  return { kind: 'judged', judgements: withoutHangingFixes(judgements) };
}

/** Why such a verdict is none: what `--explain` and the summary say of it. */
const HANGS = 'exhaustive for what ends; actors that wait for ever after the patch';

/** Where actors wait for ever now, a race that they were in is not there for that alone: it is not closed. */
function withoutHangingFixes(all: readonly Judgement[]): readonly Judgement[] {
  const hangs = all.some(({ property, change }) => property === 'P7' && change === 'introduced');
  if (!hangs) return all;
  return all.map((one) =>
    one.change === 'fixed' ? { ...one, after: 'not-modelled', change: 'unknown', bounds: HANGS } : one,
  );
}

/** Half of a change says nothing of the patch, be it a race or none. */
function runsHalf(
  { lowered }: LoweredRun & { kind: 'lowered' },
  half: HalfChanged,
): (Run & { kind: 'not-modelled' }) | null {
  const [, reason] = [...half].find(([name]) => lowered.ran.has(name)) ?? [];
  return reason === undefined ? null : { kind: 'not-modelled', reason, site: null };
}

/** A call that one side comes to and the other does not, and of which the model keeps nothing. */
function unmodelledChange(
  old: LoweredRun & { kind: 'lowered' },
  { lowered: now }: LoweredRun & { kind: 'lowered' },
  drops: boolean,
): (Run & { kind: 'not-modelled' }) | null {
  if (now.unmodelled.size === 0 && !drops) return null;
  const before = old.lowered.unmodelled;
  const [, call] =
    [...now.unmodelled].find(([name]) => !before.has(name)) ??
    [...before].find(([name]) => !now.unmodelled.has(name)) ??
    [];
  return call ? { kind: 'not-modelled', reason: `${call.text} is not modelled`, site: call.site } : null;
}

/** The functions that a judged scenario runs, those of its known run left out, which need not be lowered for that. */
export function ranBeside(known: KnownRun | null, result: ScenarioResult): readonly string[] {
  switch (result.kind) {
    case 'not-modelled':
      return [];
    case 'unchanged':
      return [known ? null : result.runBefore, result.run].flatMap((run) => [...(run?.lowered.ran ?? [])]);
    case 'judged':
      return result.judgements.flatMap(({ runBefore, runAfter }) =>
        [known ? null : runBefore, runAfter].flatMap((run) => [...(run?.lowered.ran ?? [])]),
      );
  }
}

/**
 * A call through a pointer that one side can follow and the other cannot: the patch hands on a table that this release
 * does not have, and what the rest of the program does without the call says nothing of the patch.
 */
function pointerLost(
  old: LoweredRun & { kind: 'lowered' },
  now: LoweredRun & { kind: 'lowered' },
): (Run & { kind: 'not-modelled' }) | null {
  const own = now.lowered.unresolved;
  if (own.length === 0 && old.asBundled) return null;
  const others = old.lowered.unresolved;
  const [before, after] = [new Set(others.map(named)), new Set(own.map(named))];
  const lost = own.find((one) => !before.has(named(one))) ?? others.find((one) => !after.has(named(one)));
  if (!lost) return null;
  const reason = `the function that ${lost.text} calls in ${lost.site.function}() is not known`;
  return { kind: 'not-modelled', reason, site: lost.site };
}

/** A function that the patch takes away and that is still called: the part of the patch with its callers is not here. */
function callOfRemoved(
  { base: before }: Code,
  { base: after }: Code,
  { lowered }: LoweredRun & { kind: 'lowered' },
): (Run & { kind: 'not-modelled' }) | null {
  const gone = [...lowered.ran].find((name) => before.universe.has(name) && !after.universe.has(name));
  if (gone === undefined) return null;
  return { kind: 'not-modelled', reason: `the patch removes ${gone}(), which is still called`, site: null };
}

const named = ({ text, site }: NotedCall): string => `${text} ${site.function}`;

/** A scenario that the patch leaves as it is: one exploration gives the verdict before and after. */
export function judgeUnchanged(
  runs: Runs,
  scenario: Scenario,
  run: LoweredRun & { kind: 'lowered' },
): readonly Judgement[] {
  const explored = runs.explore(run);
  if (explored.kind === 'not-modelled') return [];
  return scenario.asks.map((property) => judge(runs, scenario, property, explored, explored, new Set()));
}

function judge(
  runs: Runs,
  scenario: Scenario,
  property: AskedProperty,
  runBefore: ExploredRun,
  runAfter: ExploredRun,
  changed: ChangedLines,
): Judgement {
  const before = confirmedVerdict(runs, runBefore, property);
  // Whatever nothing decides in a tree came out even before the patch, both ways.
  const asks: Asks = before === 'none' ? 'both ways' : 'as decided';
  const after = confirmedVerdict(runs, runAfter, property, asks);
  const courseOf = (run: ExploredRun): string => sharedCourse(run, traceOf(run, property) ?? [], runs.memory);
  const touched = () =>
    [runAfter, runBefore].some((run) => traceTouches(run, property, changed)) &&
    courseOf(runBefore) !== courseOf(runAfter);
  return {
    scenario,
    property,
    before,
    after,
    change: changeOf(before, after, touched),
    bounds: boundsOf(runs, scenario, property, [runBefore, runAfter], [before, after]),
    states: runBefore.exploration.states + runAfter.exploration.states,
    runBefore,
    runAfter,
  };
}

const VERDICT: Readonly<Record<Outcome['kind'], Verdict>> = {
  holds: 'none',
  violated: 'race',
  bounded: 'not-modelled',
};

/** What a trace may turn on that a kernel tree leaves open: see `guessesInTree`. */
export type Asks = 'both ways' | 'as decided';

export function verdictOf(run: ExploredRun, property: PropertyId, asks: Asks = 'as decided'): Verdict {
  const outcome = run.exploration.outcomes.get(property);
  if (!outcome) return 'not-modelled';
  // Where actors wait for ever before anything of interest happens, that is all there is to say.
  if (outcome.kind === 'holds' && run.exploration.unreached.length > 0) return 'not-modelled';
  if (ONE_WAY.has(property) && outcome.kind === 'violated' && isGuess(run, outcome.trace, asks))
    return 'not-modelled';
  return VERDICT[outcome.kind];
}

/** Properties that a lock or a count under a condition decides. */
const ONE_WAY: ReadonlySet<PropertyId> = new Set(['P6', 'P7']);

const isGuess = (run: ExploredRun, trace: Trace, asks: Asks): boolean =>
  contradicts(run, trace) || (asks === 'as decided' && guessesInTree(run, trace).length > 0);

/**
 * What a trace turns on of conditions of a kernel tree that nothing decides, and that are no calls that fail: a list that
 * is not followed, say, of what was to be submitted and is waited for. The bundled functions leave those out.
 */
const guessesInTree = ({ lowered }: ExploredRun, trace: Trace): readonly string[] =>
  trace.flatMap(({ actor, step, choice }) => {
    const note = lowered.notes[actor]![step];
    if (note?.site.origin.kind !== 'tree') return [];
    return (note.choices[choice]?.assumptions ?? []).filter((text) => !/ fails in \w+\(\)$/.test(text));
  });

/**
 * Whether a trace answers a question that nothing decides in two ways: `if (flags & F)` around inode_dio_begin() and
 * around inode_dio_end() is even, and nobody else could have changed the answer between the two.
 */
function contradicts({ lowered }: ExploredRun, trace: Trace): boolean {
  const answers = new Map<string, string>();
  return trace
    .flatMap(({ actor, step, choice }) => lowered.notes[actor]![step]?.choices[choice]?.assumptions ?? [])
    .some((assumption) => {
      const [, question, answer] = /^!?(.*\W.*) is (true|false) in \w+\(\)$/.exec(assumption) ?? [];
      if (question === undefined || answer === undefined) return false;
      const known = answers.get(question) ?? answer;
      answers.set(question, known);
      return known !== answer;
    });
}

function changeOf(before: Verdict, after: Verdict, touched: () => boolean): Change {
  if (before === 'not-modelled' || after === 'not-modelled') return 'unknown';
  if (before === after) return before === 'none' ? 'absent' : touched() ? 'left' : 'untouched';
  return after === 'race' ? 'introduced' : 'fixed';
}

/** A race that the axioms of the memory model do not have is none to be shown, and no proof that there is none. */
function confirmedVerdict(runs: Runs, run: ExploredRun, property: PropertyId, asks?: Asks): Verdict {
  const verdict = verdictOf(run, property, asks);
  return verdict === 'race' && !isConfirmed(runs, run, property) ? 'not-modelled' : verdict;
}

/** The bounds of a verdict that nothing decides: "...: `list_empty(&list)` is true in f()". */
export const GUESSED = 'the trace that was found turns on what nothing decides: ';

function boundsOf(
  { memory }: Runs,
  { actors }: Scenario,
  property: PropertyId,
  runs: readonly ExploredRun[],
  verdicts: readonly Verdict[],
): string {
  const cut = runs.find(
    (run) =>
      !run.exploration.complete &&
      [...run.exploration.outcomes.values()].some((outcome) => outcome.kind === 'bounded'),
  );
  if (cut) return `bounded at ${cut.exploration.states} states`;
  if (runs.some((run, i) => verdicts[i] === 'not-modelled' && verdictOf(run, property) === 'race'))
    return 'the trace that was found is none under the axioms of the memory model';
  const [guess] = runs.flatMap((run, i) =>
    verdicts[i] === 'not-modelled' ? guessesInTree(run, traceOf(run, property) ?? []) : [],
  );
  if (guess !== undefined) return `${GUESSED}${guess}`;
  const unseen = [
    ...new Set(
      runs.flatMap((run, i) => (verdicts[i] === 'none' ? unexplored(run, actors.length, memory) : [])),
    ),
  ];
  if (unseen.length === 0) return 'exhaustive';
  // Paths have no plain stores, so that tso lets nothing be late in them.
  return `exhaustive for ${memory === 'lkmm' ? 'sc and tso' : 'sc'}; ${memory}: ${unseen.join(', ')}`;
}

/** What of a memory model's reorderings was not explored: a verdict of none rests on that. */
function unexplored({ exploration }: ExploredRun, actors: number, memory: MemoryModel): string[] {
  if (memory === 'sc') return [];
  return [
    ...(exploration.windowFull ? [`at most ${WINDOW} accesses of an actor late`] : []),
    ...(memory === 'lkmm' && actors > 2 ? ['multi-copy atomic'] : []),
  ];
}

export function traceOf(run: ExploredRun, property: PropertyId): Trace | null {
  const outcome = run.exploration.outcomes.get(property);
  return outcome?.kind === 'violated' ? outcome.trace : null;
}

/**
 * What happens to shared state along a race's trace: who reads and writes what, in which order against his own accesses,
 * and what comes of it. Where that is the same before and after a patch, the lines that it changes do what those did that
 * they replace: inode_lock(), and inode_trylock() with inode_lock() behind it.
 */
function sharedCourse({ lowered: { program } }: ExploredRun, trace: Trace, memory: MemoryModel): string {
  const states = replay(program, trace, memory)?.states ?? [];
  const moves = trace.flatMap((move, at) => {
    const step = program.actors[move.actor]!.steps[move.step]!;
    const { reads, writes } = accessesOf(step, move.choice);
    if (reads.size + writes.size === 0) return [];
    const order = 'order' in step ? step.order : step.kind;
    return [[move.actor, order, [...reads].sort(), [...writes].sort(), states[at + 1]]];
  });
  return JSON.stringify(moves);
}

/** Whether a race communicates through a step that the patch adds or removes: then it depends on what the patch changes. */
function traceTouches(run: ExploredRun, property: PropertyId, changed: ChangedLines): boolean {
  return touchingMoves(run, property, changed).length > 0;
}

/**
 * The moves of a race's trace that run a changed line and touch what another actor of the trace touches as well, one
 * of the two writing. A changed step that nobody else looks at does not make the race the patch's business, unless it is
 * one of a single actor.
 */
export function touchingMoves(
  run: ExploredRun,
  property: PropertyId,
  changed: ChangedLines,
): readonly Move[] {
  const trace = changed.size === 0 ? [] : (traceOf(run, property) ?? []);
  const accesses = trace.map((move) =>
    accessesOf(run.lowered.program.actors[move.actor]!.steps[move.step]!, move.choice),
  );
  return trace.filter((move, i) => {
    const note = run.lowered.notes[move.actor]?.[move.step];
    if (!note || !isChanged(note, changed)) return false;
    if (trace.every(({ actor }) => actor === move.actor)) return true;
    return trace.some(
      (other, k) =>
        other.actor !== move.actor && meet(accesses[i]!, accesses[k]!, run.lowered.model.dioCount),
    );
  });
}

/** Of two that only count direct I/O neither sees the other: who communicates through the count reads it. */
function meet(a: Accesses, b: Accesses, dioCount: VariableId): boolean {
  if (!a.writes.has(dioCount) || !b.writes.has(dioCount)) return conflict(a, b);
  const rest = (ids: ReadonlySet<VariableId>) => new Set([...ids].filter((id) => id !== dioCount));
  const without = ({ reads, writes }: Accesses): Accesses => ({ reads: rest(reads), writes: rest(writes) });
  return conflict(without(a), without(b));
}

export const isChanged = ({ site }: StepNote, changed: ChangedLines): boolean =>
  isChangedIn(site.origin, changed);
