/** The functions that a patch changes as documents to compare, before and after it; every line leads back to its place. */

import type { LocationLink, Position } from 'vscode-languageserver';
import type { ChangedFunction, TextLine } from '../review/changed-functions.js';
import type { Place } from '../review/report.js';
import type { Document } from './document.js';
import type { Places } from './places.js';
import { CONTENT_SCHEME, type FunctionPair, type Side } from './protocol.js';
import { rangeNow, type CheckedView, type View } from './view.js';

/** What the address of such a document says. */
export interface FunctionAddress {
  /** The document that the patch is in. */
  readonly uri: string;
  readonly side: Side;
  readonly patch: number;
  readonly release: string;
  readonly name: string;
}

type Key = Pick<FunctionAddress, 'patch' | 'release' | 'name'>;

/** Ends in the function's name as a C file, which is what a client shows and takes the language from. */
export function functionUri({ uri, side, patch, release, name }: FunctionAddress): string {
  return `${CONTENT_SCHEME}:/${side}/${patch}/${encodeURIComponent(release)}/${name}.c?${encodeURIComponent(uri)}`;
}

/** Null for every other address. */
export function readFunctionUri(uri: string): FunctionAddress | null {
  try {
    const { protocol, pathname, search } = new URL(uri);
    const found = /^\/(before|after)\/(\d+)\/(.+)\/(\w+)\.c$/.exec(decodeURIComponent(pathname));
    if (protocol !== `${CONTENT_SCHEME}:` || !found) return null;
    const [, side, patch, release, name] = found as unknown as [string, Side, string, string, string];
    return { uri: decodeURIComponent(search.slice(1)), side, patch: Number(patch), release, name };
  } catch {
    return null;
  }
}

/** Those that a line of the document is in; lines count from 0. */
export function functionsAt({ checked, document }: View, line: number): readonly FunctionPair[] {
  if (!checked) return [];
  return checked.functions
    .filter((one) => linesOf(one).some(({ at }) => standsAt(checked, document, at, line)))
    .map((one) => pairOf(checked, document, one, line));
}

export function allFunctions({ checked, document }: View): readonly FunctionPair[] {
  return checked?.functions.map((one) => pairOf(checked, document, one, null)) ?? [];
}

function pairOf(
  checked: CheckedView,
  document: Document,
  one: ChangedFunction,
  line: number | null,
): FunctionPair {
  const { name, patch, release } = one;
  const address = (side: Side): string => functionUri({ uri: document.uri, side, patch, release, name });
  const at = line === null ? -1 : lineAfter(one, (place) => standsAt(checked, document, place, line));
  return { name, patch, release, before: address('before'), after: address('after'), line: Math.max(at, 0) };
}

/** The line of the text after the patch that stands where the searched one does; for a removed one, the line above it. */
function lineAfter({ before, after }: ChangedFunction, isSearched: (at: Place) => boolean): number {
  const own = (after ?? []).findIndex(({ at }) => isSearched(at));
  if (own >= 0) return own;
  const removed = (before ?? []).findIndex(({ at }) => isSearched(at));
  const above = (before ?? []).slice(0, Math.max(removed, 0));
  return (after ?? []).findLastIndex(({ at }) => above.some((line) => samePlace(line.at, at)));
}

const samePlace = (a: Place, b: Place): boolean =>
  a.kind === b.kind && a.file === b.file && a.line === b.line;

const linesOf = ({ before, after }: ChangedFunction): readonly TextLine[] => [
  ...(before ?? []),
  ...(after ?? []),
];

function standsAt(checked: CheckedView, document: Document, at: Place, line: number): boolean {
  return at.kind === 'patch' && rangeNow(checked, document, at.line, at.line)?.start.line === line;
}

/** Null where the patch does not change such a function; empty on a side that does not have it. */
export function functionText({ checked }: View, address: FunctionAddress): readonly TextLine[] | null {
  const found = checked?.functions.find((one) => isSame(one, address));
  return found ? (found[address.side] ?? []) : null;
}

const isSame = (one: Key, { patch, release, name }: Key): boolean =>
  one.patch === patch && one.release === release && one.name === name;

export const textOfLines = (lines: readonly TextLine[]): string =>
  lines.map(({ text }) => `${text}\n`).join('');

/** From a call to the function called; from anywhere else to where the line stands: in the patch, the tree, a bundled file. */
export function definitionInFunction(
  view: View,
  shown: Document,
  line: TextLine | undefined,
  position: Position,
  places: Places,
): LocationLink[] {
  const { checked, document } = view;
  if (!checked || !line) return [];
  const at = shown.wordAt(position);
  const called = at && Object.hasOwn(checked.definitions, at.word) ? checked.definitions[at.word] : undefined;
  const target: Place = called ?? line.at;
  const range = rangeOf(checked, document, target);
  if (!range) return [];
  return [
    {
      ...(at ? { originSelectionRange: at.range } : {}),
      targetUri: places.uriOf(target, document.uri),
      targetRange: range,
      targetSelectionRange: range,
    },
  ];
}

function rangeOf(checked: CheckedView, document: Document, { kind, line }: Place) {
  if (kind === 'patch') return rangeNow(checked, document, line, line);
  const start = { line: line - 1, character: 0 };
  return { start, end: start };
}
