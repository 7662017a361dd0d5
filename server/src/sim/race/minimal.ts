/**
 * A race and what closes it, as a pair of litmus tests that are as small as can be: the bad outcome is possible in the
 * one and not in the other. Threads, variables and accesses are left out one by one while that stays so (Zeller,
 * "Yesterday, my program worked", 1999). Deterministic.
 */

import type { Program, VariableId } from '../program.js';
import type { Access, AccessId, Item } from './accesses.js';
import { type Execution, isAllowed } from './execution.js';
import { type Kept, type LitmusTest, answerOf, fullyFenced, isAccess, litmusTestOf } from './litmus-test.js';

export interface LitmusPair {
  /** Its outcome is possible. */
  readonly open: LitmusTest;
  /** Its outcome is not. */
  readonly closed: LitmusTest;
  /** Whether `closed` is the other side of the patch, or `open` with full barriers. */
  readonly closedBy: 'other side' | 'full barriers';
}

/** The other side of the patch, doing the same. */
export interface OtherSide {
  readonly program: Program;
  readonly threads: readonly (readonly Item[])[];
}

/** Null where no such pair is found: then the race depends on more than the order of accesses. */
export function minimalPair(open: Execution, other: OtherSide | null): LitmusPair | null {
  const bySide = other === null ? null : new Reducer(open, other).pair();
  return bySide ?? new Reducer(open, null).pair();
}

/** Up to so many accesses a test is judged by all its executions, else by the one that the trace is. */
const MOST_ENUMERATED = 26;

class Reducer {
  readonly #open: Execution;
  readonly #other: OtherSide | null;
  #kept: Kept;

