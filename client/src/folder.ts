/** Checks every patch of a folder: results in Problems, a line for each in the log. */

import {
  type CancellationToken,
  CancellationTokenSource,
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
import { Newest } from './newest.js';

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
  // As for a document: asked again, the check begins anew, since files may have changed.
  const checks = new Newest();
  const check = async (folder: Uri | undefined): Promise<void> => {
    const chosen = folder ?? (await workspaceFolder());
    if (chosen === undefined) return;
    const title = l10n.t('Checking DIO ordering');
    const options = { location: ProgressLocation.Notification, title, cancellable: true };
    await checks.run(chosen.toString(), (signal) =>
      window.withProgress(options, async (progress, token) => {
        const summaries = await checkFolder(checker, chosen, progress, eitherOf(token, signal));
        if (!signal.aborted) tell(log, chosen, summaries);
      }),
    );
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

/** Cancelled by the user, or by the next check of the folder. */
function eitherOf(token: CancellationToken, signal: AbortSignal): CancellationToken {
  const source = new CancellationTokenSource();
  const cancel = (): void => source.cancel();
  if (token.isCancellationRequested || signal.aborted) cancel();
  token.onCancellationRequested(cancel);
  signal.addEventListener('abort', cancel, { once: true });
  return source.token;
}

interface Summaries {
  /** Patches that there are, checked or not. */
  readonly files: number;
  readonly lines: readonly string[];
}

async function checkFolder(
  checker: Checker,
  folder: Uri,
  progress: Progress<{ message?: string; increment?: number }>,
  token: CancellationToken,
): Promise<Summaries> {
  const files = await workspace.findFiles(new RelativePattern(folder, PATCH_FILES), null, undefined, token);
  files.sort((a, b) => a.path.localeCompare(b.path, 'en'));
  const lines: string[] = [];
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
    lines.push(`${workspace.asRelativePath(file)}: ${await checkFile(checker, file, token)}`);
  }
  return { files: files.length, lines };
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

function tell(log: LogOutputChannel, folder: Uri, { files, lines }: Summaries): void {
  log.info(`${folder.path}: ${lines.length} of ${files} patches checked`);
  for (const line of lines) log.info(`  ${line}`);
  const done = l10n.t('DIO Ordering: {done} of {all} patches checked, see Problems and the log', {
    done: lines.length,
    all: files,
  });
  window.setStatusBarMessage(done, 8_000);
}
