/** The shared state of one scenario as variables of the simulator: one inode, one page, its blocks, the locks. */

import type { Variable, VariableId } from '../sim/program.js';
import { isCalled, isFreeing, isShifting, type ActorRole, type Configuration } from './configuration.js';

/** What a block, a page or a reader's buffer holds. Data versions follow: `DATA + n`. */
export const CONTENT = { nothing: 0, zeros: 1, stale: 2, data: 3 } as const;

/** What a pointer to the kernel's page of zeros points to. */
export const ZERO_PAGE = 'page of zeros';

/** State of a block in the extent map. */
export const EXTENT = { hole: 0, delayed: 1, unwritten: 2, mapped: 3 } as const;

/**
 * A buffer_head keeps the block that get_block gave it for as long as its page is cached, and ext4 writes it there
 * without another look at the extent map. It is stale when that block was freed, moved, or made unwritten since. It is
 * given up when the page stays and its part of it is truncated: a store that needs no fault makes it dirty, and nobody
 * maps it.
 */
export const BUFFER = { unmapped: 0, mapped: 1, stale: 2, givenUp: 3 } as const;

/** What a process has mapped writable: nothing, the page of the file, or one that the file has dropped. */
export const PTE = { none: 0, page: 1, dropped: 2 } as const;

/** Short, as the column of state changes is. */
const PTE_NAMES: ValueNames = ['0', '1', 'dropped'];

const BUFFER_NAMES: ValueNames = ['unmapped', 'mapped', 'stale', 'given up'];

/** How values are spoken of, by variable; a variable without an entry is shown as its number. */
export type ValueNames = readonly string[];

const EXTENT_NAMES: ValueNames = ['hole', 'delayed', 'unwritten', 'mapped'];

export interface BlockVariables {
  readonly extent: VariableId;
  readonly disk: VariableId;
  /** What the cached page holds for the block. */
  readonly page: VariableId;
  /** What the page's buffer_head believes of the block, see `BUFFER`. Null: nobody asks. */
  readonly buffer: VariableId | null;
  /** What a block held on disk that was moved away from here. Null: nobody moves blocks. */
  readonly moved: VariableId | null;
}

export interface ActorVariables {
  /** What the last read of this actor returned, by block. */
  readonly got: readonly VariableId[];
  /** Takes the value of a relaxed load until the branch on it. */
  readonly scratch: VariableId;
  /** Which system calls have returned: 1 after the first, and so on. */
  readonly returned: VariableId;
  /** The page that this actor looked up last is still the one in the cache; 0 when it was dropped since. */
  readonly holds: VariableId;
  /** What is mapped writable into this actor's address space, see `PTE`. */
  readonly pte: VariableId;
  /** The bio of a direct write: submitted, then on disk. */
  readonly bio: VariableId;
  /** It has dropped its reference on the direct I/O that its bio completes. Null: it waits for its bio itself. */
  readonly submitted: VariableId | null;
  /** A bio of zeros for the rest of the block is on its way with it. Null: nobody else completes the write. */
  readonly zeroes: VariableId | null;
  /** It is counted in `i_unwritten`, see primitives/unwritten.ts. Null: the count is not kept. */
  readonly unwritten: VariableId | null;
  /** Its data has been stored in the page. Null: nobody asks whether it lasts, or whether it is read back. */
  readonly stored: VariableId | null;
}

export interface Model {
  readonly variables: readonly Variable[];
  readonly valueNames: ReadonlyMap<VariableId, ValueNames>;
  readonly configuration: Configuration;
  readonly dioCount: VariableId;
  /** inode_dio_end() ran with i_dio_count at 0. */
  readonly endedAtZero: VariableId;
  /** `inode->i_size`, in blocks or their halves. Null: it does not move. */
  readonly size: VariableId | null;
  /** `mapping->nrpages`; with one page also whether it is in the cache. */
  readonly nrpages: VariableId;
  readonly locked: VariableId;
  /** The page was unlocked while it was not locked. */
  readonly unlockedUnheld: VariableId;
  readonly dirty: VariableId;
  /** PAGECACHE_TAG_DIRTY: set with the dirty bit, cleared only when writeback begins or the page goes. */
  readonly tagged: VariableId;
  readonly uptodate: VariableId;
  readonly writeback: VariableId;
  readonly blocks: readonly BlockVariables[];
  /** `i_rwsem` (XFS IOLOCK): readers, and whether a writer holds it. */
  readonly rwsem: LockVariables;
  /** `mapping->invalidate_lock`, before 5.15 `i_mmap_sem` and MMAPLOCK. */
  readonly invalidateLock: LockVariables;
  readonly actors: readonly ActorVariables[];
  /** What the disk holds in a block that was freed: somebody else's data. Null: no actor frees blocks. */
  readonly freed: number | null;
}

export interface LockVariables {
  readonly readers: VariableId;
  readonly writer: VariableId;
  /** It was dropped while nobody held it, or not in this mode. */
  readonly unheld: VariableId;
  /** Whether it was taken by somebody who held it. Null: beside others it is not known who holds it. */
  readonly again: Again | null;
}

