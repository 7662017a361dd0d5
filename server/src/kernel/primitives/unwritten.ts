/**
 * ext4 until 5.4 counts in `i_unwritten` the I/O in flight that will convert extents when it ends: fs/ext4/ext4.h and
 * fs/ext4/page-io.c. Here each asynchronous direct write has its own share of the count.
 */

import type { Expr, VariableId } from '../../sim/program.js';
import { act, allOf, choose, equals, exit, num, option, register, to, type Item } from '../fragment.js';
import type { Model } from '../model.js';
import { ONE, UNKNOWN } from '../value.js';
import type { Primitive, PrimitiveCall } from './primitive.js';

/** Of the direct write that the actor submits or completes; null where the count is not kept. */
const own = ({ model, actor, role, self }: PrimitiveCall): VariableId | null =>
  role.kind === 'dio-completion' ? model.actors[actor - 1]!.unwritten : self.unwritten;

/** The io_end of a direct write is taken off the count: ext4_clear_io_unwritten_flag(). */
export function uncounted(call: PrimitiveCall): Item[] {
  const count = own(call);
  return count === null ? [] : [act('', [to(count, 0)], 'full')];
}

const isDirect = ({ within }: PrimitiveCall): boolean => within.some((name) => name.startsWith('ext4_dio'));

function nobodyConverts({ actors }: Model): Expr | null {
  const counts = actors.flatMap(({ unwritten }) => (unwritten === null ? [] : [unwritten]));
  return counts.length === 0 ? null : allOf([num(1), ...counts.map((count) => equals(count, 0))]);
}

export const COUNT_OF_UNWRITTEN: readonly Primitive[] = [
  {
    names: ['ext4_set_io_unwritten_flag'],
    about: [
      'The end of this I/O will convert the extent: atomic_inc(&ei->i_unwritten)',
      'Orders nothing by itself.',
    ],
    fragment: (call) => {
      const count = own(call);
      const flag = exit(UNKNOWN, register('unwritten', ONE));
      return isDirect(call) && count !== null
        ? [{ kind: 'void-rmw', text: '', on: count, value: num(1) }, flag]
        : [flag];
    },
  },
  {
    names: ['ext4_clear_io_unwritten_flag'],
    about: ['The I/O has nothing to convert any more', 'Takes it off i_unwritten, wakes waiters at zero.'],
    fragment: (call) => [...(call.within.includes('ext4_end_io_dio') ? uncounted(call) : []), exit(UNKNOWN)],
  },
  {
    names: ['ext4_unwritten_wait'],
    landmark: true,
    about: [
      'Waits until i_unwritten is 0: nothing in flight will convert extents',
      'Says nothing of I/O to written blocks; means something only while a lock keeps new I/O from beginning.',
    ],
    fragment: ({ model }) => {
      const condition = nobodyConverts(model);
      if (condition === null)
        return [{ kind: 'not-modelled', reason: 'what ext4_unwritten_wait() waits for' }];
      return [choose('acquire', option('i_unwritten is 0', condition, [])), exit(UNKNOWN)];
    },
  },
];
