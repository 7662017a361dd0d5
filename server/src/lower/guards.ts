/**
 * `guard(rwsem_read)(&inode->i_rwsem);` of include/linux/cleanup.h, a lock that the end of its block gives back, and
 * `scoped_guard(rwsem_read, &inode->i_rwsem) { ... }`, one that the end of the statement behind it does.
 */

import { flattenExpression, oneLine } from './expressions.js';
import type { Flattening } from './flow.js';
import type { Pure } from './instruction.js';
import type { Node } from './parser.js';

/** As DEFINE_GUARD() in include/linux/rwsem.h. */
const LOCKS: Readonly<Record<string, { readonly lock: string; readonly unlock: string }>> = {
  rwsem_read: { lock: 'down_read', unlock: 'up_read' },
  rwsem_write: { lock: 'down_write', unlock: 'up_write' },
};

/** Classes of the kernel whose locks order nothing here. */
const IDLE =
  /^(?:(?:raw_)?spinlock|mutex|rcu|srcu|preempt|migrate|irq|read_lock|write_lock|cpus_read|percpu)/;

const UNKNOWN = /^(?:guard|scoped_guard|scoped_cond_guard|CLASS)\s*\(/;

/** Whether text that was left unread takes a lock of a class that nobody here knows. */
export const takesUnknownLock = (text: string): boolean => UNKNOWN.test(text);

const field = (node: Node | null | undefined, name: string): Node | null =>
  node?.childForFieldName(name) ?? null;

const argumentsOf = (call: Node | null | undefined): readonly Node[] =>
  (field(call, 'arguments')?.namedChildren ?? []).filter((arg) => arg !== null);

/** Takes the lock of a statement that is a guard, and remembers to give it back. False for any other statement. */
export function takeGuard(flow: Flattening, statement: Node): boolean {
  const call = statement.namedChildren[0];
  const kind = field(call, 'function');
  if (kind?.type !== 'call_expression' || !/^(?:guard|CLASS)$/.test(field(kind, 'function')?.text ?? ''))
    return false;
  take(flow, statement, argumentsOf(kind)[0]?.text ?? '', argumentsOf(call), statement.parent ?? statement);
  return true;
}

/** Whether a statement is the head of a scoped guard, which C takes for a call of which the semicolon is missing. */
export const isScopedGuard = (statement: Node): boolean =>
  statement.type === 'expression_statement' &&
  /^scoped_(?:cond_)?guard$/.test(field(statement.namedChildren[0], 'function')?.text ?? '');

/** Takes the lock of a scoped guard for `scope`. */
export function takeScopedGuard(flow: Flattening, statement: Node, scope: Node): void {
  const call = statement.namedChildren[0];
  const [kind, ...args] = argumentsOf(call);
  const conditional = field(call, 'function')?.text === 'scoped_cond_guard';
  take(flow, statement, conditional ? '' : (kind?.text ?? ''), args, scope);
}

function take(flow: Flattening, node: Node, kind: string, args: readonly Node[], scope: Node): void {
  if (IDLE.test(kind)) return;
  const locks = LOCKS[kind];
  if (!locks) {
    flow.emit({ kind: 'unread', text: oneLine(node.text).replace(/;$/, ''), site: flow.site(node) });
    return;
  }
  const values = args.map((arg) => flattenExpression(flow, arg, true));
  emitCall(flow, locks.lock, values, node);
  flow.guards.push({ unlock: locks.unlock, args: values, node, scope });
}

/** Gives back what was taken since `guards` had this length, last taken first. The guards stay for other ways out. */
export function leaveGuards(flow: Flattening, since: number): void {
  for (const { unlock, args, node } of flow.guards.slice(since).reverse()) emitCall(flow, unlock, args, node);
}

/** The same for a `goto`: what does not guard the statement of its label. */
export function leaveGuardsFor(flow: Flattening, label: string): void {
  const isThere = (scope: Node): boolean =>
    scope
      .descendantsOfType('labeled_statement')
      .some((statement) => field(statement, 'label')?.text === label);
  const first = flow.guards.findIndex(({ scope }) => !isThere(scope));
  if (first >= 0) leaveGuards(flow, first);
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
