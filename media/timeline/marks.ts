/** Beside the steps: locks as bars, and arrows from where a step stands in the program to where it takes effect. */

import type { LockHeld, TimelineView, ViewStep } from '../../server/src/lsp/protocol.js';
import { enters, gutterColumn, rowOf, slotOffset } from './columns.js';
import { actorClass, element } from './elements.js';
import { lockWords, movedTitle } from './words.js';

/** The table and the state tell the same in words, so that readers of the screen are not given the marks. */
export function marksOf(view: TimelineView): HTMLElement[] {
  return [
    ...view.locks.map((held) => lockBar(view, held)),
    ...view.steps.flatMap((step) =>
      step.programOrder === null ? [] : [arrow(view, step, step.programOrder)],
    ),
  ];
}

function lockBar(view: TimelineView, held: LockHeld): HTMLElement {
  const label = element('span', {}, held.lock);
  const classes = ['lock', held.mode, held.to === null ? 'open' : 'closed', actorClass(held.actor)];
  const attributes = { class: classes.join(' '), title: lockWords(view, held), 'aria-hidden': 'true' };
  const bar = element('div', attributes, label);
  place(view, bar, held, held.from, held.to ?? view.steps.length + 1);
  return bar;
}

function arrow(view: TimelineView, step: ViewStep, from: number): HTMLElement {
  const title = movedTitle(from, step.n);
  const made = element('div', { class: `moved ${actorClass(step.actor)}`, title, 'aria-hidden': 'true' });
  place(view, made, step, from, step.n);
  return made;
}

/** From the first line of step `from` to the first line of step `to`, whatever else their rows hold. */
function place(
  view: TimelineView,
  mark: HTMLElement,
  what: LockHeld | ViewStep,
  from: number,
  to: number,
): void {
  const column = gutterColumn(what.actor);
  mark.style.gridRow = `${rowOf(from)} / ${rowOf(to)}`;
  mark.style.gridColumn = `${column} / ${column + 1}`;
  mark.style.marginInlineStart = slotOffset(view, what);
  mark.classList.toggle('from-below', entersAt(view, from));
  mark.classList.toggle('to-below', entersAt(view, to));
}

function entersAt(view: TimelineView, n: number): boolean {
  const step = view.steps.find((one) => one.n === n);
  return step !== undefined && enters(view, step);
}
