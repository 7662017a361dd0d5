/** What is constant in a scenario and decides conditions: file system, mount options, inode format, the actors' I/O. */

export type FileSystem = 'ext4' | 'xfs';

export interface Configuration {
  readonly fs: FileSystem;
  readonly delalloc: boolean;
  /** ext4 mount option; default from 5.6. */
  readonly dioreadNolock: boolean;
  /** Hardly a block is free, so that ext4 allocates at once even with delalloc: ext4_nonda_switch(). */
  readonly lowSpace: boolean;
  /** False: an inode with indirect blocks, which cannot hold unwritten ones. */
  readonly extents: boolean;
  /** ext4 that was made without a journal. */
  readonly journal?: false;
  readonly blocksPerPage: 1 | 2;
  /** The page has one block, and what is in each half of it is told apart: I/O need not be aligned to blocks. */
  readonly blockInHalves?: true;
  /** i_size at the start, in blocks or their halves, where it moves. Absent: all I/O is well inside of the file. */
  readonly sizeAtStart?: number;
}

/** What an actor is, as conditions of the code see it. */
export type ActorKind =
  | 'dio-read'
  | 'dio-write'
  | 'dio-completion'
  | 'buffered-read'
  | 'buffered-write'
  | 'write-fault'
  | 'read-fault'
  | 'writeback'
  | 'truncate'
  | 'punch-hole'
  | 'zero-range'
  | 'collapse-range'
  | 'insert-range'
  | 'preallocate';

/** Those that take blocks away from the file, or what is written in them. */
const FREEING: ReadonlySet<ActorKind> = new Set(['truncate', 'punch-hole', 'zero-range', 'collapse-range']);

/** Those that move the blocks behind their range to another place in the file. */
const SHIFTING: ReadonlySet<ActorKind> = new Set(['collapse-range', 'insert-range']);

export const isFreeing = ({ kind }: ActorRole): boolean => FREEING.has(kind);
/** Runs only where a bio was submitted that its submitter does not wait for. */
export const isCalled = ({ kind }: ActorRole): boolean => kind === 'dio-completion';
/** Takes blocks from where they are in the file, to be freed or to stand elsewhere. */
export const takesBlocks = (role: ActorRole): boolean => isFreeing(role) || isShifting(role);
export const isShifting = ({ kind }: ActorRole): boolean => SHIFTING.has(kind);

export interface ByteRange {
  readonly at: number;
  readonly length: number;
}

export interface ActorRole {
  readonly kind: ActorKind;
  /** Shown at the head of its column, e.g. `DIO read`. */
  readonly name: string;
  readonly aio: boolean;
  /** Blocks of the page that its I/O covers. */
  readonly blocks: readonly number[];
  /** What it writes, as a version of the data; 0 for readers. */
  readonly version: number;
  /** Functions that it runs one after the other. */
  readonly entries: readonly string[];
  /** One call of each run fails that can, every such call in its turn. */
  readonly faults?: true;
  /** What it stores must last: P5 is asked about it. */
  readonly kept?: true;
  /** The range of its system call in bytes; from where the scenario's page begins. */
  readonly range?: ByteRange;
  /** Blocks of the page that it moves to another place in the file. */
  readonly moves?: readonly number[];
}
