import { describe, expect, it } from 'vitest';
import type { Local } from '../../server/src/lower/instruction.js';
import { flattened } from './c.js';

const shown = ({ name, type, pointer, boolean }: Local): string =>
  `${name}: ${type}${pointer ? ' *' : ''}${boolean ? ' (0 or 1)' : ''}`;

const locals = (declarations: string): readonly string[] =>
  [...flattened(`void f(void)\n{\n${declarations}\n}`).locals.values()].map(shown);

describe('locals', () => {
  it.each<[string, readonly string[]]>([
    ['int ret;', ['ret: int']],
    ['struct inode *inode = file_inode(filp);', ['inode: inode *']],
    ['struct ext4_map_blocks map;', ['map: ext4_map_blocks']],
    ['loff_t pos = iocb->ki_pos, end = pos + 1, ret = 0;', ['pos: loff_t', 'end: loff_t', 'ret: loff_t']],
    ['bool overwrite = false;', ['overwrite: bool (0 or 1)']],
    ['struct page *pages[16];', ['pages: page *']],
    ['struct page *page, *next;', ['page: page *', 'next: page *']],
    ['unsigned int flags = IOMAP_DIRECT;', ['flags: unsigned int']],
    ['get_block_t *get_block;', ['get_block: get_block_t *']],
    ['const struct iomap_ops *ops;', ['ops: iomap_ops *']],
    ['struct blk_plug plug; { int inner; }', ['plug: blk_plug', 'inner: int']],
    ['for (int i = 0; i < n; i++) { int j; }', ['i: int', 'j: int']],
  ])('%s', (text, expected) => {
    expect(locals(text)).toEqual(expected);
  });
});

describe('a local that is declared again beside its initialiser', () => {
  const declared = (body: string): number =>
    flattened(`void f(void)\n{\n${body}\n}`).instructions.filter(
      (one) => one.kind === 'declare' && one.name === 'ret',
    ).length;

  it('keeps the value that it has', () => {
    expect(declared('int ret = lock(inode);\nint ret;')).toBe(1);
    expect(declared('int ret = lock(inode), err;\nstruct inode *inode;\nint ret;')).toBe(1);
  });

  it('is another one in a block of its own', () => {
    expect(declared('int ret = lock(inode); { int ret; }')).toBe(2);
  });
});

describe('parameters', () => {
  const parameters = (head: string): readonly string[] => flattened(`${head}\n{\n}`).parameters.map(shown);

  it('come in order, over several lines too', () => {
    expect(
      parameters(
        'ssize_t\nf(struct kiocb *iocb, struct iov_iter *iter,\n\tconst struct iomap_ops *ops, bool wait)',
      ),
    ).toEqual(['iocb: kiocb *', 'iter: iov_iter *', 'ops: iomap_ops *', 'wait: bool (0 or 1)']);
  });

  it.each(['int f(void)', 'static struct page *f(void)'])('are none in %s', (head) => {
    expect(parameters(head)).toEqual([]);
  });

  it('are found where the function returns a pointer', () => {
    expect(parameters('struct page *f(struct address_space *mapping)')).toEqual(['mapping: address_space *']);
  });
});
