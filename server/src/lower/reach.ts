/** Which functions an actor can reach, and on which texts of the code base that answer depends. */

import type { FileSystem } from '../kernel/configuration.js';
import { POINTED_FUNCTIONS, TABLES } from '../kernel/decisions.js';
import { primitiveOf } from '../kernel/primitives.js';
import type { FunctionText } from '../source/text.js';
import type { Code } from './code.js';
import type { FunctionCode, Instruction, Pure } from './instruction.js';

export interface Reach {
  /** By name, the driver included. */
  readonly codes: ReadonlyMap<string, FunctionCode>;
  /** Those that a table or a value names, so that a call through a pointer may reach them. */
  readonly pointees: ReadonlySet<string>;
  readonly dependencies: Dependencies;
}

/** Texts that were looked at, by name; undefined for names that the code base does not have. */
export interface Dependencies {
  readonly functions: ReadonlyMap<string, FunctionText | undefined>;
  readonly tables: ReadonlyMap<string, FunctionText | undefined>;
}

/** Whether another code base gives the same answers, so that what was computed on the first holds on it. */
export function sameDependencies({ functions, tables }: Dependencies, code: Code): boolean {
  for (const [name, text] of functions) if (code.base.universe.get(name) !== text) return false;
  for (const [name, text] of tables) if (code.base.tables.get(name) !== text) return false;
  return (
    code.base.tables.size === tables.size || [...code.base.tables.keys()].every((name) => tables.has(name))
  );
}

/** Functions that can be reached by name or through a table or value that names them. */
export function reachableFrom(code: Code, driver: FunctionCode, fs: FileSystem): Reach {
  const codes = new Map<string, FunctionCode>([[driver.name, driver]]);
  const pointees = new Set<string>();
  const functions = new Map<string, FunctionText | undefined>();
  const tables = new Map<string, FunctionText | undefined>();
  const todo: FunctionCode[] = [driver];
  const visit = (name: string): void => {
    functions.set(name, code.base.universe.get(name));
    const found = codes.has(name) || primitiveOf(name, []) ? null : code.function(name);
    if (!found) return;
    codes.set(name, found);
    todo.push(found);
  };
  const point = (name: string): void => {
    if (pointees.has(name) || tables.has(name)) return;
    const table = code.table(name);
    tables.set(name, code.base.tables.get(name));
    for (const entry of table?.values() ?? []) point(entry);
    if (table) return;
    functions.set(name, code.base.universe.get(name));
    if (!code.base.universe.has(name)) return;
    pointees.add(name);
    visit(name);
  };
  for (const name of [...TABLES[fs], ...POINTED_FUNCTIONS]) point(name);
  for (let next = todo.pop(); next; next = todo.pop()) {
    for (const instruction of next.instructions) {
      for (const { name, called } of mentions(instruction)) {
        if (called) visit(name);
        else point(name);
      }
    }
  }
  return { codes, pointees, dependencies: { functions, tables } };
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
