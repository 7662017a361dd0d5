/**
 * The extent map. Each operation runs under i_data_sem or XFS_ILOCK and is one atomic step; the lock is taken and
 * dropped in it, so accesses before the operation have happened when it ends.
 */

import type { Assignment, Expr } from '../../sim/program.js';
import {
  anyOf,
  act,
  both,
  choose,
  either,
  equals,
  exit,
  field,
  get,
  not,
  num,
  option,
  test,
  to,
  type Effect,
  type Fragment,
  type Option,
} from '../fragment.js';
import { BUFFER, CONTENT, EXTENT, PAGE_AT, PAGE_BYTES, type BlockVariables } from '../model.js';
import { flagNames, flags, int, ONE, UNKNOWN, ZERO } from '../value.js';
import { OWN_BUFFER } from './get-block.js';
import { isFilled } from './page-state.js';
import type { Primitive, PrimitiveCall } from './primitive.js';

/** Writeback maps every dirty block of the page it holds; other calls the blocks of the I/O. */
export function blocksOf(call: PrimitiveCall): readonly BlockVariables[] {
  const wholePage = call.within.some((name) =>
    /writepage|page_mkwrite|readpage|read_folio|readahead/.test(name),
  );
  const all = call.model.blocks;
  return wholePage ? all : call.role.blocks.map((block) => all[block]!);
}

const every = (blocks: readonly BlockVariables[], state: number): Expr =>
  blocks.map((block) => equals(block.extent, state)).reduce((left, right) => both(left, right), num(1));

const some = (blocks: readonly BlockVariables[], state: number): Expr =>
  anyOf(blocks.map((block) => equals(block.extent, state)));

/** Sets every block that is in one of the states to another, if it is `also` this. */
export const turn = (
  blocks: readonly BlockVariables[],
  from: readonly number[],
  state: number,
  also: (block: BlockVariables) => Expr = () => num(1),
): Assignment[] =>
  blocks.map((block) => {
    const isFrom = anyOf(from.map((old) => equals(block.extent, old)));
    const matches = both(also(block), isFrom);
    const kept: Expr = { kind: 'var', id: block.extent };
    return to(block.extent, {
      kind: 'if',
      condition: matches,
      then: { kind: 'const', value: state },
      else: kept,
    });
  });

/** Buffers of the page that are mapped to blocks which are taken away keep the mapping. */
export const stale = (blocks: readonly BlockVariables[]): Assignment[] =>
  blocks.flatMap(({ buffer, extent }) => {
    if (buffer === null) return [];
    const loses = both(equals(buffer, BUFFER.mapped), equals(extent, EXTENT.mapped));
    return [to(buffer, { kind: 'if', condition: loses, then: num(BUFFER.stale), else: get(buffer) })];
  });

/** get_block has mapped the buffers of the page; one that is mapped already is not mapped anew. */
const buffersMapped = (blocks: readonly BlockVariables[]): Assignment[] =>
  blocks.flatMap(({ buffer }) => {
    if (buffer === null) return [];
    const isStale = equals(buffer, BUFFER.stale);
    return [to(buffer, { kind: 'if', condition: isStale, then: get(buffer), else: num(BUFFER.mapped) })];
  });

/** A block that is only reserved leaves its buffer unmapped, and delayed. */
const buffersDelayed = (blocks: readonly BlockVariables[]): Assignment[] =>
  blocks.flatMap(({ buffer }) => {
    if (buffer === null) return [];
    const isGivenUp = equals(buffer, BUFFER.givenUp);
    return [to(buffer, { kind: 'if', condition: isGivenUp, then: num(BUFFER.unmapped), else: get(buffer) })];
  });

const unallocated = (blocks: readonly BlockVariables[]): Expr =>
  either(some(blocks, EXTENT.hole), some(blocks, EXTENT.delayed));

/** Writeback maps the dirty buffers: a block that the page holds nothing for has none. */
const isWritingBack = ({ within }: PrimitiveCall): boolean => within.some((name) => /writepage/.test(name));

