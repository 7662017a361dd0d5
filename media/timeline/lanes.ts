/** The swimlanes: a column an actor, a row a step, one row chosen. An ARIA grid with a roving tab stop. */

import type { TimelineView, ViewStep } from '../../server/src/lsp/protocol.js';
import {
  columnsOf,
  enters,
  gutterColumn,
  narrowColumnsOf,
  placeColumn,
  rowOf,
  widthWanted,
} from './columns.js';
import { actorClass, actorMark, breakable, element, setAttributes } from './elements.js';
import { l10n } from './l10n.js';
import { marksOf } from './marks.js';
import {
  actorName,
  differsWords,
  movedWords,
  noRaceWords,
  placeTitle,
  placeWords,
  violationWords,
} from './words.js';

export interface Lanes {
  readonly root: HTMLElement;
  /** Marks step `n`, brings it into sight, and gives it the focus if the lanes have it or `focus` asks for it. */
  choose(n: number, focus: boolean): void;
}

/** `pressed` is called with the step that somebody clicks. */
export function lanesOf(view: TimelineView, pressed: (n: number) => void): Lanes {
  const rows = new Map(view.steps.map((step) => [step.n, stepRow(view, step, pressed)]));
  const root = element(
    'div',
    {
      class: 'lanes',
      role: 'grid',
      'aria-label': l10n.t('Interleaving, one column an actor, time downward'),
      'aria-colcount': view.actors.length + 2,
      'aria-rowcount': view.steps.length + 2,
    },
    headingRow(view),
    ...rows.values(),
    ...marksOf(view),
    endRow(view),
  );
  root.style.setProperty('--columns', columnsOf(view));
  root.style.setProperty('--narrow-columns', narrowColumnsOf(view));
  root.style.setProperty('--place-column', String(placeColumn(view)));
  watchWidth(root, view);
  return { root, choose: (n, focus) => choose(root, rows, n, focus) };
}

/** The style sheet has two ways to draw the lanes; which is better depends on their number as well. */
function watchWidth(root: HTMLElement, view: TimelineView): void {
  const observer = new ResizeObserver(([entry]) => {
    const unit = parseFloat(getComputedStyle(document.documentElement).fontSize);
    root.classList.toggle('narrow', entry!.contentRect.width < widthWanted(view) * unit);
  });
  observer.observe(root);
}

function choose(root: HTMLElement, rows: ReadonlyMap<number, HTMLElement>, n: number, focus: boolean): void {
  const hadFocus = root.contains(document.activeElement);
  for (const [at, row] of rows) {
    setAttributes(row, { 'aria-selected': at === n ? 'true' : 'false' });
    row.querySelector('.step')?.setAttribute('tabindex', at === n ? '0' : '-1');
  }
  const chosen = rows.get(n);
  if (!chosen) return;
  if (hadFocus || focus) chosen.querySelector<HTMLElement>('.step')?.focus({ preventScroll: true });
  chosen.scrollIntoView({ block: 'nearest', behavior: lessMotion() ? 'auto' : 'smooth' });
}

/** Asked for in the system, or in VS Code by its setting `workbench.reduceMotion`, which no media query knows. */
const lessMotion = (): boolean =>
  window.matchMedia('(prefers-reduced-motion: reduce)').matches ||
  document.body.classList.contains('vscode-reduce-motion');

function row(at: number, classes: string, ...cells: readonly HTMLElement[]): HTMLElement {
  const made = element('div', { class: classes, role: 'row', 'aria-rowindex': at }, ...cells);
  made.style.gridRow = String(at);
  return made;
}

function headingRow(view: TimelineView): HTMLElement {
  const heading = (column: number, span: number, ...children: readonly (Node | string)[]) =>
    inColumn(element('div', { role: 'columnheader' }, ...children), column, span);
  return row(
    1,
    'headings',
    heading(1, 1, element('span', { class: 'visually-hidden' }, l10n.t('Step'))),
    ...view.actors.map((_, actor) => {
      const made = heading(gutterColumn(actor), 2, actorMark(actor), actorName(view, actor));
      made.classList.add(actorClass(actor));
      return made;
    }),
    heading(placeColumn(view), 1, l10n.t('Line')),
  );
}

