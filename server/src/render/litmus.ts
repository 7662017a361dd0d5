/** A race that a memory model makes, as a litmus test in the kernel's C format (tools/memory-model/Documentation/litmus-tests.txt). */

import type { LitmusModel, RaceModel } from '../review/race-model.js';
import type { Side } from '../review/report.js';
import type { VariableId } from '../sim/program.js';
import type { Access, AccessId, FenceItem, Item } from '../sim/race/accesses.js';
import { isAccess, type LitmusTest, type LitmusThread } from '../sim/race/litmus-test.js';
import { placeText } from './grid.js';
import { wrap } from './width.js';

export type ExportedModel =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly what: string };

const WIDTH = 78;

/** Without a side, the one that has the race. */
export function renderLitmus(model: RaceModel, side: Side = model.side): ExportedModel {
  const { litmus, finding } = model;
  switch (litmus.kind) {
    case 'sc':
      return {
        ok: false,
        what: `${finding.id} exists under sc already: it needs no reordering and is no litmus test; take it out as a Promela model (format promela)`,
      };
    case 'none':
      return {
        ok: false,
        what: `${finding.id} turns on more than the order of its accesses, so no litmus test was found; take it out as a Promela model (format promela)`,
      };
    case 'pair':
      return { ok: true, text: textOf(model, litmus, side) };
  }
}

type Pair = LitmusModel & { kind: 'pair' };

function textOf(model: RaceModel, litmus: Pair, side: Side): string {
  const isOpen = side === model.side;
  const { pair } = litmus;
  const test = isOpen ? pair.open : pair.closed;
  const describe = isOpen ? litmus.open : litmus.closed;
  const names = namesOf(test);
  const threads = test.threads.map((thread, index) => new ThreadText(test, thread, index, names, describe));
  return [
    `C ${nameOf(model)}+${isOpen ? side : closedName(pair, side)}`,
    '',
    '(*',
    ` * Result: ${isOpen ? 'Sometimes' : 'Never'}`,
    ' *',
    ...commentOf(model, litmus, side).flatMap((text) =>
      text === '' ? [' *'] : wrap(text, WIDTH, 2).map((line, at) => ` * ${at > 0 ? '  ' : ''}${line}`),
    ),
    ' *)',
    '',
    ...initialState(test, names),
    '',
    ...threads.flatMap((thread) => [...thread.lines(), '']),
    `exists (${outcomeOf(test, threads, names)})`,
    '',
  ].join('\n');
}

const nameOf = ({ finding }: RaceModel): string => `${finding.rule}+${finding.id}`;
const closedName = ({ closedBy }: Pair['pair'], side: Side): string =>
  closedBy === 'other side' ? side : 'mb';

function commentOf(model: RaceModel, litmus: Pair, side: Side): string[] {
  const { finding, scenario, violation } = model;
  const { pair } = litmus;
  const isOpen = side === model.side;
  const test = isOpen ? pair.open : pair.closed;
  const describe = isOpen ? litmus.open : litmus.closed;
  const after = isOpen
    ? [`When the outcome below is possible, ${violation} (${finding.property}).`]
    : pair.closedBy === 'other side'
      ? [`The same accesses ${side} the patch: the outcome is not possible.`]
      : ['The same accesses with full barriers between them: the outcome is not possible.'];
  return [
    `${finding.message}`,
    '',
    `From ${finding.file}:${finding.line} in ${finding.function}(), the code ${isOpen || pair.closedBy === 'other side' ? side : model.side} the patch; ${scenario}.`,
    ...after,
    '',
    ...test.threads.flatMap(({ actor, items }, index) => [
      `P${index} is the ${test.program.actors[actor]!.name}:`,
      ...new Set(items.map((item) => `- ${sourceOf(item, actor, describe)}`)),
    ]),
  ];
}

function sourceOf(item: Item, actor: number, describe: Pair['open']): string {
  const source = describe(actor, item.at);
  if (source === null) return item.kind === 'fence' ? 'a barrier' : 'an access';
  return `${source.call} in ${source.function}(), ${placeText(source.at)}`;
}

/** Names in C: `page locked` is `page_locked`. */
function namesOf({ program, initial }: LitmusTest): ReadonlyMap<VariableId, string> {
  const names = new Map<VariableId, string>();
  for (const id of initial.keys()) {
    const plain = program.variables[id]!.name.replace(/\W+/g, '_').replace(/^(?=\d)/, '_');
    names.set(id, [...names.values()].includes(plain) ? `${plain}_${id}` : plain);
  }
  return names;
}

/** Variables of operations that give nothing back are `atomic_t`: there is no such operation on others. */
const isAtomic = ({ threads }: LitmusTest, id: VariableId): boolean =>
  threads.some(({ items }) =>
    items.some(
      (item) =>
        isAccess(item) && item.variable === id && item.access === 'rmw' && (item.adds || !item.returns),
    ),
  );

function initialState(test: LitmusTest, names: ReadonlyMap<VariableId, string>): string[] {
  const values = [...test.initial].filter(([, value]) => value !== 0);
  if (values.length === 0) return ['{}'];
  const value = (id: VariableId, number: number) =>
    isAtomic(test, id) ? `ATOMIC_INIT(${number})` : String(number);
  return [
    '{',
    ...values.map(
      ([id, number]) =>
        `\t${isAtomic(test, id) ? 'atomic_t' : 'int'} ${names.get(id)!} = ${value(id, number)};`,
    ),
    '}',
  ];
}

