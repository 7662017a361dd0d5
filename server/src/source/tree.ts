/** Places a patch on the real files of a kernel tree: exactly where its hunks fit, else by aligning. */

import type { FilePatch, InputLine, LineKind, Patch } from '../diff/patch.js';
import { applyHunks, reversed, type Applied } from './apply.js';
import { withCalledFunctions } from './called.js';
import { overlay, type CodeBase } from './code-base.js';
import type { SourceFiles } from './files.js';
import { splitFile } from './functions.js';
import type { MergedLine, MergedText } from './merged.js';
import type { Problem } from './merge-text.js';
import { nothingPlaced, placeFile, type FileResult } from './place-file.js';
import { placementOf, type Placement } from './place.js';
import { turnedFile } from './place-backwards.js';
import { relevanceOf, type Matters, type Relevance } from './relevance.js';
import { tokens } from './statements.js';
import type { FunctionText, SourceLine } from './text.js';

export interface TreePlacement extends Placement {
  /** How hunks were fitted, where not exactly as stated: offsets, fuzz, a patch that the tree already has. */
  readonly notes: readonly { readonly line: InputLine; readonly what: string }[];
}

function treeLines(file: string, text: string): readonly SourceLine[] {
  return text
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map((line, at) => ({ text: line, origin: { kind: 'tree', file, line: at + 1 } }));
}

function isReal(lines: readonly SourceLine[] | undefined): boolean {
  return lines !== undefined && lines.some((line) => line.origin.kind === 'tree');
}

/** Lays the tree's files that the patch touches over `base`; those it already holds stay, changed by earlier patches. */
function withTreeFiles(
  patch: Patch,
  tree: SourceFiles,
  base: CodeBase,
): { base: CodeBase; missing: Map<string, string> } {
  const missing = new Map<string, string>();
  const files = new Map<string, readonly SourceLine[]>();
  for (const file of patch.files) {
    if (file.change === 'added' || isReal(base.files.get(file.path))) continue;
    const read = tree.read(file.path);
    if (read.ok) files.set(file.path, treeLines(file.path, read.text));
    else missing.set(file.path, read.reason);
  }
  const release = tree.version === null ? `the tree ${tree.name}` : `${tree.version} (tree)`;
  const real = overlay(base, release, files);
  const spoken = [
    ...[...files.values()].flatMap((lines) => lines.map(({ text }) => text)),
    ...patch.files.flatMap(({ hunks }) => hunks.flatMap(({ lines }) => lines.map(({ text }) => text))),
  ];
  return { base: withCalledFunctions(real, base, spoken, tree, treeLines), missing };
}

const TURNED: Readonly<Record<LineKind, LineKind>> = {
  added: 'removed',
  removed: 'added',
  context: 'context',
};

/** Both sides of a file as one list, from hunks that all applied; for a reversed application `turned` swaps the sides. */
function mergedFile(lines: readonly SourceLine[], applied: Applied, turned: boolean): readonly MergedLine[] {
  return applied.lines.map(({ old, patch }) => {
    if (patch === null) return { before: lines[old!]!, after: lines[old!]!, edit: null };
    const role = turned ? TURNED[patch.kind] : patch.kind;
    const text = old === null ? patch.text : lines[old]!.text;
    const line: SourceLine = { text, origin: { kind: 'patch', line: patch.line, role } };
    const onOld = old === null ? null : line;
    const onNew = patch.kind === 'removed' ? null : line;
    return turned ? { before: onNew, after: onOld, edit: null } : { before: onOld, after: onNew, edit: null };
  });
}

interface Part {
  readonly text: FunctionText;
  readonly kind: MergedText['kind'];
}

function partsBy(path: string, lines: readonly SourceLine[]): ReadonlyMap<string, Part> {
  const { functions, tables } = splitFile(path, lines);
  const parts = new Map<string, Part>();
  for (const text of tables) parts.set(text.name, { text, kind: 'table' });
  for (const text of functions) parts.set(text.name, { text, kind: 'function' });
  return parts;
}

/** The functions and tables of a file that its merged lines change. */
function changedTexts(file: FilePatch, lines: readonly MergedLine[]): readonly MergedText[] {
  const before = partsBy(
    file.path,
    lines.flatMap((line) => line.before ?? []),
  );
  const after = partsBy(
    file.newPath,
    lines.flatMap((line) => line.after ?? []),
  );
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    const inOld = new Set(old?.text.lines);
    const inNow = new Set(now?.text.lines);
    const own = lines.flatMap((line) => {
      const one = line.before !== null && inOld.has(line.before) ? line.before : null;
      const other = line.after !== null && inNow.has(line.after) ? line.after : null;
      return one === null && other === null ? [] : [{ before: one, after: other, edit: null }];
    });
    if (own.every((line) => line.before === line.after)) return [];
    const kind = (now ?? old)!.kind;
    return [
      {
        beforeName: old === undefined ? null : name,
        afterName: now === undefined ? null : name,
        path: file.newPath,
        kind,
        lines: own,
      },
    ];
  });
}

/** One file placed, with its whole text after and, for a patch that the tree already has, before. */
interface PlacedFile {
  readonly result: FileResult;
  readonly before: readonly SourceLine[];
  readonly after: readonly SourceLine[];
  readonly notes: readonly string[];
}

function exactly(file: FilePatch, lines: readonly SourceLine[]): PlacedFile | null {
  const texts = lines.map((line) => line.text);
  const forward = applyHunks(file.hunks, texts);
  if (forward.results.every((result) => result.ok))
    return placedFile(file, mergedFile(lines, forward, false), fittingNotes(forward));
  const backward = applyHunks(file.hunks.map(reversed), texts);
  if (!backward.results.every((result) => result.ok && result.exact)) return null;
  const note = `${file.path}: the tree already has this change; the code before it was worked out backwards`;
  return placedFile(file, mergedFile(lines, backward, true), [note]);
}

