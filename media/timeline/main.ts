/** The timeline view: runs in a webview, shows what the extension sends, and tells it what the user wants. */

import {
  readKeptState,
  readToView,
  type KeptScreen,
  type ToView,
} from '../../client/src/timeline/messages.js';
import type { TimelineView } from '../../server/src/lsp/protocol.js';
import { button, element } from './elements.js';
import { l10n } from './l10n.js';
import { Screen, type Outside } from './screen.js';
import { vscode } from './vscode-api.js';

const place = document.getElementById('timeline')!;
let screen: Screen | null = null;

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const message = readToView(data);
  if (message) received(message);
});
window.addEventListener('keydown', (event) => {
  if (screen && !isForControl(event) && screen.key(event.key)) event.preventDefault();
});
vscode.postMessage({ type: 'ready' });

function received(message: ToView): void {
  switch (message.type) {
    case 'waiting':
      return showNote(element('p', { role: 'status' }, l10n.t('Simulating the patch…')));
    case 'failed':
      return showFailure(message.message);
    case 'show':
      return show(message.view);
    case 'cursor':
      return screen?.follow(message.steps);
  }
}

/** Controls keep the keys that they have a meaning for. */
function isForControl({ target, key, ctrlKey, altKey, metaKey }: KeyboardEvent): boolean {
  if (ctrlKey || altKey || metaKey) return true;
  if (target instanceof HTMLSelectElement || target instanceof HTMLInputElement) return true;
  return target instanceof HTMLButtonElement && (key === ' ' || key === 'Enter');
}

function replaceBy(...children: readonly HTMLElement[]): void {
  screen?.dispose();
  screen = null;
  place.replaceChildren(...children);
}

function showNote(...children: readonly HTMLElement[]): void {
  replaceBy(element('div', { class: 'note' }, ...children));
}

function showFailure(what: string): void {
  const again = button(l10n.t('Try again'), {}, () => vscode.postMessage({ type: 'ready' }));
  showNote(element('p', { role: 'alert' }, what), again);
}

/**
 * A timeline that comes again, e.g. after an edit, stays at its step; another one begins at the first, or on a side
 * without the race at the first that goes another way.
 */
function show(view: TimelineView): void {
  try {
    const focused = place.contains(document.activeElement) ? (document.activeElement?.id ?? '') : null;
    const made = new Screen(view, keptScreen(view), outsideOf(view));
    replaceBy(made.root);
    screen = made;
    made.begin(focused === '');
    if (focused) document.getElementById(focused)?.focus();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    showFailure(l10n.t('This timeline cannot be drawn: {reason}', { reason }));
  }
}

function keptScreen({ finding, scenario, side, steps }: TimelineView): KeptScreen {
  const kept = readKeptState(vscode.getState());
  const first = steps.find(({ differs, quiet }) => differs && !quiet)?.n ?? 1;
  if (!kept) return { step: first, table: false, keySteps: false };
  const same = kept.finding === finding.id && kept.scenario === scenario && kept.side === side;
  return same ? kept.screen : { ...kept.screen, step: first };
}

const outsideOf = (view: TimelineView): Outside => ({
  choose: (scenario, side) => vscode.postMessage({ type: 'choose', scenario, side }),
  saveAsSvg: () => vscode.postMessage({ type: 'saveAsSvg' }),
  reveal: (n, focus) => vscode.postMessage({ type: 'reveal', n, focus }),
  keep: (kept) => {
    const { uri, finding, scenario, side } = view;
    vscode.setState({ uri, finding: finding.id, scenario, side, screen: kept });
  },
});
