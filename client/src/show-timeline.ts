/** "Show Timeline": opens the view of a finding, and keeps open views up to date with their patch. */

import { commands, type ExtensionContext, l10n, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { COMMAND } from '../../server/src/lsp/protocol.js';
import { targetFinding } from './finding.js';
import type { Statuses } from './statuses.js';
import type { Address } from './target.js';
import { registerTimelineView } from './timeline/register.js';

export function registerShowTimeline(
  context: ExtensionContext,
  client: LanguageClient,
  statuses: Statuses,
): void {
  const views = registerTimelineView(context, client);
  const show = async (address: Address, finding?: string): Promise<void> => {
    const target = targetFinding(statuses, address, finding);
    if (target === null) {
      void window.showInformationMessage(l10n.t('There is no race here to show.'));
      return;
    }
    await views.show(target);
  };
  context.subscriptions.push(
    commands.registerCommand(COMMAND.showTimeline, show),
    statuses.onDidChange((status) => {
      if (status.state === 'done') void views.refresh(status.uri);
    }),
  );
}
