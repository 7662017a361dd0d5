/** Documents and what was found in them, for the tests of the providers: reports are those of the render tests. */

import { Document, type ColumnEncoding } from '../../server/src/lsp/document.js';
import { LineMap } from '../../server/src/lsp/line-map.js';
import type { Places } from '../../server/src/lsp/places.js';
import type { View } from '../../server/src/lsp/view.js';
import type { Report } from '../../server/src/review/report.js';
import { PATCH, patchText } from '../render/reports.js';

export const URI = `file:///mail/${PATCH}`;

/** Lines 1 to 70 of the mail that the reports speak of: a head, then the patch's lines where the reports see them. */
const LINES = Array.from({ length: 70 }, (_, at) => patchText(PATCH, at + 1) ?? `line ${at + 1}`);

export function documentOf(text: string, encoding: ColumnEncoding = 'utf-16'): Document {
  return new Document(URI, 1, text, encoding);
}

export function viewOf(report: Report | null, document = documentOf(LINES.join('\n'))): View {
  if (!report) return { document, checked: null };
  return { document, checked: { report, definitions: {}, functions: [], lines: LineMap.same, patchText } };
}

export const places: Places = {
  uriOf: ({ kind, file }, document) => (kind === 'patch' ? document : `${kind}:/${file}`),
};