function placedFile(file: FilePatch, lines: readonly MergedLine[], notes: readonly string[]): PlacedFile {
  const merged = changedTexts(file, lines);
  // A hunk is placed when its changes fall into a function or table; changed comments and declarations are not.
  const shown = new Set(merged.flatMap((text) => text.lines.flatMap((line) => changedInputLine(line))));
  const placed = file.hunks.flatMap((hunk, at) =>
    hunk.lines.some((line) => shown.has(line.line)) ? [at] : [],
  );
  return {
    result: { ...nothingPlaced([]), merged, placed: new Set(placed) },
    before: lines.flatMap((line) => line.before ?? []),
    after: lines.flatMap((line) => line.after ?? []),
    notes,
  };
}

function changedInputLine(line: MergedLine): InputLine[] {
  const side = line.before === line.after ? null : (line.after ?? line.before);
  return side?.origin.kind === 'patch' ? [side.origin.line] : [];
}

function fittingNotes(applied: Applied): readonly string[] {
  return applied.results.flatMap((result, at) => {
    if (!result.ok || (result.offset === 0 && result.exact)) return [];
    const how = [
      ...(result.offset === 0 ? [] : [`offset ${String(result.offset)}`]),
      ...(result.fuzz === 0 ? [] : [`fuzz ${String(result.fuzz)}`]),
      ...(result.exact || result.fuzz > 0 ? [] : ['white space ignored']),
    ];
    return [`hunk ${String(at + 1)} applied with ${how.join(', ')}`];
  });
}

/** What the patch adds stands in the tree already, among other lines: once more it would stand there twice. */
function hasItAlready(file: FilePatch, lines: readonly SourceLine[]): PlacedFile {
  const reason = `${file.path} of the tree has lines there that the patch adds: it seems to have this change in another form`;
  const problems = file.hunks.flatMap(({ lines: own }, hunk): Problem[] => {
    const first = own.find(({ kind }) => kind !== 'context');
    return first === undefined ? [] : [{ hunk, line: first.line, reason, half: [] }];
  });
  return { result: nothingPlaced(problems.slice(0, 1)), before: lines, after: lines, notes: [] };
}

/** Hunks that do not apply line by line: aligned with the real functions of the file. */
function byAligning(file: FilePatch, base: CodeBase, relevance: Relevance): PlacedFile {
  const lines = base.files.get(file.path) ?? [];
  const result = placeFile(file, base, relevance);
  const back = placeFile(turnedFile(file), base, relevance);
  const fitsWhole = back.problems.length === 0 && back.placed.size > 0;
  if (fitsWhole && back.score > result.score) return hasItAlready(file, lines);
  const note = `${file.path}: not all hunks apply line by line; aligned with its functions instead`;
  return { result, before: lines, after: spliced(lines, base, result.merged), notes: [note] };
}

/** The file's lines with its changed functions in their new form; added ones at the end. */
function spliced(
  lines: readonly SourceLine[],
  base: CodeBase,
  merged: readonly MergedText[],
): readonly SourceLine[] {
  let now = lines;
  for (const text of merged) {
    const after = text.lines.flatMap((line) => line.after ?? []);
    const old =
      text.beforeName === null
        ? undefined
        : (text.kind === 'table' ? base.tables : base.universe).get(text.beforeName);
    const at = old === undefined ? now.length : now.indexOf(old.lines[0]!);
    now = [...now.slice(0, at), ...after, ...now.slice(at + (old?.lines.length ?? 0))];
  }
  return now;
}

function isAddedFile(file: FilePatch): boolean {
  return file.change === 'added';
}

/** The result for a file that the tree does not give: a problem where something in it matters, else silence. */
function unread(file: FilePatch, reason: string, relevance: Relevance): FileResult {
  const problems = file.hunks.flatMap((hunk, at) => {
    const line = hunk.lines.find((one) => one.kind !== 'context' && relevance.matters(tokens(one.text)));
    return line === undefined ? [] : [{ hunk: at, line: line.line, reason, half: [] }];
  });
  return nothingPlaced(problems);
}

/**
 * Places `patch` on the real files of `tree`, laid over `base` (the era of the tree's version, or `after` of the patch
 * before in a series). A patch that the tree already has is taken back to get the code before.
 */
export function placeOnTree(
  patch: Patch,
  tree: SourceFiles,
  base: CodeBase,
  matters: Matters,
): TreePlacement {
  const { base: real, missing } = withTreeFiles(patch, tree, base);
  const relevance = relevanceOf(patch, base, matters);
  const files = patch.files.map((file) => {
    const reason = missing.get(file.path);
    if (reason !== undefined) return { file, placed: null, result: unread(file, reason, relevance) };
    const lines = isAddedFile(file) ? [] : (real.files.get(file.path) ?? []);
    const placed = exactly(file, lines) ?? byAligning(file, real, relevance);
    return { file, placed, result: placed.result };
  });
  const placement = placementOf(patch, real, files);
  const sideFiles = (side: 'before' | 'after'): CodeBase['files'] =>
    new Map([
      ...real.files,
      ...files.flatMap((one) =>
        one.placed === null ? [] : [[pathOn(one.file, side), one.placed[side]] as const],
      ),
    ]);
  return {
    ...placement,
    before: { ...placement.before, files: sideFiles('before') },
    after: { ...placement.after, files: sideFiles('after') },
    notes: files.flatMap((one) => (one.placed?.notes ?? []).map((what) => ({ line: one.file.line, what }))),
  };
}

function pathOn(file: FilePatch, side: 'before' | 'after'): string {
  return side === 'before' ? file.path : file.newPath;
}
