/** The door: a scenario and the code of one release -> a step program for the simulator. */

import { agrees, Watched, type Consulted } from './consulted.js';
import type { ActorRole, Configuration } from '../kernel/configuration.js';
import { sizeMoves } from '../kernel/decisions.js';
import { buildModel, type Model } from '../kernel/model.js';
import { isPrimitiveName, primitiveOf } from '../kernel/primitives.js';
import { interestingStates, propertiesOf } from '../kernel/properties.js';
import type { Scenario } from '../kernel/scenarios.js';
import type { Actor, Program, Step } from '../sim/program.js';
import { bundledFunctions } from '../source/bundled.js';
import { stepsKey, textKey } from '../sim/step-key.js';
import type { Code } from './code.js';
import { emitActor, type EmittedActor, type StepNote } from './emit.js';
import { NotModelledError } from './not-modelled.js';
import type { Names } from './evaluate.js';
import type { FunctionCode, Instruction, Pure, Site } from './instruction.js';
import { calledFrom, reachableFrom, sameDependencies, type Dependencies, type Reach } from './reach.js';
import { analyseRelevance, type Relevance } from './relevance.js';
import { Store } from './store.js';
import type { Config, Reached } from './walk.js';
import { RememberedWalks, type TracedSurroundings, type WalkTraces } from './walks.js';

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
  readonly unresolved: readonly UnresolvedCall[];
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
    const unresolved: UnresolvedCall[] = [];
    const notes: (readonly (StepNote | null)[])[] = [];
    const keys: string[] = [];
    scenario.actors.forEach((role, index) => {
      const { actor, key, ran: own, unresolved: calls } = lowerActor(code, scenario, model, role, index);
      unresolved.push(...calls);
      actors.push({ name: role.name, steps: actor.steps, entry: actor.entry });
      notes.push(actor.notes);
      keys.push(key);
      for (const name of own) ran.add(name);
    });
    const questions = {
      variables: model.variables,
      properties: propertiesOf(model, scenario),
      witnesses: interestingStates(model, scenario.actors),
    };
    const key = [...keys, textKey(JSON.stringify(questions))].join(' ');
    const program = { ...questions, actors };
    return { ok: true, lowered: { program, key, model, notes, ran, unresolved } };
  } catch (error) {
    if (error instanceof NotModelledError) return { ok: false, reason: error.reason, site: error.site };
    throw error;
  }
}

/** A call through a pointer that nothing resolves. */
export interface UnresolvedCall {
  readonly text: string;
  readonly site: Site;
}

interface Remembered {
  readonly dependencies: Dependencies;
  readonly consulted: Consulted;
  /** An actor that is not modelled is not tried again. */
  readonly made: LoweredActor | NotModelledError;
}

interface LoweredActor {
  readonly unresolved: readonly UnresolvedCall[];
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

/** Walks of one role, and the configuration that all of them read. */
interface Walks {
  readonly watched: Watched;
  readonly remembered: RememberedWalks;
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
  const suspects = new Set([...reach.unknown].filter((name) => bundledFunctions().has(name)));
  const relevance = analyseRelevance(reach.codes, reach.pointees, suspects, moving);
  const made: Analysis = { driver, reach, relevance };
  if (all.push(made) > MOST_ANALYSES) all.shift();
  return made;
}

/** Conditions that nothing decides, taken both ways, after which an actor is not modelled: a second or two of work. */
const MOST_FORKS = 10_000;

/** Undecided conditions in functions that only compute a value, before their values are given up as unknown. */
const MOST_COMPUTATIONS = 512;

class ActorSurroundings implements TracedSurroundings {
  readonly names: Names;
  #forks = 0;
  #lastFork: Site | null = null;
  #computations = 0;
  readonly unresolved = new Map<string, UnresolvedCall>();

