import { describe, expect, it } from 'vitest';
import { describePrimitive } from '../../server/src/kernel/primitive-descriptions.js';
import { TRACKED_FIELDS } from '../../server/src/kernel/primitives.js';
import { COUNT } from '../../server/src/kernel/primitives/count.js';
import { DATA } from '../../server/src/kernel/primitives/data.js';
import { DIO_REFERENCE } from '../../server/src/kernel/primitives/dio-reference.js';
import { EXTENTS } from '../../server/src/kernel/primitives/extent.js';
import { LOCKS } from '../../server/src/kernel/primitives/locks.js';
import { PAGE } from '../../server/src/kernel/primitives/page.js';
import { RANGE } from '../../server/src/kernel/primitives/range.js';
import { WRITEBACK } from '../../server/src/kernel/primitives/writeback.js';

const rows = [...COUNT, ...LOCKS, ...PAGE, ...RANGE, ...EXTENTS, ...DATA, ...DIO_REFERENCE, ...WRITEBACK];

/** Arguments by which rows of one name are told apart. */
const ARGUMENTS = [[], ['&inode->i_dio_count'], ['&EXT4_I(inode)->i_mmap_sem'], ['page', 'page->mapping']];

describe('every primitive', () => {
  const names = [...new Set(rows.filter((row) => !row.when).flatMap((row) => row.names))];

  it.each(names)('%s is described: what it does, and what it orders', (name) => {
    const found = ARGUMENTS.map((args) => describePrimitive(name, args)).find((one) => one !== null);
    expect(found?.does).toMatch(/\S/);
    expect(found?.orders).toMatch(/\S/);
  });

  it('says each thing in one line', () => {
    for (const { about } of rows) for (const line of about) expect(line).toMatch(/^[^\n]{0,160}$/);
  });

  it.each([...Object.keys(TRACKED_FIELDS), 'i_dio_count'])('the field %s is described', (name) => {
    expect(describePrimitive(name, [])).not.toBeNull();
  });

  it('is told apart by its argument where the name is not enough', () => {
    expect(describePrimitive('atomic_read', ['&inode->i_dio_count'])).not.toBeNull();
    expect(describePrimitive('atomic_read', ['&page->_refcount'])).toBeNull();
  });

  it('and no other name is', () => {
    expect(describePrimitive('blk_start_plug', [])).toBeNull();
    expect(describePrimitive('constructor', [])).toBeNull();
  });
});
