/** What the client can, as far as the server asks; and what the server offers to it. */

import {
  CodeActionKind,
  MarkupKind,
  TextDocumentSyncKind,
  type ClientCapabilities,
  type ServerCapabilities,
} from 'vscode-languageserver';
import type { ColumnEncoding } from './document.js';
import { CLIENT_COMMANDS, COMMAND, CONTENT_SCHEME } from './protocol.js';

export interface Client {
  readonly encoding: ColumnEncoding;
  /** It pulls diagnostics: then none are pushed. */
  readonly pullsDiagnostics: boolean;
  readonly refreshesDiagnostics: boolean;
  readonly refreshesHints: boolean;
  readonly refreshesLenses: boolean;
  readonly resolvesTooltips: boolean;
  readonly markdownHover: boolean;
  readonly linkedDefinitions: boolean;
  readonly progress: boolean;
  readonly configuration: boolean;
  readonly registersConfiguration: boolean;
  readonly opensContent: boolean;
  /** It can be told that a document of our own scheme has changed. */
  readonly refreshesContent: boolean;
  /** It registers the commands itself. */
  readonly commands: boolean;
  /** It asks for code actions wherever the cursor comes to: VS Code, which says so by having the commands. */
  readonly followsCursor: boolean;
}

export function clientOf(capabilities: ClientCapabilities, commands: boolean): Client {
  const { general, textDocument, workspace, window } = capabilities;
  const hover = textDocument?.hover?.contentFormat;
  return {
    encoding: encodingOf(general?.positionEncodings),
    pullsDiagnostics: textDocument?.diagnostic !== undefined,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    refreshesHints: workspace?.inlayHint?.refreshSupport === true,
    refreshesLenses: workspace?.codeLens?.refreshSupport === true,
    resolvesTooltips: textDocument?.inlayHint?.resolveSupport?.properties.includes('tooltip') === true,
    markdownHover: hover === undefined || hover.includes(MarkupKind.Markdown),
    linkedDefinitions: textDocument?.definition?.linkSupport === true,
    progress: window?.workDoneProgress === true,
    configuration: workspace?.configuration === true,
    registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    opensContent: commands || workspace?.textDocumentContent !== undefined,
    refreshesContent: workspace?.textDocumentContent !== undefined,
    commands,
    followsCursor: commands,
  };
}

/** The client's first wish that the server can; UTF-16 where nothing is said. */
function encodingOf(wishes: readonly string[] | undefined): ColumnEncoding {
  return (wishes ?? []).find((one): one is ColumnEncoding => one === 'utf-16' || one === 'utf-8') ?? 'utf-16';
}

/** To compare takes a diff editor: without a client that registers the command there is nothing to run. */
const ANSWERED: readonly string[] = Object.values(COMMAND).filter((name) => name !== COMMAND.compareFunction);

export function capabilitiesOf(client: Client): ServerCapabilities {
  return {
    positionEncoding: client.encoding,
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    hoverProvider: true,
    definitionProvider: true,
    documentSymbolProvider: true,
    foldingRangeProvider: true,
    codeLensProvider: { resolveProvider: false },
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.Source] },
    inlayHintProvider: { resolveProvider: true },
    ...(client.pullsDiagnostics
      ? { diagnosticProvider: { interFileDependencies: false, workspaceDiagnostics: false } }
      : {}),
    executeCommandProvider: {
      commands: ANSWERED.filter((name) => !client.commands || !CLIENT_COMMANDS.includes(name)),
    },
    ...(client.opensContent ? { workspace: { textDocumentContent: { schemes: [CONTENT_SCHEME] } } } : {}),
  };
}
