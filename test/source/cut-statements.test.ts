/** What a mail with lost lines leaves of statements. */

import { describe, expect, it } from 'vitest';
import { withLostEnds } from '../../server/src/source/cut-statements.js';

const lines = (text: string): readonly string[] => text.replace(/^\n|\n$/g, '').split('\n');

describe('a statement whose last line was lost', () => {
  it('ends where the next line sets something of its own', () => {
    const cut = lines(`
	flags = EXT4_GET_BLOCKS_CREATE |
	dioread_nolock = ext4_should_dioread_nolock(inode) ||
			 atomic_read(&inode->i_dio_count);
`);
    expect(withLostEnds(cut)[0]).toBe('\tflags = EXT4_GET_BLOCKS_CREATE |;');
    expect(withLostEnds(cut).slice(1)).toEqual(cut.slice(1));
  });

  it('ends with its parentheses where the next line is a statement of its own', () => {
    const cut = lines(`
	ret = filemap_write_and_wait_range(mapping, pos,
	inode_dio_begin(inode);
`);
    expect(withLostEnds(cut)).toEqual([`${cut[0]!});`, cut[1]]);
  });

  it('ends before blank lines and comments that were masked', () => {
    const cut = lines(`
	ret = iomap_apply(inode, pos,

	dio->flags |= IOMAP_DIO_DIRTY;
`);
    expect(withLostEnds(cut)[0]).toBe('\tret = iomap_apply(inode, pos,);');
  });
});

describe('a whole statement', () => {
  it.each([
    ['over several lines', '\tret = iomap_apply(inode, pos,\n\t\t\tcount);\n\tgoto out;'],
    ['with a head', '\tfor (i = 0,\n\t     end = 1; i < end; i++)\n\t\twork(i);'],
    ['of several assignments', '\ta =\n\t\tb;\n\tc = d;'],
    ['in a condition', '\tif (ret < 0 ||\n\t    (ret = work(inode)))\n\t\tgoto out;\n\tx = 1;'],
    ['with a statement in parentheses', '\tok = wait_event(queue,\n\t\t\tdone);\n\twork();'],
  ])('%s stays as it is', (_, text) => {
    expect(withLostEnds(text.split('\n'))).toEqual(text.split('\n'));
  });
});
