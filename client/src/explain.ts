/** "Explain": what was extracted, which scenarios ran, and what was skipped, as a Markdown preview beside the patch. */

import { commands, EventEmitter, type ExtensionContext, l10n, Uri, workspace } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { COMMAND, REQUEST } from '../../server/src/lsp/protocol.js';
import type { Statuses } from './statuses.js';
import { type Address, nameOf, targetUri } from './target.js';

const SCHEME = 'dio-ordering-explain';

export function registerExplain(context: ExtensionContext, client: LanguageClient, statuses: Statuses): void {
  const changed = new EventEmitter<Uri>();
  const explain = async (address: Address): Promise<void> => {
    const patch = targetUri(address);
    if (patch === undefined || patch.scheme === SCHEME) return;
    await commands.executeCommand('markdown.showPreviewToSide', explanationOf(patch));
  };
  const provideTextDocumentContent = async (uri: Uri): Promise<string> => {
    const patch = { uri: uri.query };
    const explanation = await client.sendRequest<{ text: string } | null>(REQUEST.explain, patch);
    return explanation?.text ?? l10n.t('This document is not open, or nothing in it could be read.');
  };
  context.subscriptions.push(
    changed,
    workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent,
      onDidChange: changed.event,
    }),
    commands.registerCommand(COMMAND.explain, explain),
    statuses.onDidChange((status) => {
      if (status.state === 'done') changed.fire(explanationOf(Uri.parse(status.uri, true)));
    }),
  );
}

/** The explanation's own address: it names the patch, and carries its address. */
function explanationOf(patch: Uri): Uri {
  return Uri.from({ scheme: SCHEME, path: `/Explain ${nameOf(patch)}.md`, query: patch.toString() });
}
