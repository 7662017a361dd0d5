/**
 * Which names matter: a backward slice over the functions that an actor can reach. A branch whose two ways meet again
 * without an event between them, and without writing a name that matters, is not worth exploring twice.
 * By name and without scopes, so it errs on the side of keeping.
 */

import { decidesCall, looksAtArguments } from '../kernel/decisions.js';
import { isPrimitiveName, primitiveOf, type Primitive } from '../kernel/primitives.js';
import { counter, isBuiltin } from './builtins.js';
import { namesIn, postdominators, successors } from './control-flow.js';
import { argumentTexts, tempName } from './evaluate.js';
import { takesUnknownLock } from './guards.js';
import type { FunctionCode, Instruction, Pure } from './instruction.js';

export interface Relevance {
  isRelevantName(name: string): boolean;
  /** Whether the result of a call is asked for by anything that matters. */
  isRelevantTemp(code: FunctionCode, id: number): boolean;
  /** Whether a function makes an event, itself or through what it calls. */
  isEventful(name: string): boolean;
  /** Whether a function does nothing that matters but return a value. */
  onlyReturns(name: string): boolean;
  /** The first instruction from `at` on that does something: jumps are followed, what does not matter is passed over. */
  nextThatMatters(code: FunctionCode, at: number): number;
  /** Where to go on from a branch that does not matter, or null for one that does. */
  skipTo(code: FunctionCode, at: number): number | null;
  /** Functions whose calls in `code` may be passed over, since they do nothing that matters. */
  passedOver(code: FunctionCode): readonly string[];
}

const returned = (name: string): string => `return:${name}`;
/** Results of functions that are called through pointers. */
const BY_POINTER = returned('*');

type Call = Instruction & { kind: 'call' };

/** What follows from a function alone, whoever reaches it. */
interface Facts {
  /** By instruction: where its ways meet again. */
  readonly meets: readonly number[];
  /** By branch: the instructions between it and where its ways meet; filled when asked for. */
  readonly regions: Map<number, readonly number[]>;
  /** By temporary: the call that makes it. */
  readonly calls: ReadonlyMap<string, Call>;
  /** Fields that are assigned, and names that are called. */
  readonly assigned: readonly string[];
  readonly called: readonly string[];
}

const facts = new WeakMap<FunctionCode, Facts>();

function factsOf(code: FunctionCode): Facts {
  const known = facts.get(code);
  if (known) return known;
  const calls = code.instructions.flatMap((one) =>
    one.kind === 'call' ? [[tempName(one.result), one] as const] : [],
  );
  const assigned = code.instructions.flatMap((one) =>
    one.kind === 'assign' && one.target.kind !== 'name' && one.target.kind !== 'temp'
      ? [lastName(one.target)]
      : [],
  );
  const called = calls.flatMap(([, call]) => directCallee(call, code) ?? []);
  const made: Facts = {
    meets: postdominators(code),
    regions: new Map(),
    calls: new Map(calls),
    assigned: [...new Set(assigned)],
    called: [...new Set(called)],
  };
  facts.set(code, made);
  return made;
}

function regionOf(code: FunctionCode, branch: number): readonly number[] {
  const { meets, regions } = factsOf(code);
  const known = regions.get(branch);
  if (known) return known;
  const region: number[] = [];
  const seen = new Set<number>([branch, meets[branch]!]);
  const todo = [...successors(code, branch)];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    if (seen.has(at) || at >= code.instructions.length) continue;
    seen.add(at);
    region.push(at);
    todo.push(...successors(code, at));
  }
  regions.set(branch, region);
  return region;
}

type Known = WeakMap<Instruction, Primitive | null>;
const primitives: Known = new WeakMap();
const primitivesWithSize: Known = new WeakMap();

/** The primitive that a direct call is, null if it is none, undefined for a call through a pointer. */
export function directPrimitive(
  code: FunctionCode,
  call: Call,
  sizeMoves: boolean,
): Primitive | null | undefined {
  const all = sizeMoves ? primitivesWithSize : primitives;
  const known = all.get(call);
  if (known !== undefined) return known;
  const name = directCallee(call, code);
  if (name === null) return undefined;
  const primitive = primitiveOf(name, argumentTexts(call.args), sizeMoves);
  all.set(call, primitive);
  return primitive;
}

const directCallee = (call: Call, code: FunctionCode): string | null =>
  call.callee.kind === 'name' && !code.locals.has(call.callee.name) ? call.callee.name : null;

/**
 * `codes`: the functions that can be reached, by name. `pointees`: those among them that tables or values name.
 * `suspects`: names without a text whose calls must not be passed over. `sizeMoves`: i_size is shared state.
 */
export function analyseRelevance(
  codes: ReadonlyMap<string, FunctionCode>,
  pointees: ReadonlySet<string>,
  suspects: ReadonlySet<string>,
  sizeMoves: boolean,
): Relevance {
  const slice = new Slice(codes, pointees, suspects, sizeMoves);
  slice.run();
  return slice;
}

