/** Executes a trace move by move, to show what each move changed and to check what the search answers. */

import type { MemoryModel, Replay, Trace } from './exploration.js';
import { Interpreter } from './interpreter.js';
import type { Program } from './program.js';

/** The values of all variables after each move; null where a move of `trace` is not possible. */
export function replay(program: Program, trace: Trace, memory: MemoryModel): Replay | null {
  const machine = new Interpreter(program, memory);
  const states = [[...machine.values]];
  for (const move of trace) {
    if (!machine.make(move)) return null;
    states.push([...machine.values]);
  }
  return { states, waiting: machine.waiting() };
}
