/** Which document a command is for: the one it was given, else the active one. */

import { type TextDocument, Uri, window, workspace } from 'vscode';

/** Lenses and hovers give an address as text, menus as `Uri`, the palette nothing. */
export type Address = Uri | string | undefined;

export function targetUri(address: Address): Uri | undefined {
  if (typeof address === 'string') return Uri.parse(address, true);
  return address ?? window.activeTextEditor?.document.uri;
}

export async function targetDocument(address: Address): Promise<TextDocument | undefined> {
  const uri = targetUri(address);
  return uri === undefined ? undefined : workspace.openTextDocument(uri);
}

/** The last part of an address: the name of the file, or of the untitled document. */
export function nameOf(uri: Uri): string {
  return uri.path.split('/').at(-1) ?? uri.path;
}
