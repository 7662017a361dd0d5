/** C expressions -> pure expressions, with their calls, assignments and short circuits as instructions before. */

import type { Flattening } from './flow.js';
import type { Pure } from './instruction.js';
import { trackedField } from '../kernel/primitives.js';
import type { Node } from './parser.js';

type ExpressionRule = (flow: Flattening, node: Node, used: boolean) => Pure;

const field = (node: Node, name: string): Node | null => node.childForFieldName(name);
const opaque = (node: Node): Pure => ({ kind: 'opaque', text: oneLine(node.text) });

export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

function part(flow: Flattening, node: Node, name: string): Pure {
  const child = field(node, name);
  return child ? flattenExpression(flow, child, true) : opaque(node);
}

/** Decimal, hexadecimal, octal and character constants; anything else is opaque. */
function flattenNumber(node: Node): Pure {
  const digits = node.text.replace(/[uUlL]+$/, '');
  const value = Number(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits);
  return Number.isSafeInteger(value) ? { kind: 'int', value } : opaque(node);
}

/** `(xfs_filblks_t)(end - start)`: without the types at hand a cast reads as a call of a name in parentheses. */
const CAST_AS_CALL = /^\(\s*\w+_t\s*\)$/;

function flattenCall(flow: Flattening, node: Node, used: boolean): Pure {
  const only = field(node, 'arguments')?.namedChildren[0];
  if (only && CAST_AS_CALL.test(field(node, 'function')?.text ?? ''))
    return flattenExpression(flow, only, used);
  if (field(node, 'function')?.text === 'cmpxchg' && only?.type === 'pointer_expression')
    return flattenExchange(flow, node);
  const callee = part(flow, node, 'function');
  const list = field(node, 'arguments')?.namedChildren ?? [];
  const args = list.flatMap((child) =>
    child && child.type !== 'comment' ? [flattenExpression(flow, child, true)] : [],
  );
  const result = flow.newTemp();
  flow.emit({ kind: 'call', result, callee, args, text: oneLine(node.text), used, site: flow.site(node) });
  return { kind: 'temp', id: result };
}

/** `cmpxchg(&dio->error, 0, ret)` on an object of the path's own: written if it is as expected; gives what was there. */
function flattenExchange(flow: Flattening, node: Node): Pure {
  const list = field(node, 'arguments')?.namedChildren ?? [];
  const [pointer, expected, value] = list.flatMap((child) =>
    child && child.type !== 'comment' ? [flattenExpression(flow, child, true)] : [],
  );
  if (pointer?.kind !== 'address' || !expected || !value) return opaque(node);
  const old: Pure = { kind: 'name', name: `?${flow.newTemp()}` };
  flow.assign(old, '=', pointer.of, node);
  const condition: Pure = { kind: 'binary', op: '==', left: old, right: expected };
  flow.assign(pointer.of, '=', { kind: 'choice', condition, then: value, else: old }, node);
  return old;
}

function flattenAssignment(flow: Flattening, node: Node): Pure {
  const left = field(node, 'left');
  if (left && trackedBy(left) === 'inode->i_size') return flattenSizeWrite(flow, node, left);
  const target = part(flow, node, 'left');
  const op = field(node, 'operator')?.text ?? '=';
  const right = field(node, 'right');
  if (op === '=' && right) assignValue(flow, target, right, node);
  else flow.assign(target, op, part(flow, node, 'right'), node);
  return target;
}

/** `inode->i_size = size` is i_size_write() without its care for 32-bit readers. */
function flattenSizeWrite(flow: Flattening, node: Node, left: Node): Pure {
  const plain = field(node, 'operator')?.text === '=';
  const value = plain ? part(flow, node, 'right') : opaque(node);
  const callee: Pure = { kind: 'name', name: 'i_size_write' };
  const args = [part(flow, left, 'argument'), value];
  const result = flow.newTemp();
  flow.emit({
    kind: 'call',
    result,
    callee,
    args,
    text: oneLine(node.text),
    used: false,
    site: flow.site(node),
  });
  return value;
}

