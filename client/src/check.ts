/** "Check DIO Ordering": checks any open text now, saved or not, whatever its language. */

import {
  commands,
  type ExtensionContext,
  l10n,
  type LogOutputChannel,
  type TextDocument,
  window,
} from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { type CheckParams, COMMAND, REQUEST, type Status } from '../../server/src/lsp/protocol.js';
import type { LanguageOffer } from './language.js';
import { withProgress } from './progress.js';
import { type Address, nameOf, targetDocument } from './target.js';

const SUMMARY_SHOWN = 8_000;

export function registerCheck(
  context: ExtensionContext,
  client: LanguageClient,
  log: LogOutputChannel,
  languageOffer: LanguageOffer,
): void {
  const check = async (address: Address): Promise<Status | null> => {
    const document = await targetDocument(address);
    if (document === undefined) {
      void window.showInformationMessage(l10n.t('Open a patch or a mail first, saved or pasted.'));
      return null;
    }
    const checked = await languageOffer.checked(document);
    // From a menu the file may not be shown yet.
    if (address !== undefined) await window.showTextDocument(checked);
    return checkAndSay(client, log, checked);
  };
  context.subscriptions.push(commands.registerCommand(COMMAND.check, check));
}

/** In the status bar, until another text is looked at: it would be taken for what is said of that one. */
function tellBeside(document: TextDocument, what: string): void {
  const message = window.setStatusBarMessage(what, SUMMARY_SHOWN);
  const left = window.onDidChangeActiveTextEditor((editor) => {
    if (editor?.document === document) return;
    message.dispose();
    left.dispose();
  });
}

async function checkAndSay(
  client: LanguageClient,
  log: LogOutputChannel,
  document: TextDocument,
): Promise<Status | null> {
  const params: CheckParams = { uri: document.uri.toString(), all: true };
  try {
    const status = await withProgress(nameOf(document.uri), (token) =>
      client.sendRequest<Status | null>(REQUEST.check, params, token),
    );
    if (status !== null) tellBeside(document, `DIO Ordering: ${status.summary}`);
    return status;
  } catch (error) {
    // Cancelled, or gone with the server, which has its own line in the log.
    log.warn(`check of ${params.uri}: ${String(error)}`);
    return null;
  }
}
