/**
 * Writes dist/known/ERA.json: what the bundled paths give as they stand, for review/known-runs.ts; and the names of
 * their functions, for source/bundled.ts.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { Code } from '../server/src/lower/code.js';
import { lowerScenario, type Lowered } from '../server/src/lower/lower.js';
import { cParser } from '../server/src/lower/parser.js';
import {
  allScenarios,
  MEMORY_MODELS,
  type KnownExploration,
  type KnownRun,
  type KnownRuns,
} from '../server/src/review/known-runs.js';
import { exploreFully } from '../server/src/review/runs.js';
import type { MemoryModel } from '../server/src/sim/exploration.js';
import { bundledEras, loadEra, pathsOfAllEras } from '../server/src/source/bundled.js';

void write(process.argv[2]!);

async function write(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const parser = await cParser();
  writeFileSync(`${folder}/functions.json`, JSON.stringify([...new Map(pathsOfAllEras())]));
  for (const era of bundledEras()) {
    const code = new Code(parser, loadEra(era.id));
    writeFileSync(`${folder}/${era.id}.json`, JSON.stringify(knownRuns(code)));
  }
}

function knownRuns(code: Code): KnownRuns {
  return Object.fromEntries(
    allScenarios().flatMap((scenario) => {
      const result = lowerScenario(code, scenario);
      return result.ok ? [[scenario.id, knownRun(result.lowered)]] : [];
    }),
  );
}

function knownRun(lowered: Lowered): KnownRun {
  const { key, ran } = lowered;
  const explorations = MEMORY_MODELS.map((memory) => [memory, knownExploration(lowered, memory)] as const);
  return {
    key,
    ran: [...ran].sort(),
    explorations: Object.fromEntries(explorations) as Record<MemoryModel, KnownExploration>,
  };
}

function knownExploration({ program }: Lowered, memory: MemoryModel): KnownExploration {
  const { outcomes, unreached, states, transitions, complete, windowFull } = exploreFully(program, memory);
  return {
    outcomes: [...outcomes].map(([id, { kind }]) => [id, kind]),
    unreached,
    states,
    transitions,
    complete,
    windowFull,
  };
}
