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
import { type CheckParams, type Others, REQUEST, type Status } from '../../server/src/lsp/protocol.js';
import { isChecked, KERNEL_MAIL, PATCH_FILES, TEXT_FILES } from './languages.js';
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
  const files = await patchesBelow(folder, token);
  const members = await membersOf(files);
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
    lines.push(
      `${workspace.asRelativePath(file)}: ${await checkFile(checker, file, othersThan(file, members), token)}`,
    );
  }
  return { files: files.length, lines };
}

/** What is a patch by its name, and texts with a diff in them, by path. */
async function patchesBelow(folder: Uri, token: CancellationToken): Promise<readonly Uri[]> {
  const named = (glob: string): Thenable<Uri[]> =>
    workspace.findFiles(new RelativePattern(folder, glob), null, undefined, token);
  const texts = await named(TEXT_FILES);
  const hasDiff = await Promise.all(texts.map(holdsDiff));
  const all = [...(await named(PATCH_FILES)), ...texts.filter((_, at) => hasDiff[at])];
  return all.sort((a, b) => a.path.localeCompare(b.path, 'en'));
}

/** A line that begins a diff of a file, quoted or not. */
const DIFF = /^(?:> ?)*(?:diff --git |\+\+\+ )/m;

/** Read as bytes: a kernel tree has thousands of texts, and no more than a few are to be opened as documents. */
async function holdsDiff(file: Uri): Promise<boolean> {
  try {
    return DIFF.test(Buffer.from(await workspace.fs.readFile(file)).toString('latin1'));
  } catch {
    return false;
  }
}

/** A patch of a series, by the number in its subject. */
interface Member {
  readonly file: Uri;
  readonly text: string;
  /** The folder and what is the same in all subjects of the series: `[PATCH v2 %/3]`. */
  readonly series: string;
  readonly index: number;
}

const NUMBERED = /^Subject:[^[\n]*(\[[^\]\n]*?)(\d+)(\/\d+[^\]\n]*\])/m;

async function membersOf(files: readonly Uri[]): Promise<readonly Member[]> {
  const read = files.map(async (file): Promise<Member[]> => {
    const text = await textOf(file);
    const [, before, index, after] = NUMBERED.exec(text) ?? [];
    if (index === undefined) return [];
    const folder = file.path.replace(/[^/]*$/, '');
    return [{ file, text, series: `${folder} ${before}%${after}`, index: Number(index) }];
  });
  return (await Promise.all(read)).flat();
}

/** A file that cannot be read has its line in the log when it is checked. */
async function textOf(file: Uri): Promise<string> {
  try {
    return (await workspace.openTextDocument(file)).getText();
  } catch {
    return '';
  }
}

/** The other patches of its series; the cover letter, 0, holds none. */
function othersThan(file: Uri, members: readonly Member[]): Others {
  const own = members.find((one) => one.file === file);
  const others = members
    .filter(({ series, index }) => series === own?.series && index > 0)
    .sort((a, b) => a.index - b.index);
  const named = (some: readonly Member[]): Others['earlier'] =>
    some.map(({ file: { path }, text }) => ({ file: path.replace(/^.*\//, ''), text }));
  return {
    earlier: named(others.filter(({ index }) => index < own!.index)),
    later: named(others.filter(({ index }) => index > own!.index)),
  };
}

/** Checks one file and keeps its diagnostics; answers its summary. */
async function checkFile(
  checker: Checker,
  file: Uri,
  series: Others,
  token: CancellationToken,
): Promise<string> {
  try {
    const document = await workspace.openTextDocument(file);
    if (!isChecked(document)) await languages.setTextDocumentLanguage(document, KERNEL_MAIL);
    const params: CheckParams = { uri: file.toString(), series };
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
