/**
 * tree-sitter with the C grammar, as WebAssembly: the native runtime's prebuilt binary needs a newer libstdc++ than
 * Debian 12 has, and the two .wasm files run wherever Node does.
 */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Language, Parser, type Tree } from 'web-tree-sitter';

export type { Node, Tree } from 'web-tree-sitter';

let ready: Promise<Parser> | null = null;

/** The file beside the bundle, or in node_modules when run from source. */
function wasmFile(packageName: string, name: string): string {
  const beside = join(typeof __dirname === 'string' ? __dirname : '', name);
  if (existsSync(beside)) return beside;
  return createRequire(join(process.cwd(), 'package.json')).resolve(`${packageName}/${name}`);
}

async function start(): Promise<Parser> {
  await Parser.init({ locateFile: () => wasmFile('web-tree-sitter', 'web-tree-sitter.wasm') });
  const parser = new Parser();
  parser.setLanguage(await Language.load(wasmFile('tree-sitter-c', 'tree-sitter-c.wasm')));
  return parser;
}

/** The one C parser of the process; started on first use (about 40 ms). */
export function cParser(): Promise<Parser> {
  ready ??= start();
  return ready;
}

/** Parses masked text. The caller deletes the tree: its memory is outside the JavaScript heap. */
export function parse(parser: Parser, text: string): Tree {
  const tree = parser.parse(text);
  if (!tree) throw new Error('tree-sitter returned no tree: no language set');
  return tree;
}
