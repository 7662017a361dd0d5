/** Which variables one choice of a step reads and writes. */

import type { Expr, Step, VariableId } from './program.js';

export interface Accesses {
  readonly reads: ReadonlySet<VariableId>;
  readonly writes: ReadonlySet<VariableId>;
}

function readBy(expr: Expr, into: Set<VariableId>): void {
  switch (expr.kind) {
    case 'const':
      return;
    case 'var':
      into.add(expr.id);
      return;
    case 'not':
      return readBy(expr.of, into);
    case 'binary':
      readBy(expr.left, into);
      return readBy(expr.right, into);
    case 'if':
      [expr.condition, expr.then, expr.else].forEach((part) => readBy(part, into));
  }
}

/** Accesses of `step` when it is taken by its alternative or case `choice`. */
export function accessesOf(step: Step, choice: number): Accesses {
  const reads = new Set<VariableId>();
  const writes = new Set<VariableId>();
  switch (step.kind) {
    case 'atomic': {
      const alternative = step.alternatives[choice];
      if (alternative) readBy(alternative.guard, reads);
      for (const { id, value } of alternative?.assign ?? []) {
        writes.add(id);
        readBy(value, reads);
      }
      break;
    }
    case 'load':
      reads.add(step.from);
      break;
    case 'store':
      writes.add(step.to);
      break;
    case 'rmw':
      reads.add(step.on);
      writes.add(step.on);
      break;
    case 'fence':
    case 'end':
      break;
  }
  return { reads, writes };
}

const intersects = (a: ReadonlySet<VariableId>, b: ReadonlySet<VariableId>): boolean =>
  [...a].some((id) => b.has(id));

/** Whether two steps touch a common variable and one of them writes it. */
export function conflict(a: Accesses, b: Accesses): boolean {
  return intersects(a.writes, b.reads) || intersects(a.writes, b.writes) || intersects(a.reads, b.writes);
}
