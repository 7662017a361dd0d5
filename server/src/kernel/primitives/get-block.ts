/** Direct I/O over get_block: fs/direct-io.c and ext4 before 5.5. What get_block found is told by a buffer of its own. */

import { exit, register } from '../fragment.js';
import { flagNames, ONE, truth, UNKNOWN, ZERO } from '../value.js';
import type { Primitive } from './primitive.js';

/** The buffer that a path of direct I/O hands to get_block: it belongs to no page and holds what the lookup found. */
export const OWN_BUFFER = /^(?:map_bh|bh_result)$/;

const ownBuffer = (names: readonly string[], flag: string): Primitive => ({
  names,
  when: ([buffer]) => OWN_BUFFER.test(buffer ?? ''),
  fields: ['b_state'],
  about: ['Tests what get_block found', 'No look at shared state.'],
  fragment: (call) => [exit(flagNames(call.field(0, 'b_state'))?.includes(flag) ? ONE : ZERO)],
});

/** EXT4_STATE_DIO_UNWRITTEN: the synchronous direct write, under the exclusive inode lock, has something to convert. */
const dioUnwritten = (name: string, fragment: Primitive['fragment']): Primitive => ({
  names: [name],
  when: ([, state]) => state === 'EXT4_STATE_DIO_UNWRITTEN',
  about: ['Whether the direct write has unwritten blocks to convert', 'Under the exclusive inode lock.'],
  fragment,
});

const DIO_UNWRITTEN = 'direct write to unwritten blocks';

export const GET_BLOCK: readonly Primitive[] = [
  dioUnwritten('ext4_set_inode_state', () => [exit(UNKNOWN, register(DIO_UNWRITTEN, ONE))]),
  dioUnwritten('ext4_clear_inode_state', () => [exit(UNKNOWN, register(DIO_UNWRITTEN, ZERO))]),
  dioUnwritten('ext4_test_inode_state', (call) => [
    exit(truth(call.register(DIO_UNWRITTEN)) === true ? ONE : ZERO),
  ]),
  ownBuffer(['buffer_unwritten'], 'EXT4_MAP_UNWRITTEN'),
  ownBuffer(['buffer_mapped'], 'EXT4_MAP_MAPPED'),
  ownBuffer(['buffer_new'], 'EXT4_MAP_NEW'),
];
