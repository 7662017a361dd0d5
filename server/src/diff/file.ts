/** Scanned patches to file patches: every hunk read, every repair listed, paths that lead out of the tree refused. */

import type { Damage, FilePatch } from './patch.js';
import { readHunk } from './hunk.js';
import { isWordDiff } from './word-diff.js';
import { habitsOf, type Habits } from './repair/habits.js';
import { whitespaceDamage } from './repair/whitespace.js';
import type { ScannedFile, ScannedHunk, ScannedPatch } from './scan.js';

export interface ReadFiles {
  readonly files: readonly FilePatch[];
  readonly damage: readonly Damage[];
  /** Sum of the hunks' costs: 0 when every header's counts hold. */
  readonly cost: number;
}

export function readFiles(patch: ScannedPatch): ReadFiles {
  const habits = habitsOf(patch.files.flatMap(({ hunks }) => hunks));
  const read = patch.files.map((file) => readFile(file, habits));
  return {
    files: read.flatMap(({ files }) => files),
    damage: [...patch.damage, ...read.flatMap(({ damage }) => damage)].sort((a, b) => a.line - b.line),
    cost: read.reduce((sum, { cost }) => sum + cost, 0),
  };
}

function readFile({ header, hunks }: ScannedFile, habits: Habits): ReadFiles {
  const outside = [header.path, header.newPath].find(leadsOut);
  if (outside !== undefined) {
    const what = `path ${JSON.stringify(outside.slice(0, 80))} leads out of the kernel tree: the file is left out`;
    return { files: [], damage: [{ line: header.line, what, lost: 'changes' }], cost: 0 };
  }
  const words = hunks.find(isWordDiff);
  if (words) return unread(header, words);
  const read = hunks.map((hunk) => readHunk(hunk, habits));
  const file: FilePatch = { ...header, hunks: read.map(({ hunk }) => hunk) };
  const damage = [
    ...read.flatMap((hunk) => hunk.damage),
    ...doubledDamage(file, habits),
    ...whitespaceDamage(file.hunks),
  ];
  return { files: [file], damage, cost: read.reduce((sum, { cost }) => sum + cost, 0) };
}

/** Nothing outside a kernel tree is patched; such a path is an accident or an attack. */
function leadsOut(path: string): boolean {
  return path === '' || path.startsWith('/') || path.includes('\0') || path.split(/[\\/]/).includes('..');
}

/** The file stands as changed, though nothing can be said of how. */
function unread(header: ScannedFile['header'], { header: { line } }: ScannedHunk): ReadFiles {
  const what = 'a word diff, which is not read: give the diff by lines (git show without --word-diff)';
  return { files: [{ ...header, hunks: [] }], damage: [{ line, what, lost: 'changes' }], cost: 0 };
}

function doubledDamage({ hunks }: FilePatch, { doubled }: Habits): readonly Damage[] {
  const first = hunks[0]?.lines.find(({ kind }) => kind === 'context');
  if (!doubled || !first) return [];
  return [{ line: first.line, what: 'leading blank of context lines doubled: one taken off' }];
}