class Slice implements Relevance {
  readonly #names = new Set<string>();
  readonly #temps = new Map<FunctionCode, Set<number>>();
  readonly #next = new Map<FunctionCode, Int32Array>();
  readonly #eventful: ReadonlySet<string>;
  /** By function: the fields that it or what it calls assigns; its callers see them. */
  readonly #written: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #relevantBranches = new Map<FunctionCode, Set<number>>();

  constructor(
    readonly codes: ReadonlyMap<string, FunctionCode>,
    readonly pointees: ReadonlySet<string>,
    readonly suspects: ReadonlySet<string>,
    readonly sizeMoves: boolean,
  ) {
    this.#eventful = eventfulFunctions(codes, suspects, sizeMoves);
    this.#written = writtenFields(codes);
  }

  isRelevantName(name: string): boolean {
    return name === THROUGH_POINTER || name.startsWith('?') || this.#names.has(name);
  }

  isEventful(name: string): boolean {
    return this.#eventful.has(name);
  }

  onlyReturns(name: string): boolean {
    return this.codes.has(name) && !this.#eventful.has(name) && !this.#writesWhatMatters(name);
  }

  isRelevantTemp(code: FunctionCode, id: number): boolean {
    return this.#temps.get(code)?.has(id) ?? false;
  }

  nextThatMatters(code: FunctionCode, at: number): number {
    let table = this.#next.get(code);
    if (!table) this.#next.set(code, (table = new Int32Array(code.instructions.length).fill(-1)));
    if (table[at]! < 0) table[at] = this.#findNext(code, at);
    return table[at]!;
  }

  #findNext(code: FunctionCode, start: number): number {
    let at = start;
    for (let steps = 0; steps < code.instructions.length; steps++) {
      const instruction = code.instructions[at]!;
      if (instruction.kind === 'jump') at = instruction.to;
      else if (this.#isIdle(code, instruction)) at++;
      else break;
    }
    return at;
  }

  /** Instructions that change nothing anybody asks for. Calls are never idle: they may be primitives or enter one. */
  #isIdle(code: FunctionCode, instruction: Instruction): boolean {
    if (instruction.kind === 'assign') return !this.isRelevantName(lastName(instruction.target));
    if (instruction.kind === 'declare') return !this.isRelevantName(instruction.name);
    if (instruction.kind !== 'call' || this.isRelevantTemp(code, instruction.result)) return false;
    const name = directCallee(instruction, code);
    if (name === null || counter(name) !== null || this.#primitive(code, instruction)) return false;
    if (this.suspects.has(name)) return false;
    const entered = this.codes.has(name) && !decidesCall(name, this.sizeMoves) && !isBuiltin(name);
    return !entered && instruction.args.every((arg) => arg.kind !== 'address');
  }

  skipTo(code: FunctionCode, at: number): number | null {
    return this.#relevantBranches.get(code)?.has(at) ? null : factsOf(code).meets[at]!;
  }

  passedOver(code: FunctionCode): readonly string[] {
    return code.instructions.flatMap((one) =>
      one.kind === 'call' && !this.#callMatters(code, one) ? (directCallee(one, code) ?? []) : [],
    );
  }

  run(): void {
    for (let size = -1; size !== this.#size();) {
      size = this.#size();
      for (const code of this.codes.values()) this.#visit(code);
    }
  }

  #size(): number {
    let branches = 0;
    for (const set of this.#relevantBranches.values()) branches += set.size;
    let temps = 0;
    for (const set of this.#temps.values()) temps += set.size;
    return this.#names.size + branches + temps;
  }

  #visit(code: FunctionCode): void {
    code.instructions.forEach((instruction, at) => {
      if (instruction.kind === 'branch') this.#visitBranch(code, at, instruction.condition);
      else if (instruction.kind === 'call') this.#visitCall(code, instruction);
      else if (instruction.kind === 'assign') this.#visitAssign(code, instruction.target, instruction.value);
      else if (instruction.kind === 'return' && instruction.value) this.#visitReturn(code, instruction.value);
    });
  }

  #visitBranch(code: FunctionCode, at: number, condition: Pure): void {
    const relevant = this.#relevantBranches.get(code) ?? new Set<number>();
    this.#relevantBranches.set(code, relevant);
    if (!relevant.has(at) && !this.#regionMatters(code, at)) return;
    relevant.add(at);
    this.#need(code, condition);
  }

  /** Whether anything between a branch and where its ways meet matters. */
  #regionMatters(code: FunctionCode, branch: number): boolean {
    return regionOf(code, branch).some((at) => this.#matters(code, code.instructions[at]!));
  }

