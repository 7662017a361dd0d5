/** Facts about the control flow of one flattened function: successors, postdominators, live locals. */

import type { FunctionCode, Instruction, Pure } from './instruction.js';
import { tempName } from './evaluate.js';

export function successors(code: FunctionCode, at: number): readonly number[] {
  const instruction = code.instructions[at]!;
  switch (instruction.kind) {
    case 'jump':
      return [instruction.to];
    case 'branch':
      return instruction.then === instruction.else
        ? [instruction.then]
        : [instruction.then, instruction.else];
    case 'return':
      return [];
    case 'call':
    case 'assign':
    case 'declare':
    case 'unread':
      return [at + 1];
  }
}

/**
 * The immediate postdominator of every instruction: where all ways on from it meet again; `instructions.length` is
 * the exit. Iterative data flow on the reversed graph (Cooper, Harvey and Kennedy, "A Simple, Fast Dominance
 * Algorithm", 2001). Instructions from which no way leaves the function have the exit.
 */
export function postdominators(code: FunctionCode): readonly number[] {
  const exit = code.instructions.length;
  const order = reversePostorder(code);
  const rank = new Map(order.map((node, i) => [node, i]));
  const immediate = new Array<number | null>(exit + 1).fill(null);
  immediate[exit] = exit;
  const meet = (a: number, b: number): number => {
    while (a !== b) {
      while (rank.get(a)! > rank.get(b)!) a = immediate[a]!;
      while (rank.get(b)! > rank.get(a)!) b = immediate[b]!;
    }
    return a;
  };
  for (let changed = true; changed;) {
    changed = false;
    for (const node of order.slice(1)) {
      const known = exitsOf(code, node).filter((next) => immediate[next] !== null && rank.has(next));
      if (known.length === 0) continue;
      const met = known.reduce(meet);
      if (immediate[node] !== met) {
        immediate[node] = met;
        changed = true;
      }
    }
  }
  return immediate.slice(0, exit).map((node) => node ?? exit);
}

function exitsOf(code: FunctionCode, node: number): readonly number[] {
  const next = successors(code, node);
  return next.length === 0 ? [code.instructions.length] : next;
}

/** Nodes that reach the exit, in reverse postorder of the reversed graph: the exit first. */
function reversePostorder(code: FunctionCode): number[] {
  const exit = code.instructions.length;
  const predecessors: number[][] = Array.from({ length: exit + 1 }, () => []);
  for (let at = 0; at < exit; at++) for (const next of exitsOf(code, at)) predecessors[next]!.push(at);
  const seen = new Set<number>([exit]);
  const postorder: number[] = [];
  const stack: { node: number; next: number }[] = [{ node: exit, next: 0 }];
  while (stack.length > 0) {
    const top = stack.at(-1)!;
    const child = predecessors[top.node]![top.next++];
    if (child === undefined) {
      postorder.push(top.node);
      stack.pop();
    } else if (!seen.has(child)) {
      seen.add(child);
      stack.push({ node: child, next: 0 });
    }
  }
  return postorder.reverse();
}

/** Names that an expression reads: locals and, for temporaries, `#id`. */
export function namesIn(pure: Pure, into: Set<string> = new Set()): Set<string> {
  switch (pure.kind) {
    case 'name':
      into.add(pure.name);
      break;
    case 'temp':
      into.add(tempName(pure.id));
      break;
    case 'field':
      into.add(pure.name);
      namesIn(pure.of, into);
      break;
    case 'deref':
    case 'address':
    case 'not':
    case 'negate':
    case 'complement':
      namesIn(pure.of, into);
      break;
    case 'binary':
      namesIn(pure.left, into);
      namesIn(pure.right, into);
      break;
    case 'choice':
      [pure.condition, pure.then, pure.else].forEach((part) => namesIn(part, into));
      break;
    case 'int':
    case 'opaque':
      break;
  }
  return into;
}

function uses(instruction: Instruction): Set<string> {
  const names = new Set<string>();
  switch (instruction.kind) {
    case 'call':
      [instruction.callee, ...instruction.args].forEach((pure) => namesIn(pure, names));
      break;
    case 'assign':
      namesIn(instruction.value, names);
      if (instruction.target.kind !== 'name' || instruction.op !== '=') namesIn(instruction.target, names);
      break;
    case 'branch':
      namesIn(instruction.condition, names);
      break;
    case 'return':
      if (instruction.value) namesIn(instruction.value, names);
      break;
    case 'declare':
    case 'jump':
    case 'unread':
      break;
  }
  return names;
}

function defines(instruction: Instruction): string | null {
  if (instruction.kind === 'call') return tempName(instruction.result);
  if (instruction.kind === 'declare') return instruction.name;
  return instruction.kind === 'assign' && instruction.op === '=' && instruction.target.kind === 'name'
    ? instruction.target.name
    : null;
}

/** For every instruction the locals whose values may still be read from it on. */
export function liveLocals(code: FunctionCode): readonly ReadonlySet<string>[] {
  const live: Set<string>[] = code.instructions.map(() => new Set<string>());
  for (let changed = true; changed;) {
    changed = false;
    for (let at = code.instructions.length - 1; at >= 0; at--) {
      const instruction = code.instructions[at]!;
      const size = live[at]!.size;
      const defined = defines(instruction);
      for (const next of successors(code, at)) {
        for (const name of live[next] ?? []) if (name !== defined) live[at]!.add(name);
      }
      for (const name of uses(instruction)) live[at]!.add(name);
      if (live[at]!.size !== size) changed = true;
    }
  }
  return live;
}
