/** C written in a test -> flattened code, and the events of an entry function that runs with nobody beside it. */

import type { ActorRole, Configuration } from '../../server/src/kernel/configuration.js';
import { CONTENT, EXTENT, type InitialState } from '../../server/src/kernel/model.js';
import type { Scenario } from '../../server/src/kernel/scenarios.js';
import { Code } from '../../server/src/lower/code.js';
import type { FunctionCode } from '../../server/src/lower/instruction.js';
import { lowerScenario, type Lowered } from '../../server/src/lower/lower.js';
import { cParser } from '../../server/src/lower/parser.js';
import { evaluate } from '../../server/src/sim/expr.js';
import { lowerStep } from '../../server/src/sim/lowered.js';
import { bundled } from '../source/helpers.js';

const parser = await cParser();

export const codeOf = (source: string): Code => new Code(parser, bundled('fs/test.c', source));

/** The flattened function `name`; it must parse. */
export function flattened(source: string, name = 'f'): FunctionCode {
  const code = codeOf(source).function(name);
  if (!code) throw new Error(`${name}() is not there or does not parse`);
  return code;
}

export const CONFIGURATION: Configuration = {
  fs: 'ext4',
  delalloc: true,
  dioreadNolock: false,
  lowSpace: false,
  extents: true,
  blocksPerPage: 1,
};

export const ROLE: ActorRole = {
  kind: 'dio-read',
  name: 'DIO read',
  aio: false,
  blocks: [0],
  version: 0,
  entries: ['ext4_dio_read'],
};

export const HOLE: InitialState = {
  blocks: [{ extent: EXTENT.hole, disk: CONTENT.stale }],
  cached: false,
};

export function scenarioOf(actors: readonly ActorRole[] = [ROLE], more: Partial<Scenario> = {}): Scenario {
  return {
    id: 'test',
    configuration: CONFIGURATION,
    mount: [],
    actors,
    initial: HOLE,
    start: 'hole',
    asks: ['P1'],
    ...more,
  };
}

/** Steps of a scenario on C that must be modelled. */
export function lowered(source: string, scenario: Scenario = scenarioOf()): Lowered {
  const result = lowerScenario(codeOf(source), scenario);
  if (!result.ok) throw new Error(`not modelled: ${result.reason}`);
  return result.lowered;
}

/** Why C is not modelled, or null when it is. */
export function notModelled(source: string, scenario: Scenario = scenarioOf()): string | null {
  const result = lowerScenario(codeOf(source), scenario);
  return result.ok ? null : result.reason;
}

export interface Run {
  /** Calls as written, each followed by what was seen where that is told: `f(): reads 0`. */
  readonly events: readonly string[];
  readonly assumptions: readonly string[];
}

const RETURN = 'return to user space';

/** Every run of the first actor with nobody beside it, without the return to user space. Loops are gone round once. */
export function runsAlone({ program, notes }: Lowered): readonly Run[] {
  const runs: Run[] = [];
  const visit = (at: number, values: readonly number[], run: Run, seen: ReadonlySet<string>): void => {
    const step = program.actors[0]!.steps[at]!;
    const key = `${String(at)}:${values.join()}`;
    if (step.kind === 'end' || seen.has(key)) {
      runs.push(step.kind === 'end' ? run : { ...run, events: [...run.events, '...'] });
      return;
    }
    const note = notes[0]![at];
    lowerStep(step).forEach(({ guard, assign, next }, choice) => {
      if (evaluate(guard, (id) => values[id]!) === 0) return;
      const after = [...values];
      for (const { id, value } of assign) after[id] = evaluate(value, (other) => after[other]!);
      const taken = note?.choices[choice];
      const shown = !note || note.call === '' || note.primitive === RETURN ? [] : [note.call];
      const text = taken && taken.text !== '' ? shown.map((call) => `${call}: ${taken.text}`) : shown;
      const onward = {
        events: [...run.events, ...text],
        assumptions: [...run.assumptions, ...(taken?.assumptions ?? [])],
      };
      visit(next, after, onward, new Set([...seen, key]));
    });
  };
  visit(
    program.actors[0]!.entry,
    program.variables.map(({ initial }) => initial),
    { events: [], assumptions: [] },
    new Set(),
  );
  return runs;
}

/** The runs of `ext4_dio_read` as one line each, sorted, each once. */
export function events(source: string, scenario?: Scenario): readonly string[] {
  const lines = runsAlone(lowered(source, scenario)).map((run) => run.events.join(' '));
  return [...new Set(lines)].sort();
}

/** Events of a body of `ext4_dio_read(inode)`; `more` stands before it. */
export const eventsOf = (body: string, more = ''): readonly string[] =>
  events(`${more}\nint ext4_dio_read(struct inode *inode)\n{\n${body}\n}\n`);
