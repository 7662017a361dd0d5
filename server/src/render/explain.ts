/** `--explain`: what was extracted, which scenarios ran with what verdict, what was skipped and why. */

import type { ExtractedEvent, Report, VerdictRow } from '../review/report.js';
import { placeText, shortPlace } from './grid.js';
import { BLANK, indent, line, span, type Line } from './line.js';
import { padEnd, padStart, wrap } from './width.js';
import { number } from './words.js';

const SIGNS: Readonly<Record<ExtractedEvent['side'], string>> = { before: '-', after: '+', both: ' ' };

export function explainLines(report: Report, width: number): Line[] {
  const { releases, events, skipped } = report.explanation;
  const room = width - 2;
  return [
    ...section(
      'Release',
      releases.flatMap((entry) => prose(`${entry.file}: ${entry.release}, ${entry.why}`, room)),
    ),
    ...section('Ordering extracted (- before, + after)', eventLines(events, room)),
    ...section('Scenarios', [...models(report.verdicts, room), ...verdictLines(report.verdicts, room)]),
    ...section(
      'Skipped',
      skipped.flatMap((entry) => prose(`${entry.file}: ${entry.scenario}: ${entry.reason}`, room)),
    ),
  ];
}

/** A section that has nothing to list says so. */
function section(title: string, body: readonly Line[]): Line[] {
  return [BLANK, line(title, 'strong'), ...indent(body.length === 0 ? [line('nothing', 'dim')] : body, 2)];
}

function prose(text: string, width: number): Line[] {
  return wrap(text, width, 2).map((piece, at) => line((at > 0 ? '  ' : '') + piece));
}

/** By function, in the order in which the functions first appear. */
function eventLines(events: readonly ExtractedEvent[], width: number): Line[] {
  const byFunction = new Map<string, ExtractedEvent[]>();
  for (const event of events) {
    const known = byFunction.get(event.function);
    if (known === undefined) byFunction.set(event.function, [event]);
    else known.push(event);
  }
  return [...byFunction].flatMap(([name, own]) => [
    line(`${name}()`, 'strong'),
    ...own.flatMap((event) => eventLine(event, width)),
  ]);
}

function eventLine(event: ExtractedEvent, width: number): Line[] {
  const place = shortPlace(event.at) === '' ? placeText(event.at) : shortPlace(event.at);
  return wrap(`${event.text}  ${place}`, width - 4, 2).map((text, at): Line => [
    span(at === 0 ? `  ${SIGNS[event.side]} ` : '      ', event.side === 'both' ? 'plain' : 'mark'),
    span(text),
  ]);
}

/** What holds of all rows. */
function models(rows: readonly VerdictRow[], width: number): Line[] {
  const named = [...new Set(rows.map(({ scenario }) => scenario.memory))].join(', ');
  const text = `under ${named}; exhaustive unless a line below says what was not explored`;
  return named === '' ? [] : wrap(text, width).map((piece) => line(piece, 'dim'));
}

/** One line a verdict, the scenario's id last so that a long one never moves the columns; its bounds stand below. */
function verdictLines(rows: readonly VerdictRow[], width: number): Line[] {
  const states = Math.max(0, ...rows.map((row) => number(row.states).length));
  const change = Math.max(0, ...rows.map((row) => row.change.length));
  const verdict = Math.max(0, ...rows.map((row) => verdictText(row).length));
  return rows.flatMap((row) => {
    const columns = [
      row.property,
      padEnd(verdictText(row), verdict),
      padEnd(row.change, change),
      `${padStart(number(row.states), states)} states`,
      row.scenario.id,
    ];
    const bounds = row.bounds === EXHAUSTIVE ? [] : wrap(row.bounds, width - BELOW.length);
    const text = columns.join('  ');
    // `wrap` closes up the blanks of the columns, so a line that fits is left alone.
    const told = text.length <= width ? [line(text)] : prose(text, width);
    return [...told, ...bounds.map((piece) => line(BELOW + piece))];
  });
}

const EXHAUSTIVE = 'exhaustive';
const BELOW = ' '.repeat(4);

function verdictText(row: VerdictRow): string {
  return `${row.before} -> ${row.after}`;
}
