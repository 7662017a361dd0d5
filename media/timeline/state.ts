/** The state after the chosen step, with what the step changed, and who holds which lock. */

import type { LockHeld, TimelineView, ViewStep } from '../../server/src/lsp/protocol.js';
import { actorClass, actorMark, breakable, element } from './elements.js';
import { l10n } from './l10n.js';
import { actorName, modeWords } from './words.js';

/** Filled anew for every step. */
export function fillState(panel: HTMLElement, view: TimelineView, step: ViewStep): void {
  panel.replaceChildren(
    element('h2', {}, l10n.t('State after step {step}', { step: step.n })),
    stateTable(view, step),
    element('h2', {}, l10n.t('Locks held')),
    locksHeld(view, step.n),
  );
}

function stateTable(view: TimelineView, step: ViewStep): HTMLElement {
  const before = view.steps.find(({ n }) => n === step.n - 1)?.state ?? view.initial;
  const rows = view.stateNames.map((name, i) => stateRow(name, before[i] ?? '', step.state[i] ?? ''));
  return element('table', {}, element('tbody', {}, ...rows));
}

function stateRow(name: string, before: string, after: string): HTMLElement {
  const heading = element('th', { scope: 'row' }, ...breakable(name));
  if (before === after) return element('tr', {}, heading, element('td', {}, after));
  const was = element('span', { class: 'was' }, before);
  const now = element('strong', {}, after);
  const hidden = element('span', { class: 'visually-hidden' }, ` ${l10n.t('changed to')} `);
  const arrow = element('span', { 'aria-hidden': 'true' }, ' → ');
  return element('tr', { class: 'changed' }, heading, element('td', {}, was, hidden, arrow, now));
}

/** Held in the state after step `n`. */
const isHeld = ({ from, to }: LockHeld, n: number): boolean => from <= n && (to === null || to > n);

function locksHeld(view: TimelineView, n: number): HTMLElement {
  const held = view.locks.filter((one) => isHeld(one, n));
  if (held.length === 0) return element('p', { class: 'none' }, l10n.t('none'));
  const items = held.map((one) =>
    element(
      'li',
      { class: actorClass(one.actor) },
      actorMark(one.actor),
      `${one.lock}, ${modeWords(one)} `,
      element('span', { class: 'holder' }, actorName(view, one.actor)),
    ),
  );
  return element('ul', {}, ...items);
}