/**
 * i_rwsem by a call; the mapping lock by a fault on user memory, which may be a mapping of the same file. Two calls may
 * well mean two locks there: i_mmap_sem and invalidate_lock are one here, and were two while ext4 went over to it.
 */
export interface Again {
  readonly id: VariableId;
  readonly by: 'call' | 'fault';
}

export interface InitialBlock {
  readonly extent: number;
  readonly disk: number;
}

export interface InitialState {
  readonly blocks: readonly InitialBlock[];
  readonly cached: boolean;
  /** The page holds data that was written through it and that the disk does not have yet. */
  readonly dirty?: true;
}

/** ext4 before 5.5 counts a direct write twice, in ext4_direct_IO_write() and in do_blockdev_direct_IO(). */
const mostCounted = (actors: readonly ActorRole[]): number =>
  actors.reduce((sum, { kind }) => sum + (kind === 'dio-write' ? 2 : kind === 'dio-read' ? 1 : 0), 0);

class Variables {
  readonly list: Variable[] = [];
  readonly names = new Map<VariableId, ValueNames>();

  add(name: string, max: number, initial = 0, owner: number | null = null, names?: ValueNames): VariableId {
    const id = this.list.length;
    this.list.push({ name, initial, max, owner });
    if (names) this.names.set(id, names);
    return id;
  }
}

function contentNames(actors: readonly ActorRole[]): ValueNames {
  const frees = actors.some(isFreeing);
  // Readers have a version to spare there, so that who frees is the same program beside them and beside writers.
  const versions = Math.max(frees ? 1 : 0, ...actors.map((actor) => actor.version));
  return [
    'nothing',
    'zeros',
    'STALE',
    ...Array.from({ length: versions + 1 }, (_, i) => (i === 0 ? 'old data' : `data ${i}`)),
    ...(frees ? ['FREED'] : []),
  ];
}

/** What is remembered only where a property asks for it. */
interface Asked {
  readonly buffers: boolean;
  readonly moves: boolean;
}

/** The blocks of the page, or where it has one, its halves: those share what the extent says. */
function addBlocks(
  vars: Variables,
  { blockInHalves }: Configuration,
  { blocks, cached, dirty }: InitialState,
  content: ValueNames,
  asked: Asked,
): BlockVariables[] {
  const max = content.length - 1;
  const addContent = (name: string, initial: number): VariableId =>
    vars.add(name, max, initial, null, content);
  const addExtent = (name: string, initial: number): VariableId =>
    vars.add(name, 3, initial, null, EXTENT_NAMES);

  const shared = blockInHalves ? addExtent('block', blocks[0]!.extent) : null;
  return blocks.map(({ extent, disk }, index) => {
    const alone = blocks.length === 1;
    const name = alone ? 'block' : `${blockInHalves ? 'half' : 'block'} ${index}`;
    const filled = dirty ? CONTENT.data : extent === EXTENT.mapped ? disk : CONTENT.zeros;
    return {
      extent: shared ?? addExtent(name, extent),
      disk: addContent(`disk of ${name}`, disk),
      page: addContent(alone ? 'page' : `page, ${name}`, cached ? filled : CONTENT.nothing),
      buffer: asked.buffers ? vars.add(`buffer of ${name}`, 3, BUFFER.unmapped, null, BUFFER_NAMES) : null,
      moved: asked.moves ? addContent(`${name}, moved`, CONTENT.nothing) : null,
    };
  });
}

function addActor(
  vars: Variables,
  owner: number,
  role: ActorRole,
  configuration: Configuration,
  content: ValueNames,
  count: number,
): ActorVariables {
  const total = partsOf(configuration);
  const part = configuration.blockInHalves ? 'half' : 'block';
  const submitsAsync = role.aio && !isCalled(role);
  const submitsPart = configuration.blockInHalves === true && role.aio && role.kind === 'dio-write';
  const got = Array.from({ length: total }, (_, block) =>
    vars.add(
      total === 1 ? `${role.name} got` : `${role.name} got (${part} ${block})`,
      content.length - 1,
      0,
      owner,
      content,
    ),
  );
  return {
    got,
    scratch: vars.add(`${role.name} scratch`, Math.max(3, count), 0, owner),
    returned: vars.add(`${role.name} returned`, role.entries.length, 0, owner),
    holds: vars.add(`page of ${role.name} current`, 1),
    pte: vars.add(`pte of ${role.name}`, PTE.dropped, PTE.none, null, PTE_NAMES),
    bio: vars.add(`bio of ${role.name}`, 2, 0, null, ['none', 'submitted', 'on disk']),
    submitted: submitsAsync ? vars.add(`${role.name} submitted`, 1) : null,
    zeroes: submitsPart ? vars.add(`zeros of ${role.name}`, 1, 0, null, ['none', 'submitted']) : null,
    unwritten: submitsPart && configuration.fs === 'ext4' ? vars.add(`i_unwritten by ${role.name}`, 1) : null,
    stored: role.kept || readsBack(role) ? vars.add(`${role.name} has stored`, 1) : null,
  };
}

