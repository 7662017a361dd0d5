/** From a name in the patch to the function that the check took for it. */

import type { LocationLink, Position } from 'vscode-languageserver';
import type { Places } from './places.js';
import type { Structure } from './structure.js';
import type { View } from './view.js';

export function definitionOf(
  { document, checked }: View,
  { lines }: Structure,
  position: Position,
  places: Places,
): LocationLink[] {
  const at = document.wordAt(position);
  if (!at || !checked || !lines.has(position.line + 1)) return [];
  const found = Object.hasOwn(checked.definitions, at.word) ? checked.definitions[at.word] : undefined;
  if (!found) return [];
  const start = { line: found.line - 1, character: 0 };
  const range = { start, end: start };
  return [
    {
      originSelectionRange: at.range,
      targetUri: places.uriOf(found, document.uri),
      targetRange: range,
      targetSelectionRange: range,
    },
  ];
}
