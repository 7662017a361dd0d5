import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mask } from '../../server/src/lower/mask.js';
import { kernelTree } from '../kernel-tree.js';

const newlines = (text: string): readonly number[] => [...text.matchAll(/\n/g)].map(({ index }) => index);

function expectSameShape(text: string): void {
  const masked = mask(text);
  expect(masked.length).toBe(text.length);
  expect(newlines(masked)).toEqual(newlines(text));
}

describe('what stands in a place where the grammar of C has no room for it', () => {
  it.each([
    ['static int __init start(void)', 'static int        start(void)'],
    ['void f(void) __releases(lock)', 'void f(void)                 '],
    ['STATIC int', 'static int'],
    ['\tlist_for_each_entry(a, b, c) {', '\t             while (a, b, c) {'],
    ['scoped_guard(rwsem_read, &s)', 'while(scoped,rwsem_read, &s)'],
    [
      'scoped_cond_guard(rwsem_read_try, return -EAGAIN, &s)',
      'while(scoped_cond,rwsem_read_try,_              , &s)',
    ],
    ['EXPORT_SYMBOL_GPL(iomap_dio_rw);', '                                '],
    ['container_of(w, struct iomap_dio, work)', 'container_of(w,        iomap_dio, work)'],
  ])('%s', (text, expected) => {
    expect(mask(text)).toBe(expected);
  });

  it.each(['int a = b;', 'struct inode *inode = file_inode(iocb->ki_filp);', 'if (STATIC) x();'])(
    'is not found in "%s"',
    (text) => {
      expect(mask(text)).toBe(text);
    },
  );
});

describe('length and newlines stay', () => {
  /** Pieces that the masks look for, and what breaks them. */
  const piece = fc.constantFrom(
    ...['__init', '__user ', '__releases(', ')', '(', '\n', ' ', 'STATIC ', 'hlist_for_each_entry_rcu', ';'],
    ...['scoped_guard(', 'scoped_cond_guard(', 'rwsem_read,', 'return -EAGAIN,'],
    ...[
      'EXPORT_SYMBOL(f)',
      'DEFINE_MUTEX(\n',
      'container_of(p, ',
      'struct x, m',
      '{',
      '}',
      'é',
      '😀',
      '\r\n',
    ],
  );

  it('on arbitrary text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), expectSameShape));
  });

  it('on any mixture of what the masks look for', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        expectSameShape(pieces.join(''));
      }),
      { numRuns: 500 },
    );
  });

  const tree = kernelTree('6.12') ?? kernelTree('6.1');
  it.skipIf(!tree)('on every file of ext4, XFS, iomap and mm/filemap.c of a kernel tree', () => {
    const folders = ['fs/ext4', 'fs/xfs', 'fs/iomap'].map((folder) => join(tree!, folder));
    const files = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
    const sources = [...files.filter((name) => /\.[ch]$/.test(name)), join(tree!, 'mm/filemap.c')];
    expect(sources.length).toBeGreaterThan(50);
    for (const file of sources) expectSameShape(readFileSync(file, 'utf8'));
  });
});
