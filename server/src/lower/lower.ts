/** The door: a scenario and the code of one release -> a step program for the simulator. */

import { ActorSurroundings, type NotedCall, type Walks } from './actor-surroundings.js';
import { Watched, type Consulted } from './consulted.js';
import { driverOf } from './driver.js';
import { isCalled, type ActorRole, type Configuration } from '../kernel/configuration.js';
import { sizeMoves } from '../kernel/decisions.js';
import { buildModel, type Model } from '../kernel/model.js';
import { interestingStates, propertiesOf } from '../kernel/properties.js';
import type { Scenario } from '../kernel/scenarios.js';
import { unmodelledCall } from '../kernel/unmodelled-calls.js';
import type { Actor, Program, Step } from '../sim/program.js';
import { bundledFunctions } from '../source/bundled.js';
import { askPossibleWays } from '../sim/possible-ways.js';
import { stepsKey, textKey } from '../sim/step-key.js';
import type { Code } from './code.js';
import type { StepNote } from './draft.js';
import { Emitter, type EmittedActor } from './emit.js';
import { NotModelledError } from './not-modelled.js';
import type { FunctionCode, Site } from './instruction.js';
import { calledFrom, reachableFrom, sameDependencies, type Dependencies, type Reach } from './reach.js';
import { analyseRelevance, type Relevance } from './relevance.js';
import { Store } from './store.js';
import { RememberedWalks } from './walks.js';

/** A scenario as the simulator takes it, with what is needed to speak of its traces. */
export interface Lowered {
  readonly program: Program;
  /** Equal for equal programs. */
  readonly key: string;
  readonly model: Model;
  /** By actor and step. */
  readonly notes: readonly (readonly (StepNote | null)[])[];
  /** Functions that some actor runs, or passes over since they do nothing that matters. */
  readonly ran: ReadonlySet<string>;
  readonly unresolved: readonly NotedCall[];
  /** By what they do: see kernel/unmodelled-calls.ts. */
  readonly unmodelled: ReadonlyMap<string, NotedCall>;
  /** Lines of the patch whose primitives some actor comes to. */
  readonly reached: ReadonlySet<number>;
  /** The ways that conditions of the patch went, see `wayOf`. */
  readonly ways: ReadonlySet<string>;
}

export type LowerResult =
  | { readonly ok: true; readonly lowered: Lowered }
  | { readonly ok: false; readonly reason: string; readonly site: Site };

/** Steps for every actor of a scenario, or why there are none. */
export function lowerScenario(code: Code, scenario: Scenario): LowerResult {
  const key = textKey(JSON.stringify(scenario));
  const known = remembered.get(key)?.find(({ dependencies }) => sameDependencies(dependencies, code));
  if (known) return known.result;
  return orNotModelled(() => lowerAnew(code, scenario, key).result);
}

interface Remembered {
  readonly dependencies: Dependencies;
  /** A scenario that is not modelled is not tried again. */
  readonly result: LowerResult;
}

/** By scenario; what was made holds wherever the texts that it looked at are the same. */
const remembered = new Map<string, Remembered[]>();
/** Their keys, oldest first. */
const rememberedKeys: string[] = [];

/** Scenarios kept before the oldest is forgotten: a few patches' worth. */
const MOST_REMEMBERED = 256;

function remember(key: string, made: Remembered): void {
  const all = remembered.get(key) ?? [];
  all.push(made);
  remembered.set(key, all);
  if (rememberedKeys.push(key) <= MOST_REMEMBERED) return;
  const oldest = rememberedKeys.shift()!;
  const left = remembered.get(oldest)!.slice(1);
  if (left.length > 0) remembered.set(oldest, left);
  else remembered.delete(oldest);
}

function lowerAnew(code: Code, scenario: Scenario, key: string): Remembered {
  const model = buildModel(scenario.configuration, scenario.initial, scenario.actors);
  const actors = scenario.actors.map((role, index) => new ScenarioActor(code, model, role, index));
  const result = lowerTogether(scenario, model, actors);
  const one = { dependencies: dependenciesOf(code, actors), result };
  remember(key, one);
  return one;
}

/** What one actor comes to depends on what the others do. */
function lowerTogether(scenario: Scenario, model: Model, actors: readonly ScenarioActor[]): LowerResult {
  return orNotModelled(() => {
    const emitters = actors.map(({ emitter }) => emitter);
    askPossibleWays(model.variables, emitters);
    const emitted = emitters.map((one) => one.emitted());
    const keys = emitted.map(({ steps, entry }) => `${entry}:${stepsKey(steps)}`);
    const questions = {
      variables: model.variables,
      properties: propertiesOf(model, scenario),
      witnesses: interestingStates(model, scenario.actors),
    };
    return {
      ok: true,
      lowered: {
        program: {
          ...questions,
          actors: scenario.actors.map((role, i) => actorOf(role, emitted[i]!, keys[i]!)),
        },
        key: [...keys, textKey(JSON.stringify(questions))].join(' '),
        model,
        notes: emitted.map(({ notes }) => notes),
        ran: new Set(actors.flatMap((actor) => [...actor.ran()])),
        unresolved: actors.flatMap(({ around }) => [...around.unresolved.values()]),
        unmodelled: new Map(actors.flatMap(({ around }) => [...around.unmodelled])),
        reached: new Set(emitted.flatMap(({ reached }) => [...reached])),
        ways: new Set(actors.flatMap(({ around }) => [...around.ways])),
      },
    };
  });
}

