/**
 * Writeback of the page by ext4: the mid-level functions of fs/ext4/inode.c and page-io.c that walk buffers and
 * bios. What the path knows (a page taken for mapping, a bio to submit, its conversion) is in registers, so it costs
 * no state.
 */

import type { Assignment, Expr } from '../../sim/program.js';
import {
  act,
  both,
  choose,
  equals,
  exit,
  get,
  either,
  field,
  not,
  num,
  option,
  register,
  to,
  type Fragment,
  type Item,
} from '../fragment.js';
import { CONTENT, EXTENT, type BlockVariables, type Model } from '../model.js';
import { POSITIVE, ONE, truth, UNKNOWN, ZERO } from '../value.js';
import { isFilled, unmapped } from './page-state.js';
import type { Primitive, PrimitiveCall } from './primitive.js';
import { uncounted } from './unwritten.js';

/** Clear dirty, set writeback, unlock: mpage_submit_page and ext4_bio_write_page under the page lock. */
const underWriteback = (model: Model): Assignment[] => [
  to(model.dirty, 0),
  to(model.tagged, 0),
  ...unmapped(model),
  to(model.writeback, 1),
  to(model.locked, 0),
];

/** Whether a block lies beyond i_size; it never does where that does not move. */
const isBeyondEof = ({ size }: Model, block: number): Expr =>
  size === null ? num(0) : not({ kind: 'binary', op: '<', left: num(block), right: get(size) });

/** Buffers beyond EOF are passed over. */
const allMapped = (model: Model): Expr =>
  model.blocks
    .map((block, i) => either(equals(block.extent, EXTENT.mapped), isBeyondEof(model, i)))
    .reduce((left, right) => ({ kind: 'binary', op: '&&', left, right }));

/** ext4_bio_write_page(): the page is zeroed from i_size on, and its buffers there are clean. */
const zeroedBeyondEof = (model: Model): Assignment[] =>
  model.size === null
    ? []
    : model.blocks.map(({ page }, i) =>
        to(page, { kind: 'if', condition: isBeyondEof(model, i), then: num(CONTENT.zeros), else: get(page) }),
      );

/** mpage_process_page_bufs(mpd, ...): submits a page whose buffers are all mapped, or keeps it locked for mapping. */
function processBuffers(call: PrimitiveCall): Fragment {
  const { model } = call;
  const canMap = truth(call.field(0, 'do_map'));
  const submit = option(
    'all mapped: page under writeback',
    allMapped(model),
    [...underWriteback(model), ...zeroedBeyondEof(model)],
    exit(ONE, register('bio', ONE)),
  );
  const needed = not(allMapped(model));
  const mapping = option(
    'needs mapping, page stays locked',
    needed,
    [],
    exit(ONE, field(0, 'map.m_len', POSITIVE), register('page kept', ONE)),
  );
  const later = option('needs mapping, not in this pass', needed, [], exit(ZERO, register('page kept', ONE)));
  if (canMap === null) return [choose('release', submit, mapping, later)];
  return [choose('release', submit, canMap ? mapping : later)];
}

const submitMapped = ({ model }: PrimitiveCall): Fragment => [
  act('page under writeback', [...underWriteback(model), ...zeroedBeyondEof(model)], 'release'),
  exit(ZERO, field(0, 'map.m_len', ZERO), register('bio', ONE), register('page kept', ZERO)),
];

function releaseUnused(call: PrimitiveCall): Fragment {
  if (truth(call.register('page kept')) !== true) return [exit(UNKNOWN)];
  return [
    act('unlocks the page', [to(call.model.locked, 0)], 'release'),
    exit(UNKNOWN, register('page kept', ZERO)),
  ];
}

/** A block that the page holds nothing for has a buffer that is neither up to date nor dirty: it is not written. */
const toDisk = (model: Model): Assignment[] =>
  model.blocks.map((block) =>
    to(block.disk, { kind: 'if', condition: isFilled(block), then: get(block.page), else: get(block.disk) }),
  );

function submitBio(call: PrimitiveCall): Fragment {
  if (truth(call.register('bio')) !== true) return [exit(UNKNOWN)];
  return [
    act('bio writes the page to disk', toDisk(call.model), 'release'),
    exit(ZERO, register('bio', ZERO), register('bio done', ONE)),
  ];
}

/** ext4_end_bio: an unwritten extent is converted before the writeback bit is cleared. */
function endIo(call: PrimitiveCall): Fragment {
  if (call.within.includes('ext4_end_io_dio')) return convertDirectWrite(call);
  if (truth(call.register('bio done')) !== true) return [exit(UNKNOWN)];
  const converting: Item[] =
    truth(call.register('unwritten')) === true
      ? [act('end_io: unwritten → mapped', convertAll(call.model), 'release')]
      : [];
  return [
    ...converting,
    act('end_io: end of writeback', [to(call.model.writeback, 0)], 'release'),
    exit(UNKNOWN, register('bio done', ZERO), register('unwritten', ZERO)),
  ];
}

