/** Which values a variable can have at all, so that a load is not guessed to read others. */

import { lowerStep } from '../lowered.js';
import type { Program } from '../program.js';

/** By variable: the initial value and the constants that are written, or 0..max where something computed is. */
export function possibleValues(program: Program): number[][] {
  const values = program.variables.map(({ initial }) => new Set([initial]));
  const computed = new Set<number>();
  for (const step of program.actors.flatMap(({ steps }) => steps)) {
    for (const { id, value } of lowerStep(step).flatMap(({ assign }) => assign)) {
      if (value.kind === 'const') values[id]!.add(value.value);
      else computed.add(id);
    }
  }
  return program.variables.map(({ max }, id) =>
    computed.has(id)
      ? Array.from({ length: max + 1 }, (_, value) => value)
      : [...values[id]!].filter((value) => value >= 0 && value <= max).sort((a, b) => a - b),
  );
}
