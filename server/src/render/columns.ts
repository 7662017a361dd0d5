/**
 * Draws a timeline as kernel people draw races in mail: one column an actor, time downward, state changes at the
 * right. Narrower screens get the state changes below their steps, and in the end one list instead of columns.
 */

import type { Timeline, TimelineStep } from '../review/report.js';
import { gridOf, shortPlace, stepText, type Grid, type GridRow } from './grid.js';
import { line, span, type Line, type Span, type Style } from './line.js';
import { displayWidth, padEnd, padStart, printable, wrap } from './width.js';

export interface ColumnOptions {
  /** Columns at hand. */
  readonly width: number;
  /** Name the patch line of a step at its right. */
  readonly places: boolean;
}

const GAP = '  ';
/** Steps stand below the name of their function. */
const STEP_INDENT = '  ';
/** Distance from one column to the next when there is no room for the widest text between them. */
const CLOSEST = 17;
/** Wider headings are broken rather than kept apart. */
const WIDEST_HEADING = 24;
/** A last column narrower than this has no room for a call; its text has nothing to reach over. */
const LAST = 20;

/**
 * Where the columns stand. A row belongs to one actor, so its text may reach over the columns to its right, as it
 * does when people draw: a column's width is the distance to the next one, not a limit.
 */
interface Layout {
  readonly numberWidth: number;
  readonly actorWidths: readonly number[];
  /** 0: state changes stand below their step. */
  readonly stateWidth: number;
  readonly placeWidth: number;
}

/** The timeline in at most `options.width` columns; nothing is cut. */
export function drawTimeline(timeline: Timeline, options: ColumnOptions): Line[] {
  const grid = gridOf(timeline);
  const layout = layOut(grid, options);
  if (layout === null) return drawList(grid, options);
  return [...drawHeadings(grid, layout), ...grid.rows.flatMap((row) => drawRow(row, layout))];
}

/**
 * The first that fits: everything at its natural width; columns closer together and each state change on a line of
 * its own; state changes below their steps. Null when columns do not fit at all.
 */
function layOut(grid: Grid, options: ColumnOptions): Layout | null {
  const steps = grid.rows.flatMap((row) => (row.kind === 'step' ? [row.step] : []));
  const numberWidth = Math.max(1, ...steps.map((step) => String(step.n).length));
  const placeWidth = options.places ? Math.max(0, ...steps.map((step) => shortPlace(step.at).length)) : 0;
  const frame =
    numberWidth + GAP.length * grid.headings.length + (placeWidth > 0 ? GAP.length + placeWidth : 0);
  const attempts = [
    { stateWidth: widest(steps.map((step) => step.effects.join(EFFECT_GAP))), squeeze: false },
    { stateWidth: widest(steps.flatMap((step) => step.effects)), squeeze: true },
    { stateWidth: 0, squeeze: true },
  ];
  for (const { stateWidth, squeeze } of attempts) {
    const room = options.width - frame - (stateWidth > 0 ? GAP.length + stateWidth : 0);
    const widths = fit(columnTexts(grid, stateWidth === 0), room, squeeze);
    if (widths !== null) return { numberWidth, actorWidths: widths, stateWidth, placeWidth };
  }
  return null;
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => displayWidth(printable(text))));
}

/** The texts of each actor's column, its heading first; `below`: with the state changes. */
function columnTexts(grid: Grid, below: boolean): string[][] {
  const texts = grid.headings.map((heading) => [heading]);
  for (const row of grid.rows) {
    const own = texts[row.actor];
    if (row.kind === 'enter') own?.push(enterText(row));
    else own?.push(STEP_INDENT + stepText(row.step), ...(below ? [STEP_INDENT + stateBelow(row.step)] : []));
  }
  return texts;
}

/**
 * The distances of the columns so that all fit into `room`. `squeeze` moves them together, the widest first, as far
 * as their headings allow; the last column gives way after the others. Null when that is not enough.
 */
function fit(texts: readonly (readonly string[])[], room: number, squeeze: boolean): number[] | null {
  const natural = texts.map(widest);
  const least = texts.map(([heading = '']) => Math.min(WIDEST_HEADING, Math.max(CLOSEST, widest([heading]))));
  const last = natural.pop() ?? 0;
  const capped = (cap: number) => natural.map((width, at) => Math.min(width, Math.max(cap, least[at] ?? 0)));
  const total = (cap: number) => capped(cap).reduce((sum, width) => sum + width, 0);
  let cap = Math.max(0, ...natural);
  while (squeeze && cap > CLOSEST && total(cap) + last > room) cap--;
  const rest = Math.min(last, room - total(cap));
  return rest >= (squeeze ? Math.min(last, LAST) : last) ? [...capped(cap), rest] : null;
}

function drawHeadings(grid: Grid, layout: Layout): Line[] {
  const wrapped = grid.headings.map((heading, actor) => wrap(heading, layout.actorWidths[actor] ?? 1));
  const height = Math.max(0, ...wrapped.map((lines) => lines.length));
  const texts = Array.from({ length: height }, (_, at) => wrapped.map((lines) => lines[at] ?? ''));
  const rule = wrapped.map((lines) => '-'.repeat(widest(lines)));
  return [...texts.map((cells) => headingLine(cells, layout, 'strong')), headingLine(rule, layout, 'dim')];
}

function headingLine(cells: readonly string[], layout: Layout, style: Style): Line {
  const spans: Span[] = [span(' '.repeat(layout.numberWidth))];
  cells.forEach((cell, actor) =>
    spans.push(span(GAP), span(padEnd(cell, layout.actorWidths[actor] ?? 0), style)),
  );
  return spans;
}

