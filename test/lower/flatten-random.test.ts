import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flattened } from './c.js';
import { Cut, execute, Oracle, statement, statementText, type Statement } from './random-c.js';
import { trace } from './machine.js';

/** Enough for every loop to be gone round several times; longer runs are compared as far as this. */
const MOST_CALLS = 40;

function called(run: (oracle: Oracle) => void, answers: readonly number[]): readonly string[] {
  const oracle = new Oracle(answers);
  try {
    run(oracle);
  } catch (error) {
    if (!(error instanceof Cut)) throw error;
  }
  return oracle.trace;
}

describe('flattened code', () => {
  it('calls what C calls, in its order, whatever the control flow and whatever the calls answer', () => {
    const answers = fc.array(fc.nat({ max: 2 }), { minLength: MOST_CALLS, maxLength: MOST_CALLS });
    fc.assert(
      fc.property(statement, answers, (one, numbers) => {
        // Everything stands in a loop of its own that runs once, so that break and continue mean something.
        const whole: Statement = { kind: 'block', body: [{ kind: 'do', name: 'a' }, one] };
        const code = flattened(`void f(void)\n{\n\tint v;\n\tdo { ${statementText(whole)} } while (0);\n}`);
        const expected = called((oracle) => void execute(whole, oracle), numbers);
        expect(called((oracle) => void trace(code, (name) => oracle.call(name)), numbers)).toEqual(expected);
      }),
      { numRuns: 300, seed: 11 },
    );
  });
});
