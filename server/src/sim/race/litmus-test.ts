/** A litmus test as data: what is kept of the accesses of each actor, and the outcome that is asked for. */

import type { Path } from '../axiomatic/thread.js';
import { type Enumeration, executionsOfPaths } from '../axiomatic/executions.js';
import type { MemoryModel } from '../exploration.js';
import type { Fence, Program, VariableId } from '../program.js';
import type { Access, AccessId, FenceItem, Item } from './accesses.js';
import { eventsOf, locationOf } from './events.js';

export interface LitmusThread {
  readonly actor: number;
  readonly items: readonly Item[];
}

export interface LitmusTest {
  readonly program: Program;
  readonly threads: readonly LitmusThread[];
  readonly initial: ReadonlyMap<VariableId, number>;
  /** Besides what the reads return: what variables hold in the end. */
  readonly finals: ReadonlyMap<VariableId, number>;
}

/** What is taken out of the accesses of a race. */
export interface Kept {
  /** How each access is kept: as it is, or only its read or its write. */
  readonly accesses: ReadonlyMap<AccessId, Access['access']>;
  /** By variable: what it holds at the start, where that is not what the program says. */
  readonly initial: ReadonlyMap<VariableId, number>;
  readonly finals: ReadonlyMap<VariableId, number>;
}

export function litmusTestOf(
  program: Program,
  threads: readonly (readonly Item[])[],
  kept: Kept,
): LitmusTest {
  const reduced = threads.map((items, actor) => ({ actor, items: keptItems(items, kept.accesses) }));
  const present = reduced.filter(({ items }) => items.length > 0);
  const variables = [
    ...new Set(present.flatMap(({ items }) => items.filter(isAccess).map(({ variable }) => variable))),
  ];
  const initial = variables
    .sort((a, b) => a - b)
    .map((id): [VariableId, number] => [id, kept.initial.get(id) ?? program.variables[id]!.initial]);
  const finals = new Map([...kept.finals].filter(([id]) => variables.includes(id)));
  return { program, threads: present, initial: new Map(initial), finals };
}

export const isAccess = (item: Item): item is Access => item.kind === 'access';

/** The barriers that stand between kept accesses stay: what is left is ordered as it was. */
function keptItems(items: readonly Item[], kept: ReadonlyMap<AccessId, Access['access']>): Item[] {
  const result: Item[] = [];
  let gap: FenceItem[] = [];
  for (const item of items) {
    if (item.kind === 'fence') {
      gap.push(item);
      continue;
    }
    const as = kept.get(item.id);
    if (as === undefined) continue;
    if (result.length > 0) result.push(...inGap(gap, kept));
    gap = [];
    result.push(narrowed(item, as));
  }
  return result;
}

function narrowed(access: Access, as: Access['access']): Access {
  if (as === access.access) return access;
  return { ...access, access: as, ...(as === 'read' ? { written: null } : { read: null, adds: false }) };
}

/** What orders two neighbours: a full barrier makes all others superfluous. */
function inGap(gap: readonly FenceItem[], kept: ReadonlyMap<AccessId, Access['access']>): FenceItem[] {
  const own = gap.map((item): FenceItem => {
    const isFull = item.beside !== null && kept.get(item.beside) !== 'rmw';
    return isFull ? { ...item, fence: 'mb', beside: null } : item;
  });
  const full = own.find(({ fence }) => fence === 'mb') ?? own.find(({ beside }) => beside !== null);
  if (full !== undefined) return [full];
  const kinds: readonly Fence[] = ['rmb', 'wmb', 'before-atomic', 'after-atomic'];
  return kinds.flatMap((kind) => own.find(({ fence }) => fence === kind) ?? []);
}

/** The same test with a full barrier between any two accesses of a thread. */
export function fullyFenced(test: LitmusTest): LitmusTest {
  const threads = test.threads.map(({ actor, items }) => {
    const accesses = items.filter(isAccess);
    const mb = ({ at }: Access): FenceItem => ({ kind: 'fence', fence: 'mb', beside: null, at });
    return { actor, items: accesses.flatMap((item, i) => (i === 0 ? [item] : [mb(item), item])) };
  });
  return { ...test, threads };
}

export type Answer = 'never' | 'sometimes' | 'unknown';

/** Whether some execution that `memory` allows has the outcome. */
export function answerOf(test: LitmusTest, memory: MemoryModel): Answer {
  const { program } = test;
  const initial = new Map([...test.initial].map(([id, value]) => [locationOf(program, id), value]));
  const finals = [...test.finals].map(([id, value]) => [locationOf(program, id), value] as const);
  let found = false;
  const end: Enumeration = executionsOfPaths(
    { initial, paths: test.threads.map(({ items }) => pathsOf(program, items)) },
    memory,
    (execution) => {
      found ||= finals.every(([location, value]) => execution.memory.get(location) === value);
    },
    LIMITS,
  );
  if (found) return 'sometimes';
  return end.kind === 'complete' ? 'never' : 'unknown';
}

/** A test that needs more is no test for a person. */
const LIMITS = { events: 64, paths: 500, orders: 500, combinations: 10_000, candidates: 3_000 };

/**
 * The ways through a thread on which its reads return what the outcome says. What an operation without result reads is
 * nobody's business: any value that may be there.
 */
function pathsOf(program: Program, items: readonly Item[]): Path[] {
  const silent = items.filter(
    (item): item is Access => isAccess(item) && item.access === 'rmw' && !item.returns,
  );
  let choices: (readonly number[])[] = [[]];
  for (const { variable } of silent) {
    const values = Array.from({ length: program.variables[variable]!.max + 1 }, (_, value) => value);
    choices = choices.flatMap((chosen) => values.map((value) => [...chosen, value]));
  }
  return choices.map((values) => {
    const read = (access: Access) => values[silent.indexOf(access)] ?? access.read!;
    return eventsOf(program, items, read).path;
  });
}
