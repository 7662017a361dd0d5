/**
 * A program in which some accesses may be late under a memory model, as a program that says so itself: explored under
 * `sc` it has the runs in which these accesses are late, and each at most once at a time. It is what a model checker
 * without memory models is given.
 *
 * A late access sets `pending` where it stands; an actor of its own performs it. What would have to wait for it waits
 * until `pending` is clear, by the same rules (memory/order.ts) as in the search.
 */

import { and, constant, eq, is, not, or, substitute, variable } from '../expr.js';
import { type Lowered, lowerCases, lowerStep } from '../lowered.js';
import { branches } from '../memory/deferral.js';
import {
  ALWAYS,
  type Access,
  IF_BRANCHED,
  IF_FENCED,
  type WeakModel,
  accessesOf,
  fences,
  forwards,
  holdsUp,
} from '../memory/order.js';
import { possibleValues } from '../memory/values.js';
import type {
  Alternative,
  Assignment,
  Expr,
  Program,
  Step,
  StepId,
  Variable,
  VariableId,
} from '../program.js';

export interface LateStep {
  readonly actor: number;
  readonly step: StepId;
}

/** The variables that tell of one late access. */
interface Late extends LateStep {
  readonly access: Access;
  readonly pending: VariableId;
  readonly operand: VariableId;
  readonly branched: VariableId;
  readonly fenced: VariableId;
}

/** `late` in the order in which the accesses are issued. The actors that perform them come after those of `program`. */
export function withLateSteps(program: Program, late: readonly LateStep[], model: WeakModel): Program {
  const variables: Variable[] = [...program.variables];
  const all = late.map((one) => declared(program, one, variables));
  const isGuess = or(
    ...all.filter(({ access }) => access.step.kind === 'load').map(({ pending }) => is(pending, 1)),
  );
  return {
    variables,
    actors: [
      ...program.actors.map((actor, index) => {
        const own = all.filter((one) => one.actor === index);
        const accesses = accessesOf(program, actor);
        const steps = actor.steps.map((step, id) =>
          own.length === 0 ? step : stepBeside(program, step, id, accesses[id]!, own, model),
        );
        return { ...actor, steps };
      }),
      ...all.map((one) => performer(program, one, all, model)),
    ],
    properties: program.properties.map(({ id, bad }) => ({ id, bad: and(bad, not(isGuess)) })),
    witnesses: [],
  };
}

function declared(program: Program, { actor, step }: LateStep, variables: Variable[]): Late {
  const access = accessesOf(program, program.actors[actor]!)[step]!;
  const [on] = [...access.reads, ...access.writes];
  const { name, max } = program.variables[on!]!;
  const add = (what: string, most: number): VariableId =>
    variables.push({
      name: `${what} ${name} of ${program.actors[actor]!.name}`,
      initial: 0,
      max: most,
      owner: null,
    }) - 1;
  const locals = [...access.uses].map((id) => program.variables[id]!.max);
  return {
    actor,
    step,
    access,
    pending: add('late', 1),
    operand: add('late value of', Math.max(max, ...locals)),
    branched: add('branched on late', 1),
    fenced: add('fence after late', 1),
  };
}

/** A step of an actor some of whose accesses may be late. */
function stepBeside(
  program: Program,
  step: Step,
  id: StepId,
  access: Access,
  late: readonly Late[],
  model: WeakModel,
): Step {
  if (step.kind === 'end') return step;
  const free = and(...late.map((one) => isFree(one, access, model)));
  const marks = late.flatMap((one) => marksOf(one, access, model));
  const own = late.find((one) => one.step === id);
  if (own === undefined && free.kind === 'const' && marks.length === 0) return step;
  const at = ({ guard, assign, next }: Lowered): Alternative => ({
    guard: and(free, guard),
    assign: [...assign, ...marks],
    next,
  });
  const forwarded = late.flatMap((one, i) =>
    forwards(one.access, access) ? takenFrom(step, one, late.slice(i + 1)) : [],
  );
  const issued = own === undefined ? [] : issues(program, step, own, late);
  return {
    kind: 'atomic',
    order: 'none',
    alternatives: [
      ...lowerStep(step).map(at),
      ...[...forwarded, ...issued].map((way) => ({ ...way, assign: [...way.assign, ...marks] })),
    ],
  };
}

