/** Which functions an actor can reach, and on which texts of the code base that answer depends. */

import type { FileSystem } from '../kernel/configuration.js';
import { decidesCall, POINTED_FUNCTIONS, TABLES } from '../kernel/decisions.js';
import { primitiveOf } from '../kernel/primitives.js';
import type { FunctionText } from '../source/text.js';
import { isBuiltin } from './builtins.js';
import type { Code } from './code.js';
import type { FunctionCode, Instruction, Pure } from './instruction.js';

export interface Reach {
  /** By name, the driver included. */
  readonly codes: ReadonlyMap<string, FunctionCode>;
  /** Those that a table or a value names, so that a call through a pointer may reach them. */
  readonly pointees: ReadonlySet<string>;
  /** Names that are called and have no text. */
  readonly unknown: ReadonlySet<string>;
  readonly dependencies: Dependencies;
}

/** What the answer was read from. */
export interface Dependencies {
  /** Texts that were looked at, by name; undefined for names that the code base does not have. */
  readonly functions: ReadonlyMap<string, FunctionText | undefined>;
  /** Names of which it matters only whether they are functions. */
  readonly names?: ReadonlyMap<string, boolean>;
  /** All tables: which names are tables matters wherever a name stands. */
  readonly tables: ReadonlyMap<string, FunctionText>;
}

/** Whether another code base gives the same answers, so that what was computed on the first holds on it. */
export function sameDependencies({ functions, names, tables }: Dependencies, code: Code): boolean {
  if (code.base.tables.size !== tables.size) return false;
  for (const [name, text] of tables) if (code.base.tables.get(name) !== text) return false;
  for (const [name, text] of functions) if (code.base.universe.get(name) !== text) return false;
  for (const [name, known] of names ?? []) if (code.base.universe.has(name) !== known) return false;
  return true;
}

/**
 * Functions that can be reached by name, through a value that names them, or through a field of a reached table that
 * reached code speaks of.
 */
export function reachableFrom(code: Code, driver: FunctionCode, fs: FileSystem, sizeMoves: boolean): Reach {
  const search = new ReachSearch(code, driver, sizeMoves);
  for (const name of [...TABLES[fs], ...POINTED_FUNCTIONS]) search.point(name);
  return search.run();
}

class ReachSearch {
  readonly #codes: Map<string, FunctionCode>;
  readonly #pointees = new Set<string>();
  readonly #unknown = new Set<string>();
  readonly #functions = new Map<string, FunctionText | undefined>();
  readonly #tables = new Set<string>();
  /** Initialisers of the tables reached. */
  readonly #entries: ReadonlyMap<string, string>[] = [];
  readonly #fields = new Set<string>();
  readonly #todo: FunctionCode[];

  constructor(
    readonly code: Code,
    driver: FunctionCode,
    readonly sizeMoves: boolean,
  ) {
    this.#codes = new Map([[driver.name, driver]]);
    this.#todo = [driver];
  }

