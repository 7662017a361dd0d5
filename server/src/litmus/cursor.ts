/** A place in the tokens of a file, and the ways to go on from there. */

import { type Place, WrongFile } from './place.js';
import type { Token } from './tokens.js';

export class Cursor {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get next(): Token {
    return this.ahead(0);
  }

  get place(): Place {
    return this.next.place;
  }

  ahead(count: number): Token {
    return this.#tokens[Math.min(this.#at + count, this.#tokens.length - 1)]!;
  }

  take(): Token {
    const token = this.next;
    this.#at++;
    return token;
  }

  is(text: string): boolean {
    return this.next.text === text && (this.next.kind === 'sign' || this.next.kind === 'word');
  }

  accept(text: string): boolean {
    const isNext = this.is(text);
    if (isNext) this.#at++;
    return isNext;
  }

  expect(text: string): void {
    if (!this.accept(text)) throw this.wrong(`'${text}'`);
  }

  word(what: string): string {
    if (this.next.kind !== 'word') throw this.wrong(what);
    return this.take().text;
  }

  /** A number with its sign. */
  integer(): number {
    const sign = this.accept('-') ? -1 : 1;
    if (this.next.kind !== 'number') throw this.wrong('a number');
    return sign * numberOf(this.take().text);
  }

  wrong(wanted: string): WrongFile {
    return new WrongFile(`${wanted} expected, found ${this.#found()}`, this.place);
  }

  #found(): string {
    return this.next.kind === 'end' ? this.next.text : `'${this.next.text}'`;
  }
}

export const numberOf = (text: string): number => Number(text.replace(/[uUlL]+$/, ''));
