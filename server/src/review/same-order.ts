/** A race's interleaving on the side of the patch that does not have the race: what becomes of it there. */

import type { MemoryModel, Move } from '../sim/exploration.js';
import { follow, type Label, type Turn } from '../sim/follow.js';
import type { ExploredRun } from './judge.js';
import type { Timeline, TimelineStep } from './report.js';
import { choiceOf, isAnswer, readMoves, type ReadTrace } from './timeline.js';

export interface SameOrder extends ReadTrace {
  /** By step of the timeline: whether the race has it as well, in its turn and with the same outcome. */
  readonly isInRace: readonly boolean[];
  /** The steps that go another way, as long as they may have to do with the race; with their numbers in the whole. */
  readonly others: Timeline;
}

/** `read` is the race in `race`. Null when the run does not replay. */
export function inSameOrder(
  race: ExploredRun,
  read: ReadTrace,
  other: ExploredRun,
  memory: MemoryModel,
  file: string,
): SameOrder | null {
  const turns = turnsOf(race, read);
  const followed = follow(other.lowered.program, turns, (move) => labelOf(other, move));
  const told = readMoves(other, followed.trace, null, memory, file, read.columns);
  if (!told) return null;
  const inRace = effectsByMove(read);
  const isInRace = told.timeline.steps.map(({ effects }, i) => {
    const turn = followed.turnOf[told.moves[i]!] ?? null;
    return turn !== null && effects.join() === (inRace.get(turns[turn]!.at) ?? '');
  });
  const { actors, steps } = told.timeline;
  const others = steps.filter(
    ({ quiet }, i) => !isInRace[i] && quiet !== true && told.moves[i]! < followed.turns,
  );
  return { ...told, isInRace, others: { actors, steps: untilAnswered(others) } };
}

/** What comes after the last read has got something has nothing to do with it. */
function untilAnswered(steps: readonly TimelineStep[]): readonly TimelineStep[] {
  const last = steps.findLastIndex(({ effects }) => effects.some(isAnswer));
  return last < 0 ? steps : steps.slice(0, last + 1);
}

/** By index of the move in the trace. */
const effectsByMove = ({ timeline, moves }: ReadTrace): ReadonlyMap<number, string> =>
  new Map(moves.map((move, i) => [move, timeline.steps[i]!.effects.join()]));

/** An access that takes effect late has its turn where it is issued. */
function turnsOf(race: ExploredRun, { trace, states }: ReadTrace): (Turn & { readonly at: number })[] {
  return trace.flatMap((move, at) => {
    if (move.phase === 'perform') return [];
    const choice = choiceOf(race, trace, at, states);
    return [{ actor: move.actor, label: labelOf(race, { ...move, choice }), at }];
  });
}

/** The lines of code may have moved; their function, the call and what it found there have not. */
function labelOf({ lowered: { notes } }: ExploredRun, { actor, step, choice }: Move): Label {
  const note = notes[actor]![step];
  const taken = note?.choices[choice];
  if (!note || note.call === '') return { step: null, way: taken?.assumptions.join() ?? '' };
  const own = `${note.site.function} ${note.call}`;
  return { step: own, way: `${own} ${taken?.text ?? ''}` };
}
