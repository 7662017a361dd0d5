/** Direct I/O over get_block: what its own buffer, the inode's state and the end of its bio mean. */

import { describe, expect, it } from 'vitest';
import { CONTENT, EXTENT } from '../../server/src/kernel/model.js';
import { primitiveOf } from '../../server/src/kernel/primitives.js';
import { events, scenarioOf } from '../lower/c.js';

const unwritten = {
  initial: { blocks: [{ extent: EXTENT.unwritten, disk: CONTENT.stale }], cached: false },
};

const body = (text: string, more = ''): string =>
  `${more}\nint ext4_dio_read(struct inode *inode)\n{\n\tstruct buffer_head map_bh = { 0, };\n${text}\n}\n`;

describe('the buffer of direct I/O', () => {
  it('is told from a page\u2019s by its name', () => {
    expect(primitiveOf('buffer_mapped', ['map_bh'])).not.toBe(primitiveOf('buffer_mapped', ['bh']));
    expect(primitiveOf('buffer_unwritten', ['bh_result'])).not.toBe(primitiveOf('buffer_unwritten', ['bh']));
  });

  const SOURCE = (set: string): string =>
    `
static int test_buffer(struct inode *inode, struct buffer_head *map_bh)
{
	if (buffer_mapped(map_bh))
		smp_wmb();
	if (buffer_unwritten(map_bh))
		smp_rmb();
	return 0;
}
` + body(`\tmap_bh.b_state = ${set};\n\treturn test_buffer(inode, &map_bh);`);

  it('says what get_block found, without a look at the extent map', () => {
    expect(events(SOURCE('EXT4_MAP_MAPPED'), scenarioOf(undefined, unwritten))).toEqual(['smp_wmb()']);
    expect(events(SOURCE('0'))).toEqual(['']);
  });

  it('of a write is mapped and unwritten at once', () => {
    expect(events(SOURCE('EXT4_MAP_MAPPED | EXT4_MAP_UNWRITTEN'))).toEqual(['smp_wmb() smp_rmb()']);
  });
});

describe('EXT4_STATE_DIO_UNWRITTEN', () => {
  const test = '\tif (ext4_test_inode_state(inode, EXT4_STATE_DIO_UNWRITTEN))\n\t\tsmp_mb();\n\treturn 0;';

  it('holds from where it is set to where it is cleared', () => {
    const set = '\text4_set_inode_state(inode, EXT4_STATE_DIO_UNWRITTEN);\n';
    const clear = '\text4_clear_inode_state(inode, EXT4_STATE_DIO_UNWRITTEN);\n';
    expect(events(body(test))).toEqual(['']);
    expect(events(body(set + test))).toEqual(['smp_mb()']);
    expect(events(body(set + clear + test))).toEqual(['']);
  });
});

describe('zero_user()', () => {
  it('gives zeros to the reader in do_direct_IO() alone', () => {
    const zero = '\tzero_user(page, 0, 4096);\n\treturn 0;';
    const direct = `static int do_direct_IO(struct page *page)\n{\n${zero}\n}\n`;
    expect(events(body(zero))).toEqual(['']);
    expect(events(body('\treturn do_direct_IO(inode);', direct))).toEqual([
      'zero_user(page, 0, 4096): zeros to the buffer',
    ]);
  });
});
