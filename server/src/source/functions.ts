/** Finds the functions and function pointer tables of a whole C file by braces alone, real kernel style included. */

import { maskAll } from './mask.js';
import { tokens } from './statements.js';
import type { FunctionText, SourceLine } from './text.js';

/** What stands at the top level of a C file. */
export interface FileParts {
  readonly functions: readonly FunctionText[];
  /** `struct X name = { .. };` and arrays of them: operation tables are among these. */
  readonly tables: readonly FunctionText[];
}

interface Span {
  readonly kind: 'function' | 'table';
  readonly name: string;
  readonly first: number;
  readonly last: number;
}

/** Attributes that take arguments and may stand before or after the name in a function's head. */
const ATTRIBUTES = new Set([
  '__attribute__',
  '__printf',
  '__scanf',
  '__acquires',
  '__releases',
  '__must_hold',
  '__aligned',
  '__section',
]);

/** The defined name in the words between the last top-level statement and an opening brace. */
function headOf(head: readonly string[]): Pick<Span, 'kind' | 'name'> | null {
  const equals = head.indexOf('=');
  if (equals >= 0) return tableOf(head.slice(0, equals));
  const open = head.findIndex((word, at) => word === '(' && !ATTRIBUTES.has(head[at - 1] ?? ''));
  const name = head[open - 1];
  if (head[0] === 'typedef' || name === undefined) return null;
  return /^[A-Za-z_]\w*$/.test(name) ? { kind: 'function', name } : null;
}

function tableOf(head: readonly string[]): Pick<Span, 'kind' | 'name'> | null {
  const at = head.lastIndexOf('struct');
  const name = head[at + 2];
  return at >= 0 && name !== undefined && /^[A-Za-z_]\w*$/.test(name) ? { kind: 'table', name } : null;
}

/** Walks the masked lines once and notes what every top-level brace opens. */
class Scanner {
  readonly spans: Span[] = [];
  #depth = 0;
  #head: string[] = [];
  #headLine = -1;
  #open: Pick<Span, 'kind' | 'name'> | null = null;

  line(text: string, index: number): void {
    // Kernel style closes every top-level body in column 0: unbalanced braces under #ifdef end here.
    if (text.startsWith('}')) this.#depth = Math.min(this.#depth, 1);
    for (const token of tokens(text)) this.#token(token, index);
  }

  #token(token: string, index: number): void {
    if (this.#depth > 0) this.#insideBody(token, index);
    else if (token === '{') this.#openBody();
    else if (token === ';' || token === '}') this.#reset();
    else this.#addToHead(token, index);
  }

  #addToHead(token: string, index: number): void {
    if (this.#headLine < 0) this.#headLine = index;
    this.#head.push(token);
  }

  #openBody(): void {
    this.#depth = 1;
    this.#open = this.#headLine < 0 ? null : headOf(this.#head);
  }

  #insideBody(token: string, index: number): void {
    if (token === '{') this.#depth += 1;
    if (token !== '}') return;
    this.#depth -= 1;
    if (this.#depth > 0) return;
    if (this.#open !== null) this.spans.push({ ...this.#open, first: this.#headLine, last: index });
    // The words after a table's or struct's brace belong to nothing until its semicolon.
    this.#reset();
  }

  #reset(): void {
    this.#head = [];
    this.#headLine = -1;
    this.#open = null;
  }
}

/** File-level macro calls without a semicolon: they would stick to the next function's head. */
const LONE_MACRO = /^[A-Z][A-Z0-9_]*\s*\([^()]*\)\s*$/;

const split = new WeakMap<readonly SourceLine[], FileParts>();

/** Splits the lines of a whole file, once for each; `path` is its path in the kernel tree. */
export function splitFile(path: string, lines: readonly SourceLine[]): FileParts {
  const known = split.get(lines);
  if (known !== undefined) return known;
  const parts = splitLines(path, lines);
  split.set(lines, parts);
  return parts;
}

function splitLines(path: string, lines: readonly SourceLine[]): FileParts {
  const masked = maskAll(lines.map((line) => line.text).join('\n')).split('\n');
  const scanner = new Scanner();
  masked.forEach((text, index) => {
    scanner.line(LONE_MACRO.test(text) ? '' : text, index);
  });
  const cut = (kind: Span['kind']): FunctionText[] =>
    scanner.spans
      .filter((span) => span.kind === kind)
      .map((span) => ({ name: span.name, path, lines: lines.slice(span.first, span.last + 1) }));
  return { functions: cut('function'), tables: cut('table') };
}