/** What get_block does to the buffers when it is asked for a block of the page. */
const pageBuffers = (call: PrimitiveCall): Assignment[] =>
  call.within.some((name) => /write_begin|page_mkwrite|writepage/.test(name))
    ? buffersMapped(blocksOf(call))
    : [];

/** The result of `ext4_map_blocks` as its callers see it: the count, and `map->m_flags`. */
const found = (...names: string[]): Effect => field(2, 'm_flags', flags(...names));

/** fs/ext4/inode.c: without EXT4_GET_BLOCKS_CREATE the map is only looked up. */
function lookUp(call: PrimitiveCall): Fragment {
  const blocks = blocksOf(call);
  const buffers = pageBuffers(call);
  const state = (text: string, when: Expr, result: typeof ZERO, ...effects: Effect[]): Option =>
    option(text, when, result === ONE ? buffers : [], exit(result, ...effects));
  return [
    choose(
      'release',
      state('mapped', every(blocks, EXTENT.mapped), ONE, found('EXT4_MAP_MAPPED')),
      state(
        'unwritten',
        both(not(unallocated(blocks)), some(blocks, EXTENT.unwritten)),
        ONE,
        found('EXT4_MAP_UNWRITTEN'),
      ),
      state(
        'hole',
        either(every(blocks, EXTENT.hole), unallocatedMix(blocks)),
        ZERO,
        field(2, 'm_flags', ZERO),
      ),
      state('delayed', every(blocks, EXTENT.delayed), ZERO, found('EXT4_MAP_DELAYED')),
    ),
  ];
}

const unallocatedMix = (blocks: readonly BlockVariables[]): Expr =>
  both(unallocated(blocks), both(not(every(blocks, EXTENT.hole)), not(every(blocks, EXTENT.delayed))));

/**
 * Allocation. EXT4_GET_BLOCKS_UNWRIT_EXT makes new blocks unwritten and leaves unwritten ones so; without it new
 * blocks are written at once, and an unwritten extent that is found is converted before any data is on disk
 * (ext4_ext_handle_unwritten_extents, default case). Blocks of an indirect inode are always written.
 */
function allocate(call: PrimitiveCall, names: readonly string[]): Fragment {
  const blocks = blocksOf(call);
  const buffers = pageBuffers(call);
  const unwritten = call.model.configuration.extents && names.includes('EXT4_GET_BLOCKS_UNWRIT_EXT');
  // ext4_ext_handle_unwritten_extents() calls a block new that is split off for I/O.
  const split = names.includes('EXT4_GET_BLOCKS_PRE_IO') ? ['EXT4_MAP_NEW'] : [];
  const zeroed = names.includes('EXT4_GET_BLOCKS_ZERO')
    ? blocks.map((block) => to(block.disk, CONTENT.zeros))
    : [];
  const fresh = unallocated(blocks);
  const mapped = (from: readonly number[], state: number): Assignment[] => [
    ...turn(blocks, from, state, isWritingBack(call) ? isFilled : undefined),
    ...buffers,
  ];
  if (unwritten) {
    return [
      choose(
        'release',
        option(
          'allocates unwritten',
          fresh,
          mapped([EXTENT.hole, EXTENT.delayed], EXTENT.unwritten),
          exit(ONE, found('EXT4_MAP_MAPPED', 'EXT4_MAP_UNWRITTEN', 'EXT4_MAP_NEW')),
        ),
        option(
          'finds unwritten',
          both(not(fresh), some(blocks, EXTENT.unwritten)),
          buffers,
          exit(ONE, found('EXT4_MAP_MAPPED', 'EXT4_MAP_UNWRITTEN', ...split)),
        ),
        option('finds mapped', every(blocks, EXTENT.mapped), buffers, exit(ONE, found('EXT4_MAP_MAPPED'))),
      ),
    ];
  }
  const written = mapped([EXTENT.hole, EXTENT.delayed, EXTENT.unwritten], EXTENT.mapped);
  return [
    choose(
      'release',
      option(
        'allocates mapped',
        fresh,
        [...written, ...zeroed],
        exit(ONE, found('EXT4_MAP_MAPPED', 'EXT4_MAP_NEW')),
      ),
      option(
        'turns unwritten into mapped',
        both(not(fresh), some(blocks, EXTENT.unwritten)),
        [...written, ...zeroed],
        exit(ONE, found('EXT4_MAP_MAPPED', 'EXT4_MAP_NEW')),
      ),
      option('finds mapped', every(blocks, EXTENT.mapped), buffers, exit(ONE, found('EXT4_MAP_MAPPED'))),
    ),
  ];
}

