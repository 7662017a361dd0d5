/** "Compare Function Before and After": a function that the patch changes, whole, in the diff editor. */

import { commands, type ExtensionContext, l10n, type QuickPickItem, Range, Uri, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { COMMAND, type FunctionPair, type FunctionsParams, REQUEST } from '../../server/src/lsp/protocol.js';
import { type Address, targetUri } from './target.js';

export function registerCompareFunction(context: ExtensionContext, client: LanguageClient): void {
  const show = async (address: Address, after?: string): Promise<void> => {
    const uri = targetUri(address);
    if (uri === undefined) return;
    const pairs = await client.sendRequest<FunctionPair[]>(REQUEST.functions, functionsParams(uri));
    if (pairs.length === 0) {
      void window.showInformationMessage(l10n.t('This patch changes no function that is modelled.'));
      return;
    }
    const chosen = pairs.find((pair) => pair.after === after) ?? (await pick(pairs));
    if (chosen !== undefined) await compare(chosen);
  };
  context.subscriptions.push(commands.registerCommand(COMMAND.compareFunction, show));
}

function functionsParams(uri: Uri): FunctionsParams {
  const editor = window.activeTextEditor;
  const own = editor?.document.uri.toString() === uri.toString() ? editor : undefined;
  return { uri: uri.toString(), ...(own ? { line: own.selection.active.line } : {}) };
}

async function pick(pairs: readonly FunctionPair[]): Promise<FunctionPair | undefined> {
  if (pairs.length === 1) return pairs[0];
  const several = new Set(pairs.map(({ patch }) => patch)).size > 1;
  const items = pairs.map((pair): QuickPickItem & { pair: FunctionPair } => ({
    label: `${pair.name}()`,
    description: several
      ? l10n.t('patch {patch}, {release}', { patch: pair.patch, release: pair.release })
      : pair.release,
    pair,
  }));
  const chosen = await window.showQuickPick(items, { placeHolder: l10n.t('Function to compare') });
  return chosen?.pair;
}

async function compare({ name, release, before, after, line }: FunctionPair): Promise<void> {
  const title = l10n.t('{function}() before ↔ after the patch ({release})', { function: name, release });
  const options = { preview: true, selection: new Range(line, 0, line, 0) };
  const [left, right] = [Uri.parse(before, true), Uri.parse(after, true)];
  await commands.executeCommand('vscode.diff', left, right, title, options);
}
