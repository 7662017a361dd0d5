/**
 * A program as Promela, under sequential consistency: for comparing verdicts and sizes with Spin (Holzmann, The Spin
 * Model Checker, 2004).
 *
 * One proctype for each actor. A way to take a step is one `d_step` that begins with its guard, so that a step is
 * one transition there as here. The property is asserted in the step that writes what it looks at: there is no
 * monitor process and no claim that would add states, but for what a property asks of the end. An actor at `end`
 * waits for ever at a valid end state.
 */

import { variablesOf } from './expr.js';
import { type Lowered, lowerStep } from './lowered.js';
import type { Expr, Program, Property, StepId, VariableId } from './program.js';

/** How the parts of a program are called, and what is done after a step that wrote `writes`. */
export interface PromelaNames {
  readonly variable: (id: VariableId) => string;
  readonly label: (actor: number, step: StepId) => string;
  readonly afterStep: (actor: number, step: StepId, writes: readonly VariableId[]) => readonly string[];
  /** What an actor does once when it gets to `end`. */
  readonly atEnd: (actor: number) => string;
  /** What a reader is told of a step. */
  readonly comment?: (actor: number, step: StepId) => string | null;
}

export interface PromelaOptions {
  readonly comment?: PromelaNames['comment'];
  /** Actors from here on wait for others and need not end. */
  readonly waiting?: number;
}

/** The model whose assertion is violated where `property` is. */
export function toPromela(program: Program, property: Property, options: PromelaOptions = {}): string {
  const { comment, waiting = Infinity } = options;
  const seen = variablesOf(property.bad);
  const seenAtEnd = property.atEnd ? variablesOf(property.atEnd) : new Set<VariableId>();
  const variables = variableNames(program);
  const names: PromelaNames = {
    variable: (id) => variables[id]!,
    label: (actor, step) => `${actor < waiting && !isCalledAt(program, actor, step) ? '' : 'end_'}S${step}`,
    afterStep: (actor, step, writes) => [
      ...(property.atEnd && isCalledAt(program, actor, step) ? [`${ended(actor)} = 0`] : []),
      ...(writes.some((id) => seen.has(id)) ? [assertion(property.bad, names)] : []),
    ],
    atEnd: (actor) => (property.atEnd ? `${ended(actor)} = 1;` : ''),
    ...(comment === undefined ? {} : { comment }),
  };
  const isGlobal = (id: VariableId) =>
    program.variables[id]!.owner === null || seen.has(id) || seenAtEnd.has(id);
  const ids = [...program.variables.keys()];
  return [
    'hidden int before;',
    ...ids.filter(isGlobal).map((id) => declaration(program, id, names)),
    ...(property.atEnd ? endWatch(program, property.atEnd, names, waiting) : []),
    ...program.actors.flatMap((actor, index) => [
      '',
      `/* ${actor.name.replace(/\*\//g, '')} */`,
      `active proctype actor${index}() {`,
      ...ids
        .filter((id) => !isGlobal(id) && program.variables[id]!.owner === index)
        .map((id) => `  ${declaration(program, id, names)}`),
      ...(index === 0 ? [`  ${assertion(property.bad, names)};`] : []),
      `  goto ${names.label(index, actor.entry)};`,
      ...promelaSteps(program, index, names),
      '}',
    ]),
    '',
  ].join('\n');
}

/** As in the program, as far as Promela lets: a name that is there already has the number of its variable behind it. */
function variableNames({ variables }: Program): string[] {
  const names: string[] = [];
  for (const { name } of variables) {
    const plain = name.replace(/\W+/g, '_');
    const isTaken = names.includes(plain) || RESERVED.has(plain) || !/^[a-z]/i.test(plain);
    names.push(isTaken ? `${plain}_${names.length}` : plain);
  }
  return names;
}