function ext4MapBlocks(call: PrimitiveCall): Fragment {
  const names = flagNames(call.args[3] ?? UNKNOWN);
  if (!names) return [{ kind: 'not-modelled', reason: 'the flags given to ext4_map_blocks() are not known' }];
  if (names.includes('EXT4_GET_BLOCKS_CONVERT')) return convert(call);
  if (names.includes('EXT4_GET_BLOCKS_CONVERT_UNWRITTEN')) return makeUnwritten(call);
  return names.includes('EXT4_GET_BLOCKS_CREATE') ? allocate(call, names) : lookUp(call);
}

/** Zero range: ext4_ext_map_blocks() with EXT4_GET_BLOCKS_CONVERT_UNWRITTEN allocates what is not, too. */
function makeUnwritten(call: PrimitiveCall): Fragment {
  const blocks = blocksOf(call);
  const all = [EXTENT.hole, EXTENT.delayed, EXTENT.mapped];
  return [
    act('makes the blocks unwritten', [...stale(blocks), ...turn(blocks, all, EXTENT.unwritten)], 'release'),
    exit(ONE, found('EXT4_MAP_UNWRITTEN')),
  ];
}

/** Unwritten -> written, after the data is on disk. */
function convert(call: PrimitiveCall): Fragment {
  const blocks = blocksOf(call);
  return [act('unwritten → mapped', turn(blocks, [EXTENT.unwritten], EXTENT.mapped), 'release'), exit(ZERO)];
}

/** The extent of an XFS record is where the page is, and as long; in bytes, see `XFS_FSB_TO_B` in decisions.ts. */
const wholePage = (record: number): Effect[] => [
  field(record, 'br_startoff', int(PAGE_AT)),
  field(record, 'br_blockcount', int(PAGE_BYTES)),
];

function reserveDelayed(call: PrimitiveCall): Fragment {
  const blocks = blocksOf(call);
  const got = call.argTexts.findIndex((text) => /^&(?:got|imap)$/.test(text));
  const effects =
    got < 0
      ? []
      : [
          field(got, 'br_startblock', flags('DELAYSTARTBLOCK')),
          field(got, 'br_state', flags('XFS_EXT_NORM')),
          ...wholePage(got),
        ];
  return [
    act('reserves', [...turn(blocks, [EXTENT.hole], EXTENT.delayed), ...buffersDelayed(blocks)], 'release'),
    exit(ZERO, ...effects),
  ];
}

/** A start block that is neither HOLESTARTBLOCK nor DELAYSTARTBLOCK. */
const REAL_BLOCK = 'BLOCK';

/** `xfs_bmapi_read`: the caller tests imap.br_startblock and imap.br_state. */
function xfsRead(call: PrimitiveCall): Fragment {
  const blocks = blocksOf(call);
  const imap = (start: string, state: string): Effect[] => [
    field(3, 'br_startblock', flags(start === 'block' ? REAL_BLOCK : start)),
    field(3, 'br_state', flags(state)),
  ];
  const seen = (text: string, when: Expr, start: string, state: string): Option =>
    option(text, when, [], exit(ZERO, ...imap(start, state)));
  return [
    choose(
      'release',
      seen('mapped', every(blocks, EXTENT.mapped), 'block', 'XFS_EXT_NORM'),
      seen(
        'unwritten',
        both(not(unallocated(blocks)), some(blocks, EXTENT.unwritten)),
        'block',
        'XFS_EXT_UNWRITTEN',
      ),
      seen(
        'hole',
        either(every(blocks, EXTENT.hole), unallocatedMix(blocks)),
        'HOLESTARTBLOCK',
        'XFS_EXT_NORM',
      ),
      seen('delayed', every(blocks, EXTENT.delayed), 'DELAYSTARTBLOCK', 'XFS_EXT_NORM'),
    ),
  ];
}

