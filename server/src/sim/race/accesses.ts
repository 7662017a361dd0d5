/**
 * What the actors of a trace do to shared memory, each in the order of its program: the form in which a race leaves the
 * explorer, for the axiomatic model and for litmus tests.
 *
 * A step of a program may read and write several variables at once. Here each is an access of its own, reads first;
 * a step that is fully ordered has a full barrier on either side, as Documentation/atomic_t.txt says of such operations.
 */

import { nextsOf } from '../check-program.js';
import type { Trace } from '../exploration.js';
import { evaluate, variablesOf } from '../expr.js';
import { caseOf, lowerStep } from '../lowered.js';
import type { Fence, Program, Step, StepId, VariableId } from '../program.js';

/** Names an access on both sides of a patch. */
export type AccessId = string;

export interface Access {
  readonly kind: 'access';
  readonly id: AccessId;
  readonly access: 'read' | 'write' | 'rmw';
  readonly variable: VariableId;
  /** What it returns; null for a write. */
  readonly read: number | null;
  /** What it leaves there; null for a read. */
  readonly written: number | null;
  /** Of a read-modify-write: whether it computes what it writes from what it reads. */
  readonly adds: boolean;
  /** False: a read-modify-write that gives no value back. */
  readonly returns: boolean;
  readonly order: 'once' | 'acquire' | 'release';
  /** Reads of the same thread that decide whether it is made, and what it writes. */
  readonly control: readonly AccessId[];
  readonly data: readonly AccessId[];
  readonly at: StepId;
}

export interface FenceItem {
  readonly kind: 'fence';
  readonly fence: Fence;
  /** The weak read-modify-write that it makes full: only for `before-atomic` and `after-atomic`. */
  readonly beside: AccessId | null;
  readonly at: StepId;
}

export type Item = Access | FenceItem;

/** One step of an actor's way, with the values that it met. */
export interface Taken {
  readonly step: StepId;
  readonly choice: number;
  /** The same for the same step before and after a patch. */
  readonly key: string;
  readonly read: ReadonlyMap<VariableId, number>;
  readonly written: ReadonlyMap<VariableId, number>;
  /** When it takes effect: an index into the trace. */
  readonly time: number;
}

/** By actor: its way through its program. Null where the trace ends with a load that nothing fulfils. */
export function waysOf(
  program: Program,
  trace: Trace,
  states: readonly (readonly number[])[],
): (readonly Taken[])[] | null {
  const ways: Taken[][] = program.actors.map(() => []);
  const last = states.at(-1)!;
  const performed = new Set<number>();
  for (const [index, move] of trace.entries()) {
    if (move.phase === 'perform') continue;
    const step = program.actors[move.actor]!.steps[move.step]!;
    const time = move.phase === 'run' ? index : performOf(trace, index, performed);
    const own = states[index + 1]!;
    const before = time === null ? last : states[time]!;
    const after = time === null ? afterAll(step, states[index]!, last) : states[time + 1]!;
    if (step.kind === 'load' && time === null && last[step.from] !== own[step.into]) return null;
    const choice = move.phase === 'issue' && step.kind === 'load' ? caseOf(step, own) : move.choice;
    const { reads, writes } = sharedOf(program, step, choice);
    const read = (id: VariableId) => (step.kind === 'load' ? own[step.into]! : before[id]!);
    ways[move.actor]!.push({
      step: move.step,
      choice,
      key: `${move.actor}.${index}`,
      read: new Map(reads.map((id) => [id, read(id)])),
      written: new Map(writes.map((id) => [id, after[id]!])),
      time: time ?? trace.length,
    });
  }
  return ways;
}

/** The move that performs what the move at `issue` issues: accesses of one step happen in the order of their issue. */
function performOf(trace: Trace, issue: number, performed: Set<number>): number | null {
  const { actor, step } = trace[issue]!;
  const index = trace.findIndex(
    (move, i) =>
      i > issue &&
      !performed.has(i) &&
      move.phase === 'perform' &&
      move.actor === actor &&
      move.step === step,
  );
  if (index < 0) return null;
  performed.add(index);
  return index;
}

