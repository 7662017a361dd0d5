/** The outline of a document: message, file, hunk, function. */

import { SymbolKind, type DocumentSymbol } from 'vscode-languageserver';
import type { Document } from './document.js';
import type { Part } from './structure.js';

const KINDS: Readonly<Record<Part['kind'], SymbolKind>> = {
  message: SymbolKind.Package,
  file: SymbolKind.File,
  hunk: SymbolKind.Namespace,
  function: SymbolKind.Function,
};

export function symbolsOf(document: Document, parts: readonly Part[]): DocumentSymbol[] {
  return parts.map(({ kind, name, detail, first, last, parts: inner }) => ({
    name: name.trim() === '' ? kind : name,
    detail,
    kind: KINDS[kind],
    range: { start: { line: first - 1, character: 0 }, end: document.endOf(last - 1) },
    selectionRange: { start: { line: first - 1, character: 0 }, end: document.endOf(first - 1) },
    children: symbolsOf(document, inner),
  }));
}
