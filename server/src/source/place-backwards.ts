/**
 * Places a patch by its new side. Releases are bundled as they came out, so what a fix of a release candidate, or a
 * patch in the middle of a series, takes away stood in none of them, and what it brings is what the release has.
 */

import type { FilePatch, Hunk, Patch, PatchLine } from '../diff/patch.js';
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

const turnAnew = (file: FilePatch): FilePatch => ({
  ...file,
  path: file.newPath,
  newPath: file.path,
  change: CHANGE[file.change],
  hunks: file.hunks.map(turnedHunk),
});

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

/** A function that the patch brings stays in the code before: what came later in the release may call it as well. */
const stoodBefore = ({ beforeName }: MergedText): boolean => beforeName !== null;

const turnedText = (text: MergedText): MergedText => ({
  ...text,
  beforeName: text.afterName,
  afterName: text.beforeName,
  lines: text.lines.map(turnedLine),
});

const turnedLine = ({ before, after, edit }: MergedLine): MergedLine =>
  before === after
    ? { before, after, edit }
    : { before: side(after, false), after: side(before, true), edit };

function side(line: SourceLine | null, added: boolean): SourceLine | null {
  return line?.origin.kind === 'patch' ? { ...line, origin: { ...line.origin, added } } : line;
}
