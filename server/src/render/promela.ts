/** A race as a Promela model that Spin confirms: the program that was explored, with what goes wrong as its assertion. */

import type { RaceModel } from '../review/race-model.js';
import { toPromela } from '../sim/promela.js';
import { placeText, stepText } from './grid.js';
import { RULES } from './rules.js';
import { padStart, wrap } from './width.js';

const WIDTH = 90;

export function renderPromela(model: RaceModel): string {
  const comment = (actor: number, step: number): string | null => {
    const source = model.describe(actor, step);
    return source && `${source.function}(): ${source.call}`;
  };
  const body = toPromela(model.program, model.property, { comment, waiting: model.actors });
  return ['/*', ...header(model).map((text) => ` *${text === '' ? '' : ` ${text}`}`), ' */', '', body].join(
    '\n',
  );
}

function header(model: RaceModel): string[] {
  const { finding, scenario, side, violation, isDeadlock } = model;
  const late = model.program.actors.length > model.actors;
  const paragraphs = [
    [`${RULES[finding.property].title} (${finding.property}, ${finding.id}): ${finding.message}`],
    [
      `From ${finding.file}:${finding.line} in ${finding.function}(), the code ${side} the patch; ${scenario}.`,
    ],
    [
      isDeadlock
        ? 'Violated where nobody can go on: Spin says "invalid end state".'
        : 'The assertion is violated where ' + `${violation}.`,
      'spin -a FILE && gcc -DSAFETY -o pan pan.c && ./pan -m1000000',
    ],
    ...(late ? [lateLines(model)] : []),
    ['The interleaving that was found:', ...steps(model)],
  ];
  return paragraphs.flatMap((lines, i) => [...(i === 0 ? [] : ['']), ...lines.flatMap(prose)]);
}

const prose = (text: string): string[] =>
  wrap(text, WIDTH, 2)
    .map((piece, at) => (at > 0 ? '      ' : '') + piece)
    .map((piece) => piece.replace(/\*\//g, '* /'));

function lateLines({ program, actors }: RaceModel): string[] {
  const names = program.actors.slice(actors).map(({ name }) => name);
  return [
    `The memory model lets an access take effect late, which Spin does not know: ${names.join(', ')} does it as a process of its own, and what has to wait for it waits.`,
  ];
}

function steps({ timeline }: RaceModel): string[] {
  const digits = String(timeline.steps.length).length;
  return timeline.steps.map(
    (step) =>
      `${padStart(String(step.n), digits)} ${timeline.actors[step.actor]!}: ${step.function}(): ${stepText(step)}  ${placeText(step.at)}`,
  );
}