function outcomeOf(
  { finals }: LitmusTest,
  threads: readonly ThreadText[],
  names: ReadonlyMap<VariableId, string>,
): string {
  const ends = [...finals].map(([id, value]) => `${names.get(id)!}=${value}`);
  return [...threads.flatMap((thread) => thread.outcome), ...ends].join(' /\\ ');
}

class ThreadText {
  readonly #test: LitmusTest;
  readonly #thread: LitmusThread;
  readonly #index: number;
  readonly #names: ReadonlyMap<VariableId, string>;
  readonly #registers = new Map<AccessId, string>();
  /** Reads that the writes after them depend on, in the order of the braces that they open. */
  readonly #open: AccessId[] = [];

  constructor(
    test: LitmusTest,
    thread: LitmusThread,
    index: number,
    names: ReadonlyMap<VariableId, string>,
    readonly describe: Pair['open'],
  ) {
    this.#test = test;
    this.#thread = thread;
    this.#index = index;
    this.#names = names;
    for (const item of this.#accesses())
      if (isRead(item)) this.#registers.set(item.id, `r${this.#registers.size}`);
  }

  #accesses(): Access[] {
    return this.#thread.items.filter(isAccess);
  }

  get outcome(): string[] {
    return this.#accesses()
      .filter(isRead)
      .map(({ id, read }) => `${this.#index}:${this.#registers.get(id)!}=${read}`);
  }

  lines(): string[] {
    const variables = [...new Set(this.#accesses().map(({ variable }) => variable))].sort((a, b) => a - b);
    const parameters = variables.map(
      (id) => `${isAtomic(this.#test, id) ? 'atomic_t' : 'int'} *${this.#names.get(id)!}`,
    );
    const body = this.#thread.items.flatMap((item) => this.#statement(item));
    const closing = this.#open.map((_, i) => `${'\t'.repeat(this.#open.length - i)}}`);
    const registers = [...this.#registers.values()];
    return [
      `P${this.#index}(${parameters.join(', ')})`,
      '{',
      ...registers.map((name) => `\tint ${name};`),
      ...(registers.length > 0 ? [''] : []),
      ...body,
      ...closing,
      '}',
    ];
  }

  #statement(item: Item): string[] {
    const opened = item.kind === 'access' && item.access !== 'read' ? this.#branches(item) : [];
    return [...opened, `${this.#indent()}${item.kind === 'fence' ? fenceCall(item) : this.#call(item)};`];
  }

  /** A write that depends on what was read before stands under a branch on it. */
  #branches({ control }: Access): string[] {
    const reads = this.#accesses().filter(
      (one) => control.includes(one.id) && isRead(one) && !this.#open.includes(one.id),
    );
    return reads.map(({ id, read }) => {
      const line = `${this.#indent()}if (${this.#registers.get(id)!} == ${read}) {`;
      this.#open.push(id);
      return line;
    });
  }

  #indent(): string {
    return '\t'.repeat(this.#open.length + 1);
  }

  #call(access: Access): string {
    const name = this.#names.get(access.variable)!;
    const atomic = isAtomic(this.#test, access.variable);
    switch (access.access) {
      case 'read':
        return `${this.#registers.get(access.id)!} = ${readCall(name, access, atomic)}`;
      case 'write':
        return writeCall(name, access, atomic);
      case 'rmw':
        return access.returns
          ? `${this.#registers.get(access.id)!} = ${exchangeCall(name, access)}`
          : addCall(name, access.written! - access.read!);
    }
  }
}

/** Whether the access has a value that the outcome speaks of. */
const isRead = ({ access, returns }: Access): boolean => access === 'read' || (access === 'rmw' && returns);

function readCall(name: string, { order }: Access, atomic: boolean): string {
  if (order === 'acquire') return atomic ? `atomic_read_acquire(${name})` : `smp_load_acquire(${name})`;
  return atomic ? `atomic_read(${name})` : `READ_ONCE(*${name})`;
}

function writeCall(name: string, { order, written }: Access, atomic: boolean): string {
  if (order === 'release')
    return `${atomic ? 'atomic_set_release' : 'smp_store_release'}(${name}, ${written})`;
  return atomic ? `atomic_set(${name}, ${written})` : `WRITE_ONCE(*${name}, ${written})`;
}

/** Barriers on either side make it full where it is. */
function exchangeCall(name: string, { order, adds, read, written }: Access): string {
  const suffix = order === 'once' ? 'relaxed' : order;
  return adds
    ? `atomic_fetch_add_${suffix}(${written! - read!}, ${name})`
    : `xchg_${suffix}(${name}, ${written})`;
}

function addCall(name: string, by: number): string {
  if (by === 1) return `atomic_inc(${name})`;
  return by === -1 ? `atomic_dec(${name})` : `atomic_add(${by}, ${name})`;
}

function fenceCall({ fence }: FenceItem): string {
  switch (fence) {
    case 'mb':
      return 'smp_mb()';
    case 'rmb':
      return 'smp_rmb()';
    case 'wmb':
      return 'smp_wmb()';
    case 'before-atomic':
      return 'smp_mb__before_atomic()';
    case 'after-atomic':
      return 'smp_mb__after_atomic()';
  }
}
