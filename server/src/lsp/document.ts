/** The text of an open document and its positions, in the encoding of columns that client and server agreed on. */

import type { Position, Range, TextDocumentContentChangeEvent } from 'vscode-languageserver';
import { editOf, wholeEdit, type LineEdit } from './line-map.js';

export type ColumnEncoding = 'utf-16' | 'utf-8';

/** LSP ends a line at CR LF, LF or CR. */
const LINE_END = /\r\n|\n|\r/g;

export class Document {
  readonly #starts: readonly number[];

  constructor(
    readonly uri: string,
    readonly version: number,
    readonly text: string,
    readonly encoding: ColumnEncoding,
  ) {
    this.#starts = [0, ...Array.from(text.matchAll(LINE_END), (end) => end.index + end[0].length)];
  }

  get lineCount(): number {
    return this.#starts.length;
  }

  /** The text of a line without its end; lines count from 0. */
  line(line: number): string {
    const start = this.#starts[line];
    if (start === undefined) return '';
    return this.text.slice(start, this.#starts[line + 1] ?? this.text.length).replace(/\r?\n$|\r$/, '');
  }

  /** The text as `readPatches` counts its lines: it takes a lone CR for a line end only where there is no other. */
  get checkedText(): string {
    return this.text.replace(/\r(?!\n)/g, '\n');
  }

  /** The index into a line's text for a column of the client; beyond the end, the end. */
  indexOf({ line, character }: Position): number {
    const text = this.line(line);
    if (this.encoding === 'utf-16') return Math.min(character, text.length);
    return Buffer.from(text)
      .subarray(0, character)
      .toString()
      .replace(/\ufffd$/, '').length;
  }

  position(line: number, index: number): Position {
    const character = this.encoding === 'utf-16' ? index : Buffer.byteLength(this.line(line).slice(0, index));
    return { line, character };
  }

  /** Whole lines, from the first that is not blank to the end of the last. */
  linesRange(first: number, last: number): Range {
    const indent = /^\s*/.exec(this.line(first))![0].length;
    return {
      start: this.position(first, first === last && indent === this.line(first).length ? 0 : indent),
      end: this.endOf(last),
    };
  }

  endOf(line: number): Position {
    return this.position(line, this.line(line).length);
  }

  /** The C identifier at a position. */
  wordAt(position: Position): { readonly word: string; readonly range: Range } | null {
    const index = this.indexOf(position);
    for (const found of this.line(position.line).matchAll(/[A-Za-z_]\w*/g)) {
      const end = found.index + found[0].length;
      if (found.index > index || end < index) continue;
      return {
        word: found[0],
        range: { start: this.position(position.line, found.index), end: this.position(position.line, end) },
      };
    }
    return null;
  }

  /** The document after the client's changes, and how they moved its lines. */
  changed(
    changes: readonly TextDocumentContentChangeEvent[],
    version: number,
  ): { readonly document: Document; readonly edits: readonly LineEdit[] } {
    const edits: LineEdit[] = [];
    let now = new Document(this.uri, version, this.text, this.encoding);
    for (const change of changes) {
      const next = now.#afterChange(change, version);
      edits.push('range' in change ? editOf(change.range, change.text) : wholeEdit(now, next));
      now = next;
    }
    return { document: now, edits };
  }

  #afterChange(change: TextDocumentContentChangeEvent, version: number): Document {
    if (!('range' in change)) return new Document(this.uri, version, change.text, this.encoding);
    const [start, end] = [this.#offsetOf(change.range.start), this.#offsetOf(change.range.end)];
    const [from, to] = start <= end ? [start, end] : [end, start];
    const text = this.text.slice(0, from) + change.text + this.text.slice(to);
    return new Document(this.uri, version, text, this.encoding);
  }

  #offsetOf(position: Position): number {
    const start = this.#starts[position.line];
    return start === undefined ? this.text.length : start + this.indexOf(position);
  }
}