/** Of an asynchronous direct write, before 5.5: the io_end is there if get_block found the blocks unwritten. */
const convertDirectWrite = (call: PrimitiveCall): Fragment => [
  act('unwritten → mapped', convert(call.role.blocks.map((block) => call.model.blocks[block]!)), 'release'),
  ...uncounted(call),
  exit(ZERO),
];

const isUnwritten = ({ extent }: BlockVariables): Expr => equals(extent, EXTENT.unwritten);

/** Of the blocks that writeback writes: see `toDisk`. */
const isWrittenUnwritten = (block: BlockVariables): Expr => both(isUnwritten(block), isFilled(block));

const convert = (
  blocks: readonly BlockVariables[],
  condition: (block: BlockVariables) => Expr = isUnwritten,
): Assignment[] =>
  blocks.map((block) =>
    to(block.extent, {
      kind: 'if',
      condition: condition(block),
      then: { kind: 'const', value: EXTENT.mapped },
      else: get(block.extent),
    }),
  );

const convertAll = (model: Model): Assignment[] => convert(model.blocks, isWrittenUnwritten);

/**
 * From 6.9 on `iomap_submit_ioend(wpc, error)` looks for itself whether there is an ioend; before, its callers do, and
 * hand it over.
 */
function submitCachedIoend(call: PrimitiveCall): Fragment {
  if (call.args.length !== 2) return submitIoend(call);
  if (truth(call.field(0, 'ioend')) === false) return [exit(call.args[1] ?? ZERO)];
  const [written, converted, ended] = submitIoend(call);
  return [written!, converted!, ended!, exit(ZERO, field(0, 'ioend', ZERO))];
}

/**
 * The ioend of iomap and XFS writeback: whether it converts depends on the extent found when the page was mapped. A page
 * has one, however often a loop over the list of ioends comes by.
 */
function submitIoend(call: PrimitiveCall): Fragment {
  const { model } = call;
  if (truth(call.register('ioend submitted')) === true) return [exit(ZERO)];
  const anyUnwritten = model.blocks.map(isWrittenUnwritten).reduce((left, right) => either(left, right));
  return [
    act('bio writes the page to disk', toDisk(model), 'release'),
    choose(
      'none',
      option('end_io: unwritten → mapped', anyUnwritten, convertAll(model)),
      option('end_io: nothing to convert', not(anyUnwritten), []),
    ),
    act('end_io: end of writeback', [to(model.writeback, 0)], 'release'),
    exit(ZERO, register('ioend submitted', ONE, 'function')),
  ];
}

/** What is lost with an error that fsync() reports is not lost in silence, which is what P5 asks for. */
const giveUp = ({ model }: PrimitiveCall): Fragment => [
  act(
    'data given up, with an error',
    model.actors.flatMap(({ stored }) => (stored === null ? [] : [to(stored, 0)])),
  ),
  exit(UNKNOWN),
];

export const WRITEBACK: readonly Primitive[] = [
  {
    names: ['mpage_process_page_bufs'],
    fields: ['do_map'],
    about: ['Adds the buffers of the locked page to the extent, or submits the page', 'Page lock held.'],
    fragment: processBuffers,
  },
  {
    names: ['mpage_map_and_submit_buffers'],
    about: [
      'Sets writeback on the page of the mapped extent, unlocks it and adds it to the bio',
      'Allocation came before, under the same page lock.',
    ],
    fragment: submitMapped,
  },
  {
    names: ['mpage_release_unused_pages'],
    about: ['Unlocks a page that was not submitted', 'Release.'],
    fragment: releaseUnused,
  },
  {
    names: ['ext4_io_submit'],
    about: ['Submits the bio of the pages under writeback', 'The data reaches the disk later.'],
    fragment: submitBio,
  },
  {
    names: ['ext4_put_io_end', 'ext4_put_io_end_defer'],
    about: ['Drops a reference of the io_end', 'The last one converts unwritten extents and ends writeback.'],
    fragment: endIo,
  },
  {
    names: ['xfs_submit_ioend', 'ioend of the page'],
    about: [
      'Submits the bio of the pages under writeback',
      'Its completion converts unwritten extents, then ends writeback.',
    ],
    fragment: submitIoend,
  },
  {
    names: ['iomap_submit_ioend'],
    fields: ['ioend'],
    about: [
      'Submits the bio of the pages under writeback, if there is one',
      'Its completion converts unwritten extents, then ends writeback.',
    ],
    fragment: submitCachedIoend,
  },
  {
    names: ['xfs_aops_discard_page', 'xfs_discard_page', 'xfs_discard_folio'],
    about: ['Gives up a page that could not be mapped: fsync() reports the error', 'The page is locked.'],
    fragment: giveUp,
  },
];
