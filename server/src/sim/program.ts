/**
 * The simulator's input: actors as guarded step programs over shared and local variables.
 *
 * Knows nothing of C, of files or of the kernel. The page-cache protocols that `lower` extracts, the
 * litmus tests and the random programs of the tests all have this one form.
 */

/** Index into `Program.variables`. */
export type VariableId = number;

/** Index into `Actor.steps`. */
export type StepId = number;

export interface Variable {
  readonly name: string;
  readonly initial: number;
  /** Largest value, inclusive; the smallest is 0. A step that would leave 0..max is an error of the model. */
  readonly max: number;
  /** The actor that alone reads and writes the variable, or `null` when it is shared. */
  readonly owner: number | null;
}

export type BinaryOperator = '+' | '-' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '&&' | '||';

/** Side-effect free; booleans are 0 and 1, any non-zero value counts as true. */
export type Expr =
  | { readonly kind: 'const'; readonly value: number }
  | { readonly kind: 'var'; readonly id: VariableId }
  | { readonly kind: 'not'; readonly of: Expr }
  | { readonly kind: 'binary'; readonly op: BinaryOperator; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'if'; readonly condition: Expr; readonly then: Expr; readonly else: Expr };

export interface Assignment {
  readonly id: VariableId;
  readonly value: Expr;
}

/** One way to take an atomic step: possible when `guard` holds; the assignments run in order, each seeing the earlier ones. */
export interface Alternative {
  readonly guard: Expr;
  readonly assign: readonly Assignment[];
  readonly next: StepId;
}

/**
 * How an atomic step is ordered against the actor's own relaxed accesses (memory models other than `sc`):
 * `acquire`: earlier relaxed accesses may still be late, later ones are not early (taking a lock);
 * `release`, `full`: everything earlier has happened (dropping a lock; a fully ordered RMW, sleeping, waking);
 * `none`: only coherence of the variables that it names.
 */
export type AtomicOrder = 'none' | 'acquire' | 'release' | 'full';

export type Fence =
  | 'mb'
  | 'rmb'
  | 'wmb'
  /** Full, but only beside an RMW that is not ordered by itself: Documentation/atomic_t.txt. */
  | 'before-atomic'
  | 'after-atomic';

/** Where to go on after a load, by the value read: the first case whose guard holds. The guard may read `into`. */
export interface Case {
  readonly guard: Expr;
  readonly next: StepId;
}

export type Step =
  /** Blocks until a guard holds; several that hold are a free choice. Guards and assignments may name any variable. */
  | { readonly kind: 'atomic'; readonly order: AtomicOrder; readonly alternatives: readonly Alternative[] }
  /** A single read of one shared variable into a local of the actor, then a branch on locals. */
  | {
      readonly kind: 'load';
      readonly from: VariableId;
      readonly into: VariableId;
      readonly order: 'relaxed' | 'acquire';
      readonly cases: readonly Case[];
    }
  /** A single write of one shared variable; `value` reads locals only. */
  | {
      readonly kind: 'store';
      readonly to: VariableId;
      readonly value: Expr;
      readonly order: 'relaxed' | 'release';
      readonly next: StepId;
    }
  /** A read-modify-write of one shared variable; `value` may read it and locals. `into` gets the value before, or null: void RMW. */
  | {
      readonly kind: 'rmw';
      readonly on: VariableId;
      readonly value: Expr;
      readonly into: VariableId | null;
      readonly order: 'relaxed' | 'acquire' | 'release' | 'full';
      readonly cases: readonly Case[];
    }
  | { readonly kind: 'fence'; readonly fence: Fence; readonly next: StepId }
  /** The actor has returned. */
  | { readonly kind: 'end' };

export interface Actor {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly entry: StepId;
  /** Runs when another actor lets it: where that never comes it stays at `entry`, and has ended like the others. */
  readonly called?: true;
}

/** Violated in every reachable state in which `bad` holds (over any variables). */
export interface Property {
  readonly id: string;
  readonly bad: Expr;
  /** Also violated where all actors have ended and this holds: what it reads need not be seen on the way there. */
  readonly atEnd?: Expr;
  /** Also violated where no actor can go on and one has not ended. */
  readonly deadlock?: true;
}

/** A state predicate that some run has to reach; if none does, the scenario proves nothing. */
export interface Witness {
  readonly id: string;
  readonly state: Expr;
}

export interface Program {
  readonly variables: readonly Variable[];
  readonly actors: readonly Actor[];
  readonly properties: readonly Property[];
  readonly witnesses: readonly Witness[];
}
