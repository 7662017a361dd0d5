/** Writes the drawing that is shown to a file that the user names. */

import { l10n, Uri, window, workspace } from 'vscode';
import { REQUEST, type ExportParams, type TimelineView } from '../../../server/src/lsp/protocol.js';
import type { Requests } from './requests.js';
import { isString, objectOf } from './shape.js';

const isExportResult = objectOf<{ readonly text: string }>({ text: isString });

export async function saveAsSvg(server: Requests, view: TimelineView): Promise<void> {
  const { uri, scenario, side, finding } = view;
  const params: ExportParams = { uri, format: 'svg', finding: finding.id, scenario, side };
  const result = await server.sendRequest(REQUEST.export, params);
  if (!isExportResult(result)) {
    void window.showErrorMessage(l10n.t('This finding is no longer there: check the patch again.'));
    return;
  }
  const target = await window.showSaveDialog({
    defaultUri: besideDocument(uri, `${finding.id}-${side}.svg`),
    filters: { SVG: ['svg'] },
  });
  if (target) await workspace.fs.writeFile(target, new TextEncoder().encode(result.text));
}

/** An unsaved patch has no folder: then the workspace's first is proposed. */
function besideDocument(uri: string, name: string): Uri {
  const document = Uri.parse(uri);
  const folder = workspace.workspaceFolders?.[0]?.uri;
  if (document.scheme === 'untitled') return folder ? Uri.joinPath(folder, name) : Uri.file(name);
  return Uri.joinPath(document, '..', name);
}
