/** Restarts the server. */

import { commands, type ExtensionContext, l10n, type LogOutputChannel, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';

export function registerRestart(
  context: ExtensionContext,
  client: LanguageClient,
  log: LogOutputChannel,
): void {
  const restart = async (): Promise<void> => {
    log.info('restarting the server');
    try {
      await client.restart();
    } catch (error) {
      log.error(error instanceof Error ? error : String(error));
      void window.showErrorMessage(l10n.t('The server did not restart. The log says why.'));
    }
  };
  context.subscriptions.push(commands.registerCommand('dioOrdering.restartServer', restart));
}
