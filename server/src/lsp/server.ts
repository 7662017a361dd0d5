/** Wires the providers to a connection. What is sent and when is decided here; what it says is the providers'. */

import {
  CodeLensRefreshRequest,
  DidChangeConfigurationNotification,
  ErrorCodes,
  ResponseError,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  type ProgressToken,
} from 'vscode-languageserver';
import { version } from '../../../package.json';
import { Analyst } from './analyst.js';
import { readSilence } from '../review/silence.js';
import { capabilitiesOf, clientOf, type Client } from './capabilities.js';
import { Contents } from './contents.js';
import { diagnosticsFor } from './diagnostics.js';
import { Document } from './document.js';
import { survived, textOf, type Log } from './guard.js';
import { answerLanguageRequests } from './language-requests.js';
import { OpenDocuments, type Analysis, type OpenDocument } from './open-documents.js';
import { answerOwnRequests } from './own-requests.js';
import { nameOf, placesOf, type Places } from './places.js';
import { reportProgress } from './progress.js';
import { CANCELLED, CONTENT_SCHEME, NOTIFICATION, type Settings } from './protocol.js';
import type { Served } from './served.js';
import { DEFAULTS, readOptions, readSettings } from './settings.js';
import { statusOf } from './status.js';

/** Serves one client until it goes. `workerFile`: the bundled thread that checks. */
export function serve(connection: Connection, workerFile: string): void {
  new Server(connection, workerFile).listen();
}

class Server implements Served {
  readonly log: Log;
  readonly analyst: Analyst;
  readonly documents: OpenDocuments;
  readonly contents: Contents;
  client: Client = clientOf({}, false);
  settings: Settings = DEFAULTS;
  /** What the client started with: the base of what it says later, which may be nothing. */
  #initial: Settings = DEFAULTS;
  #trusted = true;
  #phase: 'before' | 'serving' | 'after' = 'before';

