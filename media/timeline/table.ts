/** The timeline as a plain table: the same facts for those who do not see lanes, bars and arrows. */

import type { TimelineView, ViewStep } from '../../server/src/lsp/protocol.js';
import { breakable, element } from './elements.js';
import { l10n } from './l10n.js';
import {
  actorName,
  captionWords,
  modeWords,
  movedWords,
  noRaceWords,
  placeTitle,
  violationWords,
} from './words.js';

const HEADINGS: readonly string[] = [
  l10n.t('Step'),
  l10n.t('Actor'),
  l10n.t('Function'),
  l10n.t('Does'),
  l10n.t('Changes'),
  l10n.t('Locks held by the actor'),
  l10n.t('Line'),
];

export function tableOf(view: TimelineView): HTMLElement {
  const head = element('tr', {}, ...HEADINGS.map((text) => element('th', { scope: 'col' }, text)));
  const caption = view.violation ? violationWords(view) : noRaceWords(view);
  return element(
    'table',
    { class: 'equivalent' },
    element('caption', {}, `${captionWords(view)} ${caption}`),
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
  const number = element('th', { scope: 'row' }, step.differs ? `≠ ${step.n}` : String(step.n));
  return element('tr', {}, number, ...cells.map((text) => element('td', {}, ...breakable(text))));
}

function locksOf({ locks }: TimelineView, { n, actor }: ViewStep): string {
  return locks
    .filter((held) => held.actor === actor && held.from <= n && (held.to === null || held.to > n))
    .map((held) => `${held.lock} (${modeWords(held)})`)
    .join(', ');
}
