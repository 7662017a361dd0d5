/** The door: a scenario and the code of one release -> a step program for the simulator. */

import { ActorSurroundings, type NotedCall, type Walks } from './actor-surroundings.js';
import { agrees, Watched, type Consulted } from './consulted.js';
import { driverOf } from './driver.js';
import { isCalled, type ActorRole, type Configuration } from '../kernel/configuration.js';
import { sizeMoves } from '../kernel/decisions.js';
import { buildModel, type Model } from '../kernel/model.js';
import { interestingStates, propertiesOf } from '../kernel/properties.js';
import type { Scenario } from '../kernel/scenarios.js';
import { unmodelledCall } from '../kernel/unmodelled-calls.js';
import type { Actor, Program, Step } from '../sim/program.js';
import { bundledFunctions } from '../source/bundled.js';
import { stepsKey, textKey } from '../sim/step-key.js';
import type { Code } from './code.js';
import { emitActor, type EmittedActor, type StepNote } from './emit.js';
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
  /** By name: see kernel/unmodelled-calls.ts. */
  readonly unmodelled: ReadonlyMap<string, NotedCall>;
  /** Lines of the patch whose primitives some actor comes to. */
  readonly reached: ReadonlySet<number>;
}

export type LowerResult =
  | { readonly ok: true; readonly lowered: Lowered }
  | { readonly ok: false; readonly reason: string; readonly site: Site };

/** Steps for every actor of a scenario, or why there are none. */
export function lowerScenario(code: Code, scenario: Scenario): LowerResult {
  const model = buildModel(scenario.configuration, scenario.initial, scenario.actors);
  const ran = new Set<string>();
  try {
    const actors: Actor[] = [];
    const unresolved: NotedCall[] = [];
    const unmodelled = new Map<string, NotedCall>();
    const reached = new Set<number>();
    const notes: (readonly (StepNote | null)[])[] = [];
    const keys: string[] = [];
    scenario.actors.forEach((role, index) => {
      const { actor, ...made } = lowerActor(code, scenario, model, role, index);
      unresolved.push(...made.unresolved);
      actors.push({
        name: role.name,
        steps: actor.steps,
        entry: actor.entry,
        ...(isCalled(role) ? { called: true } : {}),
      });
      notes.push(actor.notes);
      keys.push(made.key);
      for (const name of made.ran) ran.add(name);
      for (const [name, call] of made.unmodelled) unmodelled.set(name, call);
      for (const line of actor.reached) reached.add(line);
    });
    const questions = {
      variables: model.variables,
      properties: propertiesOf(model, scenario),
      witnesses: interestingStates(model, scenario.actors),
    };
    const key = [...keys, textKey(JSON.stringify(questions))].join(' ');
    const program = { ...questions, actors };
    return { ok: true, lowered: { program, key, model, notes, ran, unresolved, unmodelled, reached } };
  } catch (error) {
    if (error instanceof NotModelledError) return { ok: false, reason: error.reason, site: error.site };
    throw error;
  }
}

interface Remembered {
  readonly dependencies: Dependencies;
  readonly consulted: Consulted;
  /** An actor that is not modelled is not tried again. */
  readonly made: LoweredActor | NotModelledError;
}

interface LoweredActor {
  readonly unresolved: readonly NotedCall[];
  readonly unmodelled: ReadonlyMap<string, NotedCall>;
  readonly actor: EmittedActor;
  /** Equal for equal steps. */
  readonly key: string;
  readonly ran: readonly string[];
}

/** Actors by what they are; one holds wherever the texts and the options that it looked at are the same. */
const remembered = new Map<string, Remembered[]>();
/** Their keys, oldest first. */
const rememberedKeys: string[] = [];

/** Actors kept before the oldest is forgotten: a few patches' worth. */
const MOST_REMEMBERED = 512;

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

function lowerActor(
  code: Code,
  { configuration }: Scenario,
  model: Model,
  role: ActorRole,
  index: number,
): LoweredActor {
  const layout = model.variables.map(({ max, owner }) => [max, owner]);
  const key = JSON.stringify([configuration.fs, layout, role, index]);
  const known = remembered
    .get(key)
    ?.find((one) => agrees(configuration, one.consulted) && sameDependencies(one.dependencies, code));
  const { made } = known ?? lowerAnew(code, configuration, model, role, index, key);
  if (made instanceof NotModelledError) throw made;
  return made;
}

function lowerAnew(
  code: Code,
  configuration: Configuration,
  model: Model,
  role: ActorRole,
  index: number,
  key: string,
): Remembered {
  const analysis = analysed(code, role, configuration);
  const walks = walksOf(analysis, role, configuration);
  const consulted = walks.watched.begin(configuration);
  const around = new ActorSurroundings(code, role, analysis.relevance, walks);
  const made = tryLowering(around, analysis, { ...model, configuration: walks.watched.view }, index);
  const ran = ranFunctions(analysis, consulted, sizeMoves(configuration));
  const one: Remembered = {
    dependencies: {
      functions: new Map(ran.map((name) => [name, code.base.universe.get(name)])),
      names: new Map([...consulted.names].map((name) => [name, code.base.universe.has(name)])),
      tables: code.base.tables,
    },
    consulted,
    made: made instanceof NotModelledError ? made : { ...made, ran },
  };
  remember(key, one);
  return one;
}

/**
 * Functions whose texts an actor depends on. Those that it can reach and does not run are none of them: whatever they
 * do, its path does not come there.
 */
function ranFunctions(
  { driver, reach, relevance }: Analysis,
  { functions }: Consulted,
  moving: boolean,
): readonly string[] {
  const ran = new Set(functions);
  for (const name of [driver.name, ...functions]) {
    const code = reach.codes.get(name);
    const over = code ? relevance.passedOver(code) : [];
    for (const one of over.flatMap((callee) => [...calledFrom(callee, reach, moving)])) ran.add(one);
  }
  return [...ran];
}

function tryLowering(
  around: ActorSurroundings,
  { driver }: Analysis,
  model: Model,
  index: number,
): Omit<LoweredActor, 'ran'> | NotModelledError {
  const { configuration, role } = around;
  const situation = { configuration, role, entry: '' };
  const frame = { code: driver, at: 0, result: 0, situation, callers: '' };
  try {
    const actor = emitActor(around, model, index, role, { frames: [frame], store: Store.empty() });
    const key = `${actor.entry}:${stepsKey(actor.steps)}`;
    return {
      actor: { ...actor, steps: sameSteps(key, actor.steps) },
      key,
      unresolved: [...around.unresolved.values()],
      unmodelled: around.unmodelled,
    };
  } catch (error) {
    if (error instanceof NotModelledError) return error;
    throw error;
  }
}

/** Equal steps are one array, so that what the simulator knows of them is known of all. */
const steps = new Map<string, readonly Step[]>();

function sameSteps(key: string, made: readonly Step[]): readonly Step[] {
  const known = steps.get(key);
  if (known) return known;
  if (steps.size >= MOST_REMEMBERED) steps.delete(steps.keys().next().value!);
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

function walksOf(analysis: Analysis, role: ActorRole, configuration: Configuration): Walks {
  const key = JSON.stringify(role);
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

const mayOrder = (name: string): boolean => bundledFunctions().has(name) || unmodelledCall(name) !== null;

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
  const suspects = new Set([...reach.unknown].filter(mayOrder));
  const relevance = analyseRelevance(reach.codes, reach.pointees, suspects, moving);
  const made: Analysis = { driver, reach, relevance };
  if (all.push(made) > MOST_ANALYSES) all.shift();
  return made;
}
