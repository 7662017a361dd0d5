/** Copies a finding as an answer by mail: the patch's lines quoted, the interleaving below. */

import { commands, env, type ExtensionContext, l10n, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { COMMAND, type ExportParams, type ExportResult, REQUEST } from '../../server/src/lsp/protocol.js';
import { targetFinding } from './finding.js';
import type { Statuses } from './statuses.js';
import type { Address } from './target.js';

const MESSAGE_SHOWN = 5_000;

export function registerCopyAsReply(
  context: ExtensionContext,
  client: LanguageClient,
  statuses: Statuses,
): void {
  const copy = async (address: Address, finding?: string): Promise<void> => {
    const target = targetFinding(statuses, address, finding);
    const params: ExportParams | null = target && { ...target, format: 'mail' };
    const reply = params && (await client.sendRequest<ExportResult | null>(REQUEST.export, params));
    if (reply === null) {
      void window.showInformationMessage(l10n.t('There is no race here to answer to.'));
      return;
    }
    await env.clipboard.writeText(reply.text);
    window.setStatusBarMessage(l10n.t('DIO Ordering: reply copied, ready to paste'), MESSAGE_SHOWN);
  };
  context.subscriptions.push(commands.registerCommand(COMMAND.copyAsReply, copy));
}
