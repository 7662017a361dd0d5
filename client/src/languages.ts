/** Which documents are checked: by language, wherever they come from. */

import type { TextDocument } from 'vscode';
import { CONTENT_SCHEME } from '../../server/src/lsp/protocol.js';

export const KERNEL_MAIL = 'kernel-mail';
export const LANGUAGES: readonly string[] = ['diff', KERNEL_MAIL];

/** Names of files that hold patches, as a glob. */
export const PATCH_FILES = '**/*.{patch,diff,eml,mbox,mbx}';

/** Names of files that hold any text, a saved mail among others. */
export const TEXT_FILES = '**/*.{txt,mail}';

export function isChecked(document: TextDocument): boolean {
  return LANGUAGES.includes(document.languageId) && document.uri.scheme !== CONTENT_SCHEME;
}
