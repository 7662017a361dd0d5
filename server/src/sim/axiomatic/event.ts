/** What a thread does to memory, in the terms of the kernel's tools/memory-model (Documentation/herd-representation.txt). */

/** An integer, or the address of the location of that name. */
export type Value = number | string;

/** A shared variable, by its name. */
export type Location = string;

/** Reads of the same thread that something depends on, by their index in it. */
export type Sources = readonly number[];

export const NO_SOURCES: Sources = [];

export type Fence =
  | 'mb'
  | 'rmb'
  | 'wmb'
  | 'before-atomic'
  | 'after-atomic'
  | 'after-spinlock'
  | 'after-unlock-lock'
  | 'barrier';

/** `noreturn`: the read of an atomic operation that gives no value back; smp_rmb() does not order it. */
export type ReadOrder = 'plain' | 'once' | 'acquire' | 'noreturn';

export type WriteOrder = 'plain' | 'once' | 'release';

export interface Read {
  readonly kind: 'read';
  readonly location: Location;
  readonly value: Value;
  readonly order: ReadOrder;
  /**
   * `rmw`: of an atomic operation, a compare-and-exchange that fails included; `lock`: takes a lock (LKR); `look`: of
   * one that only looks, at a lock's state or before it leaves a variable as it is.
   */
  readonly part: 'none' | 'rmw' | 'lock' | 'look';
  readonly address: Sources;
  readonly control: Sources;
}

export interface Write {
  readonly kind: 'write';
  readonly location: Location;
  readonly value: Value;
  readonly order: WriteOrder;
  /** `rmw`, `lock` (LKW): the write follows its read at once; `unlock`: drops a lock (UL). */
  readonly part: 'none' | 'rmw' | 'lock' | 'unlock';
  readonly address: Sources;
  readonly data: Sources;
  readonly control: Sources;
}

export interface FenceEvent {
  readonly kind: 'fence';
  readonly fence: Fence;
}

export type Event = Read | Write | FenceEvent;