function orNotModelled(lower: () => LowerResult): LowerResult {
  try {
    return lower();
  } catch (error) {
    if (error instanceof NotModelledError) return { ok: false, reason: error.reason, site: error.site };
    throw error;
  }
}

const actorOf = (role: ActorRole, { steps, entry }: EmittedActor, key: string): Actor => ({
  name: role.name,
  steps: sameSteps(key, steps),
  entry,
  ...(isCalled(role) ? { called: true } : {}),
});

/** An actor on one text, in one scenario. */
class ScenarioActor {
  readonly around: ActorSurroundings;
  readonly emitter: Emitter;
  readonly #analysis: Analysis;
  readonly #consulted: Consulted;

  constructor(
    code: Code,
    model: Model,
    readonly role: ActorRole,
    index: number,
  ) {
    const { configuration } = model;
    this.#analysis = analysed(code, role, configuration);
    const walks = walksOf(this.#analysis, role, index, configuration);
    this.#consulted = walks.watched.begin(configuration);
    this.around = new ActorSurroundings(code, role, this.#analysis.relevance, walks);
    const watched = walks.watched.view;
    const situation = { configuration: watched, role, entry: '' };
    const frame = { code: this.#analysis.driver, at: 0, result: 0, situation, callers: '' };
    const start = { frames: [frame], store: Store.empty() };
    this.emitter = new Emitter(this.around, { ...model, configuration: watched }, index, start);
  }

  /** For which names it was asked whether they are functions. */
  get names(): ReadonlySet<string> {
    return this.#consulted.names;
  }

  /**
   * Functions whose texts it depends on. Those that it can reach and does not run are none of them: whatever they do,
   * its path does not come there.
   */
  ran(): ReadonlySet<string> {
    const { driver, reach, relevance } = this.#analysis;
    const { functions } = this.#consulted;
    const ran = new Set(functions);
    for (const name of [driver.name, ...functions]) {
      const code = reach.codes.get(name);
      const over = code ? relevance.passedOver(code) : [];
      const moving = sizeMoves(this.around.configuration);
      for (const one of over.flatMap((callee) => [...calledFrom(callee, reach, moving)])) ran.add(one);
    }
    return ran;
  }
}

function dependenciesOf({ base }: Code, actors: readonly ScenarioActor[]): Dependencies {
  const ran = actors.flatMap((actor) => [...actor.ran()]);
  const names = actors.flatMap((actor) => [...actor.names]);
  return {
    functions: new Map(ran.map((name) => [name, base.universe.get(name)])),
    names: new Map(names.map((name) => [name, base.universe.has(name)])),
    tables: base.tables,
  };
}

/** Equal steps are one array, so that what the simulator knows of them is known of all. */
const steps = new Map<string, readonly Step[]>();

/** Step arrays kept before the oldest is forgotten. */
const MOST_STEPS = 512;

function sameSteps(key: string, made: readonly Step[]): readonly Step[] {
  const known = steps.get(key);
  if (known) return known;
  if (steps.size >= MOST_STEPS) steps.delete(steps.keys().next().value!);
  steps.set(key, made);
  return made;
}

interface Analysis {
  readonly driver: FunctionCode;
  readonly reach: Reach;
  readonly relevance: Relevance;
}

/** By analysis and role, oldest first. */
const walksKept = new Map<string, { readonly analysis: Analysis; readonly walks: Walks }[]>();
let walksCount = 0;

/** Roles on one text whose walks are kept: those of a patch's scenarios; each holds a megabyte at most. */
const MOST_WALKS = 64;

function walksOf(analysis: Analysis, role: ActorRole, index: number, configuration: Configuration): Walks {
  const key = JSON.stringify([role, index]);
  const all = walksKept.get(key) ?? [];
  const known = all.find((one) => one.analysis === analysis);
  if (known) return known.walks;
  const walks = { watched: new Watched(configuration), remembered: new RememberedWalks() };
  if (++walksCount > MOST_WALKS) {
    walksKept.clear();
    walksCount = 1;
  }
  walksKept.set(key, [...(walksKept.get(key) ?? []), { analysis, walks }]);
  return walks;
}

/** What can be reached and what of it matters depends on the entries and the texts, and of the configuration on whether i_size moves. */
const analyses = new Map<string, Analysis[]>();

/** Analyses of one driver kept before the oldest is forgotten: a code base for each edit of a patch, and some more. */
const MOST_ANALYSES = 64;

const mayOrder = (code: Code, name: string): boolean =>
  bundledFunctions().has(name) || unmodelledCall(name) !== null || code.isOrderingMacro(name);

function analysed(code: Code, role: ActorRole, configuration: Configuration): Analysis {
  const { fs } = configuration;
  const moving = sizeMoves(configuration);
  const key = [fs, moving, role.name, ...role.entries].join();
  const all = analyses.get(key) ?? [];
  analyses.set(key, all);
  const known = all.find(({ reach }) => sameDependencies(reach.dependencies, code));
  if (known) return known;
  const driver = driverOf(code, role);
  const reach = reachableFrom(code, driver, fs, moving);
  const suspects = new Set([...reach.unknown].filter((name) => mayOrder(code, name)));
  const relevance = analyseRelevance(reach.codes, reach.pointees, suspects, moving);
  const made: Analysis = { driver, reach, relevance };
  if (all.push(made) > MOST_ANALYSES) all.shift();
  return made;
}