/** That `later` need not wait for a late access. */
function isFree({ access, pending, branched, fenced }: Late, later: Access, model: WeakModel): Expr {
  const bits = holdsUp(model, access, later);
  if ((bits & ALWAYS) !== 0) return is(pending, 0);
  const held = or(
    ...((bits & IF_BRANCHED) !== 0 ? [is(branched, 1)] : []),
    ...((bits & IF_FENCED) !== 0 ? [is(fenced, 1)] : []),
  );
  return not(and(is(pending, 1), held));
}

/** What going by a late access leaves with it. */
function marksOf({ access, pending, branched, fenced }: Late, by: Access, model: WeakModel): Assignment[] {
  const isBranch = access.step.kind === 'load' && by.branchesOn.has(access.step.into);
  return [
    ...(isBranch ? [{ id: branched, value: variable(pending) }] : []),
    ...(fences(model, by, access) ? [{ id: fenced, value: variable(pending) }] : []),
  ];
}

/** A load of what the actor itself is late to store, where none of `after` has to do with the variable later on. */
function takenFrom(step: Step, { pending, operand }: Late, after: readonly Late[]): Alternative[] {
  if (step.kind !== 'load') return [];
  const newer = after.filter(({ access }) => access.reads.has(step.from) || access.writes.has(step.from));
  const isNewest = and(is(pending, 1), ...newer.map((one) => is(one.pending, 0)));
  const ways = lowerCases(step.cases, step.into, variable(operand), [
    { id: step.into, value: variable(operand) },
  ]);
  return ways.map(({ guard, assign, next }) => ({ guard: and(isNewest, guard), assign, next }));
}

function issues(program: Program, step: Step, own: Late, late: readonly Late[]): Alternative[] {
  const isBranch = branches(program.actors[own.actor]!, own.step);
  const issue = (way: Pick<Lowered, 'guard' | 'assign' | 'next'>, value: Expr): Alternative => ({
    guard: and(is(own.pending, 0), way.guard),
    assign: [
      ...way.assign,
      { id: own.operand, value },
      { id: own.branched, value: constant(isBranch ? 1 : 0) },
      { id: own.fenced, value: constant(0) },
      ...late.filter((one) => one !== own).flatMap((one) => marksOf(one, own.access, 'lkmm')),
      { id: own.pending, value: constant(1) },
    ],
    next: way.next,
  });
  switch (step.kind) {
    case 'store':
      return [issue({ guard: constant(1), assign: [], next: step.next }, step.value)];
    case 'load':
      return possibleValues(program)[step.from]!.flatMap((value) =>
        lowerCases(step.cases, step.into, constant(value), [{ id: step.into, value: constant(value) }]).map(
          (way) => issue(way, constant(value)),
        ),
      );
    case 'rmw': {
      const [local] = own.access.uses;
      const operand = local === undefined ? constant(0) : variable(local);
      return lowerCases(step.cases, null, constant(0), []).map((way) => issue(way, operand));
    }
    case 'atomic':
    case 'fence':
    case 'end':
      throw new Error(`a step of kind ${step.kind} cannot be late`);
  }
}

/** Performs a late access, whenever it may, again and again. */
function performer(
  program: Program,
  own: Late,
  all: readonly Late[],
  model: WeakModel,
): Program['actors'][number] {
  const earlier = all.slice(0, all.indexOf(own)).filter((one) => one.actor === own.actor);
  const waits = earlier.map((one) =>
    holdsUp(model, one.access, own.access) === 0 ? constant(1) : is(one.pending, 0),
  );
  const { guard, assign } = effectOf(own);
  const done: Assignment = { id: own.pending, value: constant(0) };
  const way: Alternative = {
    guard: and(is(own.pending, 1), ...waits, guard),
    assign: [...assign, done],
    next: 0,
  };
  return {
    name: `late access of ${program.actors[own.actor]!.name}`,
    steps: [{ kind: 'atomic', order: 'none', alternatives: [way] }],
    entry: 0,
  };
}

function effectOf({ access: { step, uses }, operand }: Late): { guard: Expr; assign: Assignment[] } {
  switch (step.kind) {
    case 'store':
      return { guard: constant(1), assign: [{ id: step.to, value: variable(operand) }] };
    case 'load':
      return { guard: eq(variable(step.from), variable(operand)), assign: [] };
    case 'rmw': {
      const [local] = uses;
      const value = local === undefined ? step.value : substitute(step.value, local, variable(operand));
      return { guard: constant(1), assign: [{ id: step.on, value }] };
    }
    case 'atomic':
    case 'fence':
    case 'end':
      throw new Error(`a step of kind ${step.kind} cannot be late`);
  }
}
