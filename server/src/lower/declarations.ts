/** Names and types of parameters and locals, as far as the interpreter needs them. */

import type { Local } from './instruction.js';
import type { Node } from './parser.js';

/** The identifier that a declarator introduces: through pointers, arrays, initialisers and parentheses. */
export function declaratorName(node: Node): string | null {
  if (node.type === 'identifier') return node.text;
  if (!/declarator$/.test(node.type)) return null;
  const inner =
    node.childForFieldName('declarator') ??
    node.namedChildren.find((child) => child && child.type !== 'comment');
  return inner ? declaratorName(inner) : null;
}

function isPointer(node: Node): boolean {
  if (node.type === 'pointer_declarator') return true;
  if (node.type !== 'init_declarator') return false;
  const inner = node.childForFieldName('declarator');
  return inner ? isPointer(inner) : false;
}

function typeName(declaration: Node): string {
  const text = declaration.childForFieldName('type')?.text ?? '';
  return text.replace(/^(?:struct|union|enum)\s+/, '');
}

function localOf(declarator: Node, type: string): Local[] {
  const name = declaratorName(declarator);
  return name ? [{ name, type, pointer: isPointer(declarator), boolean: type === 'bool' }] : [];
}

/** The locals that one `declaration` node introduces. */
export function declaredLocals(declaration: Node): Local[] {
  const type = typeName(declaration);
  return declaration.namedChildren.flatMap((child) =>
    child && /declarator$|^identifier$/.test(child.type) ? localOf(child, type) : [],
  );
}

/** The parameters of a `function_definition` node, in order; unnamed ones are left out. */
export function parameterLocals(definition: Node): Local[] {
  let declarator = definition.childForFieldName('declarator');
  while (declarator && declarator.type !== 'function_declarator')
    declarator = declarator.childForFieldName('declarator');
  const list = declarator?.childForFieldName('parameters');
  return (list?.namedChildren ?? []).flatMap((parameter) => {
    const inner = parameter?.childForFieldName('declarator');
    return parameter && inner ? localOf(inner, typeName(parameter)) : [];
  });
}
