import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Code } from '../../server/src/lower/code.js';
import { lowerScenario } from '../../server/src/lower/lower.js';
import { cParser } from '../../server/src/lower/parser.js';
import { allScenarios, restored, type KnownRuns } from '../../server/src/review/known-runs.js';
import { exploreFully } from '../../server/src/review/runs.js';
import { loadEra } from '../../server/src/source/bundled.js';

const folder = new URL('../../dist/known/', import.meta.url);
const parser = await cParser();

/** Two scenarios of each era, one that needs three actors and one that asks for both properties. */
const SAMPLE = ['xfs/dio-read+fault+writeback/hole', 'xfs/dio-write+buffered-read/block<page/unwritten'];

describe.skipIf(!existsSync(folder))(
  'what the build knows of the unpatched paths (needs npm run build)',
  () => {
    it.each(['4.10', '5.5', '6.5'] as const)('is what lowering and exploring %s gives', (era) => {
      const known = JSON.parse(readFileSync(new URL(`${era}.json`, folder), 'utf8')) as KnownRuns;
      const code = new Code(parser, loadEra(era));
      for (const scenario of allScenarios().filter(({ id }) => SAMPLE.includes(id))) {
        const result = lowerScenario(code, scenario);
        if (!result.ok) throw new Error(result.reason);
        const { key, explorations } = known[scenario.id]!;
        expect(key).toBe(result.lowered.key);
        const fresh = exploreFully(result.lowered.program, 'lkmm');
        const kinds = [...fresh.outcomes].map(([id, { kind }]) => [id, kind]);
        expect(explorations.lkmm).toMatchObject({
          outcomes: kinds,
          states: fresh.states,
          complete: fresh.complete,
        });
      }
    });

    it('holds every scenario that the era has the functions for', () => {
      const known = JSON.parse(readFileSync(new URL('6.5.json', folder), 'utf8')) as KnownRuns;
      const code = new Code(parser, loadEra('6.5'));
      const lowered = allScenarios().filter((scenario) => lowerScenario(code, scenario).ok);
      expect(Object.keys(known)).toEqual(lowered.map(({ id }) => id));
    });
  },
);

describe('a known exploration', () => {
  it('gives a trace only when it is asked for one', () => {
    let explored = 0;
    const known = {
      outcomes: [['P1', 'violated']],
      unreached: [],
      states: 3,
      transitions: 4,
      complete: true,
      windowFull: false,
    } as const;
    const exploration = restored(known, () => {
      explored++;
      return {
        ...known,
        outcomes: new Map([['P1', { kind: 'violated', trace: [] }]]),
        deadlock: { kind: 'holds' },
      };
    });
    const outcome = exploration.outcomes.get('P1')!;
    expect([outcome.kind, explored]).toEqual(['violated', 0]);
    expect(outcome.kind === 'violated' && outcome.trace).toEqual([]);
    expect(explored).toBe(1);
  });
});
