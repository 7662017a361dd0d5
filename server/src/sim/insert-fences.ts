/** A program with fences that it does not have: exploring it says whether they would close what is open. */

import { nextsOf } from './check-program.js';
import type { Actor, Fence, Program, Step, StepId } from './program.js';

export interface FencePlace {
  readonly actor: number;
  readonly step: StepId;
  /** On every way from the step on, or on every way to it. */
  readonly side: 'after' | 'before';
  readonly fence: Fence;
}

/** Steps keep their ids; the fences come behind them. */
export function withFences(program: Program, places: readonly FencePlace[]): Program {
  return {
    ...program,
    actors: program.actors.map((actor, index) =>
      places.filter((place) => place.actor === index).reduce(withFence, actor),
    ),
  };
}

function withFence(actor: Actor, { step, side, fence }: FencePlace): Actor {
  const steps: Step[] = [...actor.steps];
  const through = (next: StepId): StepId => steps.push({ kind: 'fence', fence, next }) - 1;
  if (side === 'after') {
    steps[step] = redirected(actor.steps[step]!, through);
    return { ...actor, steps };
  }
  const before = through(step);
  const detour = (next: StepId): StepId => (next === step ? before : next);
  actor.steps.forEach((one, id) => {
    if (nextsOf(one).includes(step)) steps[id] = redirected(one, detour);
  });
  return { ...actor, steps, entry: detour(actor.entry) };
}

/** The step with other steps to go on with. */
function redirected(step: Step, to: (next: StepId) => StepId): Step {
  switch (step.kind) {
    case 'atomic':
      return { ...step, alternatives: step.alternatives.map((one) => ({ ...one, next: to(one.next) })) };
    case 'load':
    case 'rmw':
      return { ...step, cases: step.cases.map((one) => ({ ...one, next: to(one.next) })) };
    case 'store':
    case 'fence':
      return { ...step, next: to(step.next) };
    case 'end':
      return step;
  }
}
