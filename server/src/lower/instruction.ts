/**
 * A C function after flattening: a list of simple instructions with explicit jumps. Calls stand alone, `&&`, `||`
 * and `?:` around calls have become branches, so that one instruction does one thing that the interpreter can
 * order. Everything else of C survives only as far as values flow into conditions and arguments that matter.
 */

import type { Origin } from '../source/text.js';

/** An expression without calls and side effects. */
export type Pure =
  | { readonly kind: 'int'; readonly value: number }
  /** An identifier: a local, a parameter, a global, an enumerator or a macro. */
  | { readonly kind: 'name'; readonly name: string }
  /** The result of an earlier call of the same function. */
  | { readonly kind: 'temp'; readonly id: number }
  | { readonly kind: 'field'; readonly of: Pure; readonly name: string; readonly arrow: boolean }
  | { readonly kind: 'deref'; readonly of: Pure }
  | { readonly kind: 'address'; readonly of: Pure }
  | { readonly kind: 'not'; readonly of: Pure }
  | { readonly kind: 'negate'; readonly of: Pure }
  | { readonly kind: 'complement'; readonly of: Pure }
  | { readonly kind: 'binary'; readonly op: string; readonly left: Pure; readonly right: Pure }
  | { readonly kind: 'choice'; readonly condition: Pure; readonly then: Pure; readonly else: Pure }
  /** Anything whose value is not tracked: strings, casts of aggregates, array elements, `sizeof`. */
  | { readonly kind: 'opaque'; readonly text: string };

export interface Site {
  readonly function: string;
  readonly origin: Origin;
}

interface Common {
  readonly site: Site;
}

export type Instruction =
  | (Common & {
      readonly kind: 'call';
      readonly result: number;
      /** The name called, or the expression of a function pointer. */
      readonly callee: Pure;
      readonly args: readonly Pure[];
      /** The call as written, on one line. */
      readonly text: string;
      /** False where the value is thrown away. */
      readonly used: boolean;
    })
  | (Common & { readonly kind: 'assign'; readonly target: Pure; readonly op: string; readonly value: Pure })
  /** A declaration: the local begins, unknown or with the fields that an initialiser names (others zero). */
  | (Common & { readonly kind: 'declare'; readonly name: string; readonly zeroed: boolean })
  | (Common & {
      readonly kind: 'branch';
      readonly condition: Pure;
      readonly then: number;
      readonly else: number;
    })
  | (Common & { readonly kind: 'jump'; readonly to: number })
  | (Common & { readonly kind: 'return'; readonly value: Pure | null })
  /** Text that tree-sitter could not read; `text` is checked for calls that matter. */
  | (Common & { readonly kind: 'unread'; readonly text: string });

export interface Local {
  readonly name: string;
  /** `struct inode` and the like without `struct`, or the scalar type's name; empty for one that nobody declares. */
  readonly type: string;
  readonly pointer: boolean;
  /** `bool` locals hold 0 or 1 whatever is assigned. */
  readonly boolean: boolean;
}

export interface FunctionCode {
  readonly name: string;
  readonly path: string;
  readonly parameters: readonly Local[];
  readonly locals: ReadonlyMap<string, Local>;
  /** Those of them that only an assignment of the patch makes: what the bundle has cut, or another patch declares. */
  readonly undeclared: ReadonlySet<string>;
  readonly instructions: readonly Instruction[];
  readonly site: Site;
}
