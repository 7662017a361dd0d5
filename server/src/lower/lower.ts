/** The door: a scenario and the code of one release -> a step program for the simulator. */

import type { ActorRole } from '../kernel/configuration.js';
import { buildModel, type Model } from '../kernel/model.js';
import { interestingStates, stalePageRead, staleDataRead, type Scenario } from '../kernel/scenarios.js';
import { isPrimitiveName, primitiveOf } from '../kernel/primitives.js';
import type { CodeBase } from '../source/code-base.js';
import type { FunctionText } from '../source/text.js';
import type { Actor, Program, Property } from '../sim/program.js';
import { liveLocals } from './control-flow.js';
import { emitActor, NotModelledError, type StepNote } from './emit.js';
import type { Names } from './evaluate.js';
import { flattenFunction } from './flatten.js';
import type { FunctionCode, Instruction, Pure, Site } from './instruction.js';
import { mask } from './mask.js';
import { parse, type Node } from './parser.js';
import { analyseRelevance, type Relevance } from './relevance.js';
import { Store } from './store.js';
import type { Surroundings } from './walk.js';
import type { Parser } from 'web-tree-sitter';

/** A scenario as the simulator takes it, with what is needed to speak of its traces. */
export interface Lowered {
  readonly program: Program;
  readonly model: Model;
  /** By actor and step. */
  readonly notes: readonly (readonly (StepNote | null)[])[];
  /** Functions that some actor can reach. */
  readonly reached: ReadonlySet<string>;
}

export type LowerResult =
  | { readonly ok: true; readonly lowered: Lowered }
  | { readonly ok: false; readonly reason: string; readonly site: Site };

/** Code of one release, parsed as needed. Functions shared between code bases are parsed once. */
export class Code {
  static readonly #parsed = new WeakMap<FunctionText, FunctionCode | null>();
  static readonly #tables = new WeakMap<FunctionText, ReadonlyMap<string, string>>();
  static readonly #live = new WeakMap<FunctionCode, readonly ReadonlySet<string>[]>();

  constructor(
    readonly parser: Parser,
    readonly base: CodeBase,
  ) {}

  function(name: string): FunctionCode | null {
    const text = this.base.universe.get(name);
    if (!text) return null;
    const known = Code.#parsed.get(text);
    if (known !== undefined) return known;
    const code = parseFunction(this.parser, text);
    Code.#parsed.set(text, code);
    return code;
  }

  table(name: string): ReadonlyMap<string, string> | null {
    const text = this.base.tables.get(name);
    if (!text) return null;
    const known = Code.#tables.get(text);
    if (known) return known;
    const entries = tableEntries(text);
    Code.#tables.set(text, entries);
    return entries;
  }

  liveAt(code: FunctionCode, at: number): ReadonlySet<string> {
    let live = Code.#live.get(code);
    if (!live) Code.#live.set(code, (live = liveLocals(code)));
    return live[at] ?? new Set();
  }
}

function parseFunction(parser: Parser, text: FunctionText): FunctionCode | null {
  const tree = parse(parser, mask(text.lines.map((line) => line.text).join('\n')));
  const definition = tree.rootNode.descendantsOfType('function_definition')[0];
  const code = definition ? flattenFunction(definition as Node, text) : null;
  tree.delete();
  return code;
}

/** `.field = name` pairs of a designated initialiser. */
function tableEntries(text: FunctionText): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  for (const line of text.lines) {
    const pair = /\.(\w+)\s*=\s*&?(\w+)/.exec(line.text);
    if (pair) entries.set(pair[1]!, pair[2]!);
  }
  return entries;
}

/** Steps for every actor of a scenario, or why there are none. */
export function lowerScenario(code: Code, scenario: Scenario): LowerResult {
  const model = buildModel(scenario.configuration, scenario.initial, scenario.actors);
  const reached = new Set<string>();
  try {
    const actors: Actor[] = [];
    const notes: (readonly (StepNote | null)[])[] = [];
    scenario.actors.forEach((role, index) => {
      const emitted = lowerActor(code, scenario, model, role, index, reached);
      actors.push({ name: role.name, steps: emitted.steps, entry: emitted.entry });
      notes.push(emitted.notes);
    });
    const program = {
      variables: model.variables,
      actors,
      properties: properties(model, scenario),
      witnesses: interestingStates(model, scenario.actors),
    };
    return { ok: true, lowered: { program, model, notes, reached } };
  } catch (error) {
    if (error instanceof NotModelledError) return { ok: false, reason: error.reason, site: error.site };
    throw error;
  }
}

function properties(model: Model, scenario: Scenario): Property[] {
  const later = stalePageRead(model, scenario.actors);
  return [{ id: 'P1', bad: staleDataRead(model) }, ...(later ? [{ id: 'P2', bad: later }] : [])];
}

