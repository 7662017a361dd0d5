/** Ranges in bytes, where they are known: what passes by the page leaves it alone, what covers part of it leaves the rest. */

import { describe, expect, it } from 'vitest';
import { allOf, both, equals, not } from '../../server/src/kernel/fragment.js';
import { CONTENT, EXTENT, type InitialState } from '../../server/src/kernel/model.js';
import { allReturned, canReach, type Question } from './steps.js';

const PAGE: InitialState = { blocks: [{ extent: EXTENT.mapped, disk: CONTENT.data }], cached: true };
const TWO_BLOCKS: InitialState = {
  blocks: [0, 1].map(() => ({ extent: EXTENT.mapped, disk: CONTENT.data })),
  cached: true,
};

const can = (body: string, initial: InitialState, state: Question['state']): boolean =>
  canReach({
    source: `int a(struct address_space *mapping)\n{\n${body}\n\treturn 0;\n}\n`,
    cast: { a: {} },
    initial,
    configuration: { blocksPerPage: initial.blocks.length === 2 ? 2 : 1 },
    state: (model) => both(allReturned(model), state(model)),
  });

describe('truncate_pagecache', () => {
  const dropped: Question['state'] = ({ nrpages }) => equals(nrpages, 0);
  /** By block: 1 where the page has zeros for it. */
  const zeroed =
    (...bits: readonly (0 | 1)[]): Question['state'] =>
    ({ nrpages, blocks }) =>
      allOf([
        equals(nrpages, 1),
        ...blocks.map(({ page }, i) =>
          bits[i] === 1 ? equals(page, CONTENT.zeros) : equals(page, CONTENT.data),
        ),
      ]);

  it.each([
    ['truncate_pagecache(inode, 0);', 'all of it'],
    ['truncate_pagecache(inode, -4096);', 'from before it'],
    ['truncate_pagecache(inode, inode->i_size);', 'from a size that is not tracked'],
    ['truncate_pagecache_range(inode, 0, 4095);', 'exactly it'],
    ['truncate_pagecache_range(inode, lstart, lend);', 'a range that is not known'],
    ['truncate_inode_pages_range(mapping, -4096, 8191);', 'more than it'],
  ])('%s drops the page: %s', (body) => {
    expect(can(body, TWO_BLOCKS, dropped)).toBe(true);
    expect(can(body, TWO_BLOCKS, (model) => not(dropped(model)))).toBe(false);
  });

  it.each([
    ['truncate_pagecache(inode, 2048);', [0, 1]],
    ['truncate_pagecache_range(inode, 0, 2047);', [1, 0]],
    ['truncate_pagecache_range(inode, 2048, 4095);', [0, 1]],
    ['truncate_pagecache_range(inode, 4096, 8191);', [0, 0]],
    ['truncate_pagecache_range(inode, -8192, -4097);', [0, 0]],
  ] as const)('%s zeroes what it covers of it: %s', (body, bits) => {
    expect(can(body, TWO_BLOCKS, zeroed(...bits))).toBe(true);
    expect(can(body, TWO_BLOCKS, dropped)).toBe(false);
  });
});

describe('a lookup of dirty pages', () => {
  const lookUp = (first: string, last: string): string =>
    [
      '\tset_page_dirty(page);',
      `\tpgoff_t index = ${first};`,
      `\tif (pagevec_lookup_range_tag(&pvec, mapping, &index, ${last}, tag))`,
      '\t\tinode_dio_begin(inode);',
    ].join('\n');
  const found: Question['state'] = ({ dioCount }) => equals(dioCount, 1);

  it.each([
    ['0', '0'],
    ['-1', '15'],
    ['0', '-1'],
    ['somewhere', 'elsewhere'],
    ['0 >> PAGE_SHIFT', 'LLONG_MAX >> PAGE_SHIFT'],
  ])('from %s to %s finds the page', (first, last) => {
    expect(can(lookUp(first, last), PAGE, (model) => not(found(model)))).toBe(false);
  });

  it.each([
    ['1', '15'],
    ['4096 >> PAGE_SHIFT', 'LLONG_MAX >> PAGE_SHIFT'],
    ['-2', '-2'],
  ])('from %s to %s does not', (first, last) => {
    expect(can(lookUp(first, last), PAGE, found)).toBe(false);
  });
});

describe('filemap_fdatawait_range', () => {
  const wait = (range: string): string =>
    `\tset_page_writeback(page);\n\tfilemap_fdatawait_range(mapping, ${range});`;

  it.each(['0, 4095', '-4096, 0', 'start, end'])('of %s waits for the page', (range) => {
    expect(can(wait(range), PAGE, () => ({ kind: 'const', value: 1 }))).toBe(false);
  });

  it.each(['4096, 8191', '-8192, -4097', '0, -1'])('of %s does not', (range) => {
    expect(can(wait(range), PAGE, () => ({ kind: 'const', value: 1 }))).toBe(true);
  });
});
