/** What an actor runs: the entries of its role, as a function of their own. */

import type { ActorRole } from '../kernel/configuration.js';
import { primitiveOf } from '../kernel/primitives.js';
import type { Code } from './code.js';
import type { FunctionCode, Instruction, Pure, Site } from './instruction.js';
import { NotModelledError } from './not-modelled.js';

/** Steps of the driver that no call in C stands for, as people say them. */
const DRIVER_TEXTS: Readonly<Record<string, (role: ActorRole) => string>> = {
  'bio of the submitter': () => 'interrupt',
  'return to user space': ({ kind, entries }) =>
    kind === 'dio-completion' && entries.length > 1
      ? 'completion delivered, or read returns'
      : 'returns to user space',
};

/** The entries one after the other, each ending with the return to user space. */
export function driverOf(code: Code, role: ActorRole): FunctionCode {
  const first = role.entries.find((entry) => code.base.universe.has(entry));
  const text = first ? code.base.universe.get(first)! : null;
  const site: Site = {
    function: role.name,
    origin: text?.lines[0]?.origin ?? { kind: 'bundled', file: '', line: 1 },
  };
  const call = (entry: string, name: string, args: readonly Pure[], id: number): Instruction => ({
    kind: 'call',
    result: id,
    callee: { kind: 'name', name },
    args,
    text: DRIVER_TEXTS[name]?.(role) ?? `${name}()`,
    used: false,
    site: { ...site, function: entry },
  });
  const instructions: Instruction[] = [];
  role.entries.forEach((entry, i) => {
    if (!primitiveOf(entry, []) && !code.base.universe.has(entry)) {
      throw new NotModelledError(`${entry}() is not known in ${code.base.release}`, site);
    }
    instructions.push(call(DRIVER_TEXTS[entry] ? 'end of the bio' : entry, entry, [], 2 * i));
    if (!primitiveOf(entry, []))
      instructions.push(call(entry, 'return to user space', [{ kind: 'int', value: i + 1 }], 2 * i + 1));
  });
  instructions.push({ kind: 'return', value: null, site });
  return {
    name: role.name,
    path: '',
    parameters: [],
    locals: new Map(),
    undeclared: new Set(),
    instructions,
    site,
  };
}
