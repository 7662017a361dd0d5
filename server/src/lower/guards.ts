/** `guard(rwsem_read)(&inode->i_rwsem);` of include/linux/cleanup.h: a lock that the end of its block gives back. */

import { flattenExpression, oneLine } from './expressions.js';
import type { Flattening } from './flow.js';
import type { Pure } from './instruction.js';
import type { Node } from './parser.js';

/** As DEFINE_GUARD() in include/linux/rwsem.h; guards of other kinds hold locks that order nothing here. */
const LOCKS: Readonly<Record<string, { readonly lock: string; readonly unlock: string }>> = {
  rwsem_read: { lock: 'down_read', unlock: 'up_read' },
  rwsem_write: { lock: 'down_write', unlock: 'up_write' },
};

const field = (node: Node | null | undefined, name: string): Node | null =>
  node?.childForFieldName(name) ?? null;

/** Takes the lock of a statement that is a guard, and remembers to give it back. False for any other statement. */
export function takeGuard(flow: Flattening, statement: Node): boolean {
  const call = statement.namedChildren[0];
  const kind = field(call, 'function');
  if (kind?.type !== 'call_expression' || field(kind, 'function')?.text !== 'guard') return false;
  const locks = LOCKS[field(kind, 'arguments')?.namedChildren[0]?.text ?? ''];
  if (!locks) return true;
  const args = (field(call, 'arguments')?.namedChildren ?? []).flatMap((arg) =>
    arg ? [flattenExpression(flow, arg, true)] : [],
  );
  emitCall(flow, locks.lock, args, statement);
  flow.guards.push({ unlock: locks.unlock, args, node: statement });
  return true;
}

/** Gives back what was taken since `guards` had this length, last taken first. The guards stay for other ways out. */
export function leaveGuards(flow: Flattening, since: number): void {
  for (const { unlock, args, node } of flow.guards.slice(since).reverse()) emitCall(flow, unlock, args, node);
}

function emitCall(flow: Flattening, name: string, args: readonly Pure[], node: Node): void {
  flow.emit({
    kind: 'call',
    result: flow.newTemp(),
    callee: { kind: 'name', name },
    args,
    text: oneLine(node.text).replace(/;$/, ''),
    used: false,
    site: flow.site(node),
  });
}
