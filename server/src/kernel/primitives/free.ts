/** Blocks taken away from the file or moved within it: fs/ext4/extents.c and fs/xfs/xfs_bmap_util.c, 4.8 to 6.12. */

import type { Assignment } from '../../sim/program.js';
import { isShifting } from '../configuration.js';
import { act, choice, either, equals, exit, get, num, pointed, to, type Fragment } from '../fragment.js';
import { blockBytes, CONTENT, EXTENT, PAGE_AT, partBytes, type BlockVariables } from '../model.js';
import { ONE, ZERO } from '../value.js';
import { blocksOf, stale, turn } from './extent.js';
import type { Primitive, PrimitiveCall } from './primitive.js';

/** A freed block is somebody else's from here on: whatever is on the disk there is not this file's. */
function givenAway({ model }: PrimitiveCall, blocks: readonly BlockVariables[]): Assignment[] {
  const { freed } = model;
  if (freed === null) return [];
  return blocks.map(({ extent, disk }) => {
    const onDisk = either(equals(extent, EXTENT.unwritten), equals(extent, EXTENT.mapped));
    return to(disk, choice(onDisk, num(freed), get(disk)));
  });
}

/** A truncate to a known size frees what is behind it: only xfs_itruncate_extents() is given that. */
function freed(call: PrimitiveCall): readonly BlockVariables[] {
  const size = call.name.startsWith('xfs_itruncate_extents') ? call.args[3] : undefined;
  if (size?.kind !== 'int') return blocksOf(call);
  const bytes = blockBytes(call.model.configuration);
  const kept = Math.ceil(size.value / bytes) * bytes;
  const part = partBytes(call.model.configuration);
  return blocksOf(call).filter((block) => PAGE_AT + call.model.blocks.indexOf(block) * part >= kept);
}

function free(call: PrimitiveCall): Fragment {
  const blocks = freed(call);
  const result = exit(ZERO, ...(call.name === 'xfs_unmap_extent' ? [pointed(3, ONE)] : []));
  if (blocks.length === 0) return [result];
  const allocated = [EXTENT.delayed, EXTENT.unwritten, EXTENT.mapped];
  return [
    act(
      'frees the blocks',
      [...givenAway(call, blocks), ...stale(blocks), ...turn(blocks, allocated, EXTENT.hole)],
      'release',
    ),
    result,
  ];
}

const moving = ({ model, role }: PrimitiveCall): readonly BlockVariables[] =>
  (role.moves ?? []).map((block) => model.blocks[block]!);

/**
 * The status of extents is forgotten from the range on to the end of the file. Allocated ones are looked up again, but
 * a delayed one is known here alone.
 */
function forgetStatus(call: PrimitiveCall): Fragment {
  if (!isShifting(call.role)) return free(call);
  const delayed = [...blocksOf(call), ...moving(call)];
  if (delayed.length === 0) return [exit(ZERO)];
  return [act('forgets delayed blocks', turn(delayed, [EXTENT.delayed], EXTENT.hole), 'release'), exit(ZERO)];
}

/** What the moved block holds goes with it; what comes to stand in its place is a hole. */
function shift(call: PrimitiveCall): Fragment {
  const blocks = moving(call);
  const kept = blocks.map(({ moved, extent, disk }) =>
    moved === null
      ? to(disk, num(CONTENT.nothing))
      : to(moved, choice(equals(extent, EXTENT.mapped), get(disk), num(CONTENT.zeros))),
  );
  const gone = turn(blocks, [EXTENT.delayed, EXTENT.unwritten, EXTENT.mapped], EXTENT.hole);
  const done = call.name.startsWith('xfs_') ? [pointed(4, ONE)] : [];
  if (blocks.length === 0) return [exit(ZERO, ...done)];
  return [act('moves the blocks', [...kept, ...stale(blocks), ...gone], 'release'), exit(ZERO, ...done)];
}

const NO_IO = 'No I/O may be in flight to them.';

export const FREEING: readonly Primitive[] = [
  {
    names: [
      'ext4_ext_remove_space',
      'ext4_ind_remove_space',
      'ext4_ext_truncate',
      'ext4_ind_truncate',
      'xfs_unmap_extent',
      'xfs_itruncate_extents',
      'xfs_itruncate_extents_flags',
    ],
    looksAt: [3],
    about: ['Frees the blocks of the range', NO_IO],
    fragment: free,
  },
  {
    names: ['ext4_es_remove_extent'],
    about: ['Forgets the status of extents', 'A delayed block of which the page is dirty is lost by it.'],
    fragment: forgetStatus,
  },
  {
    names: [
      'ext4_ext_shift_extents',
      'xfs_bmap_collapse_extents',
      'xfs_bmap_insert_extents',
      'xfs_bmap_shift_extents',
    ],
    about: [
      'Moves blocks to another place in the file',
      'No page of them may be cached, and no I/O in flight.',
    ],
    fragment: shift,
  },
];
