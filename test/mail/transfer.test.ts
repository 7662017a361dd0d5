/** Transfer encodings: every decoded line knows the raw line that holds its first byte. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTransfer } from '../../server/src/mail/transfer.js';

const decode = (text: string, encoding: string): ReturnType<typeof decodeTransfer> =>
  decodeTransfer({ lines: text.split('\n'), first: 10 }, encoding);

describe('quoted-printable', () => {
  it('joins soft breaks and keeps the first line', async () => {
    expect(await decode('+\tret =3D iomap_dio_rw(iocb,=\n iter);\n=20next', 'quoted-printable')).toEqual([
      { raw: '+\tret = iomap_dio_rw(iocb, iter);', line: 10 },
      { raw: ' next', line: 12 },
    ]);
  });

  it('counts encoded line ends', async () => {
    expect(await decode('a=0Ab=\nc=0Ad\ne', 'Quoted-Printable')).toEqual([
      { raw: 'a', line: 10 },
      { raw: 'bc', line: 10 },
      { raw: 'd', line: 11 },
      { raw: 'e', line: 12 },
    ]);
  });

  it('forgives blanks that were added at the end of a line', async () => {
    expect(await decode('a=  \nb', 'quoted-printable')).toEqual([{ raw: 'ab', line: 10 }]);
  });
});

describe('base64', () => {
  it('gives each line the raw line of its first byte', async () => {
    const text = 'first line\nsecond line\nthird\n';
    const raw = Buffer.from(text)
      .toString('base64')
      .match(/.{1,16}/g)!
      .join('\n');
    expect(await decode(raw, 'base64')).toEqual([
      { raw: 'first line', line: 10 },
      { raw: 'second line', line: 10 },
      { raw: 'third', line: 11 },
    ]);
  });

  it('agrees with a byte count for any text and any width', async () => {
    const lines = fc.array(fc.string({ unit: fc.constantFrom('a', ' ', '+', '\t'), maxLength: 30 }), {
      minLength: 1,
    });
    await fc.assert(
      fc.asyncProperty(lines, fc.integer({ min: 4, max: 76 }), async (wanted, width) => {
        const text = wanted.join('\n');
        const raw = Buffer.from(text)
          .toString('base64')
          .match(new RegExp(`.{1,${width}}`, 'g')) ?? [''];
        const found = await decode(raw.join('\n'), 'base64');
        let offset = 0;
        for (const { raw: line, line: at } of found) {
          // The character of the encoded text that holds the first bit of the byte, and the raw line it stands on.
          const last = Math.min(Math.floor((offset * 8) / 6), raw.join('').length - 1);
          expect(at).toBe(10 + Math.max(0, Math.floor(last / width)));
          offset += line.length + 1;
        }
      }),
    );
  });
});

it('reads an unknown encoding as it stands', async () => {
  expect(await decode('a\nb', 'x-none')).toEqual([
    { raw: 'a', line: 10 },
    { raw: 'b', line: 11 },
  ]);
});
