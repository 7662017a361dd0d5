/** tree-sitter's C tree of one function -> instructions with explicit jumps. */

import type { FunctionText } from '../source/text.js';
import { declaredLocals, declaratorName, parameterLocals } from './declarations.js';
import { assignFields, assignValue, flattenExpression, flattenCondition } from './expressions.js';
import { Flattening, type LoopEnd } from './flow.js';
import {
  isScopedGuard,
  keepCleanups,
  leaveGuards,
  leaveGuardsFor,
  takeGuard,
  takeScopedGuard,
} from './guards.js';
import type { FunctionCode, Pure } from './instruction.js';
import type { Node } from './parser.js';

/** Flattens one `function_definition` node; `text` gives each row its origin. */
export function flattenFunction(definition: Node, text: FunctionText): FunctionCode {
  const flow = new Flattening(text, flattenStatement);
  const parameters = parameterLocals(definition);
  for (const parameter of parameters) flow.locals.set(parameter.name, parameter);
  const body = definition.childForFieldName('body');
  if (body) flattenStatement(flow, body);
  return flow.finish(parameters, flow.site(definition));
}

type StatementRule = (flow: Flattening, node: Node) => void;

const field = (node: Node, name: string): Node | null => node.childForFieldName(name);

function flattenBlock(flow: Flattening, node: Node): void {
  const outer = flow.guards.length;
  for (const child of node.namedChildren) {
    if (child && child.type !== 'comment') flattenStatement(flow, child);
  }
  leaveGuards(flow, outer);
  flow.guards.length = outer;
}

/** The statement that a scoped guard is for: a loop of one turn, which a `break` leaves. */
function flattenScope(flow: Flattening, node: Node): void {
  const outer = flow.guards.length;
  const end = flow.newLabel();
  const body = field(node, 'body');
  takeScopedGuard(flow, node, body ?? node);
  flow.insideLoop(end, end, () => flattenOptional(flow, body));
  flow.place(end);
  leaveGuards(flow, outer);
  flow.guards.length = outer;
}

function flattenIf(flow: Flattening, node: Node): void {
  const [then, otherwise, end] = [flow.newLabel(), flow.newLabel(), flow.newLabel()];
  flattenCondition(flow, field(node, 'condition')!, then, otherwise);
  flow.place(then);
  flattenOptional(flow, field(node, 'consequence'));
  flow.jump(end, node);
  flow.place(otherwise);
  flattenOptional(flow, field(node, 'alternative'));
  flow.place(end);
}

function flattenOptional(flow: Flattening, node: Node | null): void {
  if (node) flattenStatement(flow, node);
}

function flattenWhile(flow: Flattening, node: Node): void {
  if (isScopedGuard(node)) return flattenScope(flow, node);
  const [head, body, end] = [flow.newLabel(), flow.newLabel(), flow.newLabel()];
  flow.place(head);
  flattenCondition(flow, field(node, 'condition')!, body, end);
  flow.place(body);
  flow.insideLoop(end, head, () => flattenOptional(flow, field(node, 'body')));
  flow.jump(head, node);
  flow.place(end);
}

function flattenDo(flow: Flattening, node: Node): void {
  const [body, test, end] = [flow.newLabel(), flow.newLabel(), flow.newLabel()];
  flow.place(body);
  flow.insideLoop(end, test, () => flattenOptional(flow, field(node, 'body')));
  flow.place(test);
  flattenCondition(flow, field(node, 'condition')!, body, end);
  flow.place(end);
}

function flattenFor(flow: Flattening, node: Node): void {
  const [head, body, step, end] = [flow.newLabel(), flow.newLabel(), flow.newLabel(), flow.newLabel()];
  const initializer = field(node, 'initializer');
  if (initializer?.type === 'declaration') flattenStatement(flow, initializer);
  else if (initializer) flattenExpression(flow, initializer, false);
  flow.place(head);
  const condition = field(node, 'condition');
  if (condition) flattenCondition(flow, condition, body, end);
  flow.place(body);
  flow.insideLoop(end, step, () => flattenOptional(flow, field(node, 'body')));
  flow.place(step);
  const update = field(node, 'update');
  if (update) flattenExpression(flow, update, false);
  flow.jump(head, node);
  flow.place(end);
}

function flattenSwitch(flow: Flattening, node: Node): void {
  const value = flattenExpression(flow, field(node, 'condition')!, true);
  const end = flow.newLabel();
  const cases = (field(node, 'body')?.namedChildren ?? []).filter(
    (child) => child?.type === 'case_statement',
  );
  const labels = cases.map(() => flow.newLabel());
  let fallback = end;
  cases.forEach((child, i) => {
    const match = child && field(child, 'value');
    if (!child || !match) fallback = labels[i]!;
    else branchOnCase(flow, child, value, match, labels[i]!);
  });
  flow.jump(fallback, node);
  flow.insideSwitch(end, () => {
    cases.forEach((child, i) => {
      flow.place(labels[i]!);
      const match = child && field(child, 'value');
      for (const statement of child?.namedChildren ?? []) {
        if (statement && statement.id !== match?.id) flattenStatement(flow, statement);
      }
    });
  });
  flow.place(end);
}

function branchOnCase(flow: Flattening, node: Node, value: Pure, match: Node, to: number): void {
  const next = flow.newLabel();
  const condition: Pure = {
    kind: 'binary',
    op: '==',
    left: value,
    right: flattenExpression(flow, match, true),
  };
  flow.emit({ kind: 'branch', condition, then: to, else: next, site: flow.site(node) });
  flow.place(next);
}

