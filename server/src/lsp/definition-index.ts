/** Where the functions stand that calls in a patch, or in a function that it changes, lead to: the bundled paths it was judged on, or the tree. */

import type { PatchInput } from '../diff/patch.js';
import type { ChangedFunction } from '../review/changed-functions.js';
import type { Report } from '../review/report.js';
import { loadEra } from '../source/bundled.js';
import { ERAS } from '../source/eras.js';
import { openTree } from '../source/files.js';
import { splitFile } from '../source/functions.js';
import type { FunctionText, SourceLine } from '../source/text.js';
import type { Definition } from './worker-protocol.js';

/** Functions of the newest release judged; those of the tree's files that the patch touches go before them. */
export function definitionsOf(
  report: Report,
  input: PatchInput,
  changed: readonly ChangedFunction[],
  tree: string | null,
): Readonly<Record<string, Definition>> {
  const judged = new Set(report.explanation.releases.map(({ release }) => release));
  const era = ERAS.findLast(({ label }) => judged.has(label)) ?? (tree === null ? null : ERAS.at(-1));
  const bundled = era ? [...loadEra(era.id).universe.values()] : [];
  const own = tree === null ? [] : functionsOfTree(input, tree);
  const hunks = input.patches.flatMap(({ files }) => files).flatMap((file) => file.hunks);
  const lines = [
    ...hunks.flatMap((hunk) => hunk.lines),
    ...changed.flatMap(({ before, after }) => [...(before ?? []), ...(after ?? [])]),
  ];
  const words = new Set(lines.flatMap(({ text }) => text.match(/\w+/g) ?? []));
  const wanted = [...bundled, ...own].filter(({ name }) => words.has(name));
  return Object.fromEntries(wanted.flatMap((text) => definitionOf(text)));
}

function definitionOf({ name, lines }: FunctionText): [string, Definition][] {
  const origin = lines[0]?.origin;
  if (!origin || origin.kind === 'patch') return [];
  return [[name, { kind: origin.kind, file: origin.file, line: origin.line }]];
}

function functionsOfTree({ patches }: PatchInput, tree: string): readonly FunctionText[] {
  const files = openTree(tree);
  const paths = new Set(patches.flatMap((patch) => patch.files.map(({ path }) => path)));
  return [...paths].flatMap((path) => {
    const read = files?.read(path);
    if (!read?.ok) return [];
    const lines = read.text
      .split('\n')
      .map((text, at): SourceLine => ({ text, origin: { kind: 'tree', file: path, line: at + 1 } }));
    return splitFile(path, lines).functions;
  });
}
