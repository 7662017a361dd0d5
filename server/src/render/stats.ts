/** `--stats`: what each scenario cost, the dearest first. */

import type { Report, ScenarioStats } from '../review/report.js';
import { BLANK, line, type Line } from './line.js';
import { padEnd, padStart } from './width.js';
import { count, number } from './words.js';

const KIB = 1024;

export function statsLines({ stats = [] }: Report): Line[] {
  if (stats.length === 0) return [];
  const shown = stats.filter(({ states }) => states > 0).sort((a, b) => b.milliseconds - a.milliseconds);
  const rest = stats.filter(({ states }) => states === 0);
  const rows = [
    ...shown.map((one) => [...cells(one), `${one.scenario}  ${one.file}`]),
    ...(rest.length === 0
      ? []
      : [[...cells(sumOf(rest)), `${count(rest.length, 'scenario')} in which nothing was explored`]]),
    [...cells(sumOf(stats)), 'all'],
  ];
  return [BLANK, ...table([['states', 'ms', 'KiB', 'scenario'], ...rows]).map((text) => line(text))];
}

type Cost = Pick<ScenarioStats, 'states' | 'milliseconds' | 'bytes'>;

const cells = ({ states, milliseconds, bytes }: Cost): string[] => [
  number(states),
  milliseconds.toFixed(1),
  // What is known from the build was not explored again, and held no states.
  bytes === 0 ? '-' : number(Math.ceil(bytes / KIB)),
];

const sumOf = (all: readonly Cost[]): Cost => ({
  states: all.reduce((sum, { states }) => sum + states, 0),
  milliseconds: all.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
  bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
});

/** Numbers at the right of their columns, names at the left. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const last = widths.length - 1;
  return rows.map((row) =>
    row.map((cell, at) => (at === last ? padEnd(cell, 0) : padStart(cell, widths[at]!))).join('  '),
  );
}