/** Allocations whose object begins with all fields zero. */
const ZEROED_ALLOCATION = /^(?:k[zc]alloc|kv[zc]alloc|kmem_cache_zalloc)(?:_node|_array)?$/;

/** `target = value`, where the value may be a whole object: `(struct s) { .a = 1 }`, or a pointer to one of zeros. */
export function assignValue(flow: Flattening, target: Pure, value: Node, node: Node): void {
  const list = value.type === 'compound_literal_expression' ? field(value, 'value') : null;
  if (list) return assignObject(flow, target, list, node);
  flow.assign(target, '=', flattenExpression(flow, value, true), node);
  if (ZEROED_ALLOCATION.test(field(value, 'function')?.text ?? ''))
    flow.assign(fieldOf(target, ALL_FIELDS, true), '=', { kind: 'int', value: 0 }, node);
}

/** The store's name for all fields of an object that nothing else was written to. */
const ALL_FIELDS = '*';

const fieldOf = (of: Pure, name: string, arrow: boolean): Pure => ({ kind: 'field', of, name, arrow });

/** The fields that a literal names, all others zero. The literal is evaluated before anything is written. */
function assignObject(flow: Flattening, target: Pure, list: Node, node: Node): void {
  const literal: Pure = { kind: 'name', name: `?${flow.newTemp()}` };
  const names = assignFields(flow, literal, list);
  flow.assign(fieldOf(target, ALL_FIELDS, false), '=', { kind: 'int', value: 0 }, node);
  for (const path of names) flow.assign(fieldAlong(target, path), '=', fieldAlong(literal, path), node);
}

const fieldAlong = (of: Pure, path: readonly string[]): Pure =>
  path.reduce((inner, name) => fieldOf(inner, name, false), of);

/**
 * `{ .pos = iocb->ki_pos, .flags = IOMAP_DIRECT }` field by field; positional elements are made, not tracked. Returns
 * the fields, each as the way to it.
 */
export function assignFields(flow: Flattening, of: Pure, list: Node): readonly (readonly string[])[] {
  return list.namedChildren.flatMap((child) => {
    if (child?.type !== 'initializer_pair') {
      if (child) flattenExpression(flow, child, false);
      return [];
    }
    const name = field(child, 'designator')?.namedChildren[0]?.text;
    const value = field(child, 'value');
    if (!name || !value) return [];
    const target = fieldOf(of, name, false);
    if (value.type === 'initializer_list')
      return assignFields(flow, target, value).map((path) => [name, ...path]);
    flow.assign(target, '=', flattenExpression(flow, value, true), child);
    return [[name]];
  });
}

/** `i++` keeps only that the value changed by one; the value of the expression itself is not tracked when used. */
function flattenUpdate(flow: Flattening, node: Node): Pure {
  const target = part(flow, node, 'argument');
  const op = node.text.includes('--') ? '-=' : '+=';
  const postfix = !/^(?:\+\+|--)/.test(node.text);
  flow.assign(target, op, { kind: 'int', value: 1 }, node);
  return postfix ? { kind: 'opaque', text: oneLine(node.text) } : target;
}

/** Whether evaluating the expression does something: calls, writes, and looks at shared state that C writes as a field. */
const hasCall = (node: Node): boolean =>
  node.descendantsOfType(['call_expression', 'assignment_expression', 'update_expression']).length > 0 ||
  node.descendantsOfType('field_expression').some((one) => one !== null && trackedBy(one) !== null);

const trackedBy = (node: Node): string | null =>
  trackedField(field(node, 'argument')?.text ?? '', field(node, 'field')?.text ?? '');

/** `page->mapping != mapping`: the test for a page that was truncated or invalidated meanwhile. */
const PAGE_MAPPING = /->mapping$/;

function flattenBinary(flow: Flattening, node: Node): Pure {
  const op = field(node, 'operator')?.text ?? '?';
  if ((op === '!=' || op === '==') && PAGE_MAPPING.test(field(node, 'left')?.text ?? '')) {
    const present = pseudoCall(flow, node, 'page->mapping');
    const asksIfGone = field(node, 'right')?.type === 'null' ? op === '==' : op === '!=';
    return asksIfGone ? { kind: 'not', of: present } : present;
  }
  const right = field(node, 'right');
  if ((op === '&&' || op === '||') && right && hasCall(right)) return flattenByBranch(flow, node);
  return { kind: 'binary', op, left: part(flow, node, 'left'), right: part(flow, node, 'right') };
}