  #matters(code: FunctionCode, instruction: Instruction): boolean {
    switch (instruction.kind) {
      case 'call':
        return this.#callMatters(code, instruction);
      case 'assign':
        return this.isRelevantName(lastName(instruction.target));
      case 'return':
        return this.#returnMatters(code) && instruction.value !== null;
      case 'unread':
        return holdsPrimitive(instruction.text);
      case 'branch':
      case 'jump':
      case 'declare':
        return false;
    }
  }

  #callMatters(code: FunctionCode, call: Call): boolean {
    const name = directCallee(call, code);
    if (name === null) return true;
    return (
      this.#primitive(code, call) !== null ||
      this.#eventful.has(name) ||
      counter(name) !== null ||
      this.#writesWhatMatters(name)
    );
  }

  #writesWhatMatters(name: string): boolean {
    for (const field of this.#written.get(name) ?? []) if (this.isRelevantName(field)) return true;
    return false;
  }

  #returnMatters(code: FunctionCode): boolean {
    return (
      this.#names.has(returned(code.name)) || (this.pointees.has(code.name) && this.#names.has(BY_POINTER))
    );
  }

  /** The names of an expression matter; so do the calls that computed its temporaries. */
  #need(code: FunctionCode, pure: Pure): void {
    for (const name of namesIn(pure)) {
      if (name.startsWith('#')) this.#needTemp(code, name);
      else this.#names.add(name);
    }
  }

  #needTemp(code: FunctionCode, name: string): void {
    const call = factsOf(code).calls.get(name);
    const known = this.#temps.get(code) ?? new Set<number>();
    this.#temps.set(code, known);
    if (!call || known.has(call.result)) return;
    known.add(call.result);
    const callee = directCallee(call, code);
    this.#names.add(callee === null ? BY_POINTER : returned(callee));
    if (callee !== null && (isBuiltin(callee) || looksAtArguments(callee)))
      call.args.forEach((arg) => this.#need(code, arg));
  }

  #visitCall(code: FunctionCode, call: Call): void {
    const name = directCallee(call, code);
    if (name === null) this.#need(code, call.callee);
    const primitive = this.#primitive(code, call);
    if (primitive) {
      for (const index of primitive.looksAt ?? []) if (call.args[index]) this.#need(code, call.args[index]);
      for (const field of primitive.fields ?? []) {
        this.#names.add(field);
        if (call.args[0]) this.#need(code, call.args[0]);
      }
      return;
    }
    if (name !== null && decidesCall(name, this.sizeMoves)) return;
    const targets = name === null ? [...this.pointees] : [name];
    for (const target of targets) this.#passParameters(code, call, target);
  }

  #passParameters(code: FunctionCode, call: Call, target: string): void {
    this.codes.get(target)?.parameters.forEach((parameter, i) => {
      const arg = call.args[i];
      if (arg && this.#names.has(parameter.name)) this.#need(code, arg);
    });
  }

  #primitive(code: FunctionCode, call: Call): Primitive | null {
    return directPrimitive(code, call, this.sizeMoves) ?? null;
  }

  #visitAssign(code: FunctionCode, target: Pure, value: Pure): void {
    const name = lastName(target);
    if (!this.isRelevantName(name)) return;
    this.#need(code, value);
    if (target.kind !== 'name') this.#need(code, target);
  }

  #visitReturn(code: FunctionCode, value: Pure): void {
    if (this.#returnMatters(code)) this.#need(code, value);
  }
}

/** What `*p = v` writes is known by the pointer's value alone, so it always matters. */
const THROUGH_POINTER = '*';

function lastName(target: Pure): string {
  if (target.kind === 'field' || target.kind === 'name') return target.name;
  if (target.kind === 'temp') return tempName(target.id);
  return target.kind === 'deref' ? THROUGH_POINTER : '';
}

const holdsPrimitive = (text: string): boolean =>
  takesUnknownLock(text) || (text.match(/\w+/g)?.some(isPrimitiveName) ?? false);

/** By function: the fields that it assigns, itself or through what it calls by name. */
function writtenFields(codes: ReadonlyMap<string, FunctionCode>): Map<string, ReadonlySet<string>> {
  const written = new Map([...codes].map(([name, code]) => [name, new Set(assignedFields(code))]));
  for (let changed = true; changed;) {
    changed = false;
    for (const [name, code] of codes) {
      const own = written.get(name)!;
      const size = own.size;
      for (const callee of calledNames(code)) for (const field of written.get(callee) ?? []) own.add(field);
      if (own.size !== size) changed = true;
    }
  }
  return written;
}

const assignedFields = (code: FunctionCode): readonly string[] => factsOf(code).assigned;
const calledNames = (code: FunctionCode): readonly string[] => factsOf(code).called;

/** Functions that make an event, themselves or through what they call. */
function eventfulFunctions(
  codes: ReadonlyMap<string, FunctionCode>,
  suspects: ReadonlySet<string>,
  sizeMoves: boolean,
): Set<string> {
  const eventful = new Set<string>(suspects);
  for (let size = -1; size !== eventful.size;) {
    size = eventful.size;
    for (const code of codes.values()) {
      if (
        !eventful.has(code.name) &&
        code.instructions.some((instruction) => isEvent(code, instruction, eventful, sizeMoves))
      ) {
        eventful.add(code.name);
      }
    }
  }
  return eventful;
}

function isEvent(
  code: FunctionCode,
  instruction: Instruction,
  eventful: ReadonlySet<string>,
  sizeMoves: boolean,
): boolean {
  if (instruction.kind !== 'call') return false;
  const name = directCallee(instruction, code);
  return name === null || eventful.has(name) || directPrimitive(code, instruction, sizeMoves) !== null;
}