/** The state that an access leaves which is still pending at the end. */
function afterAll(step: Step, atIssue: readonly number[], last: readonly number[]): readonly number[] {
  if (step.kind === 'store')
    return last.with(
      step.to,
      evaluate(step.value, (id) => atIssue[id]!),
    );
  if (step.kind !== 'rmw') return last;
  return last.with(
    step.on,
    evaluate(step.value, (id) => (id === step.on ? last : atIssue)[id]!),
  );
}

interface Shared {
  readonly reads: readonly VariableId[];
  readonly writes: readonly VariableId[];
}

/** Shared variables that a step reads and writes when it is taken by `choice`, in the order of their numbers. */
export function sharedOf(program: Program, step: Step, choice: number): Shared {
  const isShared = (id: VariableId) => program.variables[id]!.owner === null;
  const reads = new Set<VariableId>();
  const writes = new Set<VariableId>();
  if (step.kind === 'load') reads.add(step.from);
  if (step.kind === 'rmw') reads.add(step.on);
  const way = step.kind === 'load' || step.kind === 'rmw' ? undefined : lowerStep(step)[choice];
  if (way) variablesOf(way.guard, reads);
  if (step.kind === 'rmw') writes.add(step.on);
  for (const { id, value } of way?.assign ?? []) {
    variablesOf(value, reads);
    writes.add(id);
  }
  const sorted = (ids: Iterable<VariableId>) => [...ids].filter(isShared).sort((a, b) => a - b);
  return { reads: sorted(reads), writes: sorted(writes) };
}

/** The accesses and barriers of one actor, as its way makes them; nobody asks for those to `bookkeeping`. */
export function itemsOf(
  program: Program,
  actor: number,
  way: readonly Taken[],
  bookkeeping: ReadonlySet<VariableId>,
): Item[] {
  const items = new Reader(program, actor).read(way);
  return items.filter((item) => item.kind === 'fence' || !bookkeeping.has(item.variable));
}

class Reader {
  readonly #program: Program;
  readonly #steps: readonly Step[];
  readonly #items: Item[] = [];
  /** By local: the reads that its value is made of. */
  readonly #sources = new Map<VariableId, readonly AccessId[]>();
  /** Reads that some branch has depended on. */
  #control: readonly AccessId[] = [];

  constructor(program: Program, actor: number) {
    this.#program = program;
    this.#steps = program.actors[actor]!.steps;
  }

  read(way: readonly Taken[]): Item[] {
    for (const taken of way) this.#step(taken);
    return this.#items.map((item, i) => (item.kind === 'fence' ? this.#besideOf(item, i) : item));
  }

