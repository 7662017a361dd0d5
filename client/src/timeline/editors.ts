/** The editors beside a timeline view: showing them a line, and asking where a new one goes. */

import { Position, Range, Selection, TextEditorRevealType, Uri, ViewColumn, window, workspace } from 'vscode';
import type { ViewStep } from '../../../server/src/lsp/protocol.js';

/** Shows the line of a step in the editor that has the document, else in the first column. */
export async function revealStep({ at }: ViewStep, focus: boolean): Promise<void> {
  const uri = Uri.parse(at.uri, true);
  const document = await workspace.openTextDocument(uri);
  const open = window.visibleTextEditors.find((editor) => editor.document === document);
  const editor = await window.showTextDocument(document, {
    viewColumn: open?.viewColumn ?? ViewColumn.One,
    preserveFocus: !focus,
    preview: true,
  });
  const start = new Position(Math.min(at.line - 1, document.lineCount - 1), 0);
  editor.selection = new Selection(start, start);
  editor.revealRange(new Range(start, start), TextEditorRevealType.InCenterIfOutsideViewport);
}
