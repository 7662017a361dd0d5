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
  readonly blocksPerPage: 1 | 2;
  /** i_size at the start, in blocks, where it moves. Absent: all I/O is well inside of the file. */
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
  | 'writeback'
  | 'truncate'
  | 'punch-hole';

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
}
