/** i_size as shared state: who reads it, who moves it, and what a page holds beyond it. */

import { describe, expect, it } from 'vitest';
import { both, equals, not } from '../../server/src/kernel/fragment.js';
import { CONTENT, EXTENT, type Model } from '../../server/src/kernel/model.js';
import { primitiveOf, trackedField } from '../../server/src/kernel/primitives.js';
import { notModelled, scenarioOf, CONFIGURATION } from '../lower/c.js';
import { canReach, returned, type Question } from './steps.js';

const EMPTY = { sizeAtStart: 0 };
const MAPPED = { blocks: [{ extent: EXTENT.mapped, disk: CONTENT.data }], cached: false };

const ends = (body: string, state: (model: Model) => ReturnType<Question['state']>, configuration = {}) =>
  canReach({
    source: `int f(struct inode *inode)\n{\n\tloff_t size;\n${body}\n}\n`,
    cast: { f: {} },
    state: (model) => both(returned(model, 0), state(model)),
    initial: MAPPED,
    configuration: { ...EMPTY, ...configuration },
  });

const sizeIs =
  (blocks: number) =>
  ({ size }: Model) =>
    equals(size!, blocks);

describe('i_size', () => {
  it('moves where it is written', () => {
    expect(ends('i_size_write(inode, 20480); return 0;', sizeIs(1))).toBe(true);
    expect(ends('i_size_write(inode, 20480); return 0;', sizeIs(0))).toBe(false);
    expect(ends('inode->i_size = 20480; return 0;', sizeIs(1))).toBe(true);
  });

  it('is what the last write made it, for every way to read it', () => {
    for (const read of ['inode->i_size', 'smp_load_acquire(&inode->i_size)', 'XFS_ISIZE(ip)']) {
      const body = `i_size_write(inode, 20480); size = ${read}; if (size == 20480) return 0; i_size_write(inode, 16384); return 0;`;
      expect(ends(body, sizeIs(1))).toBe(true);
      expect(ends(body, sizeIs(0))).toBe(false);
    }
  });

  it('only goes up by ext4_update_inode_size()', () => {
    expect(ends('ext4_update_inode_size(inode, 20480); return 0;', sizeIs(1))).toBe(true);
    expect(
      ends('i_size_write(inode, 20480); ext4_update_inode_size(inode, 16384); return 0;', sizeIs(0)),
    ).toBe(false);
  });

  it('may be moved by somebody else between two looks at it', () => {
    const source = `
int reader(struct inode *inode)
{
	loff_t first = inode->i_size;

	if (first != inode->i_size)
		inode_dio_begin(inode);
	return 0;
}

int writer(struct inode *inode)
{
	i_size_write(inode, 20480);
	return 0;
}`;
    const state = (model: Model) => both(returned(model, 0), equals(model.dioCount, 1));
    expect(canReach({ source, cast: { reader: {}, writer: {} }, state, configuration: EMPTY })).toBe(true);
  });

  it('of a value that is not known, or within a block, gives no verdict', () => {
    const scenario = scenarioOf(undefined, { configuration: { ...CONFIGURATION, ...EMPTY } });
    for (const size of ['how_long()', '1000'])
      expect(
        notModelled(
          `int ext4_dio_read(struct inode *inode)\n{\n\ti_size_write(inode, ${size});\n\treturn 0;\n}`,
          scenario,
        ),
      ).toBe('the size given to i_size_write() is not known');
  });

  it('is no primitive where it does not move', () => {
    expect(primitiveOf('i_size_write', [])).toBeNull();
    expect(primitiveOf('i_size_write', [], true)).not.toBeNull();
  });

  it('is the inode that has it, and not what a direct I/O remembers of it', () => {
    expect(
      ['inode', 'mapping->host', 'VFS_I(ip)', 'dentry->d_inode'].map((of) => trackedField(of, 'i_size')),
    ).toEqual(Array(4).fill('inode->i_size'));
    expect(trackedField('dio', 'i_size')).toBeNull();
  });
});

describe('a page that is filled', () => {
  const fill = (name: string, size: number, content: number): boolean =>
    ends(
      `i_size_write(inode, ${size}); add_to_page_cache_lru(page, mapping, 0, 0); ${name}(page); return 0;`,
      ({ blocks: [block] }) => equals(block!.page, content),
    );

  it.each(['ext4_mpage_readpages', 'mpage_readpage', 'iomap_readpage', 'iomap_read_folio'])(
    'by %s() has zeros beyond EOF, whatever is on the disk there',
    (name) => {
      expect(fill(name, 16384, CONTENT.zeros)).toBe(true);
      expect(fill(name, 16384, CONTENT.data)).toBe(false);
      expect(fill(name, 20480, CONTENT.data)).toBe(true);
      expect(fill(name, 20480, CONTENT.zeros)).toBe(false);
    },
  );

  it('is not read ahead beyond EOF', () => {
    const cached = (model: Model) => not(equals(model.nrpages, 0));
    expect(ends('page_cache_sync_readahead(mapping); return 0;', cached)).toBe(false);
    expect(ends('i_size_write(inode, 20480); page_cache_sync_readahead(mapping); return 0;', cached)).toBe(
      true,
    );
  });
});