/** One line of a row. */
interface RowLine {
  readonly n: string;
  readonly text: string;
  readonly style: Style;
  readonly state: string;
  readonly place: string;
}

const EMPTY: RowLine = { n: '', text: '', style: 'plain', state: '', place: '' };

function drawRow(row: GridRow, layout: Layout): Line[] {
  const lines = row.kind === 'enter' ? enterLines(row, layout) : stepLines(row.actor, row.step, layout);
  return lines.map((each) => assemble(row.actor, each, layout));
}

function enterLines(row: Extract<GridRow, { kind: 'enter' }>, layout: Layout): RowLine[] {
  return wrapIndented(enterText(row), roomFor(row.actor, layout, true), '').map((text) => ({
    ...EMPTY,
    text,
    style: 'strong',
  }));
}

function stepLines(actor: number, step: TimelineStep, layout: Layout): RowLine[] {
  const beside = layout.stateWidth > 0 ? packEffects(step, layout.stateWidth) : [];
  const style: Style = step.reordered === undefined ? 'plain' : 'mark';
  const texts = wrapIndented(stepText(step), roomFor(actor, layout, beside.length === 0), STEP_INDENT);
  const lines = Array.from({ length: Math.max(texts.length, beside.length) }, (_, at): RowLine => ({
    n: at === 0 ? String(step.n) : '',
    text: texts[at] ?? '',
    style,
    state: beside[at] ?? '',
    place: at === 0 ? shortPlace(step.at) : '',
  }));
  if (layout.stateWidth > 0 || step.effects.length === 0) return lines;
  const below = effectsBelow(step, roomFor(actor, layout, true));
  return [...lines, ...below.map((text): RowLine => ({ ...EMPTY, text, style: 'state' }))];
}

/** How far the text of an actor's row may reach: to the state changes, or over their column when the row has none. */
function roomFor(actor: number, layout: Layout, overState: boolean): number {
  const own = layout.actorWidths.slice(actor);
  const columns = own.reduce((sum, width) => sum + width, 0) + GAP.length * (own.length - 1);
  return columns + (overState && layout.stateWidth > 0 ? GAP.length + layout.stateWidth : 0);
}

function assemble(actor: number, row: RowLine, layout: Layout): Line {
  const before = layout.actorWidths
    .slice(0, actor)
    .reduce((sum, width) => sum + width + GAP.length, GAP.length);
  const reach = roomFor(actor, layout, row.state === '');
  const spans: Span[] = [
    span(padStart(row.n, layout.numberWidth), 'dim'),
    span(' '.repeat(before)),
    span(padEnd(row.text, reach), row.style),
  ];
  if (row.state !== '') spans.push(span(GAP), span(padEnd(row.state, layout.stateWidth), 'state'));
  if (layout.placeWidth > 0) spans.push(span(GAP), span(padStart(row.place, layout.placeWidth), 'dim'));
  return spans;
}

const EFFECT_GAP = ', ';

/** State changes in lines of at most `columns`, broken between two of them where that is possible. */
function packEffects(step: TimelineStep, columns: number): string[] {
  const lines: string[] = [];
  for (const effect of step.effects.map(printable)) {
    const joined = lines.length === 0 ? effect : `${lines.at(-1) ?? ''}${EFFECT_GAP}${effect}`;
    if (lines.length > 0 && displayWidth(joined) <= columns) lines[lines.length - 1] = joined;
    else lines.push(...wrap(effect, columns, 2).map((text, at) => (at > 0 ? '  ' : '') + text));
  }
  return lines;
}

function effectsBelow(step: TimelineStep, columns: number): string[] {
  const lines = packEffects(step, columns - STEP_INDENT.length - 2);
  return lines.map(
    (text, at) => `${STEP_INDENT}${at === 0 ? '[' : ' '}${text}${at === lines.length - 1 ? ']' : ','}`,
  );
}

/** Continuation lines hang two columns deeper than the first. */
function wrapIndented(text: string, columns: number, margin: string): string[] {
  return wrap(text, Math.max(1, columns - margin.length), 2).map(
    (piece, at) => margin + (at > 0 ? '  ' : '') + piece,
  );
}

/** One list in execution order, for screens too narrow for a column each. */
function drawList(grid: Grid, options: ColumnOptions): Line[] {
  const lines: Line[] = [];
  let where = '';
  const inside = new Map<number, string>();
  for (const row of grid.rows) {
    if (row.kind === 'enter') {
      inside.set(row.actor, enterText(row));
      continue;
    }
    const here = `${grid.headings[row.actor] ?? ''}, ${inside.get(row.actor) ?? ''}`;
    if (here !== where)
      lines.push(...wrapIndented(here, options.width, '').map((text) => line(text, 'strong')));
    where = here;
    lines.push(...listStep(row.step, options));
  }
  return lines;
}

function listStep(step: TimelineStep, options: ColumnOptions): Line[] {
  const place = options.places && shortPlace(step.at) !== '' ? ` (${shortPlace(step.at)})` : '';
  const number = `${padStart(String(step.n), 3)} `;
  const texts = wrap(stepText(step) + place, options.width - number.length, 2);
  const lines = texts.map((text, at): Line => [span(at === 0 ? number : ' '.repeat(6), 'dim'), span(text)]);
  const states = step.effects.length === 0 ? [] : wrap(stateBelow(step), options.width - 6);
  return [...lines, ...states.map((text): Line => [span(' '.repeat(6)), span(text, 'state')])];
}

function enterText(row: Extract<GridRow, { kind: 'enter' }>): string {
  return `${printable(row.function)}()`;
}

function stateBelow(step: TimelineStep): string {
  return `[${step.effects.join(EFFECT_GAP)}]`;
}