function flattenTernary(flow: Flattening, node: Node): Pure {
  if (hasCall(node)) return flattenByBranch(flow, node);
  return {
    kind: 'choice',
    condition: part(flow, node, 'condition'),
    then: part(flow, node, 'consequence'),
    else: part(flow, node, 'alternative'),
  };
}

/** A value that depends on which calls are made: computed by branches into a name of its own. */
function flattenByBranch(flow: Flattening, node: Node): Pure {
  const target: Pure = { kind: 'name', name: `?${flow.newTemp()}` };
  const [then, otherwise, end] = [flow.newLabel(), flow.newLabel(), flow.newLabel()];
  const ternary = node.type === 'conditional_expression';
  flattenCondition(flow, ternary ? field(node, 'condition')! : node, then, otherwise);
  flow.place(then);
  flow.assign(target, '=', ternary ? part(flow, node, 'consequence') : { kind: 'int', value: 1 }, node);
  flow.jump(end, node);
  flow.place(otherwise);
  flow.assign(target, '=', ternary ? part(flow, node, 'alternative') : { kind: 'int', value: 0 }, node);
  flow.place(end);
  return target;
}

const UNARY: Readonly<Record<string, 'not' | 'negate' | 'complement'>> = {
  '!': 'not',
  '-': 'negate',
  '~': 'complement',
};

function flattenUnary(flow: Flattening, node: Node): Pure {
  const kind = UNARY[field(node, 'operator')?.text ?? ''];
  const of = part(flow, node, 'argument');
  return kind ? { kind, of } : of;
}

function flattenPointer(flow: Flattening, node: Node): Pure {
  const isAddress = field(node, 'operator')?.text === '&';
  const argument = field(node, 'argument');
  // `smp_load_acquire(&inode->i_size)`: taking the address is no look at it.
  if (isAddress && argument?.type === 'field_expression')
    return { kind: 'address', of: plainField(flow, argument) };
  return { kind: isAddress ? 'address' : 'deref', of: part(flow, node, 'argument') };
}

/** A look at shared state that C writes without a call. */
function pseudoCall(flow: Flattening, node: Node, primitive: string): Pure {
  const result = flow.newTemp();
  const callee: Pure = { kind: 'name', name: primitive };
  flow.emit({
    kind: 'call',
    result,
    callee,
    args: [],
    text: oneLine(node.text),
    used: true,
    site: flow.site(node),
  });
  return { kind: 'temp', id: result };
}

function flattenField(flow: Flattening, node: Node): Pure {
  const tracked = trackedBy(node);
  return tracked === null ? plainField(flow, node) : pseudoCall(flow, node, tracked);
}

const plainField = (flow: Flattening, node: Node): Pure =>
  fieldOf(
    part(flow, node, 'argument'),
    field(node, 'field')?.text ?? '',
    field(node, 'operator')?.text === '->',
  );

function flattenParenthesized(flow: Flattening, node: Node, used: boolean): Pure {
  const inner = node.namedChildren.find((child) => child && child.type !== 'comment');
  if (inner?.type === 'compound_statement') return flattenStatementExpression(flow, inner, used);
  return inner ? flattenExpression(flow, inner, used) : opaque(node);
}

/** `({ int r = f(); r; })` of GNU C: the statements, and the value of the last one. */
function flattenStatementExpression(flow: Flattening, block: Node, used: boolean): Pure {
  const statements = block.namedChildren.filter((child) => child !== null && child.type !== 'comment');
  const last = statements.at(-1);
  const value = last?.type === 'expression_statement' ? last.namedChildren[0] : null;
  for (const statement of value ? statements.slice(0, -1) : statements) flow.statement(flow, statement!);
  return value ? flattenExpression(flow, value, used) : opaque(block);
}

