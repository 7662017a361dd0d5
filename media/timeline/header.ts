/** The head of the view: what the finding is, which scenario and side is shown, and the buttons. */

import type { Side, TimelineView } from '../../server/src/lsp/protocol.js';
import { button, element } from './elements.js';
import { icon } from './icons.js';
import { l10n } from './l10n.js';
import { CHANGES, SIDES, VERDICTS } from './words.js';

export interface Actions {
  choose(scenario: string, side: Side): void;
  first(): void;
  previous(): void;
  playOrPause(): void;
  next(): void;
  last(): void;
  toggleTable(): void;
  toggleQuiet(): void;
  saveAsSvg(): void;
}

export function headerOf(view: TimelineView, actions: Actions): HTMLElement {
  const { finding } = view;
  const badge = element('span', { class: `change ${finding.change}` }, CHANGES[finding.change]);
  return element(
    'header',
    {},
    element('h1', {}, badge, ' ', finding.message),
    element('div', { class: 'controls' }, sides(view, actions), scenarios(view, actions), memory(view)),
    element('div', { class: 'controls' }, ...(view.steps.length > 0 ? transport(view, actions) : [])),
    ...loadBearing(view),
  );
}

function sides(view: TimelineView, actions: Actions): HTMLElement {
  const choice = view.scenarios.find(({ id }) => id === view.scenario);
  const options = (['before', 'after'] as const).map((side) => {
    const verdict = choice ? `: ${VERDICTS[choice[side]]}` : '';
    const input = element('input', {
      id: `side-${side}`,
      type: 'radio',
      name: 'side',
      value: side,
      checked: side === view.side,
    });
    input.addEventListener('change', () => actions.choose(view.scenario, side));
    return element('label', { class: 'side' }, input, `${SIDES[side]}${verdict}`);
  });
  return element('fieldset', {}, element('legend', {}, l10n.t('The patch')), ...options);
}

function scenarios(view: TimelineView, actions: Actions): HTMLElement {
  const select = element('select', { id: 'scenario', disabled: view.scenarios.length < 2 });
  for (const { id, label } of view.scenarios)
    select.append(element('option', { value: id, selected: id === view.scenario }, label));
  select.addEventListener('change', () => actions.choose(select.value, view.side));
  const all = view.scenarios.length;
  const name = all < 2 ? l10n.t('Scenario') : l10n.t('Scenario ({all})', { all });
  return element('div', { class: 'scenario' }, element('label', { for: 'scenario' }, name), select);
}

const memory = ({ memory: model }: TimelineView): HTMLElement =>
  element('span', { class: 'memory' }, l10n.t('Memory model {model}', { model }));

export const playWords = (playing: boolean): string => (playing ? l10n.t('Pause') : l10n.t('Play'));
export const playTitle = (playing: boolean): string => `${playWords(playing)} (${l10n.t('Space')})`;

function transport(view: TimelineView, actions: Actions): HTMLElement[] {
  const quiet = view.steps.filter((step) => step.quiet).length;
  const move = (name: Parameters<typeof icon>[0], label: string, key: string, act: () => void) =>
    button(icon(name), { 'aria-label': label, title: `${label} (${key})` }, act);
  const moves = [
    move('first', l10n.t('First step'), l10n.t('Home'), actions.first),
    move('previous', l10n.t('Previous step'), l10n.t('Up'), actions.previous),
    button(playWords(false), { class: 'play', title: playTitle(false) }, actions.playOrPause),
    move('next', l10n.t('Next step'), l10n.t('Down'), actions.next),
    move('last', l10n.t('Last step'), l10n.t('End'), actions.last),
  ];
  const position = element('span', { class: 'position', 'aria-hidden': 'true' });
  const title = l10n.t('Hides {quiet} steps that the race does not turn on', { quiet });
  const hide = button(
    l10n.t('Key steps only'),
    { class: 'quiet-toggle', 'aria-pressed': 'false', title },
    actions.toggleQuiet,
  );
  return [
    element('div', { class: 'moves', role: 'group', 'aria-label': l10n.t('Steps') }, ...moves),
    position,
    ...(quiet > 0 ? [hide] : []),
    button(l10n.t('Table'), { class: 'table-toggle', 'aria-pressed': 'false' }, actions.toggleTable),
    button(l10n.t('Save as SVG'), {}, actions.saveAsSvg),
  ];
}

/** What the patch closes the race with. */
function loadBearing({ loadBearing: lines }: TimelineView): HTMLElement[] {
  if (lines.length === 0) return [];
  const items = lines.map(({ line, endLine, text }) => {
    const where =
      line === endLine
        ? l10n.t('Line {line}', { line })
        : l10n.t('Lines {line}-{endLine}', { line, endLine });
    return element('li', {}, `${where}: `, element('code', {}, text));
  });
  return [
    element(
      'div',
      { class: 'load-bearing' },
      l10n.t('Without one of these the race is back:'),
      element('ul', {}, ...items),
    ),
  ];
}