function stepRow(view: TimelineView, step: ViewStep, pressed: (n: number) => void): HTMLElement {
  const number = inColumn(
    element('div', { role: 'rowheader', class: 'number' }, ...otherWay(step), String(step.n)),
    1,
    1,
  );
  const lanes = view.actors.map((_, actor) => laneCell(view, step, actor));
  const { file, line } = placeWords(step);
  const place = element(
    'div',
    { role: 'gridcell', class: `place ${step.at.kind}`, title: placeTitle(step) },
    element('span', { class: 'file' }, file),
    line,
  );
  const made = row(
    rowOf(step.n),
    classesOf(view, step),
    number,
    ...lanes,
    inColumn(place, placeColumn(view), 1),
  );
  made.dataset['step'] = String(step.n);
  made.addEventListener('click', () => pressed(step.n));
  return made;
}

function otherWay({ differs }: ViewStep): HTMLElement[] {
  if (!differs) return [];
  const sign = element('span', { 'aria-hidden': 'true', title: differsWords() }, '≠ ');
  return [sign, element('span', { class: 'visually-hidden' }, `${differsWords()} `)];
}

function classesOf(view: TimelineView, step: ViewStep): string {
  const more = [
    ...(enters(view, step) ? ['enters'] : []),
    ...(step.quiet ? ['quiet'] : []),
    ...(step === view.steps.at(-1) ? ['last'] : []),
    ...(step.reordered === null ? [] : ['reordered']),
    ...(step.differs ? ['differs'] : []),
    ...(step.at.kind === 'patch' ? ['of-patch'] : []),
  ];
  return ['step-row', actorClass(step.actor), ...more].join(' ');
}

/** A row has a cell for every actor; those of the others are empty. */
function laneCell(view: TimelineView, step: ViewStep, actor: number): HTMLElement {
  const own = step.actor === actor;
  const made = element('div', { role: 'gridcell', class: own ? 'step' : 'empty', tabindex: own ? -1 : null });
  if (own) made.append(...stepParts(view, step));
  return inColumn(made, gutterColumn(actor) + 1, 1);
}

function stepParts(view: TimelineView, step: ViewStep): HTMLElement[] {
  const moved = movedWords(step);
  const tags = [
    ...(moved === null ? [] : [moved]),
    ...(step.loadBearing ? [l10n.t('keeps the race closed')] : []),
  ];
  return [
    ...(enters(view, step) ? [functionName(step.function)] : []),
    element('div', { class: 'call' }, actorMark(step.actor), element('code', {}, ...breakable(step.text))),
    ...step.effects.map((effect) =>
      element('div', { class: 'effect' }, element('span', {}, ...breakable(effect))),
    ),
    ...tags.map((tag) => element('div', { class: 'tag' }, element('span', {}, tag))),
  ];
}

/** On one line, so that the rows' first lines are where the bars look for them. */
const functionName = (name: string): HTMLElement =>
  element('div', { class: 'function', title: `${name}()` }, `${name}()`);

function endRow(view: TimelineView): HTMLElement {
  const at = rowOf(view.steps.length + 1);
  if (!view.violation) {
    const none = element('div', { role: 'gridcell', class: 'no-race' }, noRaceWords(view));
    return row(at, 'end', inColumn(none, 1, placeColumn(view)));
  }
  const mark = element('span', { class: 'cross', 'aria-hidden': 'true' }, '✖ ');
  const bad = element('div', { role: 'gridcell', class: 'violation' }, mark, violationWords(view));
  return row(at, 'end', inColumn(bad, 1, placeColumn(view)));
}

function inColumn(cell: HTMLElement, column: number, span: number): HTMLElement {
  cell.style.gridColumn = `${column} / span ${span}`;
  return cell;
}