  run(): Reach {
    for (let next = this.#todo.pop(); next; next = this.#todo.pop()) {
      const { called, named, fields } = mentionsOf(next);
      for (const name of called) this.#visit(name);
      for (const name of named) this.point(name);
      for (const name of fields) this.#field(name);
    }
    const dependencies = { functions: this.#functions, tables: this.code.base.tables };
    return { codes: this.#codes, pointees: this.#pointees, unknown: this.#unknown, dependencies };
  }

  /** A table or a function that a value may be. */
  point(name: string): void {
    if (this.#pointees.has(name) || this.#tables.has(name)) return;
    const table = this.code.table(name);
    if (table) {
      this.#tables.add(name);
      return this.#table(table);
    }
    this.#functions.set(name, this.code.base.universe.get(name));
    if (!this.code.base.universe.has(name)) return;
    this.#pointees.add(name);
    this.#visit(name);
  }

  #visit(name: string): void {
    if (this.#codes.has(name) || isAnswered(name, this.sizeMoves)) return;
    this.#functions.set(name, this.code.base.universe.get(name));
    const found = this.code.function(name);
    if (!found) {
      this.#unknown.add(name);
      return;
    }
    this.#codes.set(name, found);
    this.#todo.push(found);
  }

  #table(entries: ReadonlyMap<string, string>): void {
    this.#entries.push(entries);
    for (const [field, name] of entries) if (this.#fields.has(field)) this.point(name);
  }

  #field(field: string): void {
    if (this.#fields.has(field)) return;
    this.#fields.add(field);
    for (const entries of this.#entries) {
      const name = entries.get(field);
      if (name !== undefined) this.point(name);
    }
  }
}

/** What is called by name from `name` on, itself included; calls that are never entered are left out. */
export function calledFrom(name: string, { codes }: Reach, sizeMoves: boolean): ReadonlySet<string> {
  const found = new Set<string>();
  const todo = [name];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (found.has(next) || isAnswered(next, sizeMoves)) continue;
    found.add(next);
    const code = codes.get(next);
    if (code) todo.push(...mentionsOf(code).called);
  }
  return found;
}

/** Calls whose body is never entered: primitives, builtins, and those that the scenario decides. */
const isAnswered = (name: string, sizeMoves: boolean): boolean =>
  primitiveOf(name, [], sizeMoves) !== null || decidesCall(name, sizeMoves) || isBuiltin(name);

interface Mentions {
  readonly called: ReadonlySet<string>;
  /** Names that stand for themselves in values. */
  readonly named: ReadonlySet<string>;
  readonly fields: ReadonlySet<string>;
}

const mentions = new WeakMap<FunctionCode, Mentions>();

function mentionsOf(code: FunctionCode): Mentions {
  let known = mentions.get(code);
  if (!known) mentions.set(code, (known = collectMentions(code)));
  return known;
}

function collectMentions(code: FunctionCode): Mentions {
  const called = new Set<string>();
  const named = new Set<string>();
  const fields = new Set<string>();
  for (const instruction of code.instructions) {
    for (const pure of puresOf(instruction)) fieldsIn(pure, fields);
    if (instruction.kind === 'call') {
      if (instruction.callee.kind === 'name') called.add(instruction.callee.name);
      for (const arg of instruction.args) for (const name of plainNames(arg)) named.add(name);
    }
    const isValue = instruction.kind === 'assign' || instruction.kind === 'return';
    if (isValue && instruction.value) for (const name of plainNames(instruction.value)) named.add(name);
  }
  return { called, named, fields };
}

function puresOf(instruction: Instruction): readonly Pure[] {
  switch (instruction.kind) {
    case 'call':
      return [instruction.callee, ...instruction.args];
    case 'assign':
      return [instruction.target, instruction.value];
    case 'branch':
      return [instruction.condition];
    case 'return':
      return instruction.value ? [instruction.value] : [];
    case 'declare':
    case 'jump':
    case 'unread':
      return [];
  }
}

function fieldsIn(pure: Pure, into: Set<string>): void {
  switch (pure.kind) {
    case 'field':
      into.add(pure.name);
      return fieldsIn(pure.of, into);
    case 'deref':
    case 'address':
    case 'not':
    case 'negate':
    case 'complement':
      return fieldsIn(pure.of, into);
    case 'binary':
      fieldsIn(pure.left, into);
      return fieldsIn(pure.right, into);
    case 'choice':
      for (const part of [pure.condition, pure.then, pure.else]) fieldsIn(part, into);
      return;
    case 'int':
    case 'name':
    case 'temp':
    case 'opaque':
      return;
  }
}

function plainNames(pure: Pure): string[] {
  if (pure.kind === 'name') return [pure.name];
  if (pure.kind === 'address') return plainNames(pure.of);
  return pure.kind === 'choice' ? [...plainNames(pure.then), ...plainNames(pure.else)] : [];
}
