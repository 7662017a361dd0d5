/** Part files: an era's `inode.part.c` replaces single functions and tables of the `inode.c` that it inherits. */

import { splitFile } from './functions.js';
import type { SourceLine } from './text.js';

/** A function or table with the comment that stands on it, as a span of lines. */
interface Block {
  readonly name: string;
  readonly first: number;
  readonly last: number;
}

/** The path that a file of an era's folder is about, and whether it replaces only functions of it. */
export function partOf(path: string): { readonly path: string; readonly isPart: boolean } {
  const whole = path.replace(/\.part(\.[ch])$/, '$1');
  return { path: whole, isPart: whole !== path };
}

/** The first line of the comment that ends right above `first`, else `first` itself. */
function withComment(lines: readonly SourceLine[], first: number): number {
  if (!lines[first - 1]?.text.trimEnd().endsWith('*/')) return first;
  const start = lines.slice(0, first).findLastIndex(({ text }) => text.trimStart().startsWith('/*'));
  return start < 0 ? first : start;
}

/** The functions and tables of a file, in its order. */
function blocksOf(path: string, lines: readonly SourceLine[]): readonly Block[] {
  const { functions, tables } = splitFile(path, lines);
  return [...functions, ...tables]
    .map(({ name, lines: own }) => {
      const first = lines.indexOf(own[0]!);
      return { name, first: withComment(lines, first), last: first + own.length - 1 };
    })
    .sort((a, b) => a.first - b.first);
}

const EMPTY: SourceLine = { text: '', origin: { kind: 'bundled', file: '', line: 1 } };

/** Takes the block out together with the empty line after it. */
function without(lines: readonly SourceLine[], { first, last }: Block): readonly SourceLine[] {
  const after = lines[last + 1]?.text === '' ? last + 2 : last + 1;
  return [...lines.slice(0, first), ...lines.slice(after)];
}

/** What a part puts in the place of a block, and behind it. */
interface Change {
  text: readonly SourceLine[] | null;
  readonly behind: SourceLine[];
}

/**
 * `lines` with the functions and tables of `part` in the place of those of the same name. New ones go behind the one
 * that stands before them in the part, or to the end of the file.
 */
export function withPart(
  path: string,
  lines: readonly SourceLine[],
  part: readonly SourceLine[],
): readonly SourceLine[] {
  const blocks = blocksOf(path, lines);
  const changes = new Map<string, Change>(blocks.map(({ name }) => [name, { text: null, behind: [] }]));
  const atEnd: Change = { text: null, behind: [] };
  let latest = atEnd;
  for (const { name, first, last } of blocksOf(path, part)) {
    const text = part.slice(first, last + 1);
    const own = changes.get(name);
    if (own) (latest = own).text = text;
    else latest.behind.push(EMPTY, ...text);
  }
  return [...rebuilt(lines, blocks, changes), ...atEnd.behind];
}

function rebuilt(
  lines: readonly SourceLine[],
  blocks: readonly Block[],
  changes: ReadonlyMap<string, Change>,
): readonly SourceLine[] {
  const result: SourceLine[] = [];
  let at = 0;
  for (const { name, first, last } of blocks) {
    const { text, behind } = changes.get(name)!;
    result.push(...lines.slice(at, first), ...(text ?? lines.slice(first, last + 1)), ...behind);
    at = last + 1;
  }
  return [...result, ...lines.slice(at)];
}

/** `lines` without the function or table of this name. */
export function withoutFunction(
  path: string,
  lines: readonly SourceLine[],
  name: string,
): readonly SourceLine[] {
  const block = blocksOf(path, lines).find((one) => one.name === name);
  return block ? without(lines, block) : lines;
}
