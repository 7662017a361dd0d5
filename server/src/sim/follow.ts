/**
 * A run of one program in which the actors take turns as in a trace of another: what becomes of a race's interleaving
 * where the race cannot happen. All steps take effect where they stand, so that it is a run under every memory model.
 */

import type { Move, Trace } from './exploration.js';
import { evaluate } from './expr.js';
import { lowerStep, type Lowered } from './lowered.js';
import type { Program, StepId } from './program.js';

/** By what a move of one program is known again in another. */
export interface Label {
  /** Equal for the same step of the code; null for a step that only chooses where to go on. */
  readonly step: string | null;
  /** Equal where the step is also taken the same way. */
  readonly way: string;
}

export type LabelOf = (move: Move) => Label;

/** A turn of the trace that is followed. */
export interface Turn {
  readonly actor: number;
  readonly label: Label;
}

export interface Followed {
  readonly trace: Trace;
  /** By move: the index of the turn that it is, taken the same way; null for all others. */
  readonly turnOf: readonly (number | null)[];
  /** How many moves it takes until whoever has the last turn has had it, or has come to his end without it. */
  readonly turns: number;
}

interface Point {
  readonly values: readonly number[];
  /** By actor. */
  readonly at: readonly StepId[];
}

interface Reached {
  readonly point: Point;
  readonly moves: Trace;
}

/** Steps that an actor may take by itself, on the way to its next turn, that the trace does not have. */
const MOST_POINTS = 400;

/** Beyond this a run is cut: actors that go round for ever. */
const MOST_MOVES = 2000;

/**
 * Goes by the turns as far as each actor can, passing over those that the program does not have or whose actor has to
 * wait; then lets all of them come to their ends, or to where they wait for ever.
 */
export function follow(program: Program, turns: readonly Turn[], labelOf: LabelOf): Followed {
  let point: Point = {
    values: program.variables.map(({ initial }) => initial),
    at: program.actors.map(({ entry }) => entry),
  };
  const trace: Move[] = [];
  const turnOf: (number | null)[] = [];
  let hasLast = false;
  turns.forEach(({ actor, label }, i) => {
    const later = new Set(
      turns.slice(i + 1).flatMap((turn) => (turn.actor === actor ? turn.label.step : [])),
    );
    const reached =
      wayTo(program, point, actor, later, (move) => labelOf(move).way === label.way, labelOf) ??
      wayTo(program, point, actor, later, (move) => labelOf(move).step === label.step, labelOf);
    hasLast = reached !== null;
    if (!reached) return;
    trace.push(...reached.moves);
    turnOf.push(...reached.moves.map((move) => (labelOf(move).way === label.way ? i : null)));
    point = reached.point;
  });
  const last = turns.at(-1)?.actor ?? 0;
  const rest = toTheEnds(program, point, [
    last,
    ...program.actors.map((_, actor) => actor).filter((actor) => actor !== last),
  ]);
  return {
    trace: [...trace, ...rest],
    turnOf: [...turnOf, ...rest.map(() => null)],
    turns: trace.length + (hasLast ? 0 : rest.findLastIndex(({ actor }) => actor === last) + 1),
  };
}

/** The shortest way on which an actor alone comes to a move that is looked for and before it to none of its later ones. */
function wayTo(
  program: Program,
  from: Point,
  actor: number,
  later: ReadonlySet<string | null>,
  isIt: (move: Move) => boolean,
  labelOf: LabelOf,
): Reached | null {
  const seen = new Set([keyOf(from)]);
  const todo: Reached[] = [{ point: from, moves: [] }];
  for (let next = todo.shift(); next && seen.size < MOST_POINTS; next = todo.shift()) {
    for (const { move, point } of movesOf(program, next.point, actor)) {
      const moves = [...next.moves, move];
      if (isIt(move)) return { point, moves };
      const { step } = labelOf(move);
      if ((step !== null && later.has(step)) || seen.has(keyOf(point))) continue;
      seen.add(keyOf(point));
      todo.push({ point, moves });
    }
  }
  return null;
}

/** The first of the actors that can, as long as something changes. */
function toTheEnds(program: Program, from: Point, actors: readonly number[]): Move[] {
  const seen = new Set([keyOf(from)]);
  const moves: Move[] = [];
  let point = from;
  const onward = () =>
    actors.flatMap((actor) => movesOf(program, point, actor)).find((one) => !seen.has(keyOf(one.point)));
  for (let next = onward(); next && moves.length < MOST_MOVES; next = onward()) {
    seen.add(keyOf(next.point));
    moves.push(next.move);
    point = next.point;
  }
  return moves;
}

const keyOf = ({ values, at }: Point): string => `${values.join()};${at.join()}`;

function movesOf(program: Program, { values, at }: Point, actor: number): { move: Move; point: Point }[] {
  const step = at[actor]!;
  return lowerStep(program.actors[actor]!.steps[step]!).flatMap((way, choice) => {
    const after = taken(way, values);
    if (!after) return [];
    const move: Move = { actor, step, choice, phase: 'run' };
    return [{ move, point: { values: after, at: at.with(actor, way.next) } }];
  });
}

/** Null where the way cannot be taken. */
function taken({ guard, assign, assigns }: Lowered, values: readonly number[]): number[] | null {
  if (evaluate(guard, (id) => values[id]!) === 0) return null;
  const after = [...values];
  const read = assigns === 'together' ? values : after;
  for (const { id, value } of assign) after[id] = evaluate(value, (one) => read[one]!);
  return after;
}
