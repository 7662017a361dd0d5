/**
 * Fragments of primitives -> steps of an actor. Each configuration in which an actor stands before a primitive gets
 * one group of steps; what the path knows is in the step, so that the simulator's state holds only what is shared.
 */

import type { Effect, Fragment, Item, Option } from '../kernel/fragment.js';
import type { ActorRole } from '../kernel/configuration.js';
import type { Model } from '../kernel/model.js';
import type { PrimitiveCall } from '../kernel/primitives.js';
import { truth, UNKNOWN, type Value } from '../kernel/value.js';
import type { Alternative, Case, Step, StepId } from '../sim/program.js';
import { argumentTexts, evaluate, pointee, tempName, type Scope } from './evaluate.js';
import type { Site } from './instruction.js';
import { NotModelledError } from './not-modelled.js';
import { fieldAt, placeAt, placeNamed } from './place.js';
import type { Store } from './store.js';
import {
  calleeName,
  configKey,
  copyConfig,
  scopeOf,
  storedAs,
  write,
  type Config,
  type Stop,
  type Reached,
  type Surroundings,
} from './walk.js';

/** What a timeline says of a step, and of each choice in it. */
export interface StepNote {
  readonly site: Site;
  /** The call as written in the source. */
  readonly call: string;
  readonly primitive: string;
  /** Shown in every timeline; see `Primitive.landmark`. */
  readonly landmark: boolean;
  readonly choices: readonly { readonly text: string; readonly assumptions: readonly string[] }[];
}

export interface EmittedActor {
  readonly steps: readonly Step[];
  readonly notes: readonly (StepNote | null)[];
  readonly entry: StepId;
  /** Lines of the patch whose primitives it comes to, those that make no step included. */
  readonly reached: ReadonlySet<number>;
}

/** Beyond this an actor is not modelled: its conditions are mostly unknown. */
const MOST_STEPS = 6000;

/** Primitives without a step of their own that may follow each other; a loop that counts up and has no end has more. */
const MOST_PASSED = 500;

interface Target {
  readonly step: StepId;
  readonly assumptions: readonly string[];
}

/** What the emitter asks of the code around it: where an actor comes to from a configuration. */
export interface EmitterSurroundings extends Surroundings {
  walk(start: Config): readonly Reached[];
}

type PrimitiveStop = Stop & { kind: 'primitive' };
type Continue = () => readonly Target[];

export function emitActor(
  around: EmitterSurroundings,
  model: Model,
  actor: number,
  role: ActorRole,
  start: Config,
): EmittedActor {
  return new Emitter(around, model, actor, role, start.frames[0]!.code.site).run(start);
}

class Emitter {
  readonly #steps: (Step | null)[] = [];
  readonly #notes: (StepNote | null)[] = [];
  readonly #entries = new Map<string, StepId>();
  readonly #todo: { stop: PrimitiveStop; fragment: Fragment; id: StepId }[] = [];
  readonly #reached = new Set<number>();
  #end: StepId | null = null;

  constructor(
    readonly around: EmitterSurroundings,
    readonly model: Model,
    readonly actor: number,
    readonly role: ActorRole,
    readonly start: Site,
  ) {}

  run(start: Config): EmittedActor {
    const entry = this.#single(this.#after(start), null);
    for (let next = this.#todo.pop(); next; next = this.#todo.pop())
      this.#emit(next.stop, next.fragment, next.id);
    const steps = this.#steps.map((step) => step ?? { kind: 'end' as const });
    return { steps, notes: this.#notes, entry, reached: this.#reached };
  }

  /**
   * The steps that can be next once `config` runs on. Primitives that make no step are passed over; `passed` has where
   * they stood, so that a loop of them ends: it makes no event, as one of `walk()` that comes back to where it was.
   */
  #after(config: Config, passed: ReadonlySet<string> = new Set()): Target[] {
    return this.around.walk(config).flatMap(({ stop, assumptions }): Target[] => {
      if (stop.kind === 'end') return [{ step: this.#endStep(), assumptions }];
      const key = configKey(stop.config);
      if (passed.has(key)) return [];
      const known = this.#entries.get(key);
      if (known !== undefined) return [{ step: known, assumptions }];
      const fragment = this.#fragment(stop);
      const first = fragment[0];
      if (first && first.kind !== 'exit') return [{ step: this.#entry(stop, fragment), assumptions }];
      if (passed.size >= MOST_PASSED)
        throw new NotModelledError(`${stop.call.site.function}() runs on without an event`, stop.call.site);
      const onward = this.#leave(
        stop,
        first?.kind === 'exit' ? first.result : UNKNOWN,
        first?.kind === 'exit' ? first.effects : [],
      );
      return this.#after(onward, new Set([...passed, key])).map((target) => ({
        step: target.step,
        assumptions: [...assumptions, ...target.assumptions],
      }));
    });
  }

  #endStep(): StepId {
    this.#end ??= this.#reserve({ kind: 'end' });
    return this.#end;
  }

