/** Judges a litmus test: which final states there are, and how many executions end in what the condition describes. */

import { type Enumeration, type Execution, executions } from '../sim/axiomatic/executions.js';
import type { Value } from '../sim/axiomatic/event.js';
import type { Limits } from '../sim/axiomatic/thread.js';
import type { MemoryModel } from '../sim/exploration.js';
import { type Final, holds, observedIn } from './condition.js';
import { threadOf } from './run-thread.js';
import type { Answer, LitmusTest, Observed } from './syntax.js';

export type { MemoryModel };

export interface Observation {
  readonly kind: 'observation';
  readonly answer: Answer;
  /** Executions that end in what the condition describes, and those that do not; herd7 counts the same. */
  readonly positive: number;
  readonly negative: number;
  /** Every final state, as herd7 writes it: the variables of `locations` and of the condition, in order. */
  readonly states: readonly string[];
  /** Whether plain accesses race. */
  readonly race: boolean;
  readonly candidates: number;
}

export type Judgement =
  | Observation
  | { readonly kind: 'unfinished'; readonly why: string }
  | { readonly kind: 'unsupported'; readonly what: string };

export function judge(test: LitmusTest, memory: MemoryModel, limits?: Limits): Judgement {
  const tally = new Tally(test);
  const threads = test.threads.map((code, index) => threadOf(code, test.initialLocals[index]!));
  const run = { threads, initial: test.initial };
  const visit = (execution: Execution) => tally.count(execution);
  const end = executions(run, memory, visit, limits);
  return judgementOf(end, tally);
}

function judgementOf(end: Enumeration, tally: Tally): Judgement {
  switch (end.kind) {
    case 'complete':
      return tally.observation(end.candidates);
    case 'unfinished':
      return end;
    case 'stuck':
      return { kind: 'unsupported', what: end.why };
  }
}

class Tally {
  readonly #test: LitmusTest;
  readonly #observed: ReadonlyMap<string, Observed>;
  readonly #states = new Set<string>();
  #positive = 0;
  #negative = 0;
  #race = false;

  constructor(test: LitmusTest) {
    this.#test = test;
    const all = [...test.locations, ...observedIn(test.condition)].map((one) => [nameOf(one), one] as const);
    this.#observed = new Map(all.sort(([left], [right]) => (left < right ? -1 : 1)));
  }

  count(execution: Execution): void {
    const final: Final = (observed) => valueIn(execution, observed);
    const { filter, condition } = this.#test;
    if (filter !== null && !holds(filter, final)) return;
    if (holds(condition, final)) this.#positive++;
    else this.#negative++;
    this.#states.add([...this.#observed].map(([name, one]) => `${name}=${final(one)};`).join(' '));
    this.#race ||= execution.races();
  }

  observation(candidates: number): Observation {
    const [positive, negative] = [this.#positive, this.#negative];
    const answer = positive === 0 ? 'Never' : negative === 0 ? 'Always' : 'Sometimes';
    const states = [...this.#states].sort();
    return { kind: 'observation', answer, positive, negative, states, race: this.#race, candidates };
  }
}

const nameOf = (observed: Observed): string =>
  observed.kind === 'shared' ? observed.name : `${observed.thread}:${observed.name}`;

/** A local that no statement has come to is 0. */
function valueIn({ registers, memory }: Execution, observed: Observed): Value {
  if (observed.kind === 'shared') return memory.get(observed.name)!;
  return registers[observed.thread]!.get(observed.name) ?? 0;
}
