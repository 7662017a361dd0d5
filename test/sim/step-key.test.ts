import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Program, Step } from '../../server/src/sim/program.js';
import { stepsKey, textKey } from '../../server/src/sim/step-key.js';
import { ALL_KINDS, programs } from './random-program.js';

const SHAPE = { actors: 2, shared: 3, steps: 6, kinds: ALL_KINDS, loops: true };
const stepsOf = (program: Program): readonly Step[] => program.actors.flatMap(({ steps }) => steps);
const copyOf = (steps: readonly Step[]): readonly Step[] => structuredClone(steps) as Step[];

describe('keys of steps', () => {
  it('are equal for equal steps', () => {
    fc.assert(
      fc.property(programs(SHAPE), (program) => {
        expect(stepsKey(copyOf(stepsOf(program)))).toBe(stepsKey(stepsOf(program)));
      }),
    );
  });

  it('differ for steps that differ', () => {
    fc.assert(
      fc.property(programs(SHAPE), programs(SHAPE), (one, other) => {
        const same = JSON.stringify(stepsOf(one)) === JSON.stringify(stepsOf(other));
        expect(stepsKey(stepsOf(one)) === stepsKey(stepsOf(other))).toBe(same);
      }),
    );
  });

  it('differ when two steps change places', () => {
    const load: Step = {
      kind: 'load',
      from: 0,
      into: 1,
      order: 'relaxed',
      cases: [{ guard: { kind: 'const', value: 1 }, next: 1 }],
    };
    const fence: Step = { kind: 'fence', fence: 'mb', next: 1 };
    expect(stepsKey([load, fence])).not.toBe(stepsKey([fence, load]));
  });
});

describe('keys of texts', () => {
  it('tell texts apart', () => {
    expect(textKey('i_dio_count')).toBe(textKey('i_dio_count'));
    expect(textKey('i_dio_count')).not.toBe(textKey('i_dio_coumt'));
  });
});