/** Words of Promela, and names that the model itself uses. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    'active assert atomic before bit bool break byte chan d_step do else empty enabled fi full goto hidden if init ' +
    'inline int len local mtype nempty never nfull notrace np_ od of pc_value pid print printf priority proctype ' +
    'provided run select short show skip timeout trace true false typedef unless unsigned xr xs'
  ).split(' '),
);

/** Whether `actor` stands at `step` until another one lets it run. */
const isCalledAt = ({ actors }: Program, actor: number, step: StepId): boolean =>
  actors[actor]!.called === true && actors[actor]!.entry === step;

const ended = (actor: number): string => `ended_${actor}`;

/** What is asserted when nobody can go on, and all have ended. */
function endWatch({ actors }: Program, atEnd: Expr, names: PromelaNames, waiting: number): string[] {
  const watched = [...actors.keys()].filter((actor) => actor < waiting);
  const bad = [...watched.map(ended), `(${promelaExpr(atEnd, names)})`].join(' && ');
  return [
    ...actors.map(({ called }, actor) => `bit ${ended(actor)} = ${called ? 1 : 0};`),
    '',
    'active proctype at_end() {',
    `  timeout; assert(!(${bad}))`,
    '}',
  ];
}

function assertion(bad: Expr, names: PromelaNames): string {
  return `assert(!(${promelaExpr(bad, names)}))`;
}

function declaration(program: Program, id: VariableId, names: PromelaNames): string {
  const { max, initial } = program.variables[id]!;
  const type = max <= 1 ? 'bit' : max <= 255 ? 'byte' : 'int';
  return `${type} ${names.variable(id)} = ${initial};`;
}

/** The steps of one actor, each under its label. */
export function promelaSteps(program: Program, actor: number, names: PromelaNames): string[] {
  return program.actors[actor]!.steps.flatMap((step, id) => {
    const label = names.label(actor, id);
    const comment = names.comment?.(actor, id) ?? null;
    const about = comment === null ? '' : ` /* ${comment.replace(/\*\//g, '* /')} */`;
    if (step.kind === 'end') return [`${label}: ${names.atEnd(actor)}`, `end_${label}: false;`];
    const ways = lowerStep(step);
    if (ways.length === 0) return [`${label}: false;`];
    return [
      `${label}:${about} if`,
      ...ways.map((way) => `  :: ${promelaWay(way, actor, id, names)}`),
      '  fi;',
    ];
  });
}

function promelaWay(way: Lowered, actor: number, step: StepId, names: PromelaNames): string {
  const writes = way.assign.map(({ id }) => id);
  const body = [
    `(${promelaExpr(way.guard, names)})`,
    ...assignments(way, names),
    ...names.afterStep(actor, step, writes),
  ];
  return `d_step { ${body.join('; ')} } goto ${names.label(actor, way.next)}`;
}

/** Two assignments that happen together are those of an RMW: the value before is kept until the variable is written. */
function assignments({ assign, assigns }: Lowered, names: PromelaNames): string[] {
  const [first, second] = assign;
  if (assigns === 'together' && first !== undefined && second !== undefined) {
    return [
      `before = ${promelaExpr(first.value, names)}`,
      `${names.variable(second.id)} = ${promelaExpr(second.value, names)}`,
      `${names.variable(first.id)} = before`,
    ];
  }
  return assign.map(({ id, value }) => `${names.variable(id)} = ${promelaExpr(value, names)}`);
}

export function promelaExpr(expr: Expr, names: PromelaNames): string {
  switch (expr.kind) {
    case 'const':
      return String(expr.value);
    case 'var':
      return names.variable(expr.id);
    case 'not':
      return `!(${promelaExpr(expr.of, names)})`;
    case 'binary':
      return `(${promelaExpr(expr.left, names)} ${expr.op} ${promelaExpr(expr.right, names)})`;
    case 'if': {
      const [condition, then, otherwise] = [expr.condition, expr.then, expr.else];
      return `(${promelaExpr(condition, names)} -> ${promelaExpr(then, names)} : ${promelaExpr(otherwise, names)})`;
    }
  }
}
