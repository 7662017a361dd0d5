/** The words of a litmus file. Comments are `(* *)` outside of the threads' code and C's in it; a name says which is which. */

import { type Place, WrongFile } from './place.js';

export interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'sign' | 'end';
  readonly text: string;
  readonly place: Place;
}

export interface Tokens {
  readonly tokens: readonly Token[];
  /** The texts of the comments outside of the code. */
  readonly comments: readonly string[];
}

const BLANK = /\s+/y;
const C_COMMENT = /\/\*[^]*?\*\/|\/\/[^\n]*/y;
const WORD = /[A-Za-z_]\w*/y;
const NUMBER = /(?:0[xX][0-9a-fA-F]+|\d+)[uUlL]*/y;
const STRING = /"[^"\n]*"/y;
/** Of C, and `/\`, `\/`, `=>` of conditions. */
const SIGN = /\/\\|\\\/|=>|->|\+\+|--|&&|\|\||==|!=|<=|>=|<<|>>|[-+*/%&|^]=(?!=)|[^]/y;
const THREAD = /^P\d+$/;

/** `text` from `offset` on. */
export function tokenize(text: string, offset: number): Tokens {
  return new Tokenizer(text, offset).all();
}

class Tokenizer {
  readonly #text: string;
  readonly #lineStarts: readonly number[];
  readonly #tokens: Token[] = [];
  readonly #comments: string[] = [];
  #at: number;
  /** Braces that are open in the code of a thread; null outside of it. */
  #depth: number | null = null;

  constructor(text: string, offset: number) {
    this.#text = text;
    this.#at = offset;
    this.#lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  }

  all(): Tokens {
    while (this.#at < this.#text.length) {
      if (this.#match(BLANK) !== null || this.#match(C_COMMENT) !== null || this.#skipComment()) continue;
      this.#token();
    }
    this.#tokens.push({ kind: 'end', text: 'the end of the file', place: this.#place(this.#at) });
    return { tokens: this.#tokens, comments: this.#comments };
  }

  #token(): void {
    const place = this.#place(this.#at);
    const push = (kind: Token['kind'], text: string | null): boolean => {
      if (text !== null) this.#tokens.push({ kind, text, place });
      return text !== null;
    };
    if (push('word', this.#match(WORD))) return this.#enterCode();
    if (push('number', this.#match(NUMBER)) || push('string', this.#match(STRING))) return;
    push('sign', this.#match(SIGN));
    this.#countBraces();
  }

  #enterCode(): void {
    if (this.#depth === null && THREAD.test(this.#tokens.at(-1)!.text)) this.#depth = 0;
  }

  #countBraces(): void {
    const { text } = this.#tokens.at(-1)!;
    if (this.#depth === null || (text !== '{' && text !== '}')) return;
    this.#depth += text === '{' ? 1 : -1;
    if (this.#depth <= 0) this.#depth = null;
  }

  /** `(* *)`, which may be nested. In code `(*` is C: a bracket and a star. */
  #skipComment(): boolean {
    if (this.#depth !== null || !this.#text.startsWith('(*', this.#at)) return false;
    const start = this.#at;
    let open = 0;
    do {
      if (this.#at >= this.#text.length) throw new WrongFile('this comment does not end', this.#place(start));
      if (this.#text.startsWith('(*', this.#at)) open++;
      else if (this.#text.startsWith('*)', this.#at)) open--;
      else {
        this.#at++;
        continue;
      }
      this.#at += 2;
    } while (open > 0);
    this.#comments.push(this.#text.slice(start + 2, this.#at - 2));
    return true;
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return null;
    this.#at += found[0].length;
    return found[0];
  }

  #place(offset: number): Place {
    let line = this.#lineStarts.findIndex((start) => start > offset);
    if (line < 0) line = this.#lineStarts.length;
    return { line, column: offset - this.#lineStarts[line - 1]! + 1 };
  }
}
