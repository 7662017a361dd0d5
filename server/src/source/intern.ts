/** One object for each function text: releases that have a function in common are parsed and lowered for once. */

import type { FunctionText, Origin, SourceLine } from './text.js';

const known = new Map<string, FunctionText[]>();

/** Texts kept before all are forgotten: a few patches' worth over the bundled ones. */
const MOST_KNOWN = 20_000;
let count = 0;

const originKey = (origin: Origin): string =>
  origin.kind === 'patch' ? `:${origin.line}:${origin.role}` : `${origin.file}:${origin.line}`;

const sameLine = (a: SourceLine, b: SourceLine): boolean =>
  a === b ||
  (a.text === b.text && a.origin.kind === b.origin.kind && originKey(a.origin) === originKey(b.origin));

const sameLines = (a: readonly SourceLine[], b: readonly SourceLine[]): boolean =>
  a.length === b.length && a.every((line, at) => sameLine(line, b[at]!));

/** The text itself, or the equal one that was here first: same name and path, same lines from the same places. */
export function interned(text: FunctionText): FunctionText {
  const first = text.lines[0];
  const key = `${text.path} ${text.name} ${text.lines.length} ${first ? originKey(first.origin) : ''}`;
  const found = known.get(key)?.find((one) => sameLines(one.lines, text.lines));
  if (found) return found;
  if (count >= MOST_KNOWN) known.clear();
  count = count >= MOST_KNOWN ? 1 : count + 1;
  known.set(key, [...(known.get(key) ?? []), text]);
  return text;
}
