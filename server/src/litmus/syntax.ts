/** A litmus test as it is written. */

import type { Value } from '../sim/axiomatic/event.js';
import type { Place } from './place.js';

export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '&'
  | '|'
  | '^'
  | '<<'
  | '>>'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '&&'
  | '||';

export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  /** A local, or the address of a shared variable. */
  | { readonly kind: 'name'; readonly name: string; readonly place: Place }
  | { readonly kind: 'deref'; readonly of: Expression; readonly place: Place }
  | { readonly kind: 'unary'; readonly op: '!' | '~' | '-'; readonly of: Expression; readonly place: Place }
  | {
      readonly kind: 'binary';
      readonly op: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly place: Place;
    }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly args: readonly Expression[];
      readonly place: Place;
    };

export type Statement =
  /** `to` is a local. */
  | { readonly kind: 'assign'; readonly to: string; readonly value: Expression }
  /** A plain write. */
  | { readonly kind: 'store'; readonly to: Expression; readonly value: Expression; readonly place: Place }
  | { readonly kind: 'expression'; readonly expression: Expression }
  | {
      readonly kind: 'if';
      readonly condition: Expression;
      readonly then: Statement;
      readonly else: Statement;
    }
  | { readonly kind: 'while'; readonly condition: Expression; readonly body: Statement }
  | { readonly kind: 'block'; readonly statements: readonly Statement[] };

export interface ThreadCode {
  /** Shared variables, whose addresses the thread is given. */
  readonly parameters: readonly string[];
  readonly locals: ReadonlySet<string>;
  readonly body: Statement;
}

/** What a condition looks at: a local of a thread, or a shared variable. */
export type Observed =
  | { readonly kind: 'local'; readonly thread: number; readonly name: string }
  | { readonly kind: 'shared'; readonly name: string };

export type Condition =
  | { readonly kind: 'true' }
  | { readonly kind: 'equal'; readonly left: Observed; readonly value: Value }
  | { readonly kind: 'same'; readonly left: Observed; readonly right: Observed }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'and' | 'or' | 'implies'; readonly left: Condition; readonly right: Condition };

export type Answer = 'Never' | 'Sometimes' | 'Always';

/** What the file says of itself in a comment `Result:`. */
export interface Expected {
  readonly answer: Answer;
  readonly race: boolean;
}

export interface LitmusTest {
  readonly name: string;
  readonly initial: ReadonlyMap<string, Value>;
  /** Locals that have a value at the start, by thread. */
  readonly initialLocals: readonly ReadonlyMap<string, Value>[];
  readonly threads: readonly ThreadCode[];
  readonly quantifier: 'exists' | '~exists' | 'forall';
  readonly condition: Condition;
  readonly filter: Condition | null;
  readonly locations: readonly Observed[];
  readonly expected: Expected | null;
}
