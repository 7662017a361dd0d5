/** A condition in words that people read: as C has it, with the calls in the places of their results. */

import { pureText } from './evaluate.js';
import type { FunctionCode, Pure } from './instruction.js';

/** C's binary operators, those that bind closest first. */
const BINDING = [
  ['*', '/', '%'],
  ['+', '-'],
  ['<<', '>>'],
  ['<', '<=', '>', '>='],
  ['==', '!='],
  ['&'],
  ['^'],
  ['|'],
  ['&&'],
  ['||'],
];

const rank = (op: string): number => BINDING.findIndex((ops) => ops.includes(op));

/** Results of calls are shown as the calls that made them. */
export function conditionText(code: FunctionCode, pure: Pure): string {
  if (pure.kind === 'temp') {
    const made = code.instructions.find(
      (instruction) => instruction.kind === 'call' && instruction.result === pure.id,
    );
    return made?.kind === 'call' ? made.text : 'result';
  }
  if (pure.kind === 'not') return `!${operand(code, pure.of, -1)}`;
  if (pure.kind === 'binary') {
    const own = rank(pure.op);
    return `${operand(code, pure.left, own)} ${pure.op} ${operand(code, pure.right, own - 1)}`;
  }
  return pureText(pure);
}

/** An operand of its own operator is in parentheses where that binds less close than `closest`. */
function operand(code: FunctionCode, pure: Pure, closest: number): string {
  const text = conditionText(code, pure);
  return pure.kind === 'binary' && rank(pure.op) > closest ? `(${text})` : text;
}
