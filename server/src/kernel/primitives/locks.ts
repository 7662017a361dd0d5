/** Sleeping locks around direct I/O. Modes and owners by release stand in the bundled paths; here is what a mode means. */

import {
  act,
  both,
  choose,
  equals,
  exit,
  not,
  option,
  plus,
  pointed,
  to,
  wait,
  type Fragment,
} from '../fragment.js';
import type { LockVariables } from '../model.js';
import { flagNames, flags, ONE, UNKNOWN, ZERO } from '../value.js';
import type { Primitive, PrimitiveCall } from './primitive.js';

type PickLock = (call: PrimitiveCall) => LockVariables;
type Mode = 'shared' | 'exclusive';

const rwsem: PickLock = ({ model }) => model.rwsem;
const invalidateLock: PickLock = ({ model }) => model.invalidateLock;

const free = (lock: LockVariables, mode: Mode) =>
  mode === 'shared' ? equals(lock.writer, 0) : both(equals(lock.writer, 0), equals(lock.readers, 0));

const taken = (lock: LockVariables, mode: Mode) =>
  mode === 'shared' ? to(lock.readers, plus(lock.readers, 1)) : to(lock.writer, 1);

const dropped = (lock: LockVariables, mode: Mode) =>
  mode === 'shared' ? to(lock.readers, plus(lock.readers, -1)) : to(lock.writer, 0);

function lockFragment(lock: LockVariables, mode: Mode): Fragment {
  const { again, readers } = lock;
  if (again?.by !== 'call' || mode === 'exclusive')
    return [choose('acquire', option('', free(lock, mode), [taken(lock, mode)])), exit(ZERO)];
  const isFree = free(lock, mode);
  const held = not(equals(readers, 0));
  return [
    choose(
      'acquire',
      option('', both(isFree, not(held)), [taken(lock, mode)]),
      option('again', both(isFree, held), [taken(lock, mode), to(again.id, 1)]),
    ),
    exit(ZERO),
  ];
}

const heldIn = (lock: LockVariables, mode: Mode) =>
  not(equals(mode === 'shared' ? lock.readers : lock.writer, 0));

const unlockFragment = (lock: LockVariables, mode: Mode): Fragment => [
  choose(
    'release',
    option('', heldIn(lock, mode), [dropped(lock, mode)]),
    option('not held', not(heldIn(lock, mode)), [to(lock.unheld, 1)]),
  ),
  exit(UNKNOWN),
];

/** Around `items`, for a primitive that takes the lock itself. */
export const underShared = (lock: LockVariables, items: Fragment): Fragment => [
  wait('takes invalidate_lock shared', free(lock, 'shared'), [taken(lock, 'shared')], 'acquire'),
  ...items,
  act('drops invalidate_lock', [dropped(lock, 'shared')], 'release'),
];

const tryFragment = (lock: LockVariables, mode: Mode): Fragment => [
  choose(
    'acquire',
    option('taken', free(lock, mode), [taken(lock, mode)], exit(ONE)),
    option('busy', not(free(lock, mode)), [], exit(ZERO)),
  ),
];

const downgrade = (lock: LockVariables): Fragment => [
  choose('release', option('', equals(lock.writer, 1), [to(lock.writer, 0), to(lock.readers, 1)])),
  exit(UNKNOWN),
];

function lockRows(
  pick: PickLock,
  mode: Mode,
  names: { lock: string[]; unlock: string[]; trylock: string[] },
  what: string,
): Primitive[] {
  const rows: Primitive[] = [
    {
      names: names.lock,
      about: [`Takes ${what} ${mode}`, 'Acquire; not a full barrier.'],
      fragment: (call) => lockFragment(pick(call), mode),
    },
    {
      names: names.unlock,
      about: [`Drops ${what}`, 'Release.'],
      fragment: (call) => unlockFragment(pick(call), mode),
    },
    {
      names: names.trylock,
      about: [`Takes ${what} ${mode} if that needs no wait`, 'Acquire when it succeeds.'],
      fragment: (call) => tryFragment(pick(call), mode),
    },
  ];
  return rows.filter((row) => row.names.length > 0);
}

/** `down_read(&EXT4_I(inode)->i_mmap_sem)` and the like: told apart by the semaphore named. */
function semaphoreRows(names: readonly string[], fragment: (lock: LockVariables) => Fragment): Primitive[] {
  const row = (when: RegExp, pick: PickLock, what: string): Primitive => ({
    names,
    when: ([target]) => when.test(target ?? ''),
    about: [`${names[0]} of ${what}`, 'Acquire when taken, release when dropped.'],
    fragment: (call) => fragment(pick(call)),
  });
  return [
    row(/i_mmap_sem|i_mmaplock|invalidate_lock/, invalidateLock, 'the mapping lock'),
    row(/i_rwsem/, rwsem, 'i_rwsem'),
  ];
}

interface XfsLock {
  readonly lock: LockVariables;
  readonly mode: Mode;
}

