import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth, expandTabs, printable, wrap } from '../../server/src/render/width.js';

const letters = (text: string) => text.replace(/\s/gu, '');

describe('wrap', () => {
  it.each([
    ['at blanks', 'one two three', 8, ['one two', 'three']],
    [
      'after punctuation in a word that is too long',
      'invalidate_inode_pages2_range()',
      20,
      ['invalidate_inode_', 'pages2_range()'],
    ],
    ['anywhere when there is no punctuation', 'abcdefghij', 4, ['abcd', 'efgh', 'ij']],
    ['never to nothing', '', 10, ['']],
  ])('breaks %s', (_, text, columns, lines) => {
    expect(wrap(text, columns)).toEqual(lines);
  });

  it('keeps within the columns and loses nothing but blanks', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 4, max: 60 }), (text, columns) => {
        const lines = wrap(text, columns, 2);
        expect(letters(lines.join(''))).toBe(letters(printable(text)));
        lines.forEach((line, at) =>
          expect(displayWidth(line)).toBeLessThanOrEqual(at > 0 ? columns - 2 : columns),
        );
      }),
    );
  });
});

describe('printable', () => {
  it('is one line without control characters and direction overrides', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(
          /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u,
        );
      }),
    );
  });
});

describe('columns of a terminal', () => {
  it.each([
    ['ext4', 4],
    ['0→1', 3],
    ['直接', 4],
    ['e\u0301', 1],
  ])('%s takes %i', (text, columns) => expect(displayWidth(text)).toBe(columns));

  it('tabs reach the next multiple of eight', () => {
    expect(expandTabs('\tret = 0;\t/* x */')).toBe('        ret = 0;        /* x */');
  });
});
