/** The models that the two seed mails lead to, given to Spin: the same verdicts under sequential consistency. */

import { describe, expect, it } from 'vitest';
import { Code } from '../../server/src/lower/code.js';
import { lowerScenario } from '../../server/src/lower/lower.js';
import { cParser } from '../../server/src/lower/parser.js';
import { scenariosOf } from '../../server/src/kernel/scenarios.js';
import { loadEra } from '../../server/src/source/bundled.js';
import type { EraId } from '../../server/src/source/eras.js';
import { explore } from '../../server/src/sim/explore.js';
import type { Program } from '../../server/src/sim/program.js';
import { askSpin, whyNoSpin } from '../sim/spin-batch.js';

const reason = whyNoSpin();

async function programsOf(era: EraId, fs: 'ext4' | 'xfs', wanted: RegExp): Promise<Program[]> {
  const code = new Code(await cParser(), loadEra(era));
  return scenariosOf(fs)
    .filter((scenario) => wanted.test(scenario.id))
    .map((scenario) => {
      const result = lowerScenario(code, scenario);
      if (!result.ok) throw new Error(result.reason);
      return result.lowered.program;
    });
}

function violatedBySim(program: Program): string[] {
  const { outcomes } = explore(program, {
    memory: 'sc',
    reduction: true,
    maxStates: 5_000_000,
    deadlock: false,
  });
  return [...outcomes].flatMap(([id, outcome]) => (outcome.kind === 'violated' ? [id] : [])).sort();
}

describe.skipIf(reason !== null)(`the seeds' models in Spin ${reason ?? ''}`, () => {
  it.each([
    ['5.5', 'ext4', /dio-read\+fault\+writeback\/(?:no)?delalloc\/hole$/],
    ['4.10', 'xfs', /dio-write\+buffered-read\/block<page/],
  ] as const)('era %s, %s: both say the same of every property', async (era, fs, wanted) => {
    const programs = await programsOf(era, fs, wanted);
    expect(programs.length).toBeGreaterThan(0);
    for (const program of programs) {
      const properties = new Set(program.properties.map(({ id }) => id));
      const [found] = askSpin([program]);
      expect([...found!].filter((id) => properties.has(id)).sort()).toEqual(violatedBySim(program));
    }
  });
});
