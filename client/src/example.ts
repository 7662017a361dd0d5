/** Opens the packaged example as a new document, so that it can be edited. */

import { commands, type ExtensionContext, Uri, window, workspace } from 'vscode';

const EXAMPLE = 'examples/complete-after-invalidation.patch';

export function registerExample(context: ExtensionContext): void {
  const open = async (): Promise<void> => {
    const bytes = await workspace.fs.readFile(Uri.joinPath(context.extensionUri, EXAMPLE));
    const content = new TextDecoder().decode(bytes);
    await window.showTextDocument(await workspace.openTextDocument({ language: 'diff', content }));
  };
  context.subscriptions.push(commands.registerCommand('dioOrdering.openExample', open));
}
