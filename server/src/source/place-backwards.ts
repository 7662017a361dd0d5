/**
 * Places a patch by its new side. Releases are bundled as they came out, so what a fix of a release candidate, or a
 * patch in the middle of a series, takes away stood in none of them, and what it brings is what the release has.
 */

import type { FilePatch, Hunk, LineKind, Patch, PatchLine } from '../diff/patch.js';
import { reversed } from './apply.js';
import type { CodeBase } from './code-base.js';
import type { MergedLine, MergedText } from './merged.js';
import { placeFiles, placementOf, type Placement } from './place.js';
import { relevanceOf, type Matters } from './relevance.js';
import type { SourceLine } from './text.js';

const CHANGE = { modified: 'modified', renamed: 'renamed', added: 'deleted', deleted: 'added' } as const;

const turnedFiles = new WeakMap<FilePatch, FilePatch>();

/** What is added is removed, and the other way round; turned once, as every release asks for it again. */
export function turnedFile(file: FilePatch): FilePatch {
  const known = turnedFiles.get(file) ?? turnAnew(file);
  turnedFiles.set(file, known);
  return known;
}

function turnAnew(file: FilePatch): FilePatch {
  const names = renamed(file);
  const hunks = file.hunks.map(turnedHunk).map((hunk) => ({
    ...hunk,
    section: hunk.section.replace(/\w+(?=\()/, (name) => names.get(name) ?? name),
  }));
  return { ...file, path: file.newPath, newPath: file.path, change: CHANGE[file.change], hunks };
}

/** The head of a function, as it begins a line. */
const HEAD = /^[a-z_][\w \t*]*?(\w+)\(/i;

/**
 * Functions that the patch renames, and what they are called after it: git names a hunk's function by the text before the
 * patch, and a new function may have taken that name over.
 */
function renamed({ hunks }: FilePatch): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { lines } of hunks) {
    lines.forEach(({ kind, text }, at) => {
      const next = lines[at + 1];
      if (kind !== 'removed' || next?.kind !== 'added') return;
      const [old, now] = [text, next.text].map((line) => HEAD.exec(line)?.[1]);
      if (old !== undefined && now !== undefined && old !== now) names.set(old, now);
    });
  }
  return names;
}

/** As a diff has them, the removed lines of a run of changes before the added ones. */
function turnedHunk(hunk: Hunk): Hunk {
  const lines: PatchLine[] = [];
  let added: PatchLine[] = [];
  for (const line of reversed(hunk).lines) {
    if (line.kind === 'added') added.push(line);
    else if (line.kind === 'removed') lines.push(line);
    else {
      lines.push(...added, line);
      added = [];
    }
  }
  return { ...reversed(hunk), lines: [...lines, ...added] };
}

/** `base` is the code after `patch`; the code before is worked out. */
export function placeBackwards(patch: Patch, base: CodeBase, matters: Matters): Placement {
  const turned: Patch = { ...patch, files: patch.files.map(turnedFile) };
  const relevance = {
    ...relevanceOf(turned, base, matters),
    turned: true,
  };
  const results = placeFiles(turned, base, relevance).map(({ result }, at) => ({
    file: patch.files[at]!,
    result: {
      ...result,
      merged: result.merged.map(turnedText).filter(stoodBefore),
      problems: result.problems.map((one) => ({ ...one, reason: turnedWords(one.reason) })),
    },
  }));
  return placementOf(patch, base, results);
}

/** What is said of a line speaks of the patch as it is. */
const turnedWords = (reason: string): string =>
  reason.replace(
    /^the (added|removed) line /,
    (_, kind) => `the ${kind === 'added' ? 'removed' : 'added'} line `,
  );

/**
 * A function that the patch brings stays in the code before: what came later in the release may call it as well. Not one
 * that takes over the name of a function which the patch renames.
 */
const stoodBefore = ({ beforeName, afterName }: MergedText, _: number, all: readonly MergedText[]): boolean =>
  beforeName !== null || all.some((other) => other.beforeName === afterName);

const turnedText = (text: MergedText): MergedText => ({
  ...text,
  beforeName: text.afterName,
  afterName: text.beforeName,
  lines: text.lines.map(turnedLine),
});

const turnedLine = ({ before, after, edit }: MergedLine): MergedLine =>
  before === after
    ? { before, after, edit }
    : { before: side(after, 'removed'), after: side(before, 'added'), edit };

function side(line: SourceLine | null, role: LineKind): SourceLine | null {
  return line?.origin.kind === 'patch' ? { ...line, origin: { ...line.origin, role } } : line;
}
