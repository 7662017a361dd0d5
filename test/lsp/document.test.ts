import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Document } from '../../server/src/lsp/document.js';
import { documentOf } from './views.js';

describe('a document', () => {
  it('has lines whatever ends them', () => {
    const document = documentOf('one\r\ntwo\nthree\rfour');
    expect(document.lineCount).toBe(4);
    expect([0, 1, 2, 3, 4].map((line) => document.line(line))).toEqual(['one', 'two', 'three', 'four', '']);
  });

  it('is checked with the lines that the editor shows: a lone CR ends one there too', () => {
    expect(documentOf('a\rb\r\nc').checkedText).toBe('a\nb\r\nc');
  });

  it('marks whole lines without their indentation', () => {
    const document = documentOf('\t\tret = 0;\n\n  x;');
    expect(document.linesRange(0, 0)).toEqual({
      start: { line: 0, character: 2 },
      end: { line: 0, character: 10 },
    });
    expect(document.linesRange(1, 1)).toEqual({
      start: { line: 1, character: 0 },
      end: { line: 1, character: 0 },
    });
  });

  it('finds the C name at a position, also at its end', () => {
    const document = documentOf('+\tinode_dio_begin(inode);');
    expect(document.wordAt({ line: 0, character: 17 })?.word).toBe('inode_dio_begin');
    expect(document.wordAt({ line: 0, character: 1 })).toBeNull();
  });
});

describe('columns', () => {
  // Two UTF-16 units and four bytes; one unit and two bytes.
  const line = '𝒟é inode_dio_wait';

  it('are UTF-16 units', () => {
    const document = documentOf(line, 'utf-16');
    expect(document.endOf(0).character).toBe(18);
    expect(document.wordAt({ line: 0, character: 4 })?.range.start.character).toBe(4);
  });

  it('are bytes where the client wishes UTF-8', () => {
    const document = documentOf(line, 'utf-8');
    expect(document.endOf(0).character).toBe(21);
    expect(document.wordAt({ line: 0, character: 7 })).toEqual({
      word: 'inode_dio_wait',
      range: { start: { line: 0, character: 7 }, end: { line: 0, character: 21 } },
    });
  });

  it('inside a character are taken for its start', () => {
    expect(documentOf(line, 'utf-8').indexOf({ line: 0, character: 2 })).toBe(0);
  });
});

describe('edits', () => {
  const edited = (document: Document, range: [number, number, number, number], text: string): string => {
    const [line, character, endLine, endCharacter] = range;
    const change = {
      range: { start: { line, character }, end: { line: endLine, character: endCharacter } },
      text,
    };
    return document.changed([change], 2).document.text;
  };

  it('replace what the client names, in its columns', () => {
    expect(edited(documentOf('aé\nb'), [0, 1, 1, 0], '-')).toBe('a-b');
    expect(edited(documentOf('éa\nb', 'utf-8'), [0, 2, 0, 3], 'x')).toBe('éx\nb');
  });

  it('beyond the end append', () => {
    expect(edited(documentOf('a'), [7, 0, 7, 0], 'b')).toBe('ab');
  });

  it('give the same text and lines whether sent one by one or as a whole', () => {
    const text = fc
      .array(fc.constantFrom('a', 'é', '\n', '\r\n', '𝒟'), { maxLength: 20 })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(text, text, fc.nat(5), fc.nat(5), fc.nat(5), fc.nat(5), (before, inserted, a, b, c, d) => {
        const [first, last] = a <= c ? [a, c] : [c, a];
        const start = { line: first, character: b };
        const end = { line: last, character: first === last ? Math.max(b, d) : d };
        const one = documentOf(before).changed([{ range: { start, end }, text: inserted }], 2);
        const whole = documentOf(before).changed([{ text: one.document.text }], 2);
        expect(whole.document.text).toBe(one.document.text);
        expect(one.document.lineCount).toBe(one.document.text.split(/\r\n|\n|\r/).length);
      }),
    );
  });
});
