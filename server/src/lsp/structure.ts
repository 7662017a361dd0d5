/** What a document holds as it is now, checked or not: messages, files, hunks, functions and their lines. */

import type { FilePatch, Hunk, PatchInput } from '../diff/patch.js';
import { patchLines } from '../diff/patch-lines.js';
import { readPatches } from '../diff/read.js';
import { splitMbox } from '../mail/mbox.js';
import { isCommitLine } from '../mail/page.js';
import { rawLines } from '../mail/raw-lines.js';
import { cutFile } from '../source/pieces.js';
import type { Document } from './document.js';

/** A part of the document; lines count from 1 and include both ends. */
export interface Part {
  readonly kind: 'message' | 'file' | 'hunk' | 'function';
  readonly name: string;
  readonly detail: string;
  readonly first: number;
  readonly last: number;
  readonly parts: readonly Part[];
}

export interface Structure {
  readonly parts: readonly Part[];
  /** The patch's lines with their sign. */
  readonly lines: ReadonlyMap<number, string>;
}

const NOTHING: Structure = { parts: [], lines: new Map() };

/** Larger documents are read by the checking thread alone: reading them here would hold up every answer. */
const LONGEST = 4 * 1024 * 1024;

const known = new WeakMap<Document, Promise<Structure>>();

/** Of a document that is C and no patch: every line counts. */
export function wholeOf(document: Document): Structure {
  const lines = document.text.split('\n').map((text, at): [number, string] => [at + 1, text]);
  return { parts: [], lines: new Map(lines) };
}

export function structureOf(document: Document): Promise<Structure> {
  const made = known.get(document) ?? read(document);
  known.set(document, made);
  return made;
}

async function read(document: Document): Promise<Structure> {
  if (document.text.length > LONGEST) return NOTHING;
  const bytes = Buffer.from(document.checkedText);
  const result = await readPatches(bytes);
  if (!result.ok) return NOTHING;
  const starts = messageStarts(bytes, result.input.kind);
  return { parts: messages(result.input, starts, document.lineCount), lines: patchLines(result.input) };
}

/** Lines on which messages begin. */
function messageStarts(bytes: Uint8Array, kind: PatchInput['kind']): readonly number[] {
  const block = rawLines(bytes);
  switch (kind) {
    case 'mbox':
    case 'format-patch':
      return splitMbox(block).map(({ first }) => first - 1);
    case 'diff':
      return block.lines.flatMap((line, at) => (isCommitLine(line) ? [at + 1] : []));
    case 'mail':
    case 'archive-page':
      return [1];
  }
}

function messages(input: PatchInput, starts: readonly number[], lineCount: number): readonly Part[] {
  const bounds = starts.length === 0 ? [1] : starts;
  return bounds.flatMap((first, at): Part[] => {
    const last = (bounds[at + 1] ?? lineCount + 1) - 1;
    const inside = ({ line }: FilePatch): boolean => line >= first && line <= last;
    const own = input.patches.filter(({ files }) => files.some(inside));
    const files = own.flatMap((patch) => patch.files.filter(inside)).map(filePart);
    if (files.length === 0) return [];
    const name = own.find(({ subject }) => subject !== null)?.subject ?? 'patch';
    return [{ kind: 'message', name, detail: own[0]?.date ?? '', first, last, parts: byLine(files) }];
  });
}

const byLine = (parts: readonly Part[]): readonly Part[] => [...parts].sort((a, b) => a.first - b.first);

const lastLine = (hunk: Hunk): number => Math.max(hunk.line, ...hunk.lines.map(({ line }) => line));

function filePart(file: FilePatch): Part {
  const parts = file.hunks.map((hunk, index) => hunkPart(file, hunk, index));
  const last = Math.max(file.line, ...parts.map((part) => part.last));
  return { kind: 'file', name: file.newPath, detail: file.change, first: file.line, last, parts };
}

function hunkPart(file: FilePatch, hunk: Hunk, index: number): Part {
  const name = `@@ -${hunk.oldStart},${hunk.oldCount} +${hunk.newStart},${hunk.newCount} @@`;
  const parts = functionsIn(file, index);
  return { kind: 'hunk', name, detail: hunk.section, first: hunk.line, last: lastLine(hunk), parts };
}

/** Functions that the hunk touches or brings. */
function functionsIn(file: FilePatch, index: number): readonly Part[] {
  const { pieces, added } = cutFile(file);
  const named = [
    ...pieces.flatMap((piece) =>
      piece.target.kind === 'named' ? [{ ...piece, name: piece.target.name }] : [],
    ),
    ...added,
  ].filter(({ hunk }) => hunk === index);
  const parts = named.flatMap(({ name, statements }): Part[] => {
    const lines = statements.flatMap((statement) => statement.lines.map(({ line }) => line));
    if (lines.length === 0) return [];
    const [first, last] = [Math.min(...lines), Math.max(...lines)];
    return [{ kind: 'function', name, detail: '', first, last, parts: [] }];
  });
  return apart(byLine(parts));
}

/** The lines that a diff shows of one function may lie around another that it inserts: the one ends where the other begins. */
function apart(parts: readonly Part[]): readonly Part[] {
  return parts.flatMap((part, at): Part[] => {
    const last = Math.min(part.last, (parts[at + 1]?.first ?? Infinity) - 1);
    return last < part.first ? [] : [{ ...part, last }];
  });
}