/** The extent that a lookup in the in-core extent list finds; false when there is none at or after the offset. */
function xfsLookupExtent(call: PrimitiveCall): Fragment {
  const blocks = blocksOf(call);
  const got = call.argTexts.findLastIndex((text) => text.startsWith('&'));
  if (got < 0)
    return [{ kind: 'not-modelled', reason: `the extent that ${call.name}() returns is not named` }];
  const extent = (start: string, state: string): Effect[] => [
    field(got, 'br_startblock', flags(start === 'block' ? REAL_BLOCK : start)),
    field(got, 'br_state', flags(state)),
    ...wholePage(got),
  ];
  return [
    choose(
      'release',
      option('mapped', every(blocks, EXTENT.mapped), [], exit(ONE, ...extent('block', 'XFS_EXT_NORM'))),
      option(
        'unwritten',
        both(not(unallocated(blocks)), some(blocks, EXTENT.unwritten)),
        [],
        exit(ONE, ...extent('block', 'XFS_EXT_UNWRITTEN')),
      ),
      option('hole', either(every(blocks, EXTENT.hole), unallocatedMix(blocks)), [], exit(ZERO)),
      option(
        'delayed',
        every(blocks, EXTENT.delayed),
        [],
        exit(ONE, ...extent('DELAYSTARTBLOCK', 'XFS_EXT_NORM')),
      ),
    ),
  ];
}

/** `xfs_bmapi_allocate(&bma)`: turns the delayed extent `bma.got` into a real one, unwritten if `bma.flags` say so. */
function xfsAllocate(call: PrimitiveCall): Fragment {
  const names = flagNames(call.field(0, 'flags'));
  if (!names) return [{ kind: 'not-modelled', reason: 'bma.flags of xfs_bmapi_allocate() are not known' }];
  const unwritten = names.includes('XFS_BMAPI_PREALLOC');
  const state = unwritten ? EXTENT.unwritten : EXTENT.mapped;
  return [
    act(
      unwritten ? 'allocates unwritten' : 'allocates mapped',
      turn(blocksOf(call), [EXTENT.hole, EXTENT.delayed], state),
      'release',
    ),
    exit(
      ZERO,
      field(0, 'got.br_startblock', flags(REAL_BLOCK)),
      field(0, 'got.br_state', flags(unwritten ? 'XFS_EXT_UNWRITTEN' : 'XFS_EXT_NORM')),
    ),
  ];
}

/** `xfs_bmapi_write`: what it does with the range stands in its flags; the caller looks at the mapping it returns. */
function xfsWrite(call: PrimitiveCall): Fragment {
  const at = call.argTexts.findIndex((text) => /XFS_BMAPI|flags/.test(text));
  const names = flagNames(at < 0 ? (call.args[4] ?? UNKNOWN) : call.args[at]!);
  if (!names) return [{ kind: 'not-modelled', reason: 'the flags given to xfs_bmapi_write() are not known' }];
  if (names.includes('XFS_BMAPI_CONVERT')) return convert(call);
  const imap = call.argTexts.findIndex((text) => /^&?imapp?$/.test(text));
  const blocks = blocksOf(call);
  const state = names.includes('XFS_BMAPI_PREALLOC') ? EXTENT.unwritten : EXTENT.mapped;
  const zeroed = names.includes('XFS_BMAPI_ZERO') ? blocks.map((block) => to(block.disk, CONTENT.zeros)) : [];
  const text = state === EXTENT.unwritten ? 'allocates unwritten' : 'allocates mapped';
  const result: Effect[] =
    imap < 0
      ? []
      : [
          field(imap, 'br_startblock', flags(REAL_BLOCK)),
          field(imap, 'br_state', flags(state === EXTENT.unwritten ? 'XFS_EXT_UNWRITTEN' : 'XFS_EXT_NORM')),
          ...(call.role.range ? [field(imap, 'br_blockcount', int(call.role.range.length))] : []),
        ];
  return [
    act(text, [...turn(blocks, [EXTENT.hole, EXTENT.delayed], state), ...zeroed], 'release'),
    exit(ZERO, ...result),
  ];
}

