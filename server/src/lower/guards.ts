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
const CLEANUP = /\b__(?:free|cleanup)\s*\(\s*(\w+)\s*\)/;

/** Whether text that was left unread takes a lock of a class that nobody here knows, or gives back what may be one. */
export const takesUnknownLock = (text: string): boolean => UNKNOWN.test(text) || CLEANUP.test(text);

/** Why nothing is said of a run that comes to such text. */
export function whyNotKnown(text: string, where: string): string | null {
  if (UNKNOWN.test(text)) return `which lock ${text} takes in ${where}() is not known`;
  return CLEANUP.test(text) ? `what ${text} does where its block in ${where}() ends is not known` : null;
}

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
  take(flow, {
    node: statement,
    text: oneLine(statement.text).replace(/;$/, ''),
    kind: argumentsOf(kind)[0]?.text ?? '',
    args: argumentsOf(call),
    scope: statement.parent ?? statement,
  });
  return true;
}

/** What the mask made of `scoped_guard(` and `scoped_cond_guard(`. */
const SCOPED = /^scoped(?:_cond)?$/;

/** What a scoped guard was given, behind the word that the mask put there; null for another loop. */
function scopedArguments(loop: Node): readonly Node[] | null {
  const operands = operandsOf(field(loop, 'condition')?.namedChildren[0]);
  return SCOPED.test(operands[0]?.text ?? '') && operands.length > 1 ? operands : null;
}

const operandsOf = (node: Node | null | undefined): readonly Node[] =>
  node?.type === 'comma_expression'
    ? [field(node, 'left')!, ...operandsOf(field(node, 'right'))]
    : node
      ? [node]
      : [];

/** Whether a loop is a scoped guard, and not one that C has. */
export const isScopedGuard = (loop: Node): boolean => scopedArguments(loop) !== null;

/** Takes the lock of a scoped guard for `scope`. */
export function takeScopedGuard(flow: Flattening, loop: Node, scope: Node): void {
  const [macro, kind, ...args] = scopedArguments(loop) ?? [];
  const conditional = macro?.text === 'scoped_cond';
  const text = `${macro?.text ?? ''}_guard(${[kind, ...args].map((arg) => oneLine(arg?.text ?? '')).join(', ')})`;
  take(flow, { node: loop, text, kind: conditional ? '' : (kind?.text ?? ''), args, scope });
}

interface Taken {
  readonly node: Node;
  /** The guard as it stands. */
  readonly text: string;
  readonly kind: string;
  readonly args: readonly Node[];
  readonly scope: Node;
}

function take(flow: Flattening, { node, text, kind, args, scope }: Taken): void {
  if (IDLE.test(kind)) return;
  const locks = LOCKS[kind];
  if (!locks) {
    flow.emit({ kind: 'unread', text, site: flow.site(node) });
    return;
  }
  const values = args.map((arg) => flattenExpression(flow, arg, true));
  emitCall(flow, { name: locks.lock, args: values, text, node });
  flow.guards.push({ unlock: locks.unlock, args: values, text, node, scope });
}

/** Memory and references order nothing here. */
const IDLE_CLEANUP = /free|put/;

/** Keeps `struct foo *p __free(name)`, which the mask took out, where the end of the block may order something by it. */
export function keepCleanups(flow: Flattening, declaration: Node): void {
  const { startPosition, endPosition } = declaration;
  const lines = flow.text.lines.slice(startPosition.row, endPosition.row + 1);
  const [text, name] = CLEANUP.exec(lines.map((line) => line.text).join('\n')) ?? [];
  if (text === undefined || IDLE_CLEANUP.test(name ?? '')) return;
  flow.emit({ kind: 'unread', text: oneLine(text), site: flow.site(declaration) });
}

/** Gives back what was taken since `guards` had this length, last taken first. The guards stay for other ways out. */
export function leaveGuards(flow: Flattening, since: number): void {
  for (const { unlock, ...guard } of flow.guards.slice(since).reverse())
    emitCall(flow, { ...guard, name: unlock });
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

interface LockCall {
  readonly name: string;
  readonly args: readonly Pure[];
  readonly text: string;
  readonly node: Node;
}

function emitCall(flow: Flattening, { name, args, text, node }: LockCall): void {
  flow.emit({
    kind: 'call',
    result: flow.newTemp(),
    callee: { kind: 'name', name },
    args,
    text,
    used: false,
    site: flow.site(node),
  });
}
