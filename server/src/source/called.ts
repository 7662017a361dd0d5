/**
 * Functions that a kernel tree has and its era does not, e.g. because a stable release took them over: where the real
 * files call one that another era has, the tree's file of that name is looked into.
 */

import { bundledFunctions } from './bundled.js';
import type { CodeBase } from './code-base.js';
import type { SourceFiles } from './files.js';
import { isForeign } from './foreign-calls.js';
import { splitFile } from './functions.js';
import type { FunctionText, SourceLine } from './text.js';

export type TreeLines = (file: string, text: string) => readonly SourceLine[];

/**
 * `base` with the functions that `lines`, and what they call, speak of; one that the tree has in another file than the
 * era stays the era's.
 */
export function withCalledFunctions(
  base: CodeBase,
  era: CodeBase,
  lines: Iterable<string>,
  tree: SourceFiles,
  treeLines: TreeLines,
): CodeBase {
  const universe = new Map(base.universe);
  const read = reader(tree, treeLines);
  const todo = [...lines];
  for (let line = todo.pop(); line !== undefined; line = todo.pop()) {
    for (const name of line.match(/[a-z_]\w*(?=\s*\()/g) ?? []) {
      if (universe.has(name)) continue;
      const path = bundledFunctions().get(name);
      const text =
        path === undefined ? foreign(name, read) : (read(path).get(name) ?? era.universe.get(name));
      if (!text) continue;
      universe.set(name, text);
      todo.push(...text.lines.map((one) => one.text));
    }
  }
  return { ...base, universe };
}

type Reader = (path: string) => ReadonlyMap<string, FunctionText>;

/** A function that no era has and that orders the page cache, in one of the files that the eras have. */
function foreign(name: string, read: Reader): FunctionText | undefined {
  if (!isForeign(name)) return undefined;
  const own = /^_*(ext4|xfs|iomap)_/.exec(name)?.[1];
  const folder = own === undefined ? 'mm/' : `fs/${own}/`;
  const paths = [...new Set(bundledFunctions().values())].filter((path) => path.startsWith(folder));
  for (const path of paths) {
    const text = read(path).get(name);
    if (text) return text;
  }
  return undefined;
}

/** The functions of a file of the tree, by name; each file is read once. */
function reader(tree: SourceFiles, treeLines: TreeLines): Reader {
  const files = new Map<string, ReadonlyMap<string, FunctionText>>();
  return (path) => {
    let known = files.get(path);
    if (!known) {
      const file = tree.read(path);
      const functions = file.ok ? splitFile(path, treeLines(path, file.text)).functions : [];
      files.set(path, (known = new Map(functions.map((text) => [text.name, text]))));
    }
    return known;
  };
}