function lowerActor(
  code: Code,
  scenario: Scenario,
  model: Model,
  role: ActorRole,
  index: number,
  reached: Set<string>,
): ReturnType<typeof emitActor> {
  const driver = driverOf(code, role);
  const reachable = reachableFrom(code, driver);
  for (const name of reachable.codes.keys()) reached.add(name);
  const relevance = analyseRelevance(reachable.codes, reachable.pointees);
  const around = new ActorSurroundings(code, scenario, role, relevance);
  return emitActor(around, model, index, role, {
    frames: [{ code: driver, at: 0, result: 0 }],
    store: Store.empty(),
  });
}

class ActorSurroundings implements Surroundings {
  readonly names: Names;
  readonly configuration;

  constructor(
    readonly parsed: Code,
    scenario: Scenario,
    readonly role: ActorRole,
    readonly relevance: Relevance,
  ) {
    this.configuration = scenario.configuration;
    this.names = {
      isFunction: (name) => parsed.base.universe.has(name),
      isTable: (name) => parsed.base.tables.has(name),
      tableEntry: (table, field) => parsed.table(table)?.get(field) ?? null,
    };
  }

  code(name: string): FunctionCode | null {
    return this.parsed.function(name);
  }

  liveAt(code: FunctionCode, at: number): ReadonlySet<string> {
    return this.parsed.liveAt(code, at);
  }

  noteUnknownCall(): void {
    // Calls that are neither primitives nor known functions have no effect on the tracked state.
  }

  noteUnread(text: string, site: Site): void {
    const name = text.match(/\w+(?=\s*\()/g)?.find(isPrimitiveName);
    if (name)
      throw new NotModelledError(
        `${site.function}(): the text around ${name}() could not be read as C`,
        site,
      );
  }
}

/** What an actor runs: its entries one after the other, each ending with the return to user space. */
function driverOf(code: Code, role: ActorRole): FunctionCode {
  const first = role.entries.find((entry) => code.base.universe.has(entry));
  const text = first ? code.base.universe.get(first)! : null;
  const site: Site = {
    function: role.name,
    origin: text?.lines[0]?.origin ?? { kind: 'bundled', file: '', line: 1 },
  };
  const call = (name: string, args: readonly Pure[], id: number): Instruction => ({
    kind: 'call',
    result: id,
    callee: { kind: 'name', name },
    args,
    text: `${name}()`,
    used: false,
    site,
  });
  const instructions: Instruction[] = [];
  role.entries.forEach((entry, i) => {
    if (!primitiveOf(entry, []) && !code.base.universe.has(entry)) {
      throw new NotModelledError(`${entry}() is not known in ${code.base.release}`, site);
    }
    instructions.push(call(entry, [], 2 * i));
    if (!primitiveOf(entry, []))
      instructions.push(call('return to user space', [{ kind: 'int', value: i + 1 }], 2 * i + 1));
  });
  instructions.push({ kind: 'return', value: null, site });
  return { name: role.name, path: '', parameters: [], locals: new Map(), instructions, site };
}

/** Functions that can be reached by name or through a table or value that names them. */
function reachableFrom(
  code: Code,
  driver: FunctionCode,
): { codes: Map<string, FunctionCode>; pointees: Set<string> } {
  const codes = new Map<string, FunctionCode>([[driver.name, driver]]);
  const pointees = new Set<string>();
  const todo: FunctionCode[] = [driver];
  const visit = (name: string): void => {
    const found = codes.has(name) ? null : code.function(name);
    if (found && !primitiveOf(name, [])) {
      codes.set(name, found);
      todo.push(found);
    }
  };
  const point = (name: string): void => {
    const table = code.table(name);
    for (const entry of table?.values() ?? []) point(entry);
    if (!table && code.base.universe.has(name)) {
      pointees.add(name);
      visit(name);
    }
  };
  for (const name of code.base.tables.keys()) point(name);
  for (let next = todo.pop(); next; next = todo.pop()) {
    for (const instruction of next.instructions)
      for (const { name, called } of mentions(instruction)) called ? visit(name) : point(name);
  }
  return { codes, pointees };
}

function* mentions(instruction: Instruction): Generator<{ name: string; called: boolean }> {
  if (instruction.kind === 'call') {
    if (instruction.callee.kind === 'name') yield { name: instruction.callee.name, called: true };
    for (const arg of instruction.args) for (const name of plainNames(arg)) yield { name, called: false };
  }
  if (instruction.kind === 'assign')
    for (const name of plainNames(instruction.value)) yield { name, called: false };
}

function plainNames(pure: Pure): string[] {
  if (pure.kind === 'name') return [pure.name];
  if (pure.kind === 'address') return plainNames(pure.of);
  return pure.kind === 'choice' ? [...plainNames(pure.then), ...plainNames(pure.else)] : [];
}
