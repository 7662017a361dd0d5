/** "Silence for this patch": writes the rule and the patch's name into the setting, where it can be read and taken back. */

import { commands, ConfigurationTarget, type ExtensionContext, l10n, window, workspace } from 'vscode';
import { COMMAND } from '../../server/src/lsp/protocol.js';
import { SECTION } from './settings.js';
import { type Address, nameOf, targetUri } from './target.js';

export function registerSilence(context: ExtensionContext): void {
  const silence = async (address: Address, rule: string): Promise<void> => {
    const patch = targetUri(address);
    if (patch === undefined) return;
    const settings = workspace.getConfiguration(SECTION);
    const entry = `${rule}:${nameOf(patch)}`;
    const before = settings.get<readonly string[]>('silence') ?? [];
    if (before.includes(entry)) return;
    // A single file without a folder has no workspace to write to.
    const inFolder = workspace.workspaceFolders !== undefined;
    const target = inFolder ? ConfigurationTarget.Workspace : ConfigurationTarget.Global;
    await settings.update('silence', [...before, entry], target);
    const said = l10n.t('{rule} is silenced for this patch: see the setting dioOrdering.silence', { rule });
    window.setStatusBarMessage(said, 8_000);
  };
  context.subscriptions.push(commands.registerCommand(COMMAND.silence, silence));
}