/** Bits of a page's buffer_head say what its block is in the extent map. */
const bufferTest = (
  names: readonly string[],
  what: string,
  holds: (blocks: readonly BlockVariables[]) => Expr,
): Primitive => ({
  names,
  when: ([buffer]) => !OWN_BUFFER.test(buffer ?? ''),
  about: [`Tests whether the buffer is ${what}`, 'Under the page lock.'],
  fragment: ({ model: { blocks } }) => [test(holds(blocks), ['true', exit(ONE)], ['false', exit(ZERO)])],
});

/** A buffer that is found mapped is not mapped by get_block: this is where it comes to point to its block. */
const bufferMapped: Primitive = {
  ...bufferTest(['buffer_mapped'], 'mapped', (blocks) => not(some(blocks, EXTENT.hole))),
  fragment: ({ model: { blocks } }) => {
    const hole = some(blocks, EXTENT.hole);
    return [
      choose(
        'none',
        option('true', not(hole), buffersMapped(blocks), exit(ONE)),
        option('false', hole, [], exit(ZERO)),
      ),
    ];
  },
};

export const EXTENTS: readonly Primitive[] = [
  bufferTest(['buffer_unwritten'], 'unwritten', (blocks) => some(blocks, EXTENT.unwritten)),
  bufferTest(['buffer_delay'], 'delayed', (blocks) => some(blocks, EXTENT.delayed)),
  bufferMapped,
  {
    names: ['ext4_map_blocks'],
    landmark: true,
    looksAt: [2, 3],
    about: [
      'Looks up or allocates blocks as its flags say',
      'A block allocated as mapped holds stale data until it is written; an unwritten one reads as zeros.',
    ],
    fragment: ext4MapBlocks,
  },
  {
    names: ['ext4_ext_map_blocks', 'ext4_ind_map_blocks'],
    looksAt: [2, 3],
    about: ['Looks up blocks in the map', 'Under i_data_sem, as the reservation that follows.'],
    fragment: ext4MapBlocks,
  },
  {
    names: ['ext4_insert_delayed_block', 'ext4_insert_delayed_blocks'],
    about: ['Reserves a delayed block', 'Allocated by writeback.'],
    fragment: reserveDelayed,
  },
  {
    names: [
      'ext4_convert_unwritten_extents',
      'ext4_convert_unwritten_io_end_vec',
      'xfs_iomap_write_unwritten',
    ],
    about: [
      'Converts unwritten blocks to written',
      'Belongs after the data is on disk and before the page cache is dropped again.',
    ],
    fragment: convert,
  },
  {
    names: ['xfs_bmapi_read', 'xfs_bmapi_find'],
    landmark: true,
    looksAt: [3],
    about: ['Looks the extent up', 'The answer may be old when it is used.'],
    fragment: xfsRead,
  },
  {
    names: ['xfs_bmapi_reserve_delalloc'],
    about: ['Reserves a delayed block', 'Allocated by writeback.'],
    fragment: reserveDelayed,
  },
  {
    names: ['xfs_bmapi_write'],
    landmark: true,
    looksAt: [4],
    about: [
      'Allocates or converts blocks as its flags say',
      'XFS_BMAPI_PREALLOC: unwritten, reads as zeros until converted.',
    ],
    fragment: xfsWrite,
  },
  {
    names: ['xfs_bmapi_allocate'],
    fields: ['flags'],
    about: [
      'Turns a delayed extent into a real one',
      'Unwritten with XFS_BMAPI_PREALLOC, else written before its data is on disk.',
    ],
    fragment: xfsAllocate,
  },
  {
    names: ['xfs_iext_lookup_extent'],
    about: ['Looks the extent up', 'The answer may be old when it is used.'],
    fragment: xfsLookupExtent,
  },
];
