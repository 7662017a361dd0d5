/** How the drawing looks: it brings its own paper, light or dark as the viewer prefers. Actors differ in shape too. */

import { element } from './svg-elements.js';

interface Colours {
  readonly paper: string;
  readonly ink: string;
  readonly dim: string;
  readonly rule: string;
  readonly bad: string;
  readonly actors: readonly string[];
}

const LIGHT: Colours = {
  paper: '#ffffff',
  ink: '#1f2328',
  dim: '#646c76',
  rule: '#d8dee4',
  bad: '#c0182b',
  actors: ['#0a5fc4', '#19742f', '#8f5700', '#7a45d4'],
};

const DARK: Colours = {
  paper: '#1b1d21',
  ink: '#e8eaed',
  dim: '#9ba3ad',
  rule: '#3a3f47',
  bad: '#ff8078',
  actors: ['#79b8ff', '#74cf86', '#e6ad4a', '#c3a3ff'],
};

const variables = ({ paper, ink, dim, rule, bad, actors }: Colours): string =>
  [
    `--paper:${paper};--ink:${ink};--dim:${dim};--rule:${rule};--bad:${bad}`,
    ...actors.map((colour, i) => `--a${i}:${colour}`),
  ].join(';');

const actorRules = LIGHT.actors.map((_, i) => `.a${i}{--actor:var(--a${i})}`).join('');

export const STYLE = [
  `svg{${variables(LIGHT)};color-scheme:light dark;font:12px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace}`,
  `@media (prefers-color-scheme:dark){svg{${variables(DARK)}}}`,
  actorRules,
  `.paper{fill:var(--paper)}text{fill:var(--ink);white-space:pre}.dim{fill:var(--dim)}.strong{font-weight:bold}`,
  `.bad{fill:var(--bad);font-weight:bold}.rule{stroke:var(--rule)}.edge{stroke:var(--bad);fill:none}`,
  `.head{fill:var(--actor);font-weight:bold}.mark{fill:var(--actor)}`,
  `.exclusive{fill:var(--actor);stroke:var(--actor)}.shared{fill:var(--paper);stroke:var(--actor)}`,
  `.on-exclusive{fill:var(--paper);font-size:9px}.on-shared{fill:var(--actor);font-size:9px}`,
  `.moved{stroke:var(--actor);stroke-dasharray:3 2;fill:none}.tip{fill:var(--actor)}`,
].join('');

export const actorClass = (actor: number): string => `a${actor % LIGHT.actors.length}`;

/** An actor's mark of 8 by 8 about (x, y): disc, square, triangle, diamond. */
export function actorMark(actor: number, x: number, y: number): string {
  const at = (dx: number, dy: number): string => `${x + dx},${y + dy}`;
  const corners: readonly (readonly string[])[] = [
    [at(-4, -4), at(4, -4), at(4, 4), at(-4, 4)],
    [at(0, -5), at(5, 4), at(-5, 4)],
    [at(0, -5), at(5, 0), at(0, 5), at(-5, 0)],
  ];
  const shape = actor % (corners.length + 1);
  if (shape === 0) return element('circle', { class: 'mark', cx: x, cy: y, r: 4.5 });
  return element('polygon', { class: 'mark', points: corners[shape - 1]!.join(' ') });
}
