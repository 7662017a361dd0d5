/** Random tests as both engines see them: the final states of the axiomatic model in the words of the state explorer. */

import type { MemoryModel } from '../../server/src/litmus/judge.js';
import type { Final } from '../sim/litmus-programs.js';
import { type Threads, registersOf, textOf } from './random-tests.js';
import { observe } from './variants.js';

/** The values of the registers that are read into, in each final state that all threads come to the end of. */
export function finalsOf(program: Threads, memory: MemoryModel): Set<string> {
  const registers = registersOf(program).flatMap((own, index) => own.map((name) => `${index}:${name}`));
  return new Set(
    observe(textOf(program, undefined, true), memory).states.map((state) => {
      const values = new Map(
        [...state.matchAll(/(\S+)=(-?\d+);/g)].map(([, name, value]) => [name!, Number(value)]),
      );
      return JSON.stringify(Object.fromEntries(registers.map((name) => [name.slice(2), values.get(name)!])));
    }),
  );
}

/** Every valuation of those registers with values that can be there. */
export function allFinals(program: Threads): Final[] {
  const highest = 2 + program.flat().filter(({ op }) => op === 'inc').length;
  const values = Array.from({ length: highest + 1 }, (_, value) => value);
  return registersOf(program)
    .flat()
    .reduce<Final[]>(
      (finals, register) =>
        finals.flatMap((final) => values.map((value) => ({ ...final, [register]: value }))),
      [{}],
    );
}
