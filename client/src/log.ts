/** The extension's log: the output channel "DIO Ordering", at the level that the user sets for it. */

import { commands, type ExtensionContext, type LogOutputChannel, window } from 'vscode';

export function openLog(context: ExtensionContext): LogOutputChannel {
  const log = window.createOutputChannel('DIO Ordering', { log: true });
  context.subscriptions.push(
    log,
    commands.registerCommand('dioOrdering.showLog', () => {
      log.show();
    }),
  );
  return log;
}
