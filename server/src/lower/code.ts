/** The code of one release as the interpreter reads it: functions flattened when they are asked for. */

import type { Parser } from 'web-tree-sitter';
import { isPrimitiveName } from '../kernel/primitives.js';
import type { CodeBase } from '../source/code-base.js';
import type { FunctionText } from '../source/text.js';
import { liveLocals } from './control-flow.js';
import { flattenFunction } from './flatten.js';
import type { FunctionCode } from './instruction.js';
import { mask } from './mask.js';
import { parse } from './parser.js';

/** Functions and tables that several code bases share are parsed once. */
export class Code {
  static readonly #parsed = new WeakMap<FunctionText, FunctionCode | null>();
  static readonly #tables = new WeakMap<FunctionText, ReadonlyMap<string, string>>();
  static readonly #live = new WeakMap<FunctionCode, readonly ReadonlySet<string>[]>();

  constructor(
    readonly parser: Parser,
    readonly base: CodeBase,
  ) {}

  function(name: string): FunctionCode | null {
    const text = this.base.universe.get(name);
    if (!text) return null;
    const known = Code.#parsed.get(text);
    if (known !== undefined) return known;
    const code = parseFunction(this.parser, text);
    Code.#parsed.set(text, code);
    return code;
  }

  table(name: string): ReadonlyMap<string, string> | null {
    const text = this.base.tables.get(name);
    if (!text) return null;
    const known = Code.#tables.get(text);
    if (known) return known;
    const entries = tableEntries(text);
    Code.#tables.set(text, entries);
    return entries;
  }

  /** Whether a name is that of a macro which is not written out, and whose text names what orders something. */
  isOrderingMacro(name: string): boolean {
    const words = this.base.macros?.get(name)?.body.match(/\w+/g) ?? [];
    return words.some((word) => isPrimitiveName(word) || this.base.universe.has(word));
  }

  liveAt(code: FunctionCode, at: number): ReadonlySet<string> {
    let live = Code.#live.get(code);
    if (!live) Code.#live.set(code, (live = liveLocals(code)));
    return live[at] ?? new Set();
  }
}

function parseFunction(parser: Parser, text: FunctionText): FunctionCode | null {
  const tree = parse(parser, mask(text.lines.map((line) => line.text).join('\n')));
  const definition = tree.rootNode.descendantsOfType('function_definition')[0];
  const code = definition ? flattenFunction(definition, text) : null;
  tree.delete();
  return code;
}

/** `.field = name` pairs of a designated initialiser. */
function tableEntries(text: FunctionText): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  for (const line of text.lines) {
    const pair = /\.(\w+)\s*=\s*&?(\w+)/.exec(line.text);
    if (pair) entries.set(pair[1]!, pair[2]!);
  }
  return entries;
}
