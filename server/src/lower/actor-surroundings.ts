/** What the code around an actor answers while it is walked and emitted, and what is noted of its way. */

import type { ActorRole, Configuration } from '../kernel/configuration.js';
import { isPrimitiveName } from '../kernel/primitives.js';
import { unmodelledCall } from '../kernel/unmodelled-calls.js';
import { bundledFunctions } from '../source/bundled.js';
import type { Code } from './code.js';
import type { Watched } from './consulted.js';
import type { Names } from './evaluate.js';
import { whyNotKnown } from './guards.js';
import type { FunctionCode, Site } from './instruction.js';
import { NotModelledError } from './not-modelled.js';
import type { Relevance } from './relevance.js';
import { wayOf, type Branch, type Config, type Reached, type Way } from './walk.js';
import type { RememberedWalks, TracedSurroundings, WalkTraces } from './walks.js';

/** A call of which it is not known what it does to the order: through a pointer that nothing resolves, or not modelled. */
export interface NotedCall {
  readonly text: string;
  readonly site: Site;
}

/** Walks of one role, and the configuration that all of them read. */
export interface Walks {
  readonly watched: Watched;
  readonly remembered: RememberedWalks;
}

/** Conditions that nothing decides, taken both ways, after which an actor is not modelled: a second or two of work. */
const MOST_FORKS = 10_000;

/** Undecided conditions in functions that only compute a value, before their values are given up as unknown. */
const MOST_COMPUTATIONS = 512;

/** Without one of these no path finds a block: whatever is done without is not what the code does. */
const FINDS_BLOCKS = /(?:->|\.|^|\W)(?:iomap_begin|map_blocks|get_block)\s*\)?\(/;

function needsToBeKnown(call: string, site: Site): void {
  if (FINDS_BLOCKS.test(call))
    throw new NotModelledError(`the function that ${call} calls in ${site.function}() is not known`, site);
}

export class ActorSurroundings implements TracedSurroundings {
  readonly names: Names;
  #forks = 0;
  #lastFork: Site | null = null;
  #computations = 0;
  /** Also where a call has been noted already: a walk that meets one is not remembered for actors that have not. */
  #timesNoted = 0;
  readonly unresolved = new Map<string, NotedCall>();
  /** By what they do. */
  readonly unmodelled = new Map<string, NotedCall>();
  /** The ways that conditions of the patch went, see `wayOf`. */
  readonly ways = new Set<string>();
  #waysOfWalk = new Set<string>();

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
      others: this.#computations + this.#timesNoted,
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

  noteWay(condition: Branch, way: Way): void {
    const { origin } = condition.site;
    if (origin.kind === 'patch' && origin.role === 'added') this.#waysOfWalk.add(wayOf(condition, way));
  }

  /** Begins a new walk, and gives the ways that were taken in the last one. */
  takeWays(): ReadonlySet<string> {
    const taken = this.#waysOfWalk;
    this.addWays(taken);
    this.#waysOfWalk = new Set();
    return taken;
  }

  addWays(taken: ReadonlySet<string>): void {
    for (const way of taken) this.ways.add(way);
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
    needsToBeKnown(text, site);
    this.#timesNoted++;
    this.unresolved.set(`${site.function} ${text}`, { text, site });
  }

  /** Most calls order nothing; one that a patch or a tree makes and that only another release has might. */
  noteUnknownCall(name: string, text: string, site: Site): void {
    needsToBeKnown(text, site);
    if (this.parsed.isOrderingMacro(name))
      throw new NotModelledError(`the macro ${name}() in ${site.function}() cannot be written out`, site);
    const unmodelled = unmodelledCall(name, text);
    if (unmodelled !== null) {
      this.#timesNoted++;
      this.unmodelled.set(unmodelled, { text: unmodelled, site });
      return;
    }
    if (site.origin.kind === 'bundled' || !bundledFunctions().has(name)) return;
    const reason = `${site.function}() calls ${name}(), which the code of ${this.parsed.base.release} here does not have`;
    throw new NotModelledError(reason, site);
  }

  noteUnread(text: string, site: Site): void {
    const reason = whyNotKnown(text, site.function);
    if (reason !== null) throw new NotModelledError(reason, site);
    const name = text.match(/\w+(?=\s*\()/g)?.find(isPrimitiveName);
    if (name)
      throw new NotModelledError(
        `${site.function}(): the text around ${name}() could not be read as C`,
        site,
      );
  }
}
