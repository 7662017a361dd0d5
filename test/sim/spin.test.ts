import { describe, expect, it } from 'vitest';
import { explore } from '../../server/src/sim/explore.js';
import type { Program } from '../../server/src/sim/program.js';
import { OPTIONS } from './builders.js';
import { ALL_KINDS, randomProgram } from './random-program.js';
import { DEADLOCK, type Found, askSpin, whyNoSpin } from './spin-batch.js';

/** A model of more than this is too long for Spin. */
const BATCH = 50;
/** DIO_ORDERING_SPIN=full compares a few thousand programs instead of a few hundred. */
const BATCHES = process.env['DIO_ORDERING_SPIN'] === 'full' ? 60 : 5;

function askSim(program: Program, reduction: boolean): Found {
  const { outcomes, deadlock, unreached, complete } = explore(program, { ...OPTIONS, reduction });
  expect(complete).toBe(true);
  const violated = [...outcomes].filter(([, { kind }]) => kind === 'violated').map(([id]) => id);
  const reached = program.witnesses.map(({ id }) => id).filter((id) => !unreached.includes(id));
  return new Set([...violated, ...reached, ...(deadlock.kind === 'violated' ? [DEADLOCK] : [])]);
}

const reason = whyNoSpin();

describe.skipIf(reason !== null)(`Spin${reason === null ? '' : ` (${reason})`}`, () => {
  it.each([...Array(BATCHES).keys()])(
    'agrees on random programs, batch %i',
    (batch) => {
      const shape = { actors: 3, shared: 3, steps: 6, kinds: ALL_KINDS, loops: batch % 2 === 0 };
      const programs = Array.from({ length: BATCH }, (_, i) =>
        randomProgram((batch * BATCH + i) * 104729 + 1, shape),
      );
      const spin = askSpin(programs);
      programs.forEach((program, i) => {
        expect(askSim(program, false)).toEqual(spin[i]);
        expect(askSim(program, true)).toEqual(spin[i]);
      });
    },
    120_000,
  );
});
