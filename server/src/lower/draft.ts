/** Steps under way: what an item of a fragment becomes once it is known which of its ways can be taken. */

import { get, to, TRUE, type Item } from '../kernel/fragment.js';
import { lowerCases } from '../sim/lowered.js';
import type { OpenStep, OpenWay } from '../sim/possible-ways.js';
import type { Alternative, Assignment, Expr, Step, StepId } from '../sim/program.js';
import type { Site } from './instruction.js';

/** What a timeline says of a step, and of each choice in it. */
export interface StepNote {
  readonly site: Site;
  /** The innermost call on a line of the patch that leads to the step; null where it stands on one itself, or none does. */
  readonly calledAt: Site | null;
  /** The call as written in the source. */
  readonly call: string;
  readonly primitive: string;
  /** Shown in every timeline; see `Primitive.landmark`. */
  readonly landmark: boolean;
  readonly choices: readonly { readonly text: string; readonly assumptions: readonly string[] }[];
}

/** Where a way leads, and what is assumed where nothing decides that. */
export interface Target {
  readonly step: StepId;
  readonly assumptions: readonly string[];
}

/** Follows the code to where it leads. */
export type Follow = () => readonly Target[];

/** One way to take a step; where it leads is followed when that is first asked for. */
export class Way implements OpenWay {
  #targets: readonly Target[] | null = null;

  constructor(
    /** As it stands in a timeline. */
    readonly text: string,
    readonly guard: Expr,
    readonly assign: readonly Assignment[],
    readonly assigns: OpenWay['assigns'],
    readonly follow: Follow,
  ) {}

  /** None where nobody has asked. */
  get targets(): readonly Target[] {
    return this.#targets ?? [];
  }

  get isTaken(): boolean {
    return this.#targets !== null;
  }

  leads(): readonly StepId[] {
    return (this.#targets ??= this.follow()).map(({ step }) => step);
  }
}

/** Of its ways only those are kept of which somebody asked where they lead. */
export interface Draft extends OpenStep {
  readonly said: Omit<StepNote, 'choices'> | null;
  readonly ways: readonly Way[];
  /** The step with those ways alone. */
  readonly finish: (taken: readonly Way[], idOf: (id: StepId) => StepId) => Step;
}

const AT_ONCE: OpenStep['late'] = { reads: null, writes: null };

export const END: Draft = { said: null, late: AT_ONCE, ways: [], finish: () => ({ kind: 'end' }) };

/** A step that chooses among `targets`, which conditions lead to that nobody decides. */
export const choiceOf = (targets: readonly Target[], site: Site): Draft => ({
  said: { site, calledAt: null, call: '', primitive: '', landmark: false },
  late: AT_ONCE,
  ways: [new Way('', TRUE, [], 'in order', () => targets)],
  finish: (taken, idOf) => atomic('none', taken, idOf),
});

export type StepItem = Exclude<Item, { kind: 'exit' | 'not-modelled' }>;

/**
 * The step of an item; `follow` goes on behind it, first through the items given, and `asOne` makes one step of where
 * that leads.
 */
export function draftOf(
  item: StepItem,
  said: Draft['said'],
  follow: (items: readonly Item[]) => Follow,
  asOne: (follow: Follow) => Follow,
): Draft {
  switch (item.kind) {
    case 'choose':
      return {
        said,
        late: AT_ONCE,
        ways: item.options.map(
          ({ text, when, set, items }) => new Way(text, when, set, 'in order', follow(items)),
        ),
        finish: (taken, idOf) => atomic(item.order, taken, idOf),
      };
    case 'load':
      return loadOf(item, said, (items) => asOne(follow(items)));
    case 'void-rmw': {
      const { on, value, text } = item;
      return {
        said,
        late: { reads: on, writes: on },
        ways: [new Way(text, TRUE, [to(on, value)], 'together', asOne(follow([])))],
        finish: ([way], idOf) => {
          const cases = [{ guard: TRUE, next: nextOf(way!, idOf) }];
          return { kind: 'rmw', on, value, into: null, order: 'relaxed', cases };
        },
      };
    }
    case 'fence':
      return {
        said,
        late: AT_ONCE,
        ways: [new Way(item.text, TRUE, [], 'together', asOne(follow([])))],
        finish: ([way], idOf) => ({ kind: 'fence', fence: item.fence, next: nextOf(way!, idOf) }),
      };
  }
}

function loadOf(
  { from, into, order, cases }: Item & { kind: 'load' },
  said: Draft['said'],
  follow: (items: readonly Item[]) => Follow,
): Draft {
  const read = [{ id: into, value: get(from) }];
  const numbered = cases.map(({ guard }, next) => ({ guard, next }));
  const ways = lowerCases(numbered, into, get(from), read).map(
    ({ guard, next, assign, assigns }) =>
      new Way(cases[next]!.text, guard, assign, assigns, follow(cases[next]!.items)),
  );
  return {
    said,
    late: { reads: from, writes: null },
    ways,
    finish: (taken, idOf) => ({
      kind: 'load',
      from,
      into,
      order,
      // The last takes what is left: a value of which no case is taken is never read.
      cases: taken.map((way) => ({
        guard: way === taken.at(-1) ? TRUE : cases[ways.indexOf(way)]!.guard,
        next: nextOf(way, idOf),
      })),
    }),
  };
}

function atomic(
  order: (Step & { kind: 'atomic' })['order'],
  taken: readonly Way[],
  idOf: (id: StepId) => StepId,
): Step {
  const alternatives = taken.flatMap(({ guard, assign, targets }) =>
    targets.map(({ step }): Alternative => ({ guard, assign, next: idOf(step) })),
  );
  return { kind: 'atomic', order, alternatives };
}

const nextOf = ({ targets }: Way, idOf: (id: StepId) => StepId): StepId => idOf(targets[0]!.step);

/** The steps that were asked for, numbered as they are come to from `entry` on, and what is said of them. */
export function finished(
  drafts: readonly (Draft | null)[],
  entry: StepId,
): { readonly steps: readonly Step[]; readonly notes: readonly (StepNote | null)[] } {
  const ids = new Map([[entry, 0]]);
  for (const id of ids.keys()) {
    for (const { step } of drafts[id]!.ways.flatMap(({ targets }) => targets))
      if (!ids.has(step)) ids.set(step, ids.size);
  }
  const all = [...ids.keys()].map((id) => drafts[id]!);
  return {
    steps: all.map(({ ways, finish }) =>
      finish(
        ways.filter(({ isTaken }) => isTaken),
        (id) => ids.get(id)!,
      ),
    ),
    notes: all.map(({ said, ways }) => {
      const choices = ways.flatMap(({ text, targets }) =>
        targets.map(({ assumptions }) => ({ text, assumptions })),
      );
      return said && { ...said, choices };
    }),
  };
}