  constructor(
    readonly connection: Connection,
    workerFile: string,
  ) {
    this.log = (line) => connection.console.error(line);
    this.analyst = new Analyst(workerFile, this.log);
    this.documents = new OpenDocuments(this.analyst, () => this.#analysis(), {
      started: (open, token, cancel) => this.#progress(open, token, cancel),
      changed: (open) => this.#changed(open),
      moved: (open) => this.#push(open),
      settled: (open) => this.#settled(open),
    });
    this.contents = new Contents(this.documents);
  }

  listen(): void {
    // The thread gets ready while client and server agree on what they can.
    this.analyst.warmUp();
    this.connection.onInitialize((params) => this.#initialize(params));
    this.connection.onInitialized(() => void this.#initialized().catch((error) => this.log(textOf(error))));
    this.connection.onShutdown(() => this.#shutdown());
    this.connection.onDidChangeConfiguration(
      survived(this, 'settings', ({ settings }) => this.#reconfigure(settings)),
    );
    this.#listenToDocuments();
    answerLanguageRequests(this.connection, this);
    answerOwnRequests(this.connection, this);
    this.connection.listen();
  }

  #initialize({ capabilities, initializationOptions }: InitializeParams): InitializeResult {
    const options = readOptions(initializationOptions);
    this.client = clientOf(capabilities, options.clientCommands);
    this.#trusted = options.trusted;
    this.settings = this.#initial = options.settings;
    for (const problem of options.problems) this.connection.console.warn(problem);
    this.#phase = 'serving';
    return { capabilities: capabilitiesOf(this.client), serverInfo: { name: 'dio-ordering', version } };
  }

  async #initialized(): Promise<void> {
    if (this.client.registersConfiguration) {
      const section = { section: 'dioOrdering' };
      await this.connection.client.register(DidChangeConfigurationNotification.type, section);
    }
    if (this.client.configuration) await this.#reconfigure(undefined);
  }

  refusal(): ResponseError<never> | null {
    switch (this.#phase) {
      case 'before':
        return new ResponseError(ErrorCodes.ServerNotInitialized, 'not initialized yet');
      case 'serving':
        return null;
      case 'after':
        return new ResponseError(ErrorCodes.InvalidRequest, 'shut down already');
    }
  }

  #listenToDocuments(): void {
    this.connection.onDidOpenTextDocument(
      survived(this, 'didOpen', ({ textDocument: { uri, version: of, text } }) => {
        // A document that we wrote ourselves is no patch.
        if (!uri.startsWith(`${CONTENT_SCHEME}:`))
          this.documents.open(new Document(uri, of, text, this.client.encoding));
      }),
    );
    this.connection.onDidChangeTextDocument(
      survived(this, 'didChange', ({ textDocument: { uri, version: of }, contentChanges }) =>
        this.documents.change(uri, contentChanges, of),
      ),
    );
    this.connection.onDidCloseTextDocument(
      survived(this, 'didClose', ({ textDocument: { uri } }) => this.#close(uri)),
    );
  }

  #close(uri: string): void {
    this.documents.close(uri);
    if (!this.client.pullsDiagnostics) void this.connection.sendDiagnostics({ uri, diagnostics: [] });
  }

  #shutdown(): void {
    this.#phase = 'after';
    for (const { document } of this.documents.all()) this.documents.close(document.uri);
    this.analyst.dispose();
  }

  /** A client that can be asked is asked; another one sends the settings with the notification. */
  async #reconfigure(sent: unknown): Promise<void> {
    const section = this.client.configuration
      ? ((await this.connection.workspace.getConfiguration('dioOrdering')) as unknown)
      : (sent as { dioOrdering?: unknown } | null | undefined)?.dioOrdering;
    const { settings, problems } = readSettings(section, this.#initial);
    for (const problem of problems) this.connection.console.warn(problem);
    const before = this.settings;
    this.settings = settings;
    const judgedBy = ({ kernel, tree, memory, silence }: Settings): string =>
      JSON.stringify([kernel, tree, memory, silence]);
    if (judgedBy(before) !== judgedBy(settings)) this.documents.recheckAll();
    for (const open of this.documents.all()) if (open.settled) this.#push(open);
    this.#refresh(true);
  }

  #analysis(): Analysis {
    const { kernel, tree, memory, silence, debounce } = this.settings;
    return {
      kernel: kernel === 'auto' ? null : kernel,
      tree: this.#trusted && tree !== '' ? tree : null,
      memory,
      silence: silence.flatMap((text) => {
        const read = readSilence(text);
        return read.ok ? [read.silence] : [];
      }),
      debounce,
    };
  }

  get places(): Places {
    return placesOf(this.client.opensContent, this.#analysis().tree);
  }

  #progress(
    { document }: OpenDocument,
    token: ProgressToken | undefined,
    cancel: () => void,
  ): ReturnType<typeof reportProgress> {
    const makesTokens = this.client.progress;
    return reportProgress({
      connection: this.connection,
      name: nameOf(document.uri),
      token,
      makesTokens,
      cancel,
    });
  }

  #changed(open: OpenDocument): void {
    const { memory } = this.settings;
    const status = statusOf(open.view, open.outcome, open.state, memory);
    void this.connection.sendNotification(NOTIFICATION.status, status);
  }

  #settled(open: OpenDocument): void {
    const { outcome } = open;
    if (outcome?.kind === 'refused' || (outcome?.kind === 'failed' && outcome.what !== CANCELLED))
      this.log(`${nameOf(open.document.uri)}: ${outcome.what}`);
    this.#push(open);
    // A client that pulls waits for the answer to its own request; it is told only of a result that it did not ask for.
    this.#refresh(open.waiters.length === 0);
    this.#refreshFunctions(open.document.uri);
  }

  #refreshFunctions(patch: string): void {
    if (!this.client.refreshesContent) return;
    for (const uri of this.contents.shownOf(patch))
      void this.connection.workspace.textDocumentContent
        .refresh(uri)
        .catch((error: unknown) => this.log(`refresh: ${textOf(error)}`));
  }

  #refresh(diagnostics: boolean): void {
    const { languages } = this.connection;
    const failed = (error: unknown): void => this.log(`refresh: ${textOf(error)}`);
    if (this.client.refreshesHints) void languages.inlayHint.refresh().catch(failed);
    if (this.client.refreshesLenses)
      void this.connection.sendRequest(CodeLensRefreshRequest.type).catch(failed);
    if (diagnostics && this.client.pullsDiagnostics && this.client.refreshesDiagnostics)
      void languages.diagnostics.refresh().catch(failed);
  }

  hintsChanged(): void {
    if (this.client.refreshesHints) void this.connection.languages.inlayHint.refresh().catch(() => undefined);
  }

  /** An empty list too: it takes the old ones away. */
  #push(open: OpenDocument): void {
    if (this.client.pullsDiagnostics) return;
    const { uri, version: of } = open.document;
    const diagnostics = diagnosticsFor(open, this.settings.diagnostics, this.places);
    void this.connection.sendDiagnostics({ uri, version: of, diagnostics });
  }
}