/** The locks that XFS's lock flags name; XFS_ILOCK protects the extent map, whose operations are atomic steps here. */
function xfsLocks(call: PrimitiveCall): XfsLock[] | null {
  const names = flagNames(call.args[1] ?? UNKNOWN);
  if (!names) return null;
  return names.flatMap((name) => {
    const mode: Mode = name.endsWith('EXCL') ? 'exclusive' : 'shared';
    if (name.startsWith('XFS_IOLOCK')) return [{ lock: call.model.rwsem, mode }];
    if (name.startsWith('XFS_MMAPLOCK')) return [{ lock: call.model.invalidateLock, mode }];
    return [];
  });
}

function xfsRow(
  names: readonly string[],
  what: string,
  each: (lock: LockVariables, mode: Mode, earlier: readonly XfsLock[]) => Fragment,
): Primitive {
  return {
    names,
    looksAt: [1],
    about: [what, 'Acquire when taken, release when dropped.'],
    fragment: (call) => {
      const locks = xfsLocks(call);
      if (!locks) return [{ kind: 'not-modelled', reason: `the lock flags of ${call.name}() are not known` }];
      const items = locks.flatMap(({ lock, mode }, at) =>
        each(lock, mode, locks.slice(0, at)).filter((item) => item.kind !== 'exit'),
      );
      return [...items, exit(ONE)];
    },
  };
}

/** Where one of several is busy those that it has taken are dropped again: xfs_ilock_nowait(), 4.8 to 6.12. */
const xfsTry = (lock: LockVariables, mode: Mode, earlier: readonly XfsLock[]): Fragment => [
  choose(
    'acquire',
    option('taken', free(lock, mode), [taken(lock, mode)]),
    option(
      'busy',
      not(free(lock, mode)),
      earlier.map((one) => dropped(one.lock, one.mode)),
      exit(ZERO),
    ),
  ),
];

const xfsDemote = (lock: LockVariables): Fragment => [
  choose(
    'release',
    option('', equals(lock.writer, 1), [to(lock.writer, 0), to(lock.readers, plus(lock.readers, 1))]),
  ),
];

/** fs/xfs/xfs_iomap.c: takes the ILOCK, which protects the extent map, and tells the caller in which mode. */
const xfsLockForIomap: Primitive = {
  names: ['xfs_ilock_for_iomap'],
  about: [
    'Takes XFS_ILOCK in the mode that the mapping needs',
    'Extent map operations are atomic steps here.',
  ],
  fragment: () => [exit(ZERO, pointed(2, flags('XFS_ILOCK_SHARED')))],
};

export const LOCKS: readonly Primitive[] = [
  xfsLockForIomap,
  ...lockRows(
    rwsem,
    'exclusive',
    {
      lock: ['inode_lock', 'inode_lock_nested', 'inode_lock_killable'],
      unlock: ['inode_unlock'],
      trylock: ['inode_trylock'],
    },
    'i_rwsem',
  ),
  ...lockRows(
    rwsem,
    'shared',
    { lock: ['inode_lock_shared'], unlock: ['inode_unlock_shared'], trylock: ['inode_trylock_shared'] },
    'i_rwsem',
  ),
  ...lockRows(
    invalidateLock,
    'exclusive',
    { lock: ['filemap_invalidate_lock'], unlock: ['filemap_invalidate_unlock'], trylock: [] },
    'invalidate_lock',
  ),
  ...lockRows(
    invalidateLock,
    'shared',
    {
      lock: ['filemap_invalidate_lock_shared'],
      unlock: ['filemap_invalidate_unlock_shared'],
      trylock: ['filemap_invalidate_trylock_shared'],
    },
    'invalidate_lock',
  ),
  ...semaphoreRows(['down_read', 'down_read_killable'], (lock) => lockFragment(lock, 'shared')),
  ...semaphoreRows(['up_read'], (lock) => unlockFragment(lock, 'shared')),
  ...semaphoreRows(['down_write', 'down_write_killable'], (lock) => lockFragment(lock, 'exclusive')),
  ...semaphoreRows(['up_write'], (lock) => unlockFragment(lock, 'exclusive')),
  ...semaphoreRows(['down_read_trylock'], (lock) => tryFragment(lock, 'shared')),
  ...semaphoreRows(['down_write_trylock'], (lock) => tryFragment(lock, 'exclusive')),
  ...semaphoreRows(['downgrade_write'], downgrade),
  xfsRow(['xfs_ilock', 'xfs_rw_ilock'], 'Takes the locks that the flags name', lockFragment),
  xfsRow(['xfs_iunlock', 'xfs_rw_iunlock'], 'Drops the locks that the flags name', unlockFragment),
  xfsRow(['xfs_ilock_nowait'], 'Takes the locks that the flags name if that needs no wait', xfsTry),
  xfsRow(['xfs_ilock_demote', 'xfs_rw_ilock_demote'], 'Turns exclusive into shared', xfsDemote),
];
