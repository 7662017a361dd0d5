/** The language client: VS Code's end of the connection to dist/server.cjs. */

import { type ExtensionContext, type LogOutputChannel, workspace } from 'vscode';
import {
  LanguageClient,
  type LanguageClientOptions,
  type ServerOptions,
  TransportKind,
} from 'vscode-languageclient/node';
import { COMMAND, CONTENT_SCHEME, type InitializationOptions } from '../../server/src/lsp/protocol.js';
import { isChecked, LANGUAGES } from './languages.js';
import { handleWorkDoneProgress } from './progress.js';
import { SECTION } from './settings.js';

/** Makes the client without starting the server: the first document or request does that. */
export function createClient(context: ExtensionContext, log: LogOutputChannel): LanguageClient {
  const server = { module: context.asAbsolutePath('dist/server.cjs'), transport: TransportKind.ipc };
  const serverOptions: ServerOptions = { run: server, debug: server };
  const clientOptions: LanguageClientOptions = {
    // The server's own documents too: hovers on what their functions call, and the way back to the patch.
    documentSelector: [...LANGUAGES.map((language) => ({ language })), { scheme: CONTENT_SCHEME }],
    outputChannel: log,
    diagnosticCollectionName: 'DIO Ordering',
    diagnosticPullOptions: { onChange: true, onTabs: true },
    initializationOptions,
    middleware: { handleWorkDoneProgress },
    // Hovers carry links to these commands and to no other.
    markdown: { isTrusted: { enabledCommands: Object.values(COMMAND) }, supportThemeIcons: true },
  };
  const client = new LanguageClient('dioOrdering', 'DIO Ordering', serverOptions, clientOptions);
  context.subscriptions.push(client);
  return client;
}

/** Read at every start of the server, so that a restart takes up what has changed. */
function initializationOptions(): InitializationOptions {
  return {
    settings: JSON.parse(JSON.stringify(workspace.getConfiguration(SECTION))) as object,
    trusted: workspace.isTrusted,
    clientCommands: true,
  };
}

/** Starts the server when a document is open that it is for; activation does not wait for it. */
export function startWithFirstDocument(
  context: ExtensionContext,
  client: LanguageClient,
  log: LogOutputChannel,
): void {
  const start = (): void => {
    client.start().catch((error: unknown) => {
      log.error(`the server did not start: ${String(error)}`);
    });
  };
  if (workspace.textDocuments.some(isChecked)) {
    setImmediate(start);
    return;
  }
  const waiting = workspace.onDidOpenTextDocument((document) => {
    if (!isChecked(document)) return;
    waiting.dispose();
    start();
  });
  context.subscriptions.push(waiting);
}