  constructor(
    readonly parsed: Code,
    readonly role: ActorRole,
    readonly relevance: Relevance,
    readonly walks: Walks,
  ) {
    this.names = {
      isFunction: (name) => {
        walks.watched.askName(name);
        return parsed.base.universe.has(name);
      },
      isTable: (name) => parsed.base.tables.has(name),
      tableEntry: (table, field) => parsed.table(table)?.get(field) ?? null,
    };
  }

  get configuration(): Configuration {
    return this.walks.watched.view;
  }

  walk(start: Config): readonly Reached[] {
    return this.walks.remembered.walk(this, this.walks.watched, start);
  }

  traces(): WalkTraces {
    return {
      forks: this.#forks,
      lastFork: this.#lastFork,
      others: this.#computations + this.unresolved.size,
    };
  }

  code(name: string): FunctionCode | null {
    this.walks.watched.askFunction(name);
    return this.parsed.function(name);
  }

  liveAt(code: FunctionCode, at: number): ReadonlySet<string> {
    return this.parsed.liveAt(code, at);
  }

  mayCompute(): boolean {
    return ++this.#computations <= MOST_COMPUTATIONS;
  }

  noteFork(site: Site): void {
    this.countForks(1, site);
  }

  countForks(count: number, last: Site | null): void {
    this.#forks += count;
    this.#lastFork = last;
    if (this.#forks <= MOST_FORKS || !last) return;
    throw new NotModelledError(
      `${this.role.name}: too many conditions are not known, the last of them in ${last.function}()`,
      last,
    );
  }

  noteUnresolvedCall(text: string, site: Site): void {
    this.unresolved.set(`${site.function} ${text}`, { text, site });
  }

  /** Most calls order nothing; one that a patch or a tree makes and that only another release has might. */
  noteUnknownCall(name: string, site: Site): void {
    if (site.origin.kind === 'bundled' || !bundledFunctions().has(name)) return;
    const reason = `${site.function}() calls ${name}(), which ${this.parsed.base.release} does not have`;
    throw new NotModelledError(reason, site);
  }

  noteUnread(text: string, site: Site): void {
    const name = text.match(/\w+(?=\s*\()/g)?.find(isPrimitiveName);
    if (name)
      throw new NotModelledError(
        `${site.function}(): the text around ${name}() could not be read as C`,
        site,
      );
  }
}

/** Steps of the driver that no call in C stands for, as people say them. */
const DRIVER_TEXTS: Readonly<Record<string, (role: ActorRole) => string>> = {
  'bio of the submitter': () => 'interrupt',
  'return to user space': ({ kind, entries }) =>
    kind === 'dio-completion' && entries.length > 1
      ? 'completion delivered, or read returns'
      : 'returns to user space',
};

/** What an actor runs: its entries one after the other, each ending with the return to user space. */
function driverOf(code: Code, role: ActorRole): FunctionCode {
  const first = role.entries.find((entry) => code.base.universe.has(entry));
  const text = first ? code.base.universe.get(first)! : null;
  const site: Site = {
    function: role.name,
    origin: text?.lines[0]?.origin ?? { kind: 'bundled', file: '', line: 1 },
  };
  const call = (entry: string, name: string, args: readonly Pure[], id: number): Instruction => ({
    kind: 'call',
    result: id,
    callee: { kind: 'name', name },
    args,
    text: DRIVER_TEXTS[name]?.(role) ?? `${name}()`,
    used: false,
    site: { ...site, function: entry },
  });
  const instructions: Instruction[] = [];
  role.entries.forEach((entry, i) => {
    if (!primitiveOf(entry, []) && !code.base.universe.has(entry)) {
      throw new NotModelledError(`${entry}() is not known in ${code.base.release}`, site);
    }
    instructions.push(call(DRIVER_TEXTS[entry] ? 'end of the bio' : entry, entry, [], 2 * i));
    if (!primitiveOf(entry, []))
      instructions.push(call(entry, 'return to user space', [{ kind: 'int', value: i + 1 }], 2 * i + 1));
  });
  instructions.push({ kind: 'return', value: null, site });
  return { name: role.name, path: '', parameters: [], locals: new Map(), instructions, site };
}