  constructor(open: Execution, other: OtherSide | null) {
    this.#open = open;
    this.#other = other;
    const there =
      other &&
      new Set(
        other.threads
          .flat()
          .filter(isAccess)
          .map(({ id }) => id),
      );
    const common = this.#accesses().filter(({ id }) => there === null || there.has(id));
    this.#kept = {
      accesses: new Map(common.map(({ id, access }) => [id, access])),
      initial: new Map(),
      finals: this.#lastValues(new Set(common.map(({ id }) => id))),
    };
  }

  pair(): LitmusPair | null {
    if (!this.#isPair(this.#kept)) return null;
    for (const items of [...this.#open.threads].reverse()) this.#without((access) => items.includes(access));
    for (const variable of this.#variables().reverse())
      this.#without((access) => access.variable === variable);
    this.#dropFinals();
    while (this.#startLater());
    for (let before = -1; before !== this.#size();) {
      before = this.#size();
      for (const one of this.#accesses().reverse()) this.#without(({ id }) => id === one.id);
      this.#narrow();
      this.#startLater();
      this.#dropFinals();
    }
    const tests = this.#tests(this.#kept);
    if (answerOf(tests.open, 'lkmm') !== 'sometimes' || answerOf(tests.closed, 'lkmm') !== 'never')
      return null;
    return { ...tests, closedBy: this.#other === null ? 'full barriers' : 'other side' };
  }

  #accesses(): Access[] {
    return this.#open.threads.flat().filter(isAccess);
  }

  #variables(): VariableId[] {
    return [...new Set(this.#accesses().map(({ variable }) => variable))].sort((a, b) => a - b);
  }

  #size(): number {
    const { accesses, initial, finals } = this.#kept;
    const parts = [...accesses.values()].reduce((sum, as) => sum + (as === 'rmw' ? 2 : 1), 0);
    return parts * 10 + finals.size - initial.size;
  }

  /** What the variables hold in the end that several accesses write. */
  #lastValues(kept: ReadonlySet<AccessId>): Map<VariableId, number> {
    const byId = new Map(this.#accesses().map((access) => [access.id, access]));
    return new Map(
      [...this.#open.writes].flatMap(([variable, ids]): [VariableId, number][] => {
        const own = ids.filter((id) => kept.has(id));
        return own.length < 2 ? [] : [[variable, byId.get(own.at(-1)!)!.written!]];
      }),
    );
  }

  #try(kept: Kept): boolean {
    if (!this.#isPair(kept)) return false;
    this.#kept = kept;
    return true;
  }

  #without(isLeftOut: (access: Access) => boolean): void {
    const left = new Set(
      this.#accesses()
        .filter(isLeftOut)
        .map(({ id }) => id),
    );
    this.#withoutThese(left);
    this.#withoutThese(this.#withReaders(left));
  }

  /** These accesses with all that read what they write, and so on. */
  #withReaders(ids: ReadonlySet<AccessId>): Set<AccessId> {
    const all = new Set(ids);
    for (const one of all) {
      for (const { id, returns } of this.#accesses()) {
        if (returns && this.#open.sources.get(id) === one) all.add(id);
      }
    }
    return all;
  }

  #withoutThese(left: ReadonlySet<AccessId>): void {
    const accesses = new Map([...this.#kept.accesses].filter(([id]) => !left.has(id)));
    if (accesses.size === this.#kept.accesses.size) return;
    const last = this.#lastValues(new Set(accesses.keys()));
    const finals = new Map(
      [...this.#kept.finals.keys()].flatMap((id) => (last.has(id) ? [[id, last.get(id)!]] : [])),
    );
    this.#try({ ...this.#kept, accesses, finals });
  }

  /** Of a read-modify-write that gives its value back, only the read or only the write. */
  #narrow(): void {
    for (const { id, returns } of this.#accesses()) {
      if (this.#kept.accesses.get(id) !== 'rmw' || !returns) continue;
      const as = (part: 'read' | 'write') => ({
        ...this.#kept,
        accesses: new Map(this.#kept.accesses).set(id, part),
      });
      if (!this.#try(as('read'))) this.#try(as('write'));
    }
  }

  /** What the first write leaves may as well be there at the start. */
  #startLater(): boolean {
    let changed = false;
    for (const [variable, ids] of this.#open.writes) {
      const id = ids.find((one) => this.#kept.accesses.has(one));
      const first = this.#accesses().find((one) => one.id === id);
      if (first === undefined || !first.returns) continue;
      const accesses = new Map([...this.#kept.accesses].filter(([one]) => one !== first.id));
      const later = this.#try({
        ...this.#kept,
        accesses,
        initial: new Map(this.#kept.initial).set(variable, first.written!),
      });
      changed ||= later;
    }
    return changed;
  }

  #dropFinals(): void {
    for (const variable of this.#kept.finals.keys()) {
      this.#try({ ...this.#kept, finals: new Map([...this.#kept.finals].filter(([id]) => id !== variable)) });
    }
  }

  #tests(kept: Kept): { open: LitmusTest; closed: LitmusTest } {
    const open = litmusTestOf(this.#open.program, this.#open.threads, kept);
    const other = this.#other;
    return {
      open,
      closed: other === null ? fullyFenced(open) : litmusTestOf(other.program, other.threads, kept),
    };
  }

  #isPair(kept: Kept): boolean {
    const { open, closed } = this.#tests(kept);
    const small = kept.accesses.size <= MOST_ENUMERATED;
    const never = small ? answerOf(closed, 'lkmm') : 'unknown';
    if (never === 'unknown') return this.#isForbidden(closed);
    return never === 'never' && answerOf(open, 'lkmm') === 'sometimes';
  }

  /** Whether the execution that the trace is, as far as it is kept, is not possible there. */
  #isForbidden({ program, threads, initial }: LitmusTest): boolean {
    const items = threads.map((thread) => thread.items);
    const accesses = items.flat().filter(isAccess);
    const ids = new Set(accesses.map(({ id }) => id));
    const writes = new Map(
      [...this.#open.writes].map(([variable, all]) => [variable, all.filter((id) => ids.has(id))]),
    );
    const sources = new Map<AccessId, AccessId | null>();
    for (const { id, access, returns, variable, read } of accesses) {
      if (access === 'write') continue;
      const own = writes.get(variable) ?? [];
      const known = returns ? this.#open.sources.get(id)! : (own[own.indexOf(id) - 1] ?? null);
      const source = known !== null && ids.has(known) ? known : null;
      if (source === null && returns && initial.get(variable) !== read) return false;
      sources.set(id, source);
    }
    return !isAllowed({ program, threads: items, writes, sources });
  }
}
