/**
 * Ranges where they are known: what passes by the page, which has index 4 and lies from byte 16384 to 20479, leaves it
 * alone, what covers part of it leaves the rest.
 */

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
    ['truncate_pagecache(inode, 16384);', 'all of it'],
    ['truncate_pagecache(inode, 0);', 'from before it'],
    ['truncate_pagecache(inode, inode->i_size);', 'from a size that is not tracked'],
    ['truncate_pagecache_range(inode, 16384, 20479);', 'exactly it'],
    ['truncate_pagecache_range(inode, 16384, -1);', 'to the end of the file'],
    ['truncate_pagecache_range(inode, lstart, lend);', 'a range that is not known'],
    ['truncate_inode_pages_range(mapping, 12288, 24575);', 'more than it'],
  ])('%s drops the page: %s', (body) => {
    expect(can(body, TWO_BLOCKS, dropped)).toBe(true);
    expect(can(body, TWO_BLOCKS, (model) => not(dropped(model)))).toBe(false);
  });

  it.each([
    ['truncate_pagecache(inode, 18432);', [0, 1]],
    ['truncate_pagecache_range(inode, 16384, 18431);', [1, 0]],
    ['truncate_pagecache_range(inode, 18432, 20479);', [0, 1]],
    ['truncate_pagecache_range(inode, 20480, 24575);', [0, 0]],
    ['truncate_pagecache_range(inode, 0, 2047);', [0, 0]],
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
    ['4', '4'],
    ['0', '15'],
    ['0', '-1'],
    ['somewhere', 'elsewhere'],
    ['0 >> PAGE_SHIFT', 'LLONG_MAX >> PAGE_SHIFT'],
  ])('from %s to %s finds the page', (first, last) => {
    expect(can(lookUp(first, last), PAGE, (model) => not(found(model)))).toBe(false);
  });

  it.each([
    ['5', '15'],
    ['20480 >> PAGE_SHIFT', 'LLONG_MAX >> PAGE_SHIFT'],
    ['0', '3'],
  ])('from %s to %s does not', (first, last) => {
    expect(can(lookUp(first, last), PAGE, found)).toBe(false);
  });
});

describe('filemap_fdatawait_range', () => {
  const wait = (range: string): string =>
    `\tset_page_writeback(page);\n\tfilemap_fdatawait_range(mapping, ${range});`;

  it.each(['16384, 20479', '0, 16384', 'start, end'])('of %s waits for the page', (range) => {
    expect(can(wait(range), PAGE, () => ({ kind: 'const', value: 1 }))).toBe(false);
  });

  it.each(['20480, 24575', '0, 4096', '0, -1'])('of %s does not', (range) => {
    expect(can(wait(range), PAGE, () => ({ kind: 'const', value: 1 }))).toBe(true);
  });
});

describe('a look for pages in a range', () => {
  const look = (call: string): string =>
    `\tset_page_dirty(page);\n\tif (${call})\n\t\tinode_dio_begin(inode);`;
  const found: Question['state'] = ({ dioCount }) => equals(dioCount, 1);
  const CALLS = ['filemap_range_has_page', 'filemap_range_needs_writeback', 'filemap_range_has_writeback'];

  it.each(CALLS)('by %s() finds the page that the range touches', (name) => {
    expect(can(look(`${name}(mapping, 0, 16384)`), PAGE, (model) => not(found(model)))).toBe(false);
    expect(can(look(`${name}(mapping, pos, end)`), PAGE, (model) => not(found(model)))).toBe(false);
  });

  it.each(CALLS)('by %s() does not find one before or behind it', (name) => {
    for (const range of ['0, 4095', '20480, 24575'])
      expect(can(look(`${name}(mapping, ${range})`), PAGE, found)).toBe(false);
  });
});

describe('unmapping a range', () => {
  const mapped: Question['state'] = ({ actors: [actor] }) => equals(actor!.pte, 1);
  const unmap = (call: string): string =>
    `\tlock_page(page);\n\tfinish_fault(vmf);\n\tunlock_page(page);\n\t${call};`;

  it.each([
    'unmap_mapping_range(mapping, 16384, 4096, 0)',
    'unmap_mapping_range(mapping, 12288, 4097, 0)',
    'unmap_mapping_range(mapping, 0, 0, 1)',
    'unmap_mapping_range(mapping, start, 0, 1)',
    'unmap_mapping_pages(mapping, 4, 1, false)',
    'unmap_mapping_pages(mapping, 0, 0, false)',
  ])('%s takes the page from who has mapped it', (call) => {
    expect(can(unmap(call), PAGE, mapped)).toBe(false);
  });

  it.each([
    'unmap_mapping_range(mapping, 0, 4096, 0)',
    'unmap_mapping_range(mapping, 20480, 0, 1)',
    'unmap_mapping_pages(mapping, 0, 4, false)',
    'unmap_mapping_pages(mapping, 5, 1, false)',
  ])('%s does not', (call) => {
    expect(can(unmap(call), PAGE, mapped)).toBe(true);
  });
});

describe('invalidation of a range', () => {
  const dropped: Question['state'] = ({ nrpages }) => equals(nrpages, 0);

  it.each(['invalidate_inode_pages2_range', 'invalidate_mapping_pages'])(
    'by %s() drops the page if it is in it',
    (name) => {
      for (const range of ['4, 4', '0, -1', 'first, last'])
        expect(can(`\t${name}(mapping, ${range});`, PAGE, dropped)).toBe(true);
      for (const range of ['0, 3', '5, 9', '5, -1'])
        expect(can(`\t${name}(mapping, ${range});`, PAGE, dropped)).toBe(false);
    },
  );
});
