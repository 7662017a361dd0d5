import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineMap } from '../../server/src/lsp/line-map.js';
import { documentOf } from './views.js';

type Edit = readonly [line: number, character: number, endLine: number, endCharacter: number, text: string];

/** Lines a to f; where each stands after the edits, null for one that is gone. */
function after(...edits: readonly Edit[]): Record<string, number | null> {
  const changes = edits.map(([line, character, endLine, endCharacter, text]) => ({
    range: { start: { line, character }, end: { line: endLine, character: endCharacter } },
    text,
  }));
  const { edits: moved } = documentOf('a\nb\nc\nd\ne\nf').changed(changes, 2);
  const map = LineMap.same.after(moved);
  return Object.fromEntries([...'abcdef'].map((name, at) => [name, map.now(at + 1)]));
}

const UNMOVED = { a: 0, b: 1, c: 2, d: 3, e: 4, f: 5 };

describe('lines of a checked text', () => {
  it('stay while a line is typed in', () => {
    expect(after([2, 1, 2, 1, 'xyz'])).toEqual(UNMOVED);
    expect(after([2, 0, 2, 0, 'xyz'])).toEqual(UNMOVED);
  });

  it('move down below a new line', () => {
    expect(after([2, 1, 2, 1, '\nnew'])).toEqual({ ...UNMOVED, d: 4, e: 5, f: 6 });
  });

  it('move with their text when a line is put in before them', () => {
    expect(after([2, 0, 2, 0, 'new\n'])).toEqual({ a: 0, b: 1, c: 3, d: 4, e: 5, f: 6 });
  });

  it('are gone when they are deleted, and those below move up', () => {
    expect(after([1, 0, 3, 0, ''])).toEqual({ a: 0, b: null, c: null, d: 1, e: 2, f: 3 });
  });

  it('are gone when they are joined to the one before', () => {
    expect(after([1, 1, 2, 0, ''])).toEqual({ a: 0, b: 1, c: null, d: 2, e: 3, f: 4 });
  });

  it('follow several edits in order', () => {
    expect(after([0, 0, 0, 0, 'x\n'], [3, 0, 4, 0, ''])).toEqual({ a: 1, b: 2, c: null, d: 3, e: 4, f: 5 });
  });

  it('follow an editor that sends the whole text: what is equal at both ends stays', () => {
    const { edits } = documentOf('a\nb\nc\nd').changed([{ text: 'a\nnew\nb\nd' }], 2);
    const map = LineMap.same.after(edits);
    expect([1, 2, 3, 4].map((line) => map.now(line))).toEqual([0, null, null, 3]);
  });

  it('that the edit does not touch keep their text', () => {
    const nat = fc.nat(5);
    fc.assert(
      fc.property(
        nat,
        nat,
        fc.nat(1),
        fc.nat(1),
        fc.constantFrom('', 'x', '\n', 'x\ny\n'),
        (a, b, c, d, text) => {
          const [first, last] = a <= b ? [a, b] : [b, a];
          const start = { line: first, character: c };
          const end = { line: last, character: first === last ? Math.max(c, d) : d };
          const before = documentOf('a\nb\nc\nd\ne\nf');
          const { document, edits } = before.changed([{ range: { start, end }, text }], 2);
          const map = LineMap.same.after(edits);
          for (let line = 0; line < 6; line++) {
            if (line >= first && line <= last) continue;
            expect(document.line(map.now(line + 1)!)).toBe(before.line(line));
          }
        },
      ),
    );
  });
});