function flattenComma(flow: Flattening, node: Node, used: boolean): Pure {
  const left = field(node, 'left');
  const right = field(node, 'right');
  if (left) flattenExpression(flow, left, false);
  return right ? flattenExpression(flow, right, used) : opaque(node);
}

const EXPRESSIONS: Readonly<Record<string, ExpressionRule>> = {
  identifier: (_flow, node) => ({ kind: 'name', name: node.text }),
  field_identifier: (_flow, node) => ({ kind: 'name', name: node.text }),
  number_literal: (_flow, node) => flattenNumber(node),
  true: () => ({ kind: 'int', value: 1 }),
  false: () => ({ kind: 'int', value: 0 }),
  null: () => ({ kind: 'int', value: 0 }),
  call_expression: flattenCall,
  assignment_expression: (flow, node) => flattenAssignment(flow, node),
  update_expression: flattenUpdate,
  binary_expression: flattenBinary,
  conditional_expression: flattenTernary,
  unary_expression: flattenUnary,
  pointer_expression: flattenPointer,
  field_expression: flattenField,
  parenthesized_expression: flattenParenthesized,
  comma_expression: flattenComma,
  cast_expression: (flow, node) => part(flow, node, 'value'),
};

/** `used` is false where C throws the value away. */
export function flattenExpression(flow: Flattening, node: Node, used: boolean): Pure {
  const rule = EXPRESSIONS[node.type];
  if (rule) return rule(flow, node, used);
  if (node.type === 'ERROR') flow.emit({ kind: 'unread', text: node.text, site: flow.site(node) });
  else for (const call of outermostCalls(node)) flattenCall(flow, call, false);
  return opaque(node);
}

/** Calls inside an expression whose value is not tracked: they are made all the same. */
function outermostCalls(node: Node): Node[] {
  if (node.type === 'call_expression') return [node];
  return node.namedChildren.flatMap((child) => (child ? outermostCalls(child) : []));
}

/** Jumps to one of two labels; `!`, `&&` and `||` become jumps so that calls run only where C runs them. */
export function flattenCondition(flow: Flattening, node: Node, then: number, otherwise: number): void {
  const inner =
    node.type === 'parenthesized_expression'
      ? node.namedChildren.find((child) => child && child.type !== 'comment')
      : null;
  if (inner && inner.type !== 'compound_statement') return flattenCondition(flow, inner, then, otherwise);
  const op = field(node, 'operator')?.text;
  if (node.type === 'unary_expression' && op === '!')
    return flattenCondition(flow, field(node, 'argument')!, otherwise, then);
  if (node.type === 'binary_expression' && (op === '&&' || op === '||'))
    return flattenShortCircuit(flow, node, op, then, otherwise);
  if (node.type === 'field_expression' && PAGE_MAPPING.test(node.text)) {
    const condition = pseudoCall(flow, node, 'page->mapping');
    return flow.emit({ kind: 'branch', condition, then, else: otherwise, site: flow.site(node) });
  }
  const hinted = hintedCondition(node);
  if (hinted) return flattenCondition(flow, hinted, then, otherwise);
  const condition = flattenExpression(flow, node, true);
  flow.emit({ kind: 'branch', condition, then, else: otherwise, site: flow.site(node) });
}

function flattenShortCircuit(
  flow: Flattening,
  node: Node,
  op: '&&' | '||',
  then: number,
  otherwise: number,
): void {
  const middle = flow.newLabel();
  const left = field(node, 'left')!;
  if (op === '&&') flattenCondition(flow, left, middle, otherwise);
  else flattenCondition(flow, left, then, middle);
  flow.place(middle);
  flattenCondition(flow, field(node, 'right')!, then, otherwise);
}

/** `likely(x)` and `unlikely(x)` are x. */
function hintedCondition(node: Node): Node | null {
  if (node.type !== 'call_expression' || !/^(?:un)?likely$/.test(field(node, 'function')?.text ?? ''))
    return null;
  return field(node, 'arguments')?.namedChildren.find((child) => child && child.type !== 'comment') ?? null;
}
