/** The timeline as a plain table: the same facts for those who do not see lanes, bars and arrows. */

import type { TimelineView, ViewStep } from '../../server/src/lsp/protocol.js';
import { breakable, element } from './elements.js';
import { actorName, movedWords, placeTitle, violationWords } from './words.js';

const HEADINGS = ['Step', 'Actor', 'Function', 'Does', 'Changes', 'Locks held by the actor', 'Line'];

export function tableOf(view: TimelineView): HTMLElement {
  const head = element('tr', {}, ...HEADINGS.map((text) => element('th', { scope: 'col' }, text)));
  const caption = view.violation ? violationWords(view) : '';
  return element(
    'table',
    { class: 'equivalent' },
    element('caption', {}, `Interleaving ${view.side} the patch. ${caption}`),
    element('thead', {}, head),
    element('tbody', {}, ...view.steps.map((step) => tableRow(view, step))),
  );
}

function tableRow(view: TimelineView, step: ViewStep): HTMLElement {
  const moved = movedWords(step);
  const cells = [
    actorName(view, step.actor),
    `${step.function}()`,
    moved === null ? step.text : `${step.text} (${moved})`,
    step.effects.join(', '),
    locksOf(view, step),
    placeTitle(step),
  ];
  const number = element('th', { scope: 'row' }, String(step.n));
  return element('tr', {}, number, ...cells.map((text) => element('td', {}, ...breakable(text))));
}

function locksOf({ locks }: TimelineView, { n, actor }: ViewStep): string {
  return locks
    .filter((held) => held.actor === actor && held.from <= n && (held.to === null || held.to > n))
    .map(({ lock, mode }) => `${lock} (${mode})`)
    .join(', ');
}