  #reserve(step: Step | null = null): StepId {
    if (this.#steps.length >= MOST_STEPS) {
      const site = this.#notes.findLast((note) => note !== null)?.site ?? this.start;
      throw new NotModelledError(
        `${this.role.name}: more than ${MOST_STEPS} steps, too many conditions are not known`,
        site,
      );
    }
    this.#notes.push(null);
    return this.#steps.push(step) - 1;
  }

  #entry(stop: PrimitiveStop, fragment: Fragment): StepId {
    const id = this.#reserve();
    this.#entries.set(configKey(stop.config), id);
    this.#todo.push({ stop, fragment, id });
    return id;
  }

  #fragment(stop: PrimitiveStop): Fragment {
    const scope = scopeOf(this.around, stop.config);
    const { call, config } = stop;
    if (call.site.origin.kind === 'patch') this.#reached.add(call.site.origin.line);
    const args = call.args.map((arg) => evaluate(scope, arg));
    const request: PrimitiveCall = {
      name: calleeName(scope, call) ?? '',
      args,
      argTexts: argumentTexts(call.args),
      model: this.model,
      actor: this.actor,
      self: this.model.actors[this.actor]!,
      role: this.role,
      within: config.frames.map((frame) => frame.code.name),
      field: (index, name) => {
        const arg = call.args[index];
        if (!arg) return UNKNOWN;
        return evaluate(scope, { kind: 'field', of: arg, name, arrow: true });
      },
      pointee: (index) => {
        const arg = call.args[index];
        return arg ? evaluate(scope, { kind: 'deref', of: arg }) : UNKNOWN;
      },
      register: (name) =>
        config.store.get(placeNamed(`register:${config.frames.length}:${name}`)) ??
        config.store.get(placeNamed(`register:${name}`)) ??
        UNKNOWN,
      storedAs: (field) => storedAs(this.around, config, field),
    };
    return stop.primitive.fragment(request);
  }

  #emit(stop: PrimitiveStop, fragment: Fragment, id: StepId): void {
    this.#compile(stop, fragment, 0, () => this.#after(this.#leave(stop, UNKNOWN, [])), id);
  }

  /** Steps for `items[index...]`; the first goes to `id` when one is given. */
  #compile(
    stop: PrimitiveStop,
    items: Fragment,
    index: number,
    onward: Continue,
    id: StepId | null,
  ): readonly Target[] {
    const item = items[index];
    if (!item) return onward();
    if (item.kind === 'exit') return this.#after(this.#leave(stop, item.result, item.effects));
    if (item.kind === 'not-modelled') throw new NotModelledError(item.reason, stop.call.site);
    const step = id ?? this.#reserve();
    let rest: readonly Target[] | null = null;
    const next: Continue = () => (rest ??= this.#compile(stop, items, index + 1, onward, null));
    this.#fill(stop, step, item, next);
    return [{ step, assumptions: [] }];
  }

  #fill(
    stop: PrimitiveStop,
    step: StepId,
    item: Exclude<Item, { kind: 'exit' | 'not-modelled' }>,
    next: Continue,
  ): void {
    switch (item.kind) {
      case 'choose':
        return this.#fillChoice(stop, step, item, next);
      case 'load': {
        const cases = item.cases.map((one): Case => ({
          guard: one.guard,
          next: this.#single(this.#compile(stop, one.items, 0, next, null), stop),
        }));
        this.#steps[step] = { kind: 'load', from: item.from, into: item.into, order: item.order, cases };
        return this.#note(
          stop,
          step,
          item.cases.map((one) => one.text),
        );
      }
      case 'void-rmw': {
        const cases: Case[] = [{ guard: { kind: 'const', value: 1 }, next: this.#single(next(), stop) }];
        this.#steps[step] = {
          kind: 'rmw',
          on: item.on,
          value: item.value,
          into: null,
          order: 'relaxed',
          cases,
        };
        return this.#note(stop, step, [item.text]);
      }
      case 'fence':
        this.#steps[step] = { kind: 'fence', fence: item.fence, next: this.#single(next(), stop) };
        return this.#note(stop, step, [item.text]);
    }
  }

  #fillChoice(stop: PrimitiveStop, step: StepId, item: Item & { kind: 'choose' }, next: Continue): void {
    const alternatives: Alternative[] = [];
    const choices: { text: string; assumptions: readonly string[] }[] = [];
    for (const option of item.options) {
      for (const target of this.#optionTargets(stop, option, next)) {
        alternatives.push({ guard: option.when, assign: option.set, next: target.step });
        choices.push({ text: option.text, assumptions: target.assumptions });
      }
    }
    this.#steps[step] = { kind: 'atomic', order: item.order, alternatives };
    this.#notes[step] = this.#noteOf(stop, choices);
  }

  #optionTargets(stop: PrimitiveStop, option: Option, next: Continue): readonly Target[] {
    return this.#compile(stop, option.items, 0, next, null);
  }

  /** One step to go to: where conditions nobody decides lead to several, a step that chooses among them. */
  #single(targets: readonly Target[], stop: PrimitiveStop | null): StepId {
    if (targets.length === 0) return this.#endStep();
    if (targets.length === 1) return targets[0]!.step;
    const guard = { kind: 'const', value: 1 } as const;
    const alternatives = targets.map((target): Alternative => ({ guard, assign: [], next: target.step }));
    const id = this.#reserve({ kind: 'atomic', order: 'none', alternatives });
    const choices = targets.map(({ assumptions }) => ({ text: '', assumptions }));
    // Before the first primitive of an actor it is the call of its entry that is gone on from.
    const site = stop?.call.site ?? this.start;
    this.#notes[id] = { site, call: '', primitive: '', landmark: false, choices };
    return id;
  }

  #note(stop: PrimitiveStop, step: StepId, texts: readonly string[]): void {
    this.#notes[step] = this.#noteOf(
      stop,
      texts.map((text) => ({ text, assumptions: [] })),
    );
  }

  #noteOf(stop: PrimitiveStop, choices: StepNote['choices']): StepNote {
    return {
      site: stop.call.site,
      call: stop.call.text,
      primitive: stop.primitive.names[0]!,
      landmark: stop.primitive.landmark === true,
      choices,
    };
  }

  /** The configuration after the primitive returned. */
  #leave(stop: PrimitiveStop, result: Value, effects: readonly Effect[]): Config {
    const scope = scopeOf(this.around, stop.config);
    const depth = stop.config.frames.length;
    const { frames, store } = copyConfig(stop.config);
    for (const effect of effects) this.#apply(scope, stop, effect, store);
    if (this.around.relevance.isRelevantTemp(scope.code, stop.call.result))
      store.set(placeAt(depth, tempName(stop.call.result)), result);
    frames.at(-1)!.at++;
    return { frames, store };
  }

  #apply(scope: Scope, stop: PrimitiveStop, { target, value }: Effect, store: Store): void {
    switch (target.kind) {
      case 'everything':
        return store.clear();
      case 'object':
        return write(this.around, store, fieldAt(placeNamed(target.type), target.field), value);
      case 'register': {
        const owner = target.scope === 'actor' ? 'register' : `register:${scope.depth}`;
        return store.set(placeNamed(`${owner}:${target.name}`), truth(value) === false ? UNKNOWN : value);
      }
      case 'argument': {
        const arg = stop.call.args[target.index];
        const place = arg ? pointee(scope, arg) : null;
        if (place !== null) write(this.around, store, fieldAt(place, target.field), value);
      }
    }
  }
}
