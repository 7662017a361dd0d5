/** Saves the report, or one finding of it, in a format of the user's choice. */

import { commands, type ExtensionContext, l10n, type QuickPickItem, Uri, window, workspace } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import {
  COMMAND,
  type ExportFormat,
  type ExportParams,
  type ExportRefusal,
  type ExportResult,
  REQUEST,
} from '../../server/src/lsp/protocol.js';
import { targetFinding } from './finding.js';
import type { Statuses } from './statuses.js';
import { type Address, nameOf, targetUri } from './target.js';

interface Format extends QuickPickItem {
  readonly format: ExportFormat;
  readonly ending: string;
  /** Of one race; the others are of the whole report unless a race was asked for. */
  readonly ofOneRace: boolean;
}

export function registerExport(context: ExtensionContext, client: LanguageClient, statuses: Statuses): void {
  const save = async (address: Address, finding?: string, asked?: ExportFormat): Promise<void> => {
    const uri = targetUri(address);
    if (uri === undefined) return;
    const format =
      formats().find((one) => one.format === asked) ??
      (await window.showQuickPick(formats(), { placeHolder: l10n.t('Format of the export') }));
    if (format === undefined) return;
    const params = exportParams(statuses, uri, format, finding);
    const result =
      params && (await client.sendRequest<ExportResult | ExportRefusal | null>(REQUEST.export, params));
    if (result === null) {
      void window.showInformationMessage(l10n.t('There is nothing here to export in this format.'));
      return;
    }
    if ('refused' in result) {
      void window.showInformationMessage(result.refused);
      return;
    }
    await saveBeside(uri, format, result.text);
  };
  context.subscriptions.push(commands.registerCommand(COMMAND.export, save));
}

function formats(): readonly Format[] {
  const format = (name: ExportFormat, ending: string, description: string, ofOneRace = false): Format => ({
    label: name,
    description,
    format: name,
    ending,
    ofOneRace,
  });
  return [
    format('text', 'txt', l10n.t('the report as the command line prints it')),
    format('markdown', 'md', l10n.t('the report with tables')),
    format('sarif', 'sarif', l10n.t('for code scanning')),
    format('json', 'json', l10n.t('every verdict, for programs')),
    format('mail', 'eml', l10n.t('one race as an answer to the patch'), true),
    format('svg', 'svg', l10n.t('one race as a picture'), true),
    format('litmus', 'litmus', l10n.t('one race of the memory model as a litmus test'), true),
    format('promela', 'pml', l10n.t('one race as a model for Spin'), true),
  ];
}

function exportParams(
  statuses: Statuses,
  uri: Uri,
  format: Format,
  finding: string | undefined,
): ExportParams | null {
  if (format.ofOneRace || finding !== undefined) {
    const target = targetFinding(statuses, uri, finding);
    return target && { ...target, format: format.format };
  }
  return { uri: uri.toString(), format: format.format };
}

async function saveBeside(patch: Uri, format: Format, text: string): Promise<void> {
  const folder =
    patch.scheme === 'untitled' ? workspace.workspaceFolders?.[0]?.uri : Uri.joinPath(patch, '..');
  const beside = folder && Uri.joinPath(folder, `${nameOf(patch)}.${format.ending}`);
  const title = l10n.t('Export as {format}', { format: format.label });
  const chosen = await window.showSaveDialog({ title, ...(beside ? { defaultUri: beside } : {}) });
  if (chosen === undefined) return;
  await workspace.fs.writeFile(chosen, new TextEncoder().encode(text));
  // The file is saved; that it is not shown, since another editor was opened meanwhile, is no error.
  await Promise.resolve(window.showTextDocument(chosen)).catch(() => undefined);
}
