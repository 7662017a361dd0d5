/** What the server last said of each document. */

import { EventEmitter, type ExtensionContext, type Uri, workspace } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { NOTIFICATION, type Status } from '../../server/src/lsp/protocol.js';

export class Statuses {
  readonly #byUri = new Map<string, Status>();
  readonly #changed = new EventEmitter<Status>();
  readonly onDidChange = this.#changed.event;

  constructor(context: ExtensionContext, client: LanguageClient) {
    context.subscriptions.push(
      this.#changed,
      client.onNotification(NOTIFICATION.status, (status: Status) => {
        this.#byUri.set(status.uri, status);
        this.#changed.fire(status);
      }),
      workspace.onDidCloseTextDocument((document) => this.#byUri.delete(document.uri.toString())),
    );
  }

  of(uri: Uri): Status | undefined {
    return this.#byUri.get(uri.toString());
  }
}
