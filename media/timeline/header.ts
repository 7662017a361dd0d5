/** The head of the view: what the finding is, which scenario and side is shown, and the buttons. */

import type { Side, TimelineView } from '../../server/src/lsp/protocol.js';
import { button, element } from './elements.js';
import { icon } from './icons.js';
import { CHANGES, SIDES, verdictWords } from './words.js';

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
    const verdict = choice ? `: ${verdictWords(choice[side])}` : '';
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
  return element('fieldset', {}, element('legend', {}, 'The patch'), ...options);
}

function scenarios(view: TimelineView, actions: Actions): HTMLElement {
  const select = element('select', { id: 'scenario', disabled: view.scenarios.length < 2 });
  for (const { id, label } of view.scenarios)
    select.append(element('option', { value: id, selected: id === view.scenario }, label));
  select.addEventListener('change', () => actions.choose(select.value, view.side));
  const name = view.scenarios.length < 2 ? 'Scenario' : `Scenario (${view.scenarios.length})`;
  return element('div', { class: 'scenario' }, element('label', { for: 'scenario' }, name), select);
}

const memory = ({ memory: model }: TimelineView): HTMLElement =>
  element('span', { class: 'memory' }, `Memory model ${model}`);

function transport(view: TimelineView, actions: Actions): HTMLElement[] {
  const quiet = view.steps.filter((step) => step.quiet).length;
  const moves = [
    button(icon('first'), { 'aria-label': 'First step', title: 'First step (Home)' }, actions.first),
    button(
      icon('previous'),
      { 'aria-label': 'Previous step', title: 'Previous step (Up)' },
      actions.previous,
    ),
    button('Play', { class: 'play', title: 'Play (Space)' }, actions.playOrPause),
    button(icon('next'), { 'aria-label': 'Next step', title: 'Next step (Down)' }, actions.next),
    button(icon('last'), { 'aria-label': 'Last step', title: 'Last step (End)' }, actions.last),
  ];
  const position = element('span', { class: 'position', 'aria-hidden': 'true' });
  const title = `Hides ${quiet} steps that the race does not turn on`;
  const hide = button(
    'Key steps only',
    { class: 'quiet-toggle', 'aria-pressed': 'false', title },
    actions.toggleQuiet,
  );
  return [
    element('div', { class: 'moves', role: 'group', 'aria-label': 'Steps' }, ...moves),
    position,
    ...(quiet > 0 ? [hide] : []),
    button('Table', { class: 'table-toggle', 'aria-pressed': 'false' }, actions.toggleTable),
    button('Save as SVG', {}, actions.saveAsSvg),
  ];
}

/** What the patch closes the race with. */
function loadBearing({ loadBearing: lines }: TimelineView): HTMLElement[] {
  if (lines.length === 0) return [];
  const items = lines.map(({ line, endLine, text }) => {
    const where = line === endLine ? `Line ${line}` : `Lines ${line}-${endLine}`;
    return element('li', {}, `${where}: `, element('code', {}, text));
  });
  return [
    element(
      'div',
      { class: 'load-bearing' },
      'Without one of these the race is back:',
      element('ul', {}, ...items),
    ),
  ];
}
