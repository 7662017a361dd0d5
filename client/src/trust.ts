/** Workspace trust: in a restricted workspace neither the kernel tree nor git is read. */

import { type ExtensionContext, l10n, type LogOutputChannel, window, workspace } from 'vscode';
import { State, type LanguageClient } from 'vscode-languageclient/node';

export function registerTrust(
  context: ExtensionContext,
  client: LanguageClient,
  log: LogOutputChannel,
): void {
  if (workspace.isTrusted) return;
  log.info(restriction());
  context.subscriptions.push(
    workspace.onDidGrantWorkspaceTrust(() => {
      // The server learns of trust when it starts.
      if (client.state === State.Running) void client.restart();
    }),
  );
}

/** What is not done here, in words; empty in a trusted workspace. */
export function restriction(): string {
  if (workspace.isTrusted) return '';
  return l10n.t('Restricted workspace: no kernel tree and no git repository is read.');
}

/** Tells the user that asked for it why git is not read; true where it may be. */
export function gitMayBeRead(): boolean {
  if (!workspace.isTrusted) void window.showInformationMessage(restriction());
  return workspace.isTrusted;
}
