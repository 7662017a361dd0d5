/** Checks every patch of a folder: results in Problems, a line for each in the log. */

import {
  type CancellationToken,
  commands,
  type Diagnostic,
  type DiagnosticCollection,
  type ExtensionContext,
  l10n,
  languages,
  type LogOutputChannel,
  type Progress,
  ProgressLocation,
  RelativePattern,
  type Uri,
  window,
  workspace,
} from 'vscode';
import { DocumentDiagnosticRequest, type LanguageClient } from 'vscode-languageclient/node';
import { REQUEST, type Status } from '../../server/src/lsp/protocol.js';
import { PATCH_FILES } from './languages.js';

interface Checker {
  readonly client: LanguageClient;
  readonly log: LogOutputChannel;
  readonly results: DiagnosticCollection;
}

export function registerFolderCheck(
  context: ExtensionContext,
  client: LanguageClient,
  log: LogOutputChannel,
): void {
  const results = languages.createDiagnosticCollection('DIO Ordering (folder)');
  const checker = { client, log, results };
  const check = async (folder: Uri | undefined): Promise<void> => {
    const chosen = folder ?? (await workspaceFolder());
    if (chosen === undefined) return;
    const title = l10n.t('Checking DIO ordering');
    const options = { location: ProgressLocation.Notification, title, cancellable: true };
    await window.withProgress(options, (progress, token) => checkFolder(checker, chosen, progress, token));
  };
  context.subscriptions.push(
    results,
    commands.registerCommand('dioOrdering.checkFolder', check),
    // A patch that is opened gets its diagnostics from the server, as every open document does.
    window.onDidChangeVisibleTextEditors((editors) => {
      for (const editor of editors) results.delete(editor.document.uri);
    }),
  );
}

/** The only folder of the workspace, else the one that the user picks. */
async function workspaceFolder(): Promise<Uri | undefined> {
  const folders = workspace.workspaceFolders ?? [];
  return folders.length === 1 ? folders[0]!.uri : (await window.showWorkspaceFolderPick())?.uri;
}

async function checkFolder(
  checker: Checker,
  folder: Uri,
  progress: Progress<{ message?: string; increment?: number }>,
  token: CancellationToken,
): Promise<void> {
  const files = await workspace.findFiles(new RelativePattern(folder, PATCH_FILES), null, undefined, token);
  files.sort((a, b) => a.path.localeCompare(b.path, 'en'));
  const summaries: string[] = [];
  for (const [index, file] of files.entries()) {
    if (token.isCancellationRequested) break;
    progress.report({
      message: l10n.t('{done} of {all}: {file}', {
        done: index + 1,
        all: files.length,
        file: workspace.asRelativePath(file, false),
      }),
      increment: 100 / files.length,
    });
    summaries.push(`${workspace.asRelativePath(file)}: ${await checkFile(checker, file, token)}`);
  }
  tell(checker.log, folder, files.length, summaries);
}

/** Checks one file and keeps its diagnostics; answers its summary. */
async function checkFile(checker: Checker, file: Uri, token: CancellationToken): Promise<string> {
  try {
    await workspace.openTextDocument(file);
    const params = { uri: file.toString() };
    const status = await checker.client.sendRequest<Status | null>(REQUEST.check, params, token);
    if (!window.visibleTextEditors.some((editor) => editor.document.uri.toString() === file.toString()))
      checker.results.set(file, await diagnosticsOf(checker.client, file, token));
    return status?.summary ?? l10n.t('not read as a patch');
  } catch (error) {
    return String(error);
  }
}

async function diagnosticsOf(
  client: LanguageClient,
  file: Uri,
  token: CancellationToken,
): Promise<Diagnostic[]> {
  const params = { textDocument: { uri: file.toString() } };
  const report = await client.sendRequest(DocumentDiagnosticRequest.type, params, token);
  return report.kind === 'full' ? client.protocol2CodeConverter.asDiagnostics(report.items, token) : [];
}

function tell(log: LogOutputChannel, folder: Uri, files: number, summaries: readonly string[]): void {
  log.info(`${folder.path}: ${summaries.length} of ${files} patches checked`);
  for (const summary of summaries) log.info(`  ${summary}`);
  const done = l10n.t('DIO Ordering: {done} of {all} patches checked, see Problems and the log', {
    done: summaries.length,
    all: files,
  });
  window.setStatusBarMessage(done, 8_000);
}
