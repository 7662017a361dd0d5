/** The language status item: the verdict on the active document, the releases and the memory model it was judged for. */

import { type ExtensionContext, l10n, languages, LanguageStatusSeverity, window } from 'vscode';
import { CANCELLED, COMMAND, type Status } from '../../server/src/lsp/protocol.js';
import { isChecked, LANGUAGES } from './languages.js';
import type { SettingsCheck } from './settings.js';
import type { Statuses } from './statuses.js';
import { restriction } from './trust.js';

export function registerStatusItem(
  context: ExtensionContext,
  statuses: Statuses,
  settings: SettingsCheck,
): void {
  const selector = LANGUAGES.map((language) => ({ language }));
  const verdict = languages.createLanguageStatusItem('dioOrdering.verdict', selector);
  const model = languages.createLanguageStatusItem('dioOrdering.model', selector);
  verdict.name = l10n.t('DIO Ordering: verdict');
  model.name = l10n.t('DIO Ordering: release and memory model');

  const show = (): void => {
    const document = window.activeTextEditor?.document;
    if (document === undefined || !isChecked(document)) return;
    const status = statuses.of(document.uri);
    verdict.text = verdictText(status);
    verdict.busy = status?.state === 'checking' || status?.state === 'waiting';
    verdict.severity = hasFailed(status) ? LanguageStatusSeverity.Error : LanguageStatusSeverity.Information;
    verdict.command = verdictCommand(status, document.uri.toString());
    model.text = modelText(status);
    model.detail = [...settings.problems, restriction()].filter((line) => line !== '').join(' ');
    model.severity =
      settings.problems.length > 0 ? LanguageStatusSeverity.Warning : LanguageStatusSeverity.Information;
    model.command = { command: 'dioOrdering.chooseRelease', title: l10n.t('Choose Release') };
  };
  show();
  context.subscriptions.push(
    verdict,
    model,
    statuses.onDidChange(show),
    settings.onDidChange(show),
    window.onDidChangeActiveTextEditor(show),
  );
}

/** What the user has cancelled is no failure. */
const hasFailed = (status: Status | undefined): boolean =>
  status?.state === 'failed' && status.summary !== CANCELLED;

function verdictText(status: Status | undefined): string {
  switch (status?.state) {
    case undefined:
      return l10n.t('DIO: not checked yet');
    case 'waiting':
    case 'checking':
      return l10n.t('DIO: checking');
    case 'failed':
    case 'done':
      return `DIO: ${status.summary}`;
  }
}

function verdictCommand(status: Status | undefined, uri: string) {
  if (hasFailed(status)) return { command: 'dioOrdering.showLog', title: l10n.t('Show Log') };
  return { command: COMMAND.explain, title: l10n.t('Explain'), arguments: [uri] };
}

function modelText(status: Status | undefined): string {
  if (status === undefined) return l10n.t('release not known yet');
  const releases = status.releases.length > 0 ? status.releases.join(', ') : l10n.t('no release');
  return `${releases} · ${status.memory}`;
}
