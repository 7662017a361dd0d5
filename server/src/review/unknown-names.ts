/**
 * Names that a patch uses and that neither the bundled paths, the tree nor the patch itself speak of: another patch of
 * its series may bring them. Only names of the layers that direct I/O runs through are looked at; kernel code calls
 * hundreds of others that order nothing here.
 */

import type { Patch, PatchLine } from '../diff/patch.js';
import { isModelledConstant } from '../kernel/constants.js';
import { isPrimitiveName } from '../kernel/primitives.js';
import { bundledWords } from '../source/bundled.js';
import type { SourceFiles } from '../source/files.js';

const LAYER =
  /^_{0,2}(?:ext4|xfs|iomap|kiocb|filemap|inode_dio|dio|pagecache|mapping|truncate|invalidate|block)_/i;

/** Whether a function is named after one of these layers, and is none that writes to a log. */
export const isOfLayer = (name: string): boolean => LAYER.test(name) && !QUIET.test(name);

/** Objects of these layers, as variables are named after them. */
const FIELD = /\b(?:dio|iomap|iomi|ioend|io_end)(?:->|\.)(\w+)/g;
const CALL = /\b([a-z_]\w*)\s*\(/g;
const CONSTANT = /\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b/g;
/** What writes to a log and orders nothing. */
const QUIET = /^(?:ext4|xfs)_(?:msg|warning|error|debug|warn|info|alert|notice|trace)\b|^trace_|^dio_warn_/;

/** `earlier`: patches of its series that come before it. */
export function unknownNames(
  patch: Patch,
  earlier: readonly Patch[],
  tree: SourceFiles | null,
): readonly string[] {
  const lines = linesOf(patch);
  const added = lines.filter(({ kind }) => kind === 'added').map(withoutText);
  const brought = earlier.flatMap((one) => ownWords(one, linesOf(one)));
  const known = new Set([...brought, ...ownWords(patch, lines), ...treeWords(patch, tree)]);
  const used = added.flatMap((text) => [
    ...matches(text, CALL).flatMap((name) => (LAYER.test(name) ? [`${name}()`] : [])),
    ...matches(text, CONSTANT).filter((name) => LAYER.test(name)),
    ...matches(text, FIELD).map((name) => `->${name}`),
  ]);
  return [...new Set(used)].filter((name) => {
    const word = /\w+/.exec(name)![0];
    return !known.has(word) && !bundledWords().has(word) && !isModelled(word) && !QUIET.test(word);
  });
}

/** What the model gives a meaning need not be named by any function of the bundle. */
const isModelled = (word: string): boolean => isPrimitiveName(word) || isModelledConstant(word);

const linesOf = ({ files }: Patch): readonly PatchLine[] =>
  files.flatMap(({ hunks }) => hunks.flatMap((hunk) => hunk.lines));

const matches = (text: string, form: RegExp): string[] =>
  [...text.matchAll(form)].map((found) => found[1] ?? found[0]);

/** Strings and comments name what they like. */
const withoutText = ({ text }: PatchLine): string =>
  /^\s*(?:\*|\/[*/])/.test(text) ? '' : text.replace(/"(?:[^"\\]|\\.)*"|\/\*.*?\*\/|\/\/.*$/g, '');

const words = (text: string): readonly string[] => text.match(/\w+/g) ?? [];

/** What stands in the code before, and what the patch declares: a line without indentation, a macro, a field. */
function ownWords({ files }: Patch, lines: readonly PatchLine[]): readonly string[] {
  const sections = files.flatMap(({ hunks }) => hunks.flatMap(({ section }) => words(section)));
  const own = lines.flatMap(({ kind, text }) => {
    if (kind !== 'added' || /^[A-Za-z_#]/.test(text)) return words(text);
    return /^\s+(?:[\w*]+\s+)+\**(\w+)(?:\[\w*\])?;/.exec(text)?.[1] ?? [];
  });
  return [...sections, ...own];
}

function treeWords({ files }: Patch, tree: SourceFiles | null): readonly string[] {
  return files.flatMap(({ path }) => {
    const read = tree?.read(path);
    return read?.ok ? words(read.text) : [];
  });
}
