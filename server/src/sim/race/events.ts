/** Accesses as events of the axiomatic model. */

import type { Event, ReadOrder, Sources } from '../axiomatic/event.js';
import type { Path } from '../axiomatic/thread.js';
import type { Program, VariableId } from '../program.js';
import type { Access, AccessId, Item } from './accesses.js';

export interface ThreadEvents {
  readonly path: Path;
  /** By access: the index of its event; of a read-modify-write that of its read, the write follows. */
  readonly at: ReadonlyMap<AccessId, number>;
}

export const locationOf = (program: Program, variable: VariableId): string =>
  `${variable} ${program.variables[variable]!.name}`;

/** `readBy`: what an access reads in this execution, where that is not what it read in the trace. */
export function eventsOf(
  program: Program,
  items: readonly Item[],
  readBy: (access: Access) => number = (access) => access.read!,
): ThreadEvents {
  const events: Event[] = [];
  const at = new Map<AccessId, number>();
  const sources = (ids: readonly AccessId[]): Sources => ids.flatMap((id) => at.get(id) ?? []);
  for (const item of items) {
    if (item.kind === 'fence') {
      events.push({ kind: 'fence', fence: item.fence });
      continue;
    }
    at.set(item.id, events.length);
    events.push(...accessEvents(program, item, readBy(item), sources, events.length));
  }
  return { path: { events, registers: new Map() }, at };
}

function accessEvents(
  program: Program,
  access: Access,
  value: number,
  sources: (ids: readonly AccessId[]) => Sources,
  index: number,
): Event[] {
  const common = {
    location: locationOf(program, access.variable),
    address: [],
    control: sources(access.control),
  };
  const isRmw = access.access === 'rmw';
  const part = isRmw ? 'rmw' : 'none';
  const read = { kind: 'read', ...common, value, order: readOrder(access), part } as const;
  if (access.access === 'read') return [read];
  const data = [...sources(access.data), ...(isRmw && access.adds ? [index] : [])];
  const written = isRmw && access.adds ? value + access.written! - access.read! : access.written!;
  const order = access.order === 'release' ? 'release' : 'once';
  const write = { kind: 'write', ...common, value: written, order, part, data } as const;
  return isRmw ? [read, write] : [write];
}

function readOrder({ access, returns, order }: Access): ReadOrder {
  if (access === 'rmw' && !returns) return 'noreturn';
  return order === 'acquire' ? 'acquire' : 'once';
}