function flattenLabel(flow: Flattening, node: Node): void {
  const label = field(node, 'label');
  if (label) flow.place(flow.namedLabel(label.text));
  for (const child of node.namedChildren) {
    if (child && child.id !== label?.id) flattenStatement(flow, child);
  }
}

function flattenGoto(flow: Flattening, node: Node): void {
  const label = field(node, 'label');
  if (!label) return;
  leaveGuardsFor(flow, label.text);
  flow.jump(flow.namedLabel(label.text), node);
}

function flattenReturn(flow: Flattening, node: Node): void {
  const expression = node.namedChildren.find((child) => child && child.type !== 'comment') ?? null;
  const value = expression ? flattenExpression(flow, expression, true) : null;
  leaveGuards(flow, 0);
  flow.emit({ kind: 'return', value, site: flow.site(node) });
}

/** Where a patch gives a local an initialiser, the release's own declaration of it may stand beside that: it says no more. */
function isSaidAgain(declarator: Node, declaration: Node): boolean {
  const name = declaratorName(declarator);
  const others = declaration.parent?.namedChildren.filter((one) => one?.type === 'declaration') ?? [];
  return others.some(
    (one) =>
      one !== null &&
      one.endIndex <= declaration.startIndex &&
      declaredLocals(one).some((local) => local.name === name),
  );
}

function flattenDeclaration(flow: Flattening, node: Node): void {
  for (const local of declaredLocals(node)) flow.locals.set(local.name, local);
  keepCleanups(flow, node);
  for (const child of node.namedChildren) {
    if (child?.type === 'init_declarator') flattenInitializer(flow, child);
    else if (child && declaratorName(child) && !isSaidAgain(child, node)) declareLocal(flow, child, false);
  }
}

function declareLocal(flow: Flattening, declarator: Node, zeroed: boolean): string | null {
  const name = declaratorName(declarator);
  if (name) flow.emit({ kind: 'declare', name, zeroed, site: flow.site(declarator) });
  return name;
}

function flattenInitializer(flow: Flattening, node: Node): void {
  const value = field(node, 'value');
  const list = value?.type === 'initializer_list' ? value : null;
  const name = declareLocal(flow, field(node, 'declarator')!, list !== null);
  if (!name || !value) return;
  const target: Pure = { kind: 'name', name };
  if (list) assignFields(flow, target, list);
  else assignValue(flow, target, value, node);
}

function flattenJumpTo(target: (flow: Flattening) => LoopEnd | undefined): StatementRule {
  return (flow, node) => {
    const end = target(flow);
    if (end === undefined) return;
    leaveGuards(flow, end.guards);
    flow.jump(end.label, node);
  };
}

/** `#ifdef` inside a function: whether the option is on is not known, so both ways. */
function flattenConditionalText(flow: Flattening, node: Node): void {
  const [then, otherwise, end] = [flow.newLabel(), flow.newLabel(), flow.newLabel()];
  const condition: Pure = {
    kind: 'opaque',
    text: (field(node, 'name') ?? field(node, 'condition'))?.text ?? '#if',
  };
  const alternative = field(node, 'alternative');
  flow.emit({ kind: 'branch', condition, then, else: otherwise, site: flow.site(node) });
  flow.place(then);
  for (const child of node.namedChildren) {
    if (child && child.id !== alternative?.id && STATEMENTS[child.type]) flattenStatement(flow, child);
  }
  flow.jump(end, node);
  flow.place(otherwise);
  if (alternative?.type === 'preproc_elif') flattenConditionalText(flow, alternative);
  else if (alternative) flattenBlock(flow, alternative);
  flow.place(end);
}

function keepUnread(flow: Flattening, node: Node): void {
  flow.emit({ kind: 'unread', text: node.text, site: flow.site(node) });
}

const STATEMENTS: Readonly<Record<string, StatementRule>> = {
  compound_statement: flattenBlock,
  else_clause: flattenBlock,
  attributed_statement: flattenBlock,
  if_statement: flattenIf,
  while_statement: flattenWhile,
  do_statement: flattenDo,
  for_statement: flattenFor,
  switch_statement: flattenSwitch,
  labeled_statement: flattenLabel,
  goto_statement: flattenGoto,
  return_statement: flattenReturn,
  break_statement: flattenJumpTo((flow) => flow.breakTarget),
  continue_statement: flattenJumpTo((flow) => flow.continueTarget),
  declaration: flattenDeclaration,
  expression_statement: (flow, node) => {
    const expression = node.namedChildren[0];
    if (expression && !takeGuard(flow, node)) flattenExpression(flow, expression, false);
  },
  preproc_ifdef: flattenConditionalText,
  preproc_if: flattenConditionalText,
  preproc_else: flattenBlock,
  ERROR: keepUnread,
};

/** Directives, type declarations and comments have no effect at run time. */
const WITHOUT_EFFECT = /^(?:comment|preproc_|type_|struct_|enum_|linkage_|empty)/;

export function flattenStatement(flow: Flattening, node: Node): void {
  const rule = STATEMENTS[node.type];
  if (rule) rule(flow, node);
  else if (node.type.endsWith('_expression')) flattenExpression(flow, node, false);
  else if (!WITHOUT_EFFECT.test(node.type)) keepUnread(flow, node);
}