  /** Documentation/atomic_t.txt: such a barrier is one beside a read-modify-write that is not ordered by itself. */
  #besideOf(item: FenceItem, index: number): FenceItem {
    const by = { 'before-atomic': 1, 'after-atomic': -1, mb: 0, rmb: 0, wmb: 0 }[item.fence];
    const near = by === 0 ? undefined : this.#items[index + by];
    if (near?.kind !== 'access' || near.access !== 'rmw') return item;
    return { ...item, beside: near.id };
  }

  #step(taken: Taken): void {
    const step = this.#steps[taken.step]!;
    switch (step.kind) {
      case 'fence':
        this.#fence(step.fence, taken);
        return;
      case 'load': {
        this.#access(taken, step.from, 'read', step.order === 'acquire' ? 'acquire' : 'once', []);
        const id = idOf(taken, step.from);
        this.#sources.set(step.into, [id]);
        if (new Set(nextsOf(step)).size > 1) this.#branchOn([id]);
        return;
      }
      case 'store':
        return this.#access(
          taken,
          step.to,
          'write',
          onceOr(step.order),
          this.#sourcesOf(variablesOf(step.value)),
        );
      case 'rmw':
        return this.#rmw(taken, step);
      case 'atomic':
        return this.#atomic(taken, step);
      case 'end':
        return;
    }
  }

  #rmw(taken: Taken, step: Step & { kind: 'rmw' }): void {
    if (step.order === 'full') this.#fence('mb', taken);
    const data = this.#sourcesOf(variablesOf(step.value));
    this.#access(taken, step.on, 'rmw', onceOr(step.order), data, {
      adds: variablesOf(step.value).has(step.on),
      returns: step.into !== null,
    });
    const id = idOf(taken, step.on);
    if (step.into !== null) this.#sources.set(step.into, [id]);
    if (step.into !== null && new Set(nextsOf(step)).size > 1) this.#branchOn([id]);
    if (step.order === 'full') this.#fence('mb', taken);
  }

  /** Its reads come before its writes; `none` is no promise of atomicity beyond each variable's. */
  #atomic(taken: Taken, step: Step & { kind: 'atomic' }): void {
    const way = step.alternatives[taken.choice]!;
    const { reads, writes } = sharedOf(this.#program, step, taken.choice);
    const isRmw = (id: VariableId) =>
      (step.order === 'acquire' || step.order === 'full') && reads.includes(id) && writes.includes(id);
    const adds = (id: VariableId) =>
      way.assign.some((one) => one.id === id && variablesOf(one.value).has(id));
    if (step.order === 'full') this.#fence('mb', taken);
    for (const id of reads) {
      if (isRmw(id)) continue;
      this.#access(taken, id, 'read', step.order === 'acquire' ? 'acquire' : 'once', []);
    }
    const seen = reads.filter((id) => !isRmw(id)).map((id) => idOf(taken, id, 'read'));
    this.#branchOn([...seen, ...this.#sourcesOf(variablesOf(way.guard))]);
    for (const id of writes.filter(isRmw)) {
      this.#access(taken, id, 'rmw', step.order === 'acquire' ? 'acquire' : 'once', [], {
        adds: adds(id),
        returns: true,
      });
      this.#branchOn([idOf(taken, id)]);
    }
    for (const id of writes.filter((one) => !isRmw(one))) {
      const data = this.#sourcesOf(
        new Set(way.assign.filter((one) => one.id === id).flatMap(({ value }) => [...variablesOf(value)])),
      );
      this.#access(taken, id, 'write', step.order === 'release' ? 'release' : 'once', data);
    }
    for (const { id, value } of way.assign) {
      if (this.#program.variables[id]!.owner === null) continue;
      const shared = [...variablesOf(value)]
        .filter((one) => reads.includes(one))
        .map((one) => idOf(taken, one, isRmw(one) ? null : 'read'));
      this.#sources.set(id, [...shared, ...this.#sourcesOf(variablesOf(value))]);
    }
    if (step.order === 'full') this.#fence('mb', taken);
  }

  #fence(fence: Fence, { step }: Taken): void {
    this.#items.push({ kind: 'fence', fence, beside: null, at: step });
  }

  #access(
    taken: Taken,
    variable: VariableId,
    access: Access['access'],
    order: Access['order'],
    data: readonly AccessId[],
    { adds, returns }: Pick<Access, 'adds' | 'returns'> = { adds: false, returns: true },
  ): void {
    const isAtomic = this.#steps[taken.step]!.kind === 'atomic';
    this.#items.push({
      kind: 'access',
      id: idOf(taken, variable, isAtomic && access === 'read' ? 'read' : null),
      access,
      variable,
      // Of a step that only one side of a patch takes the values are not known: its accesses are never kept.
      read: access === 'write' ? null : (taken.read.get(variable) ?? 0),
      written: access === 'read' ? null : (taken.written.get(variable) ?? 0),
      adds,
      returns,
      order,
      control: this.#control,
      data,
      at: taken.step,
    });
  }

  #branchOn(reads: readonly AccessId[]): void {
    this.#control = [...new Set([...this.#control, ...reads])];
  }

  #sourcesOf(locals: ReadonlySet<VariableId>): readonly AccessId[] {
    return [...new Set([...locals].flatMap((id) => this.#sources.get(id) ?? []))];
  }
}

/** A step that reads a variable and then writes it, without being one operation, has two accesses to it. */
const idOf = ({ key }: Taken, variable: VariableId, part: 'read' | null = null): AccessId =>
  part === null ? `${key}.${variable}` : `${key}.${variable}r`;

const onceOr = (order: string): Access['order'] =>
  order === 'acquire' || order === 'release' ? order : 'once';
