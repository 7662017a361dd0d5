/** Says what is wrong with a program before it is explored: a wrong program is a fault of whoever built it. */

import { evaluate, variablesOf } from './expr.js';
import type { Actor, Case, Expr, Program, Step, StepId, VariableId } from './program.js';

/** Case guards are tried for every value of the locals that they read, up to this many combinations. */
const MAX_COMBINATIONS = 4096;

/** The problems of `program`, one sentence each; none for a program that can be explored. */
export function checkProgram(program: Program): string[] {
  const variables = program.variables.map(({ max, owner }) => `${max}:${owner}`).join();
  return [
    ...program.variables.flatMap((variable, id) => checkVariable(program, id, variable)),
    ...program.actors.flatMap((actor, index) => checkActorOnce(program, actor, index, variables)),
    ...program.properties.flatMap(({ id, bad, atEnd }) =>
      [bad, ...(atEnd ? [atEnd] : [])].flatMap((expr) =>
        checkReads(program, expr, `property ${id}`, () => true),
      ),
    ),
    ...program.witnesses.flatMap((w) => checkReads(program, w.state, `witness ${w.id}`, () => true)),
    ...repeated(program.properties.map((p) => p.id)).map((id) => `property ${id} is there twice`),
    ...repeated(program.witnesses.map((w) => w.id)).map((id) => `witness ${id} is there twice`),
  ];
}

function checkVariable(program: Program, id: VariableId, variable: Program['variables'][number]): string[] {
  const { name, initial, max, owner } = variable;
  const problems: string[] = [];
  if (!Number.isInteger(max) || max < 0 || max > 0x7fffffff)
    problems.push(`variable ${name} (${id}): max ${max}`);
  if (!Number.isInteger(initial) || initial < 0 || initial > max) {
    problems.push(`variable ${name} (${id}): initial value ${initial} is not in 0..${max}`);
  }
  if (owner !== null && program.actors[owner] === undefined) {
    problems.push(`variable ${name} (${id}): no actor ${owner} to own it`);
  }
  return problems;
}

/** For what variables, by their ranges and owners, and as which actor, steps were found in order. */
const inOrder = new WeakMap<readonly Step[], string>();

function checkActorOnce(program: Program, actor: Actor, index: number, variables: string): string[] {
  const as = `${index}:${actor.entry}:${variables}`;
  if (inOrder.get(actor.steps) === as) return [];
  const problems = checkActor(program, actor, index);
  if (problems.length === 0) inOrder.set(actor.steps, as);
  return problems;
}

function checkActor(program: Program, actor: Actor, index: number): string[] {
  const problems =
    actor.steps[actor.entry] === undefined ? [`actor ${actor.name}: no step ${actor.entry}`] : [];
  actor.steps.forEach((step, id) => {
    const where = `actor ${actor.name}, step ${id}`;
    for (const next of nextsOf(step)) {
      if (actor.steps[next] === undefined) problems.push(`${where}: no step ${next} to go to`);
    }
    problems.push(...checkStep(program, index, step, where));
  });
  return problems;
}

const nexts = new WeakMap<Step, readonly StepId[]>();

/** The steps that may follow `step`, in the order of its alternatives or cases. */
export function nextsOf(step: Step): readonly StepId[] {
  let ids = nexts.get(step);
  if (ids === undefined) nexts.set(step, (ids = collectNexts(step)));
  return ids;
}

function collectNexts(step: Step): StepId[] {
  switch (step.kind) {
    case 'atomic':
      return step.alternatives.map((alternative) => alternative.next);
    case 'load':
    case 'rmw':
      return step.cases.map((one) => one.next);
    case 'store':
    case 'fence':
      return [step.next];
    case 'end':
      return [];
  }
}

function checkStep(program: Program, actor: number, step: Step, where: string): string[] {
  const local = (id: VariableId) => program.variables[id]?.owner === actor;
  const shared = (id: VariableId) => program.variables[id]?.owner === null;
  const reads = (expr: Expr, allowed: (id: VariableId) => boolean) =>
    checkReads(program, expr, where, allowed);
  const isShared = (id: VariableId) => (shared(id) ? [] : [`${where}: variable ${id} is not shared`]);
  const isLocal = (id: VariableId) => (local(id) ? [] : [`${where}: variable ${id} is not the actor's own`]);
  const either = (id: VariableId) => local(id) || shared(id);
  switch (step.kind) {
    case 'atomic':
      return step.alternatives.flatMap((alternative) => [
        ...reads(alternative.guard, either),
        ...alternative.assign.flatMap(({ id, value }) => [
          ...(either(id) ? [] : [`${where}: variable ${id} is not the actor's to write`]),
          ...reads(value, either),
        ]),
      ]);
    case 'load':
      return [
        ...isShared(step.from),
        ...isLocal(step.into),
        ...checkCases(program, step.cases, where, local),
      ];
    case 'store':
      return [...isShared(step.to), ...reads(step.value, local)];
    case 'rmw':
      return [
        ...isShared(step.on),
        ...(step.into === null ? [] : isLocal(step.into)),
        ...reads(step.value, (id) => local(id) || id === step.on),
        ...checkCases(program, step.cases, where, local),
      ];
    case 'fence':
    case 'end':
      return [];
  }
}

function checkReads(
  program: Program,
  expr: Expr,
  where: string,
  allowed: (id: VariableId) => boolean,
): string[] {
  return [...variablesOf(expr)].flatMap((id) => {
    if (program.variables[id] === undefined) return [`${where}: no variable ${id}`];
    return allowed(id) ? [] : [`${where}: variable ${program.variables[id].name} may not be read here`];
  });
}

function checkCases(
  program: Program,
  cases: readonly Case[],
  where: string,
  local: (id: VariableId) => boolean,
): string[] {
  const problems = cases.flatMap((one) => checkReads(program, one.guard, where, local));
  if (problems.length > 0 || isTotal(program, cases)) return problems;
  return [`${where}: the cases do not cover every value`];
}

function isTotal(program: Program, cases: readonly Case[]): boolean {
  if (cases.some(({ guard }) => guard.kind === 'const' && guard.value !== 0)) return true;
  const ids = [...cases.reduce((all, one) => variablesOf(one.guard, all), new Set<VariableId>())];
  const sizes = ids.map((id) => program.variables[id]!.max + 1);
  const combinations = sizes.reduce((product, size) => product * size, 1);
  if (combinations > MAX_COMBINATIONS) return false;
  const values = new Map<VariableId, number>();
  for (let combination = 0; combination < combinations; combination++) {
    let rest = combination;
    ids.forEach((id, i) => {
      values.set(id, rest % sizes[i]!);
      rest = Math.floor(rest / sizes[i]!);
    });
    if (!cases.some(({ guard }) => evaluate(guard, (id) => values.get(id)!) !== 0)) return false;
  }
  return true;
}

function repeated(ids: readonly string[]): string[] {
  return ids.filter((id, index) => ids.indexOf(id) !== index);
}
