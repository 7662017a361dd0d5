/** `inode->i_dio_count`: include/linux/fs.h and fs/inode.c, 4.8 to 6.12. */

import { choose, equals, exit, loadZero, not, option, plus, to, TRUE, type Option } from '../fragment.js';
import type { Model } from '../model.js';
import { ONE, POSITIVE, UNKNOWN, ZERO } from '../value.js';
import type { Primitive } from './primitive.js';

/** The kernel's count goes below zero then. Here it stays, and that it happened is kept. */
const endAtZero = ({ endedAtZero, dioCount }: Model): Option =>
  option('i_dio_count was 0', equals(dioCount, 0), [to(endedAtZero, 1)]);

const isDioCount = ([target]: readonly string[]): boolean => /i_dio_count\)?$/.test(target ?? '');

const begin: Primitive['fragment'] = ({ model }) => [
  { kind: 'void-rmw', text: '', on: model.dioCount, value: plus(model.dioCount, 1) },
  exit(UNKNOWN),
];

/** As a value-returning RMW counts: fully ordered (Documentation/atomic_t.txt). */
const beginInOrder: Primitive['fragment'] = ({ model }) => [
  choose('full', option('', TRUE, [to(model.dioCount, plus(model.dioCount, 1))])),
  exit(UNKNOWN),
];

const end: Primitive['fragment'] = ({ model }) => [
  choose(
    'full',
    option('', not(equals(model.dioCount, 0)), [to(model.dioCount, plus(model.dioCount, -1))]),
    endAtZero(model),
  ),
  exit(UNKNOWN),
];

/** Who is alone, with calls that fail, has direct I/O of others beside him that is no actor. */
const readCount: Primitive['fragment'] = ({ model, self, role }) => {
  if (role.faults !== true)
    return [loadZero(model.dioCount, self.scratch, ['reads 0', exit(ZERO)], ['reads > 0', exit(POSITIVE)])];
  return [
    choose(
      'none',
      option('reads 0', equals(model.dioCount, 0), [], exit(ZERO)),
      option('reads > 0, by others', TRUE, [], exit(POSITIVE)),
    ),
  ];
};

/** What inode_dio_wait() asks before it sleeps, as if in order with what follows, as there. */
const isFinished: Primitive['fragment'] = ({ model, role }) => {
  const some = role.faults === true ? TRUE : not(equals(model.dioCount, 0));
  return [
    choose(
      'acquire',
      option('i_dio_count is 0', equals(model.dioCount, 0), [], exit(ONE)),
      option('i_dio_count > 0', some, [], exit(ZERO)),
    ),
  ];
};

export const COUNT: readonly Primitive[] = [
  {
    names: ['inode_dio_begin'],
    landmark: true,
    about: [
      'atomic_inc(&inode->i_dio_count)',
      'Relaxed RMW without return value: orders nothing by itself (Documentation/atomic_t.txt).',
    ],
    fragment: begin,
  },
  {
    // inode_dio_done() until 4.1.
    names: ['inode_dio_end', 'inode_dio_done'],
    landmark: true,
    about: ['atomic_dec_and_test(&inode->i_dio_count), wakes waiters at zero', 'Fully ordered RMW.'],
    fragment: end,
  },
  {
    names: ['atomic_inc'],
    when: isDioCount,
    about: ['Counts a direct I/O', 'Orders nothing by itself.'],
    fragment: begin,
  },
  {
    names: ['atomic_inc_return', 'atomic_fetch_inc'],
    when: isDioCount,
    about: ['Counts a direct I/O', 'Fully ordered RMW.'],
    fragment: beginInOrder,
  },
  {
    names: ['atomic_dec_and_test'],
    when: isDioCount,
    about: ['Takes a direct I/O off the count', 'Fully ordered RMW.'],
    fragment: end,
  },
  {
    names: ['inode_dio_wait', '__inode_dio_wait'],
    about: [
      'Waits until i_dio_count reads 0',
      'Means something only while a lock keeps new direct I/O from beginning.',
    ],
    fragment: ({ model }) => [
      choose('acquire', option('i_dio_count is 0', equals(model.dioCount, 0), [])),
      exit(UNKNOWN),
    ],
  },
  {
    names: ['atomic_read'],
    when: isDioCount,
    about: ['Reads i_dio_count', 'Relaxed load: orders nothing.'],
    fragment: readCount,
  },
  {
    // Since 6.11.
    names: ['inode_dio_finished'],
    about: [
      'Whether i_dio_count is 0, as inode_dio_wait() asks',
      'Means something only while a lock keeps new direct I/O from beginning.',
    ],
    fragment: isFinished,
  },
  {
    names: ['smp_mb'],
    about: ['Full memory barrier', 'Everything before is seen before everything after.'],
    fragment: () => [{ kind: 'fence', text: '', fence: 'mb' }, exit(UNKNOWN)],
  },
  {
    names: ['smp_rmb'],
    about: ['Read memory barrier', 'Loads before it are ordered against loads after it.'],
    fragment: () => [{ kind: 'fence', text: '', fence: 'rmb' }, exit(UNKNOWN)],
  },
  {
    names: ['smp_wmb'],
    about: ['Write memory barrier', 'Stores before it are ordered against stores after it.'],
    fragment: () => [{ kind: 'fence', text: '', fence: 'wmb' }, exit(UNKNOWN)],
  },
  {
    names: ['smp_mb__before_atomic'],
    about: [
      'Full barrier beside the atomic RMW that follows',
      'Promises nothing beside a plain atomic_read() or atomic_set(), or an RMW that is ordered already.',
    ],
    fragment: () => [{ kind: 'fence', text: '', fence: 'before-atomic' }, exit(UNKNOWN)],
  },
  {
    names: ['smp_mb__after_atomic'],
    about: [
      'Full barrier beside the atomic RMW before it',
      'Promises nothing beside a plain atomic_read() or atomic_set(), or an RMW that is ordered already.',
    ],
    fragment: () => [{ kind: 'fence', text: '', fence: 'after-atomic' }, exit(UNKNOWN)],
  },
];