/** Who writes and then reads the same bytes. A write that failed has nothing to be read back. */
const readsBack = ({ kind, entries }: ActorRole): boolean =>
  entries.length > 1 && (kind === 'buffered-write' || kind === 'dio-write');

const addLock = (vars: Variables, name: string, actors: number, by: Again['by']): LockVariables => ({
  // Somebody may take it twice.
  readers: vars.add(`${name} readers`, 2 * actors),
  writer: vars.add(`${name} writer`, 1),
  unheld: vars.add(`${name} dropped, not held`, 1),
  again: actors === 1 ? { id: vars.add(`${name} taken again`, 1), by } : null,
});

export const PAGE_BYTES = 4096;

/**
 * Where the page lies in the file. Behind more bytes than any range here is long: where it would be the first, a length
 * that is taken for an end, or an end that leaves the beginning out, would do no harm.
 */
export const PAGE_INDEX = 4;
export const PAGE_AT = PAGE_INDEX * PAGE_BYTES;

/** Bytes in a block of the page. */
export const blockBytes = ({ blocksPerPage }: Configuration): number => PAGE_BYTES / blocksPerPage;

/** Bytes in what `Model.blocks` keeps apart: a block, or half of one. */
export const partBytes = (configuration: Configuration): number =>
  configuration.blockInHalves ? PAGE_BYTES / 2 : blockBytes(configuration);

/** How many of these a page has. */
export const partsOf = (configuration: Configuration): number => PAGE_BYTES / partBytes(configuration);

/**
 * Bytes of an actor's I/O: one block that lies in one extent, or the halves of one that the role names. Only where
 * `i_size` or a half is at stake does it matter where it begins.
 */
export const ioBytes = (configuration: Configuration, { blocks }: ActorRole): number =>
  configuration.blockInHalves ? blocks.length * partBytes(configuration) : blockBytes(configuration);

function addSize(vars: Variables, configuration: Configuration): VariableId | null {
  const { sizeAtStart } = configuration;
  if (sizeAtStart === undefined) return null;
  const parts = partsOf(configuration);
  const names = Array.from({ length: parts + 1 }, (_, count) => String(count * partBytes(configuration)));
  return vars.add('i_size', parts, sizeAtStart, null, names);
}

/** The variables of a scenario in its initial state. */
export function buildModel(
  configuration: Configuration,
  initial: InitialState,
  actors: readonly ActorRole[],
): Model {
  const vars = new Variables();
  const content = contentNames(actors);
  const cached = initial.cached ? 1 : 0;
  const dirty = initial.dirty ? 1 : 0;
  const kept = actors.some((role) => role.kept);
  const count = Math.max(2, actors.length, mostCounted(actors));
  const asked: Asked = {
    buffers: kept && configuration.fs === 'ext4',
    moves: kept && actors.some(isShifting),
  };
  return {
    configuration,
    dioCount: vars.add('i_dio_count', count),
    endedAtZero: vars.add('i_dio_count below 0', 1),
    size: addSize(vars, configuration),
    nrpages: vars.add('nrpages', 1, cached),
    locked: vars.add('page locked', 1),
    unlockedUnheld: vars.add('page unlocked, not locked', 1),
    dirty: vars.add('page dirty', 1, dirty),
    tagged: vars.add('dirty tag', 1, dirty),
    uptodate: vars.add('page uptodate', 1, cached),
    writeback: vars.add('page writeback', 1),
    blocks: addBlocks(vars, configuration, initial, content, asked),
    rwsem: addLock(vars, configuration.fs === 'xfs' ? 'IOLOCK' : 'i_rwsem', actors.length, 'call'),
    invalidateLock: addLock(
      vars,
      configuration.fs === 'xfs' ? 'MMAPLOCK' : 'i_mmap_sem/invalidate_lock',
      actors.length,
      'fault',
    ),
    actors: actors.map((role, i) => addActor(vars, i, role, configuration, content, count)),
    freed: actors.some(isFreeing) ? content.length - 1 : null,
    variables: vars.list,
    valueNames: vars.names,
  };
}

/** Variables that stand for no memory of the kernel. */
export const bookkeeping = (model: Model): ReadonlySet<VariableId> =>
  new Set([...model.actors.map(({ holds }) => holds), model.endedAtZero, ...wrongLocks(model)]);

/** What says that a lock was used wrongly. */
export const wrongLocks = (model: Model): readonly VariableId[] => [
  ...unheldLocks(model),
  ...[model.rwsem, model.invalidateLock].flatMap(({ again }) => (again === null ? [] : [again.id])),
];

/** Whether each lock was dropped by somebody who did not hold it. */
export const unheldLocks = ({ rwsem, invalidateLock, unlockedUnheld }: Model): readonly VariableId[] => [
  rwsem.unheld,
  invalidateLock.unheld,
  unlockedUnheld,
];
