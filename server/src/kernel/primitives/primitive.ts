/** The form of a row of the primitives table. */

import type { ActorRole } from '../configuration.js';
import type { Fragment } from '../fragment.js';
import type { ActorVariables, Model } from '../model.js';
import type { Value } from '../value.js';

/** A call of a primitive as the interpreter meets it. */
export interface PrimitiveCall {
  readonly name: string;
  readonly args: readonly Value[];
  /** The arguments as written, for those that are told apart by name (`&inode->i_dio_count`). */
  readonly argTexts: readonly string[];
  readonly model: Model;
  readonly actor: number;
  readonly self: ActorVariables;
  readonly role: ActorRole;
  /** Functions being executed, outermost first. */
  readonly within: readonly string[];
  field(index: number, name: string): Value;
  /** What an argument points to: `index` of `&index`. */
  pointee(index: number): Value;
  register(name: string): Value;
  /** What the local holds now that the innermost function being executed which keeps one for this field writes there. */
  storedAs(field: string): Value;
  /** A field of the one object of a type. */
  ofObject(type: string, field: string): Value;
}

export interface Primitive {
  /** The kernel's names of it over the releases. */
  readonly names: readonly string[];
  /** Told apart by an argument, where the name alone is not enough. */
  readonly when?: (argTexts: readonly string[]) => boolean;
  /** Arguments whose values the fragment looks at; others need not be tracked. */
  readonly looksAt?: readonly number[];
  /** Fields read through arguments, and registers need no mention: `mpd->do_map`. */
  readonly fields?: readonly string[];
  /** Shown in every timeline that takes it, even where no other actor touches the same. */
  readonly landmark?: true;
  readonly fragment: (call: PrimitiveCall) => Fragment;
  /** Two lines for people: what it does, and what it orders. */
  readonly about: readonly [string, string];
}
